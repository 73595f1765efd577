#include "tp/rexx/cpicomm.h"

#define INCL_RXSHV
#define INCL_RXSUBCOM
#include <ctype.h>
#include <limits.h>
#include <rexxsaa.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cpic.h"

#define WORDS_MAX 12    /* of a command */
#define ROOM      32768 /* octets of a value */
#define UNSET     INT_MIN

enum {
    RC_UNKNOWN = -3,
    RC_MANY = -10,
    RC_FEW = -11,
    RC_FETCH = -24,
    RC_SET = -25,
    RC_LENGTH = -26,
    RC_NUMBER = -27
};

/* ---- the calls ---- */

static const struct call {
    const char *name;
    const char *letters; /* scripts/make-constants, rexx_letter */
    void (*run)(void **v);
} * find(const char *name);

#define CALL2(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1]);                                                                                       \
    }
#define CALL3(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2]);                                                                                 \
    }
#define CALL4(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2], v[3]);                                                                           \
    }
#define CALL5(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2], v[3], v[4]);                                                                     \
    }
#define CALL6(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2], v[3], v[4], v[5]);                                                               \
    }
#define CALL7(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2], v[3], v[4], v[5], v[6]);                                                         \
    }
#define CALL8(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);                                                   \
    }
#define CALL9(c, l)                                                                                          \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]);                                             \
    }
#define CALL10(c, l)                                                                                         \
    static void call_##c(void **v)                                                                           \
    {                                                                                                        \
        c(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]);                                       \
    }
#include "rexx_calls.def"
#undef CALL2
#undef CALL3
#undef CALL4
#undef CALL5
#undef CALL6
#undef CALL7
#undef CALL8
#undef CALL9
#undef CALL10

#define CALL2(c, l) {#c, l, call_##c},
#define CALL3       CALL2
#define CALL4       CALL2
#define CALL5       CALL2
#define CALL6       CALL2
#define CALL7       CALL2
#define CALL8       CALL2
#define CALL9       CALL2
#define CALL10      CALL2
static const struct call calls[] = {
#include "rexx_calls.def"
};

static const struct call *find(const char *name)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strcasecmp(calls[i].name, name) == 0)
            return &calls[i];
    return NULL;
}

/* ---- variables of the program ---- */

static int refuse(int rc, const char *call, const char *what, const char *why)
{
    fprintf(stderr, "CPICOMM: %s: %s%s%s\n", call, what, *what ? ": " : "", why);
    return rc;
}

/* Set the variable; false when its name is not one. */
static bool set(const char *name, const void *value, size_t n)
{
    SHVBLOCK b;
    memset(&b, 0, sizeof b);
    b.shvcode = RXSHV_SYSET;
    b.shvname.strptr = (char *)(uintptr_t)name;
    b.shvname.strlength = strlen(name);
    b.shvnamelen = b.shvname.strlength;
    b.shvvalue.strptr = (char *)(uintptr_t)value;
    b.shvvalue.strlength = n;
    b.shvvaluelen = n;
    return RexxVariablePool(&b) <= RXSHV_NEWV;
}

static bool set_number(const char *name, long n)
{
    char text[24];
    return set(name, text, (size_t)snprintf(text, sizeof text, "%ld", n));
}

/* The value of the variable, into VALUE with room for ROOM + 1 octets; its length, or -1: it has none, -2:
 * too long. */
static long get(const char *name, char *value)
{
    SHVBLOCK b;
    memset(&b, 0, sizeof b);
    b.shvcode = RXSHV_SYFET;
    b.shvname.strptr = (char *)(uintptr_t)name;
    b.shvname.strlength = strlen(name);
    b.shvnamelen = b.shvname.strlength;
    b.shvvalue.strptr = value;
    b.shvvalue.strlength = ROOM;
    b.shvvaluelen = ROOM;
    ULONG bad = RexxVariablePool(&b);
    if (bad & (RXSHV_NEWV | RXSHV_BADN | RXSHV_MEMFL | RXSHV_BADF))
        return -1;
    if (bad & RXSHV_TRUNC)
        return -2;
    value[b.shvvalue.strlength] = '\0';
    return (long)b.shvvalue.strlength;
}

