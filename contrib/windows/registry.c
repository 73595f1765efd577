/* The registry: the exports that the node has read, as TPSETUP and regedit write them (version 4 in octets,
 * version 5 in UTF-16 or UTF-8).  An open key is a copy of its values. */
#include "object.h"

#include <errno.h>
#include <stdio.h>
#include <strings.h>

struct value {
    struct value *next;
    char *name;
    DWORD type;
    BYTE *octets;
    DWORD size;
};

struct registry_key {
    char *path; /* below HKEY_LOCAL_MACHINE */
    struct value *values;
};

/* ---- a file ---- */

/* Characters of UTF-16 as UTF-8, in place of the text; without it, as it is. */
static char *to_octets(char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    if (n < 2 || p[0] != 0xFF || p[1] != 0xFE)
        return text;
    char *out = (char *)malloc(n / 2 * 3 + 1), *w = out;
    for (size_t i = 2; out && i + 1 < n; i += 2) {
        unsigned c = p[i] | (unsigned)p[i + 1] << 8;
        if (c < 0x80) {
            *w++ = (char)c;
        } else if (c < 0x800) {
            *w++ = (char)(0xC0 | c >> 6);
            *w++ = (char)(0x80 | (c & 0x3F));
        } else {
            *w++ = (char)(0xE0 | c >> 12);
            *w++ = (char)(0x80 | (c >> 6 & 0x3F));
            *w++ = (char)(0x80 | (c & 0x3F));
        }
    }
    if (out)
        *w = '\0';
    free(text);
    return out;
}

/* The text of the file PATH, which the caller frees; NULL with errno. */
static char *read_file(const char *path)
{
    FILE *f = fopen(path, "re");
    char *text = NULL;
    size_t n = 0, cap = 0, k = 1;
    while (f && k > 0) {
        if (cap - n < 4096) {
            char *more = (char *)realloc(text, cap += 65536);
            if (!more)
                break;
            text = more;
        }
        k = fread(text + n, 1, cap - n - 1, f);
        n += k;
    }
    if (f)
        fclose(f);
    if (!text)
        return NULL;
    text[n] = '\0';
    return to_octets(text, n);
}

/* The next line of *P, without its end; a value goes on after a backslash at the end of a line.  NULL: no
 * more. */
static char *next_line(char **p)
{
    char *line = *p, *w = line, *r = line;
    BOOL quoted = FALSE;
    if (!line || !*line)
        return NULL;
    while (*r && *r != '\n') {
        if (*r == '\\' && !quoted && (r[1] == '\n' || (r[1] == '\r' && r[2] == '\n'))) {
            r += r[1] == '\n' ? 2 : 3;
            while (*r == ' ' || *r == '\t')
                r++;
            continue;
        }
        if (*r == '"')
            quoted = !quoted;
        if (*r == '\\' && quoted && r[1] && r[1] != '\n')
            *w++ = *r++;
        *w++ = *r++;
    }
    *p = *r ? r + 1 : r;
    if (w > line && w[-1] == '\r')
        w--;
    *w = '\0';
    return line;
}

/* "text" at *P, with \" and \\ undone, in place; *P goes behind it.  NULL: there is none. */
static char *quoted_text(char **p)
{
    char *r = *p, *w, *text;
    if (*r != '"')
        return NULL;
    text = w = ++r;
    while (*r && *r != '"') {
        if (*r == '\\' && r[1])
            r++;
        *w++ = *r++;
    }
    if (*r)
        r++;
    *w = '\0';
    *p = r;
    return text;
}

/* ---- values ---- */

/* Octets of hex:, with commas.  Those of texts are UTF-16 in a file of version 5: WIDE. */
static DWORD hex_octets(const char *p, BYTE *out, BOOL wide)
{
    DWORD n = 0, w = 0;
    for (char *end; n < 0x100000; p = *end == ',' ? end + 1 : end) {
        unsigned long v = strtoul(p, &end, 16);
        if (end == p)
            break;
        out[n++] = (BYTE)v;
    }
    for (DWORD i = 0; wide && i + 1 < n; i += 2)
        out[w++] = out[i + 1] ? '?' : out[i];
    return wide ? w : n;
}

static void set(struct value *v, DWORD type, const void *octets, DWORD size)
{
    v->octets = (BYTE *)malloc(size + 1);
    v->type = type;
    v->size = v->octets ? size : 0;
    if (v->octets)
        memcpy(v->octets, octets, size);
}

static void take_data(struct value *v, char *p, BOOL wide)
{
    unsigned type = REG_BINARY;
    const char *open = strchr(p, '(');
    char *text = quoted_text(&p);
    if (text) {
        set(v, REG_SZ, text, (DWORD)strlen(text) + 1);
    } else if (strncasecmp(p, "dword:", 6) == 0) {
        DWORD n = (DWORD)strtoul(p + 6, NULL, 16);
        set(v, REG_DWORD, &n, sizeof n);
    } else if (strncasecmp(p, "hex", 3) == 0 && (p = strchr(p, ':')) != NULL) {
        BYTE *octets = (BYTE *)malloc(strlen(p) + 1);
        if (open && open < p) /* hex(7): */
            type = (unsigned)strtoul(open + 1, NULL, 16);
        BOOL is_text = type == REG_SZ || type == REG_EXPAND_SZ || type == REG_MULTI_SZ;
        if (octets)
            set(v, type, octets, hex_octets(p + 1, octets, wide && is_text));
        free(octets);
    }
}

