/* ptydrive - runs a program on a terminal of its own, and types.
 *   ptydrive PROGRAM [ARGUMENT ...] < SCRIPT
 * The script, a line each: "expect WORD" waits until the program has written WORD since the last one, "raw"
 * until it takes single keys (a line editor writes its prompt first, and what is typed in between is not its
 * own), "send KEYS" types, with \t \r \e \s (blank) \c (Ctrl-C) \d (Ctrl-D) \\ for what a line cannot hold.
 * At its end the program has to end; its exit status is that of ptydrive, or 99 with all output when WORD
 * does not come.  What kind of terminal it is the environment says: TERM, and PTY_SIZE, COLUMNSxROWS
 * (80x25). */
#include <ctype.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 10000
#define FAILED      99

static char seen[1 << 20];
static size_t n_seen, n_matched;
static pid_t child;

static void give_up(const char *what)
{
    printf("ptydrive: %s does not come; the terminal has:\n", what);
    bool escape =
        false; /* in a sequence that moves or colours; blanks stand for those and for what is no ASCII */
    for (size_t i = 0; i < n_seen; i++) {
        escape = escape ? !isalpha((unsigned char)seen[i]) : seen[i] == '\033';
        if (!escape && isprint((unsigned char)seen[i]) && (i == 0 || seen[i] != ' ' || seen[i - 1] != ' '))
            putchar(seen[i]);
    }
    putchar('\n');
    kill(child, SIGKILL);
    exit(FAILED);
}

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Read once; false at the end of the output or of the patience. */
static bool read_more(int fd, long until)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    long left = until - now_ms();
    if (left <= 0 || n_seen == sizeof seen - 1 || poll(&p, 1, (int)left) != 1)
        return false;
    ssize_t n = read(fd, seen + n_seen, sizeof seen - 1 - n_seen);
    if (n <= 0)
        return false;
    n_seen += (size_t)n;
    return true;
}

static void expect(int fd, const char *word)
{
    long until = now_ms() + PATIENCE_MS;
    const char *at;
    while (!(at = memmem(seen + n_matched, n_seen - n_matched, word, strlen(word))))
        if (!read_more(fd, until))
            give_up(word);
    n_matched = (size_t)(at - seen) + strlen(word);
}

static void expect_raw(int fd)
{
    struct termios t;
    long until = now_ms() + PATIENCE_MS;
    while (tcgetattr(fd, &t) == 0 && (t.c_lflag & ICANON)) {
        if (now_ms() > until)
            give_up("a reader of single keys");
        usleep(1000);
    }
}

static void send_keys(int fd, const char *keys)
{
    for (; *keys; keys++) {
        char c = *keys;
        if (c == '\\' && keys[1]) {
            static const char from[] = "trescd\\", to[] = "\t\r\033 \003\004\\";
            const char *p = strchr(from, *++keys);
            c = p ? to[p - from] : *keys;
        }
        if (write(fd, &c, 1) != 1)
            give_up("a reader");
    }
}

static int finish(int fd)
{
    int status;
    long until = now_ms() + PATIENCE_MS;
    while (read_more(fd, until))
        ;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (now_ms() > until)
            give_up("the end");
        usleep(10000);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    struct winsize size = {.ws_row = 25, .ws_col = 80};
    if (getenv("PTY_SIZE"))
        sscanf(getenv("PTY_SIZE"), "%hux%hu", &size.ws_col, &size.ws_row);
    char line[512];
    int fd;
    if (argc < 2)
        return 2;
    child = forkpty(&fd, NULL, NULL, &size);
    if (child == 0) {
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "expect ", 7) == 0)
            expect(fd, line + 7);
        else if (strcmp(line, "raw") == 0)
            expect_raw(fd);
        else if (strncmp(line, "send ", 5) == 0)
            send_keys(fd, line + 5);
    }
    return finish(fd);
}