/* ---- a command ---- */

struct command {
    const struct call *call;
    char text[1024];
    const char *word[WORDS_MAX]; /* names of variables, or numbers, in TEXT */
    int n;                       /* parameters */
    int number[WORDS_MAX];
    short brief;
    char *octets[WORDS_MAX];
    long length[WORDS_MAX];
};

/* Cut the command into words.  Commas and parentheses are as blanks: some write CMINIT(a, b, c). */
static int cut(struct command *c, const char *text, size_t n)
{
    const char *blanks = " \t,()";
    char *rest;
    if (n >= sizeof c->text)
        return refuse(RC_MANY, "a command", "", "too long");
    memcpy(c->text, text, n);
    c->text[n] = '\0';
    const char *name = strtok_r(c->text, blanks, &rest);
    if (!name || !(c->call = find(name)))
        return refuse(RC_UNKNOWN, name ? name : "(nothing)", "", "there is no such call");
    int wanted = (int)strlen(c->call->letters);
    for (char *w; (w = strtok_r(NULL, blanks, &rest));) {
        if (c->n == wanted)
            return refuse(RC_MANY, name, w, "one parameter too many");
        c->word[c->n++] = w;
    }
    return c->n < wanted ? refuse(RC_FEW, name, "", "too few parameters") : 0;
}

static int read_number(struct command *c, int i)
{
    char value[ROOM + 1], *end;
    const char *text = c->word[i];
    if (!strchr("+-0123456789", *text)) {
        if (get(text, value) < 0)
            return refuse(RC_FETCH, c->call->name, text, "the variable has no value");
        text = value;
    }
    long n = strtol(text, &end, 10);
    if (end == text || end[strspn(end, " ")] || n < INT_MIN || n > INT_MAX)
        return refuse(RC_NUMBER, c->call->name, c->word[i], "its value is not a whole number");
    c->number[i] = (int)n;
    return 0;
}

/* Octets of a fixed size (conversation_ID, sym_dest_name, a side information entry) are padded with spaces;
 * others are as long as the number behind them says. */
static int read_octets(struct command *c, int i, long size)
{
    long n = get(c->word[i], c->octets[i]);
    if (n == -1)
        return refuse(RC_FETCH, c->call->name, c->word[i], "the variable has no value");
    if (n < 0 || (size >= 0 && n > size))
        return refuse(RC_LENGTH, c->call->name, c->word[i], "its value is too long");
    if (size >= 0)
        memset(c->octets[i] + n, ' ', (size_t)(size - n));
    c->length[i] = n;
    return 0;
}

static long fixed_size(char letter)
{
    return letter == 'S' ? (long)sizeof(SIDE_INFO) : 8;
}

/* The interpreter accepts a value for a number, too, and drops it. */
static bool is_name(const char *word)
{
    return isalpha((unsigned char)*word) || strchr("_!?@#$", *word);
}

static int read_inputs(struct command *c)
{
    int bad = 0;
    for (int i = 0; i < c->n && !bad; i++) {
        char letter = c->call->letters[i];
        if (strchr(">hIBsc", letter) && !is_name(c->word[i]))
            return refuse(RC_SET, c->call->name, c->word[i], "this is not the name of a variable");
        c->number[i] = UNSET;
        if (letter == '<')
            bad = read_number(c, i);
        if (strchr(".<>h", letter))
            continue;
        c->octets[i] = calloc(1, ROOM + 1);
        if (!c->octets[i])
            return refuse(RC_FETCH, c->call->name, c->word[i], "no memory");
        if (letter == 'i' || letter == 'S')
            bad = read_octets(c, i, fixed_size(letter));
        else if (letter == 'b' || letter == 'c')
            bad = read_octets(c, i, -1);
    }
    /* A length that is longer than the value would send what lies behind it. */
    for (int i = 0; i + 1 < c->n && !bad; i++)
        if (strchr("bc", c->call->letters[i]) && c->number[i + 1] <= 32767 && c->number[i + 1] > c->length[i])
            bad = refuse(RC_LENGTH, c->call->name, c->word[i], "its value is shorter than its length says");
    return bad;
}

