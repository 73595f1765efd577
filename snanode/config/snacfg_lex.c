/* The whole text is first turned into UTF-8.  Words are then built in place: removing quotes and line ends
 * never makes text longer.  A word is terminated only when its whole command has been read, because the
 * place of its NUL may be the separator that is looked at next. */
#include "snanode/config/snacfg_lex.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/config/config_build.h"

/* ---- encodings ---- */

static char *put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xf0 | c >> 18);
        *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* Length of the UTF-8 character at S (N octets are left); 0 when it is not valid. */
static size_t utf8_len(const uint8_t *s, size_t n)
{
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    if (len > n)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if (len == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0)))
        return 0; /* overlong, surrogate */
    if (len == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90)))
        return 0;
    return len;
}

static bool is_utf8(const uint8_t *s, size_t n)
{
    for (size_t i = 0, len; i < n; i += len)
        if (!(len = utf8_len(s + i, n - i)))
            return false;
    return true;
}

static char *from_utf16(char *out, const uint8_t *s, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        uint32_t c = s[i] | (uint32_t)s[i + 1] << 8;
        if (c >= 0xd800 && c < 0xe000) {
            uint32_t low = i + 3 < n ? s[i + 2] | (uint32_t)s[i + 3] << 8 : 0;
            if (c < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            } else {
                c = 0xfffd; /* half a pair */
            }
        }
        out = put_utf8(out, c);
    }
    return out;
}

/* Text that is not UTF-8 is in the ANSI code page of the product; outside comments it does not matter
 * which. */
static char *from_ansi(char *out, const uint8_t *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out = put_utf8(out, s[i] >= 0x80 && s[i] < 0xa0 ? '?' : s[i]);
    return out;
}

/* Fill L->text and L->end. */
static bool decode(struct snacfg_lex *l, const uint8_t *s, size_t n)
{
    if (n >= 2 && s[0] == 0xfe && s[1] == 0xff) {
        config_error(l->d, l->file, 0, "UTF-16 with the high octet first is not supported");
        return false;
    }
    l->text = malloc(2 * n + 1); /* at most 3 octets for 2 of UTF-16, 2 for 1 of ANSI */
    if (!l->text) {
        config_error(l->d, l->file, 0, "out of memory");
        return false;
    }
    l->end = l->text;
    if (n >= 2 && s[0] == 0xff && s[1] == 0xfe) {
        if (n % 2)
            config_error(l->d, l->file, 0, "the last character of the UTF-16 text is cut");
        l->end = from_utf16(l->text, s + 2, n - 2);
        l->recoded = true;
        return true;
    }
    if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
        s += 3, n -= 3;
    if (!is_utf8(s, n)) {
        l->end = from_ansi(l->text, s, n);
        l->recoded = true;
    } else if (n) {
        memcpy(l->text, s, n);
        l->end = l->text + n;
    }
    return true;
}

