#include "snanode/io/remedy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *remedy(int e)
{
    switch (e) {
    case ENOMEM:
    case ENOBUFS:
        return "end other programs, or raise the limit of memory (ulimit -v, MemoryMax)";
    case EMFILE:
        return "raise the limit of open files (ulimit -n, LimitNOFILE)";
    case ENFILE:
        return "end other programs, or raise fs.file-max of sysctl";
    case EAGAIN:
        return "end other programs, or raise the limit of processes (ulimit -u, TasksMax)";
    case ENOSPC:
        return "make room on that file system";
    case EACCES:
    case EPERM:
    case EROFS:
        return "give the user of the node the right to do so, or choose another place";
    case EINTR:
        return "start the node again";
    default:
        return "mend that, and start the node again";
    }
}

void remedy_say(const char *object, int e)
{
    e = e ? e : ENOMEM;
    fprintf(stderr, "snanode: %s: %s; %s\n", object, strerror(e), remedy(e));
}
