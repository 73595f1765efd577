/* listen - a program that has a socket of its own: listen TYPE PATH.  Prints "ready" and stays until it is
 * killed. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    if (argc != 3)
        return 2;
    int type = strcmp(argv[1], "SOCK_STREAM") == 0  ? SOCK_STREAM
               : strcmp(argv[1], "SOCK_DGRAM") == 0 ? SOCK_DGRAM
                                                    : SOCK_SEQPACKET;
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", argv[2]);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof sa) < 0 ||
        (type != SOCK_DGRAM && listen(fd, 1) < 0)) {
        perror(argv[2]);
        return 1;
    }
    puts("ready");
    fflush(stdout);
    for (;;)
        pause();
}
