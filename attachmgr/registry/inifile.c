#include "attachmgr/registry/inifile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regtext.h"
#include "attachmgr/registry/regtree.h"
#include "snanode/base/names.h"

/* Not below SYSTEM: a control set made here would hide the one of a registry export that is read as well. */
#define BASE     "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\"
#define TP_LIST  "SNAServerAutoTPs"
#define KEY_MAX  256 /* of a path in the tree */
#define INFINITE 0xFFFFFFFFu
#define DOS_END  0x1a

/* A line KEY=VALUE; both point into the text.  VALUE is NULL when the line has no =: Windows ignores such
 * a line. */
struct ini_line {
    const char *key, *value;
    unsigned line;
    bool again; /* its section has a line with this key already */
};

struct ini_section {
    const char *name;
    unsigned line;
    size_t first, n;      /* of the lines */
    struct reg_key *keys; /* a value for each key, with the number of its first line + 1; NULL in a further
                             section of the same name */
};

struct ini {
    struct regfile *r;
    struct diag *d;
    const char *file; /* the tree's own copy of its name */
    struct regfile
        index; /* a key for each name of a section, with its number + 1; values as in ini_section.keys */
    struct ini_section *sections;
    size_t n_sections, cap_sections;
    struct ini_line *lines;
    size_t n_lines, cap_lines;
    unsigned errors;
    bool nomem;
    bool stop; /* too many errors */
};

/* An error on LINE about OBJECT, which may be NULL.  No message quotes more than a key: the rest of a line
 * may be a password. */
static void fail(struct ini *f, unsigned line, const char *object, const char *why)
{
    char shown[REGTEXT_SHOW];
    if (f->stop)
        return;
    if (object)
        diag_error(f->d, f->file, line, "TP %s: %s", regtext_show(shown, object), why);
    else
        diag_error(f->d, f->file, line, "%s", why);
    if (++f->errors < REGFILE_ERRORS_MAX)
        return;
    diag_error(f->d, f->file, line, "%u errors so far: the rest of the file is not read; is it an INI file?",
               f->errors);
    f->stop = true;
}

/* ---- the text, in place ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* S without blanks at its ends. */
static char *trim(char *s)
{
    while (is_blank(*s))
        s++;
    for (size_t n = strlen(s); n > 0 && is_blank(s[n - 1]);)
        s[--n] = '\0';
    return s;
}

/* The text between the quotation marks, where a value has them. */
static char *unquote(char *s)
{
    size_t n = strlen(s);
    if (n >= 2 && (*s == '"' || *s == '\'') && s[n - 1] == *s) {
        s[n - 1] = '\0';
        return s + 1;
    }
    return s;
}

static bool grow(struct ini *f, void **v, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t more = *cap ? 2 * *cap : 32;
    void *p = realloc(*v, more * size);
    if (!p) {
        f->nomem = true;
        return false;
    }
    *v = p;
    *cap = more;
    return true;
}

/* The entry of the section NAME in the index; its line is 0 when it is new. */
static struct reg_key *index_section(struct ini *f, const char *name)
{
    struct reg_key *k = regtree_key(&f->index, name, strlen(name), f->file, 0);
    f->nomem = f->nomem || !k;
    return k;
}

static struct ini_section *find_section(struct ini *f, const char *name)
{
    const struct reg_key *k = index_section(f, name);
    return k && k->line ? &f->sections[k->line - 1] : NULL;
}

/* [NAME].  Windows looks only at the first section of a name. */
static void take_section(struct ini *f, char *s, unsigned line)
{
    char shown[REGTEXT_SHOW], *end = strchr(s, ']');
    if (!end) {
        fail(f, line, NULL, "a section ends in ]: the line must be [SECTION]");
        return;
    }
    *end = '\0';
    s = trim(s + 1);
    struct reg_key *k = index_section(f, s);
    if (!k || !grow(f, (void **)&f->sections, f->n_sections, &f->cap_sections, sizeof *f->sections))
        return;
    bool again = k->line > 0;
    if (again)
        diag_warn(f->d, f->file, line, "section [%s] is there already, and only the first is read",
                  regtext_show(shown, s));
    f->sections[f->n_sections++] =
        (struct ini_section){.name = s, .line = line, .first = f->n_lines, .keys = again ? NULL : k};
    if (!again)
        k->line = (unsigned)f->n_sections;
}

