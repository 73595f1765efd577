/* unload.c - loads the library, uses it and unloads it, again and again; descriptors, threads and mappings
 * must be at the end what they were at the beginning.
 *
 *   unload LIBRARY ROUNDS HOW     HOW: "left" or "cleanup"; exit status 0 nothing is left,
 *                                 1 something is or a call fails, 2 usage */
#include <dirent.h>
#include <dlfcn.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "wincpic.h"

#define HEAP_MAX 65536 /* octets that may come and go in an allocator */

struct left {
    int descriptors, threads, mappings;
    size_t heap;
};

static void *library;
static HANDLE event;

static void *call(const char *name)
{
    void *p = dlsym(library, name);
    if (!p) {
        fprintf(stderr, "unload: %s\n", dlerror());
        exit(1);
    }
    return p;
}

/* CALL(name, ...) calls the function of that name in the library as it is now. */
#define CALL(name, ...) ((__typeof__(&(name)))call(#name))(__VA_ARGS__)

static int entries(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

/* Mappings of the library, and of files that it makes. */
static int mappings(void)
{
    char line[512];
    int n = 0;
    FILE *f = fopen("/proc/self/maps", "r");
    while (f && fgets(line, sizeof line, f))
        n += strstr(line, "libcpic") || strstr(line, "memfd:");
    if (f)
        fclose(f);
    return n;
}

static struct left look(void)
{
    return (struct left){entries("/proc/self/fd"), entries("/proc/self/task"), mappings(),
                         mallinfo2().uordblks};
}

static void expect(const char *what, CM_INT32 rc, CM_INT32 should)
{
    if (rc == should)
        return;
    fprintf(stderr, "unload: %s: %s\n", what, CALL(xcrcname, rc));
    exit(1);
}

/* A conversation with data under way, one whose Receive is left to the library's thread, an Accept, one
 * idle. */
static void use(void)
{
    unsigned char id[4][CM_CID_SIZE], dest[] = "HELD    ", name[] = "MINE", buffer[40];
    CM_INT32 rc = -1, n = 4, mode = CM_NON_BLOCKING, want = sizeof buffer, data, got, status, rts;
    for (int i = 0; i < 3; i++) {
        CALL(cminit, id[i], dest, &rc);
        expect("cminit", rc, CM_OK);
        if (i == 2)
            break;
        CALL(cmallc, id[i], &rc);
        expect("cmallc", rc, CM_OK);
        CALL(cmsend, id[i], name, &n, &rts, &rc);
        expect("cmsend", rc, CM_OK);
    }
    CALL(WinCPICSetEvent, id[1], &event, &rc);
    expect("WinCPICSetEvent", rc, CM_OK);
    CALL(cmspm, id[1], &mode, &rc);
    expect("cmspm", rc, CM_OK);
    CALL(cmrcv, id[1], buffer, &want, &data, &got, &status, &rts, &rc);
    expect("cmrcv", rc, CM_OPERATION_INCOMPLETE);
    CALL(cmsltp, name, &n, &rc);
    expect("cmsltp", rc, CM_OK);
    CALL(cmaccp, id[3], &rc);
    expect("cmaccp", rc, CM_OPERATION_INCOMPLETE);
}

static void one_round(const char *file, bool cleanup)
{
    WCPICDATA d;
    library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        fprintf(stderr, "unload: %s\n", dlerror());
        exit(1);
    }
    expect("WinCPICStartup", CALL(WinCPICStartup, 0x0001, &d), 0);
    use();
    if (cleanup)
        expect("WinCPICCleanup", CALL(WinCPICCleanup, ) != 0, 1);
    if (dlclose(library) != 0) {
        fprintf(stderr, "unload: %s\n", dlerror());
        exit(1);
    }
}

/* A thread that has been joined may be in /proc a moment longer. */
static struct left look_when_quiet(int threads)
{
    for (int i = 0; i < 1000 && entries("/proc/self/task") != threads; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return look();
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: unload LIBRARY ROUNDS left|cleanup\n");
        return 2;
    }
    alarm(60);
    event = WCPIC_HANDLE(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    struct left before = look();
    one_round(argv[1], false);
    before.heap = look_when_quiet(before.threads).heap; /* libc keeps something from the first time */
    for (int i = atoi(argv[2]); i > 0; i--)
        one_round(argv[1], strcmp(argv[3], "cleanup") == 0);
    struct left after = look_when_quiet(before.threads);
    printf("descriptors %d %d, threads %d %d, mappings %d %d, octets %zu %zu\n", before.descriptors,
           after.descriptors, before.threads, after.threads, before.mappings, after.mappings, before.heap,
           after.heap);
    return after.descriptors != before.descriptors || after.threads != before.threads ||
           after.mappings != before.mappings || after.heap > before.heap + HEAP_MAX;
}