static struct value *find_value(const struct registry_key *key, const char *name)
{
    struct value *v = key->values;
    while (v && strcasecmp(v->name, name) != 0)
        v = v->next;
    return v;
}

/* "name"=data, or @=data: a later file replaces what an earlier one says. */
static void take_line(struct registry_key *key, char *line, BOOL wide)
{
    char none[] = "", *p = line, *name = *p == '@' ? p++, none : quoted_text(&p);
    if (!name || *p++ != '=')
        return;
    struct value *v = find_value(key, name);
    if (v) {
        free(v->octets);
        v->octets = NULL;
    } else {
        v = (struct value *)calloc(1, sizeof *v);
        struct value **last = &key->values;
        while (*last)
            last = &(*last)->next;
        if (!v || !(v->name = strdup(name))) {
            free(v);
            return;
        }
        *last = v;
    }
    take_data(v, p, wide);
}

/* The path behind HKEY_LOCAL_MACHINE of the line [path], in place; NULL: another line. */
static char *key_path(char *line)
{
    static const char root[] = "HKEY_LOCAL_MACHINE\\";
    size_t n = strlen(line);
    if (n < 2 || line[0] != '[' || line[n - 1] != ']')
        return NULL;
    line[n - 1] = '\0';
    return strncasecmp(line + 1, root, sizeof root - 1) == 0 ? line + sizeof root : line + n - 1;
}

/* Add to KEY what the text says of it; TRUE when the key is there, if only above another. */
static BOOL take_text(struct registry_key *key, char *text)
{
    BOOL here = FALSE, found = FALSE, wide = strstr(text, "Version 5") != NULL;
    size_t n = strlen(key->path);
    for (char *line; (line = next_line(&text)) != NULL;) {
        char *path = key_path(line);
        if (path) {
            here = strcasecmp(path, key->path) == 0;
            found = found || here || (strncasecmp(path, key->path, n) == 0 && path[n] == '\\');
        } else if (here) {
            take_line(key, line, wide);
        }
    }
    return found;
}

/* ---- the calls ---- */

/* Read all files of SNANODE_REGISTRY. */
static LSTATUS fill(struct registry_key *key)
{
    char *files = strdup(getenv("SNANODE_REGISTRY") ? getenv("SNANODE_REGISTRY") : ""), *save = NULL;
    LSTATUS result = ERROR_FILE_NOT_FOUND;
    for (char *f = files ? strtok_r(files, ":", &save) : NULL; f; f = strtok_r(NULL, ":", &save)) {
        char *text = read_file(f);
        if (!text && result != ERROR_SUCCESS)
            result = errno == EACCES ? ERROR_ACCESS_DENIED : result;
        else if (text && take_text(key, text))
            result = ERROR_SUCCESS;
        free(text);
    }
    free(files);
    return result;
}

LSTATUS RegOpenKeyEx(HKEY key, LPCSTR path, DWORD zero, REGSAM access, PHKEY out)
{
    const char *above = key == HKEY_LOCAL_MACHINE ? "" : key->path;
    size_t n = strlen(above) + strlen(path ? path : "") + 2;
    (void)zero, (void)access;
    HKEY k = (HKEY)calloc(1, sizeof *k);
    LSTATUS result = ERROR_NOT_ENOUGH_MEMORY;
    if (k && (k->path = (char *)malloc(n)) != NULL) {
        snprintf(k->path, n, "%s%s%s", above, *above && path && *path ? "\\" : "", path ? path : "");
        result = fill(k);
    }
    if (result == ERROR_SUCCESS)
        *out = k;
    else if (k)
        RegCloseKey(k);
    return result;
}

static LSTATUS give(const struct value *v, LPDWORD type, LPBYTE octets, LPDWORD size)
{
    DWORD cap = size ? *size : 0;
    if (type)
        *type = v->type;
    if (size)
        *size = v->size;
    if (!octets)
        return ERROR_SUCCESS;
    if (cap < v->size)
        return ERROR_MORE_DATA;
    if (v->size)
        memcpy(octets, v->octets, v->size);
    return ERROR_SUCCESS;
}

LSTATUS RegQueryValueEx(HKEY key, LPCSTR name, LPDWORD zero, LPDWORD type, LPBYTE value, LPDWORD size)
{
    (void)zero;
    if (value && !size)
        return ERROR_INVALID_PARAMETER;
    const struct value *v = find_value(key, name ? name : "");
    return v ? give(v, type, value, size) : ERROR_FILE_NOT_FOUND;
}

LSTATUS RegEnumValue(HKEY key, DWORD index, LPSTR name, LPDWORD name_size, LPDWORD zero, LPDWORD type,
                     LPBYTE value, LPDWORD size)
{
    const struct value *v = key->values;
    (void)zero;
    while (v && index-- > 0)
        v = v->next;
    if (!v)
        return ERROR_NO_MORE_ITEMS;
    if (strlen(v->name) >= *name_size)
        return ERROR_MORE_DATA;
    strcpy(name, v->name);
    *name_size = (DWORD)strlen(name);
    return give(v, type, value, size);
}

LSTATUS RegCloseKey(HKEY key)
{
    if (key == HKEY_LOCAL_MACHINE)
        return ERROR_SUCCESS;
    while (key->values) {
        struct value *v = key->values;
        key->values = v->next;
        free(v->name);
        free(v->octets);
        free(v);
    }
    free(key->path);
    free(key);
    return ERROR_SUCCESS;
}