/* Put KEY, the key of line I, into the index of S, with I + 1 as its number.  True when it was there
 * already. */
static bool index_line(struct ini *f, const struct ini_section *s, const char *key, size_t i)
{
    struct reg_value *v = s->keys ? regtree_value(s->keys, key, strlen(key)) : NULL;
    f->nomem = f->nomem || (s->keys && !v);
    if (!v || v->line > 0)
        return v != NULL;
    v->line = (unsigned)(i + 1);
    return false;
}

/* Windows ignores lines before the first section. */
static void take_line(struct ini *f, char *s, unsigned line)
{
    char *equals = strchr(s, '=');
    if (equals == s || f->n_sections == 0)
        return;
    if (equals)
        *equals = '\0';
    if (!grow(f, (void **)&f->lines, f->n_lines, &f->cap_lines, sizeof *f->lines))
        return;
    struct ini_section *section = &f->sections[f->n_sections - 1];
    struct ini_line *l = &f->lines[f->n_lines];
    *l = (struct ini_line){trim(s), equals ? unquote(trim(equals + 1)) : NULL, line, false};
    l->again = equals && index_line(f, section, l->key, f->n_lines);
    f->n_lines++;
    section->n++;
}

static void parse(struct ini *f, char *text)
{
    unsigned line = 0;
    for (char *next; text && !f->nomem && !f->stop; text = next) {
        next = strchr(text, '\n');
        if (next)
            *next++ = '\0';
        line++;
        char *s = trim(text);
        if (*s == '[')
            take_section(f, s, line);
        else if (*s && *s != ';')
            take_line(f, s, line);
    }
}

/* ---- into the tree ---- */

static struct reg_key *key_at(struct ini *f, const char *below, const char *name, const char *end,
                              unsigned line)
{
    char path[KEY_MAX + sizeof BASE];
    int n = snprintf(path, sizeof path, BASE "%s%s%s", below, name, end);
    struct reg_key *k =
        n > 0 && (size_t)n < sizeof path ? regtree_key(f->r, path, (size_t)n, f->file, line) : NULL;
    f->nomem = f->nomem || !k;
    return k;
}

static struct reg_value *value_at(struct ini *f, struct reg_key *k, const char *name, unsigned line)
{
    struct reg_value *v = regtree_value(k, name, strlen(name));
    if (!v) {
        f->nomem = true;
        return NULL;
    }
    v->file = f->file;
    v->line = line;
    return v;
}

static void put_text(struct ini *f, struct reg_key *k, const char *name, const char *text, unsigned line)
{
    struct reg_value *v = value_at(f, k, name, line);
    if (!v)
        return;
    v->type = REG_SZ;
    v->text = strdup(text);
    v->text_n = strlen(text);
    f->nomem = f->nomem || !v->text;
}

static void put_number(struct ini *f, struct reg_key *k, const char *name, uint32_t number, unsigned line)
{
    struct reg_value *v = value_at(f, k, name, line);
    if (!v)
        return;
    v->type = REG_DWORD;
    v->dword = number;
}

/* ---- a TP ---- */

static const struct ini_line *line_of(const struct ini *f, const struct ini_section *s, const char *key)
{
    const struct reg_value *v = reg_value(s->keys, key);
    return v ? &f->lines[v->line - 1] : NULL;
}

/* Does the line L of section S count?  It does when it has a value and is the first of its key; else a
 * warning says why not. */
static bool counts(struct ini *f, const struct ini_section *s, const struct ini_line *l)
{
    char shown[REGTEXT_SHOW], section[REGTEXT_SHOW];
    if (!l->value)
        diag_warn(f->d, f->file, l->line, "[%s]: a line without = is ignored",
                  regtext_show(section, s->name));
    else if (l->again)
        diag_warn(f->d, f->file, l->line, "[%s]: %s is there already, and only the first counts",
                  regtext_show(section, s->name), regtext_show(shown, l->key));
    else
        return true;
    return false;
}

/* Settings of a program that may have the same section. */
static bool is_program_setting(const char *key)
{
    return name_casecmp(key, "APPCLLU") == 0 || name_casecmp(key, "APPCTPN") == 0;
}

