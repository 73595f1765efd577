/* The types of values that options have: text to field, and field to text. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_option.h"

/* ---- messages ---- */

struct shown snacfg_shown(const char *text)
{
    struct shown out;
    size_t n = 0;
    for (; *text && n < 36; text++)
        out.s[n++] = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
    while (*text && n > 0 && (*text & 0xc0) == 0x80) { /* never half a UTF-8 character */
        text--;
        n--;
    }
    strcpy(out.s + n, *text ? "..." : "");
    return out;
}

bool snacfg_refuse(struct command *cmd, unsigned msg, const char *fmt, ...)
{
    char what[300], number[16] = "";
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    if (msg)
        snprintf(number, sizeof number, "%u: ", msg);
    config_error(cmd->r->d, cmd->r->file, cmd->line, "%s%s (%s)", number, what, cmd->label);
    cmd->failed = true;
    return false;
}

bool snacfg_refuse_name(struct command *cmd, unsigned msg, const char *what, const char *value)
{
    return snacfg_refuse(cmd, msg, "%s \"%s\" is not 1 to 8 of the characters it may have", what,
                         snacfg_shown(value).s);
}

/* ---- names ---- */

bool snacfg_copy(const char *value, char *out, size_t cap)
{
    return *value && (size_t)snprintf(out, cap, "%s", value) < cap;
}

bool snacfg_take_name(char out[NAME_ROOM8], const char *value, bool (*valid)(const char *, size_t))
{
    char name[NAME_ROOM8];
    size_t n = strlen(value);
    if (n >= sizeof name)
        return false;
    memcpy(name, value, n + 1);
    name_fold(name);
    if (!valid(name, n))
        return false;
    memset(out, 0, 9);
    memcpy(out, name, n);
    return true;
}

bool snacfg_take_mode(char out[NAME_ROOM8], const char *value)
{
    if (!value[strspn(value, " ")] || name_casecmp(value, "BLANK") == 0) {
        memset(out, 0, 9);
        return strlen(value) <= NAME_MAX8;
    }
    return snacfg_take_name(out, value, name_valid_lu);
}

#define SERVER_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_$#@"
#define MACHINE_MAX       15

static bool is_further_node(const char *s)
{
    return strlen(s) == 8 && memcmp(s, "SNASRV", 6) == 0 && strspn(s + 6, "0123456789") == 2;
}

bool snacfg_take_server(char out[CFG_SERVER_CAP], const char *value)
{
    const char *name = strncmp(value, "\\\\", 2) == 0 ? value + 2 : value;
    size_t n = strcspn(name, "\\");
    char folded[CFG_SERVER_CAP];
    if (n < 1 || n > MACHINE_MAX || strspn(name, SERVER_CHARACTERS) < n || strlen(name) >= sizeof folded)
        return false; /* <ctype.h> would ask the locale */
    strcpy(folded, name);
    name_fold(folded);
    if (folded[n]) { /* exports spell the primary node's name in both ways, without the leading backslashes */
        if (strcmp(folded + n, "\\SNASERVR") == 0 || strcmp(folded + n, "\\SNASERVER") == 0)
            folded[n] = '\0';
        else if (!is_further_node(folded + n + 1))
            return false;
    }
    memset(out, 0, CFG_SERVER_CAP);
    strcpy(out, folded);
    return true;
}

static bool get_text(const struct option *o, const void *object, char *out, size_t cap)
{
    return snacfg_copy(option_value(o, object), out, cap);
}

static bool set_name(struct command *cmd, const struct option *o, const char *value)
{
    return snacfg_take_name(option_field(o, cmd->object), value, name_valid_lu) ||
           snacfg_refuse_name(cmd, o->msg, o->what, value);
}

const struct value_type value_name = {set_name, get_text};

static bool clear(struct command *cmd, const struct option *o)
{
    memset(option_field(o, cmd->object), 0, o->size);
    return true;
}

bool snacfg_is_none(const char *value)
{
    return !*value || name_casecmp(value, "none") == 0;
}

static bool set_name_none(struct command *cmd, const struct option *o, const char *value)
{
    return *value ? set_name(cmd, o, value) : clear(cmd, o);
}

const struct value_type value_name_none = {set_name_none, get_text};

static bool set_reference(struct command *cmd, const struct option *o, const char *value)
{
    return snacfg_is_none(value) ? clear(cmd, o) : set_name(cmd, o, value);
}

const struct value_type value_reference = {set_reference, get_text};

static bool set_alias_none(struct command *cmd, const struct option *o, const char *value)
{
    if (snacfg_is_none(value))
        return clear(cmd, o);
    return snacfg_take_name(option_field(o, cmd->object), value, name_valid_lu_alias) ||
           snacfg_refuse_name(cmd, o->msg, o->what, value);
}

const struct value_type value_alias_none = {set_alias_none, get_text};

static bool set_server(struct command *cmd, const struct option *o, const char *value)
{
    return snacfg_take_server(option_field(o, cmd->object), value) ||
           snacfg_refuse(cmd, 0, "\"%s\" is no server name", snacfg_shown(value).s);
}

static bool get_server(const struct option *o, const void *object, char *out, size_t cap)
{
    const char *name = option_value(o, object);
    return *name && (size_t)snprintf(out, cap, "%s%s", strchr(name, '\\') ? "\\\\" : "", name) < cap;
}

const struct value_type value_server = {set_server, get_server};

