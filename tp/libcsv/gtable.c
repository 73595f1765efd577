/* The user's own table, from a file that the environment names. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tp/libcsv/charset.h"

#define LINES  32
#define A_LINE 16 /* characters */
#define CTRL_Z 0x1A

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Octets of the line at TEXT without its end; -1: it is no line of 16 characters. */
static int parse_line(uint8_t out[A_LINE], const char *text, size_t n)
{
    if (n < 2 * A_LINE)
        return -1;
    for (unsigned i = 0; i < A_LINE; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return -1;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return 2 * A_LINE;
}

/* Octets of the line end at TEXT, 0 = there is none. */
static size_t line_end(const char *text, size_t n)
{
    size_t k = n > 0 && text[0] == '\r' ? 1 : 0;
    return n > k && text[k] == '\n' ? k + 1 : 0;
}

int gtable_parse(struct gtable *t, const char *text, size_t n)
{
    size_t at = 0;
    for (unsigned line = 0; line < LINES; line++) {
        uint8_t *half = line < LINES / 2 ? t->to_ebcdic : t->to_ascii;
        int k = parse_line(half + A_LINE * (line % (LINES / 2)), text + at, n - at);
        if (k < 0)
            return -1;
        at += (size_t)k;
        size_t end = line_end(text + at, n - at);
        if (end == 0 && line < LINES - 1)
            return -1;
        at += end;
    }
    if (at < n && text[at] == CTRL_Z) /* how DOS ended a text */
        at++;
    return at == n ? 0 : -1;
}

/* What CONVERT names, and the table of the system [HIS: CONVERT; Q139114; Q309020]. */
static const char *file_name(void)
{
    const char *name = secure_getenv("CSVTBLG");
    return name && *name ? name : secure_getenv("COMTBLG");
}

static ssize_t read_file(const char *name, char *text, size_t cap)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -1;
    ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, text, cap) : -1;
    close(fd);
    return n;
}

int gtable_load(struct gtable *t)
{
    char text[GTABLE_FILE_MAX + 1]; /* one more: a longer file does not look like a whole one */
    const char *name = file_name();
    ssize_t n = name && *name ? read_file(name, text, sizeof text) : -1;
    return n < 0 ? -1 : gtable_parse(t, text, (size_t)n);
}

bool gtable_convert(const struct gtable *t, bool to_ebcdic, const uint8_t *from, uint8_t *to, size_t n)
{
    const uint8_t *table = to_ebcdic ? t->to_ebcdic : t->to_ascii;
    bool back = (uintptr_t)to > (uintptr_t)from, all = true;
    for (size_t k = 0; k < n; k++) {
        size_t i = back ? n - 1 - k : k;
        uint8_t c = from[i];
        to[i] = table[c];
        all &= to[i] || !c;
    }
    return all;
}