/* How OS/2 shows a TP that it starts: without effect here. */
static bool is_screen_setting(const char *key)
{
    static const char *const names[] = {"NewScreenGroup", "IconFile",  "SessionType",
                                        "PgmControl",     "InitXPos",  "InitYPos",
                                        "InitXSize",      "InitYSize", "Environment"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name_casecmp(key, names[i]) == 0)
            return true;
    return false;
}

bool inifile_is_setting(const char *key)
{
    return name_casecmp(key, "Queued") == 0 || is_program_setting(key) || is_screen_setting(key);
}

/* YES, NO, OPERATOR as SNAServiceType.  False when it is none of these. */
static bool kind_of(const char *value, uint32_t *kind)
{
    static const struct {
        const char *word;
        uint32_t kind;
    } kinds[] = {{"YES", 5}, {"NO", 6}, {"OPERATOR", 0x1a}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (name_casecmp(value, kinds[i].word) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    return false;
}

/* Milliseconds; -1, as TPSETUP writes it, is no limit. */
static bool timeout_of(const char *value, uint32_t *ms)
{
    uint64_t v = 0;
    if (strcmp(value, "-1") == 0) {
        *ms = INFINITE;
        return true;
    }
    size_t n = strspn(value, "0123456789");
    if (n == 0 || value[n] || n > 10)
        return false;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (uint64_t)(value[i] - '0');
    *ms = v < INFINITE ? (uint32_t)v : INFINITE;
    return v <= INFINITE;
}

static void take_setting(struct ini *f, struct reg_key *k, const char *tp, const struct ini_line *l)
{
    uint32_t number;
    if (is_program_setting(l->key)) {
        return; /* take_program */
    } else if (name_casecmp(l->key, "Queued") == 0) {
        if (!kind_of(l->value, &number))
            fail(f, l->line, tp, "Queued must be YES, NO or OPERATOR");
    } else if (name_casecmp(l->key, "Timeout") == 0) {
        if (timeout_of(l->value, &number))
            put_number(f, k, "Timeout", number, l->line);
        else
            fail(f, l->line, tp, "Timeout must be milliseconds, or -1 for no limit");
    } else if (name_casecmp(l->key, "CicsSupport") == 0) {
        if (strcmp(l->value, "0") == 0 || strcmp(l->value, "1") == 0)
            put_number(f, k, "CicsSupport", l->value[0] == '1', l->line);
        else
            fail(f, l->line, tp, "CicsSupport must be 0 or 1");
    } else if (is_screen_setting(l->key)) {
        char shown[REGTEXT_SHOW];
        diag_warn(f->d, f->file, l->line, "TP %s: %s has no meaning here", tp, regtext_show(shown, l->key));
    } else {
        put_text(f, k, l->key, l->value, l->line);
    }
}

/* TPNAME=SECTION of [SNAServerAutoTPs]. */
static void take_tp(struct ini *f, const struct ini_line *l)
{
    struct ini_section *s = find_section(f, l->value);
    uint32_t kind = 5;
    if (strchr(l->key, '\\') || strlen(l->key) > 64) {
        fail(f, l->line, l->key, "a TP name has 1 to 64 characters without a backslash");
        return;
    }
    if (!s) {
        fail(f, l->line, l->key, "there is no section with the name that stands after =");
        return;
    }
    struct reg_key *k = key_at(f, "TPs\\", l->key, "\\Parameters", l->line);
    const struct ini_line *queued = line_of(f, s, "Queued");
    if (!k)
        return;
    if (k->values) { /* the two are not mixed: a password of one must not open the other */
        diag_warn(f->d, f->file, l->line,
                  "TP %s is configured already at %s:%u: that entry counts, this one is ignored; remove one",
                  l->key, k->file, k->line);
        return;
    }
    for (size_t i = s->first; i < s->first + s->n; i++)
        if (counts(f, s, &f->lines[i]))
            take_setting(f, k, l->key, &f->lines[i]);
    if (queued)
        kind_of(queued->value, &kind);
    put_number(f, k, "SNAServiceType", kind, queued ? queued->line : l->line);
    if (kind != 0x1a && !line_of(f, s, "PathName")) {
        char path[80];
        snprintf(path, sizeof path, "%.64s.EXE", l->key);
        put_text(f, k, "PathName", path, l->line);
    }
}

/* ---- a program ---- */

static void take_program(struct ini *f, const struct ini_section *s)
{
    static const struct {
        const char *name, *key;
    } settings[] = {{"APPCLLU", "Client"}, {"APPCTPN", "ClientTP"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const struct ini_line *l = line_of(f, s, settings[i].name);
        struct reg_key *k = l && *s->name ? key_at(f, settings[i].key, "", "", l->line) : NULL;
        if (k)
            put_text(f, k, s->name, l->value, l->line);
    }
}

static void take_all(struct ini *f)
{
    const struct ini_section *list = find_section(f, TP_LIST);
    for (size_t i = 0; list && i < list->n && !f->nomem && !f->stop; i++)
        if (counts(f, list, &f->lines[list->first + i]))
            take_tp(f, &f->lines[list->first + i]);
    for (size_t i = 0; i < f->n_sections && !f->nomem; i++)
        if (&f->sections[i] != list && f->sections[i].keys)
            take_program(f, &f->sections[i]);
    if (!list)
        diag_warn(f->d, f->file, 0, "no section [" TP_LIST "]: the file sets up no TP");
}

/* ---- the file ---- */

bool inifile_is(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && name_casecmp(name + n - 4, ".ini") == 0;
}

/* The whole text as a UTF-8 string in OUT. */
static enum regtext_rc decode(struct regtext *out, const uint8_t *p, size_t n)
{
    enum regtext_rc rc;
    if (n >= 2 && p[0] == 0xff && p[1] == 0xfe)
        rc = regtext_add_utf16le(out, p + 2, n - 2);
    else if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
        rc = regtext_add_ansi(out, p + 3, n - 3);
    else
        rc = regtext_add_ansi(out, p, n);
    if (rc == REGTEXT_OK && !regtext_putc(out, '\0'))
        rc = REGTEXT_NOMEM;
    return rc;
}

/* The line of the character at P + N. */
static unsigned line_at(const char *p, size_t n)
{
    unsigned line = 1;
    for (size_t i = 0; i < n; i++)
        line += p[i] == '\n';
    return line;
}

/* Ctrl+Z ends a DOS text.  What follows it is padding, or is lost. */
static void end_text(struct ini *f, struct regtext *t)
{
    char *end = memchr(t->p, DOS_END, t->n);
    if (!end)
        return;
    size_t n = (size_t)(end - t->p), i = n;
    while (i < t->n && (t->p[i] == DOS_END || t->p[i] == '\0' || t->p[i] == '\n' || is_blank(t->p[i])))
        i++;
    if (i < t->n)
        diag_warn(f->d, f->file, line_at(t->p, n),
                  "Ctrl+Z (X'1A') ends the text here, and what follows is not read; remove it");
    explicit_bzero(end, t->n - n);
    t->n = n + 1;
}

/* The N octets at TEXT as a UTF-8 string in OUT.  False when there is none, or after an error. */
static bool take_text(struct ini *f, struct regtext *out, const void *text, size_t n)
{
    if (n == 0)
        return false;
    enum regtext_rc rc = decode(out, text, n);
    if (rc == REGTEXT_BAD)
        fail(f, line_at(out->p, out->n), NULL, "not UTF-16: half a character (was the file cut off?)");
    f->nomem = rc == REGTEXT_NOMEM;
    if (rc != REGTEXT_OK)
        return false;
    end_text(f, out);
    size_t length = strlen(out->p);
    if (length + 1 != out->n)
        fail(f, line_at(out->p, length), NULL, "a NUL character: is this a text file?");
    return length + 1 == out->n;
}

int inifile_read(struct regfile *r, const char *name, const void *text, size_t n, struct diag *d)
{
    struct ini f = {.r = r, .d = d, .file = regtree_file(r, name)};
    struct regtext all = {.p = NULL};
    regfile_init(&f.index);
    if (!f.file) {
        f.file = name;
        f.nomem = true;
    } else if (take_text(&f, &all, text, n)) {
        parse(&f, all.p);
    }
    if (f.errors == 0 && !f.nomem)
        take_all(&f);
    if (f.nomem)
        fail(&f, 0, NULL, "out of memory");
    regfile_fini(&f.index);
    free(f.sections);
    free(f.lines);
    regtext_fini(&all);
    return f.errors ? -1 : 0;
}