/* ---- text ---- */

static size_t utf8_count(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static bool set_comment(struct command *cmd, const struct option *o, const char *value)
{
    if (utf8_count(value) > CFG_COMMENT_MAX)
        return snacfg_refuse(cmd, 0, "the comment has more than %d characters", CFG_COMMENT_MAX);
    if (strchr(value, '\\'))
        return snacfg_refuse(cmd, 0, "the comment has a backslash");
    clear(cmd, o);
    snprintf(option_field(o, cmd->object), o->size, "%s", value);
    return true;
}

const struct value_type value_comment = {set_comment, get_text};

static bool set_text(struct command *cmd, const struct option *o, const char *value)
{
    if (strlen(value) >= o->size)
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is longer than %zu characters", o->what,
                             snacfg_shown(value).s, o->size - 1);
    clear(cmd, o);
    strcpy(option_field(o, cmd->object), value);
    return true;
}

const struct value_type value_text = {set_text, get_text};

static bool is_address(const char *value)
{
    const char *port = strrchr(value, ':');
    if (!port || port == value || strchr(value, ' ') || strlen(port) > 6)
        return false;
    unsigned long n = strtoul(port + 1, NULL, 10);
    return port[1] && strspn(port + 1, "0123456789") == strlen(port + 1) && n >= 1 && n <= 65535;
}

static bool set_address(struct command *cmd, const struct option *o, const char *value)
{
    if (*value && !is_address(value))
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not host:port", o->what, snacfg_shown(value).s);
    return set_text(cmd, o, value);
}

const struct value_type value_address = {set_address, get_text};

#define HEX "0123456789abcdefABCDEF"

static bool set_hex(struct command *cmd, const struct option *o, const char *value)
{
    size_t n = strlen(value);
    if (n == 0)
        return clear(cmd, o);
    if (n != o->max || strspn(value, HEX) != n)
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not %u hex digits", o->what, snacfg_shown(value).s,
                             o->max);
    if (o->min && (strspn(value, "0") == n || strspn(value, "fF") == n))
        return snacfg_refuse(cmd, o->msg, "%s %s is reserved", o->what, value);
    strcpy(option_field(o, cmd->object), value);
    name_fold(option_field(o, cmd->object));
    return true;
}

const struct value_type value_hex = {set_hex, get_text};

/* ---- numbers and choices ---- */

static bool set_number(struct command *cmd, const struct option *o, const char *value)
{
    size_t n = strlen(value);
    if (n < 1 || strspn(value, "0123456789") != n)
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not a number", o->what, snacfg_shown(value).s);
    unsigned long v = strtoul(value, NULL, 10); /* saturates, and so is out of range */
    if (v < o->min || v > o->max)
        return snacfg_refuse(cmd, o->msg, "%s %s is outside %u..%u", o->what, snacfg_shown(value).s, o->min,
                             o->max);
    *(unsigned *)option_field(o, cmd->object) = (unsigned)v;
    return true;
}

static bool get_number(const struct option *o, const void *object, char *out, size_t cap)
{
    snprintf(out, cap, "%u", *(const unsigned *)option_value(o, object));
    return true;
}

const struct value_type value_number = {set_number, get_number};

static bool set_yes(struct command *cmd, const struct option *o, const char *value)
{
    bool yes = name_casecmp(value, "yes") == 0;
    if (!yes && name_casecmp(value, "no") != 0)
        return snacfg_refuse(cmd, o->msg, "%s \"%s\" is neither yes nor no", o->what, snacfg_shown(value).s);
    *(bool *)option_field(o, cmd->object) = yes;
    return true;
}

static bool get_yes(const struct option *o, const void *object, char *out, size_t cap)
{
    return snacfg_copy(*(const bool *)option_value(o, object) ? "yes" : "no", out, cap);
}

const struct value_type value_yes = {set_yes, get_yes};

const char *const snacfg_compression[] = {"None", "RLE", "LZ9", NULL};

/* Documents write X25 and X.25, IP-DLC and IPDLC. */
static bool same_keyword(const char *a, const char *b)
{
    char x[32], y[32], *p = x, *q = y;
    if (strlen(a) >= sizeof x || strlen(b) >= sizeof y)
        return false;
    for (; *a; a++)
        if (*a != '.' && *a != '-')
            *p++ = *a;
    for (; *b; b++)
        if (*b != '.' && *b != '-')
            *q++ = *b;
    *p = *q = '\0';
    return *x && name_casecmp(x, y) == 0;
}

static bool set_keyword(struct command *cmd, const struct option *o, const char *value)
{
    char all[160] = "";
    for (unsigned i = 0; o->keywords[i]; i++) {
        if (same_keyword(value, o->keywords[i])) {
            *(unsigned *)option_field(o, cmd->object) = i;
            return true;
        }
        size_t n = strlen(all);
        if (*o->keywords[i])
            snprintf(all + n, sizeof all - n, "%s%s", n ? ", " : "", o->keywords[i]);
    }
    return snacfg_refuse(cmd, o->msg, "%s \"%s\" is not one of %s", o->what, snacfg_shown(value).s, all);
}

static bool get_keyword(const struct option *o, const void *object, char *out, size_t cap)
{
    return snacfg_copy(o->keywords[*(const unsigned *)option_value(o, object)], out, cap);
}

const struct value_type value_keyword = {set_keyword, get_keyword};
