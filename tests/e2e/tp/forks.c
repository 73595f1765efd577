/* forks.c - a conversation in the parent, then one in a child.  forks DESTINATION; exit status 0 when both
 * went well. */
#include <cpic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int converse(const char *destination)
{
    unsigned char id[CM_CID_SIZE], name[CM_SDN_SIZE];
    CM_INT32 rc, type = CM_DEALLOCATE_ABEND;
    memset(name, ' ', sizeof name);
    memcpy(name, destination, strlen(destination));
    cminit(id, name, &rc);
    if (rc == CM_OK)
        cmallc(id, &rc);
    if (rc == CM_OK) {
        cmsdt(id, &type, &rc);
        cmdeal(id, &rc);
    }
    if (rc != CM_OK)
        fprintf(stderr, "forks[%d]: return code %d\n", (int)getpid(), (int)rc);
    return rc != CM_OK;
}

int main(int argc, char **argv)
{
    int status = 1;
    if (argc != 2 || strlen(argv[1]) > CM_SDN_SIZE || converse(argv[1]))
        return 1;
    pid_t child = fork();
    if (child == 0)
        return converse(argv[1]);
    return child < 0 || waitpid(child, &status, 0) < 0 || status != 0;
}