/* How many octets the call has written at I, or -1: none. */
static long written(const struct command *c, int i)
{
    const char *letters = c->call->letters;
    int rc = c->number[c->n - 1];
    if (letters[i] == 'I')
        return rc == CM_OK || rc == CM_OPERATION_INCOMPLETE ? 8 : -1;
    if (letters[i] == 's')
        return rc == CM_OK ? (long)sizeof(SIDE_INFO) : -1;
    if (letters[i] == 'c')
        return rc == CM_OK ? c->length[i] : -1;
    if (letters[i] != 'B')
        return -1;
    bool receive = letters[i + 1] == '<'; /* requested_length, data_received, received_length */
    if (receive && (c->number[i + 2] == UNSET || c->number[i + 2] == CM_NO_DATA_RECEIVED))
        return -1;
    int n = c->number[receive ? i + 3 : i + 1];
    return n == UNSET ? -1 : n;
}

static int write_outputs(struct command *c)
{
    for (int i = 0; i < c->n; i++) {
        bool good = true;
        long n = written(c, i);
        if (c->call->letters[i] == '>' && c->number[i] != UNSET)
            good = set_number(c->word[i], c->number[i]);
        else if (c->call->letters[i] == 'h' && c->number[c->n - 1] == CM_OK)
            good = set_number(c->word[i], c->brief);
        else if (n >= 0)
            good = set(c->word[i], c->octets[i], (size_t)n);
        if (!good)
            return refuse(RC_SET, c->call->name, c->word[i], "this is not the name of a variable");
    }
    return 0;
}

/* Calls write their outputs when they complete, and the places of a command are gone then: conversations
 * wait. */
static bool would_not_wait(const struct command *c)
{
    return strcmp(c->call->name, "cmspm") == 0 && c->number[1] == CM_NON_BLOCKING;
}

static void run(struct command *c)
{
    void *v[WORDS_MAX];
    for (int i = 0; i < c->n; i++) {
        char letter = c->call->letters[i];
        v[i] = letter == '.'   ? NULL
               : letter == 'h' ? (void *)&c->brief
               : c->octets[i]  ? c->octets[i]
                               : (void *)&c->number[i];
    }
    if (would_not_wait(c))
        c->number[c->n - 1] = CM_PROGRAM_PARAMETER_CHECK;
    else
        c->call->run(v);
}

static ULONG APIENTRY command(PRXSTRING text, PUSHORT flags, PRXSTRING answer)
{
    struct command *c = calloc(1, sizeof *c);
    int rc = c ? cut(c, text->strptr, text->strlength) : RC_FETCH;
    if (!rc)
        rc = read_inputs(c);
    if (!rc) {
        run(c);
        rc = write_outputs(c);
    }
    for (int i = 0; c && i < c->n; i++)
        free(c->octets[i]);
    free(c);
    *flags = rc ? RXSUBCOM_FAILURE : RXSUBCOM_OK;
    answer->strlength = (ULONG)sprintf(answer->strptr, "%d", rc);
    return 0;
}

int cpicomm_register(void)
{
    ULONG rc = RexxRegisterSubcomExe("CPICOMM", (RexxSubcomHandler *)command, NULL);
    return rc == RXSUBCOM_DUP ? 0 : (int)rc;
}

void cpicomm_set_constants(void)
{
    static const struct {
        const char *name;
        long value;
    } constants[] = {
#define CONSTANT(n, v) {n, v},
#include "rexx_constants.def"
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        set_number(constants[i].name, constants[i].value);
}
