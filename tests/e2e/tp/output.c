/* output - a TP that does something to its output, and then serves or goes: output WAY.  A TP's partner sends
 * nothing. */
#include <cpic.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void accept_one(void)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc;
    cmaccp(id, &rc);
    cmdeal(id, &rc);
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";
    char noise[4096];
    if (strcmp(way, "shutdown") == 0) { /* what a socket allows */
        shutdown(1, SHUT_RDWR);
        shutdown(2, SHUT_RDWR);
    } else if (strcmp(way, "close") == 0) {
        close(1);
        close(2);
    } else if (strcmp(way, "nonblock") == 0) {
        fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
    } else if (strcmp(way, "read") == 0) { /* takes what others have written */
        fcntl(1, F_SETFL, fcntl(1, F_GETFL) | O_NONBLOCK);
        if (read(1, noise, sizeof noise) > 0)
            return 3;
    } else if (strcmp(way, "half") == 0) {
        if (write(1, "no end of this line", 19) != 19)
            return 3;
    } else if (strcmp(way, "child") == 0) {
        if (fork() == 0) {
            puts("the child says this");
            fflush(stdout);
            _exit(0);
        }
        wait(NULL);
    } else if (strcmp(way, "prints") == 0) {
        puts("all is well here");
        fflush(stdout);
    } else if (strcmp(way, "octets") == 0) { /* a long line of unprintable octets */
        memset(noise, '\001', 1000);
        if (write(1, noise, 1000) != 1000 || write(1, "its end\n", 8) != 8)
            return 3;
    } else if (strcmp(way, "flood") == 0 || strcmp(way, "noise") == 0) {
        accept_one();
        memset(noise, way[0] == 'f' ? 'x' : '\001', sizeof noise);
        for (size_t i = 79; i < sizeof noise; i += 80)
            noise[i] = '\n';
        while (write(1, noise, sizeof noise) > 0)
            ;
        return 3;
    } else if (strcmp(way, "letters") ==
               0) { /* short lines, more different ones than the log counts at once */
        accept_one();
        for (size_t i = 0; i < sizeof noise; i++)
            noise[i] = i % 2 ? '\n' : (char)('!' + i / 2 % 90);
        while (write(1, noise, sizeof noise) > 0)
            ;
        return 3;
    }
    accept_one();
    return 0;
}