/* Report control characters, once a line, and blank them out.  A NUL shows that this is not a text file. */
static bool check_controls(struct snacfg_lex *l)
{
    unsigned line = 1, reported = 0;
    for (char *p = l->text; p < l->end; p++) {
        unsigned char c = (unsigned char)*p;
        if (c == '\n')
            line++;
        if (c == '\0') {
            config_error(l->d, l->file, line,
                         "NUL character: not a text file, or UTF-16 without a byte order mark");
            return false;
        }
        if ((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t' ||
            (c == '\r' && (p + 1 == l->end || p[1] == '\n')))
            continue;
        if (reported != line)
            config_error(l->d, l->file, line, "control character X'%02X'", c);
        reported = line;
        *p = ' ';
    }
    return true;
}

bool snacfg_lex_init(struct snacfg_lex *l, const char *file, const void *text, size_t n, struct diag *d)
{
    *l = (struct snacfg_lex){.file = file, .d = d, .line = 1};
    if (!decode(l, text, n))
        return false;
    l->at = l->text;
    return check_controls(l);
}

void snacfg_lex_fini(struct snacfg_lex *l)
{
    if (l->text)
        explicit_bzero(l->text, (size_t)(l->end - l->text)); /* passwords */
    free(l->text);
    free(l->command.words);
    *l = (struct snacfg_lex){.file = NULL};
}

/* ---- lines ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The next character, with continued lines joined; '\n' at the end of the command.  The end of the text
 * ends a line.  Blanks after the backslash are forgiven, since no editor shows them. */
static char peek(struct snacfg_lex *l)
{
    while (l->at < l->end) {
        if (*l->at == '\r') { /* check_controls() leaves it only before a line feed */
            l->at++;
            continue;
        }
        if (*l->at != '\\')
            return *l->at;
        char *p = l->at + 1;
        while (p < l->end && (is_blank(*p) || *p == '\r'))
            p++;
        if (p < l->end && *p != '\n')
            return '\\';
        if (p == l->end) {
            config_error(l->d, l->file, l->line,
                         "the file ends in a backslash: the last line is not complete");
            l->at = p;
        } else {
            l->at = p + 1;
            l->line++;
        }
    }
    return '\n';
}

/* Skip the rest of the physical line. */
static void skip_line(struct snacfg_lex *l)
{
    while (l->at < l->end && *l->at != '\n')
        l->at++;
    if (l->at < l->end) {
        l->at++;
        l->line++;
    }
}

/* A comment is one physical line: a backslash at its end continues nothing. */
static bool is_comment(const struct snacfg_lex *l)
{
    const char *p = l->at;
    size_t left = (size_t)(l->end - p);
    if (left >= 1 && *p == ';')
        return true;
    if (left < 3 || (p[0] | 0x20) != 'r' || (p[1] | 0x20) != 'e' || (p[2] | 0x20) != 'm')
        return false;
    return left == 3 || is_blank(p[3]) || p[3] == '\r' || p[3] == '\n';
}

/* ---- words ---- */

/* Read one word, which begins at L->at, and return the place for its NUL. */
static char *read_word(struct snacfg_lex *l)
{
    char *out = l->at, c;
    unsigned line = l->line;
    bool quoted = false;
    while ((c = peek(l)) != '\n' && (quoted || !is_blank(c))) {
        l->at++;
        if (c == '"')
            quoted = !quoted;
        else
            *out++ = c;
    }
    if (quoted)
        config_error(l->d, l->file, line, "the closing quotation mark is missing");
    return out;
}

static struct snacfg_word *add_word(struct snacfg_lex *l)
{
    struct snacfg_command *c = &l->command;
    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 16;
        struct snacfg_word *words = realloc(c->words, room * sizeof *words);
        if (!words) {
            config_error(l->d, l->file, l->line, "out of memory");
            return NULL;
        }
        c->words = words;
        c->room = room;
    }
    return &c->words[c->n++];
}

static void finish_words(struct snacfg_command *c)
{
    for (size_t i = 0; i < c->n; i++) {
        struct snacfg_word *w = &c->words[i];
        *w->value = '\0'; /* the NUL had to wait until here */
        w->value = *w->text == '/' ? strchr(w->text, ':') : NULL;
        if (w->value)
            *w->value++ = '\0';
    }
}

/* All words of one logical line. */
static void read_command(struct snacfg_lex *l)
{
    char c;
    l->command.n = 0;
    l->command.line = l->line;
    l->command.at = (size_t)(l->at - l->text);
    while (l->command.at > 0 && is_blank(l->text[l->command.at - 1]))
        l->command.at--;
    while ((c = peek(l)) != '\n') {
        if (is_blank(c)) {
            l->at++;
            continue;
        }
        struct snacfg_word *w = add_word(l);
        if (!w)
            break;
        w->text = l->at;
        w->line = l->line;
        w->at = (size_t)(l->at - l->text);
        w->value = read_word(l);
        w->end = (size_t)(l->at - l->text);
    }
    skip_line(l);
    l->command.end = (size_t)(l->at - l->text);
    finish_words(&l->command);
}

const struct snacfg_command *snacfg_lex_next(struct snacfg_lex *l)
{
    while (l->at < l->end) {
        while (l->at < l->end && is_blank(*l->at))
            l->at++;
        if (is_comment(l)) {
            skip_line(l);
            continue;
        }
        read_command(l);
        if (l->command.n)
            return &l->command;
    }
    return NULL;
}
