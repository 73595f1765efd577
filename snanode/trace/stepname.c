/* Steps in words, and what to do about those that failed. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/plural.h"
#include "snanode/trace/step.h"
#include "snanode/wire/sense.h"

static unsigned printable(const uint8_t *p, size_t n, bool ebcdic)
{
    unsigned k = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t c = ebcdic ? ebcdic_to_ascii[p[i]] : p[i];
        k += c >= ' ' && c < 0x7F ? isalnum(c) || c == ' ' ? 2 : 1 : 0;
    }
    return k;
}

/* The first octets, in at most WIDTH characters: as text in the code in which more of them are text, else as
 * numbers. */
static void put_head(struct text *out, const struct step *k, size_t width)
{
    unsigned a = printable(k->head, k->head_n, false), e = printable(k->head, k->head_n, true);
    bool ebcdic = e > a, numbers = (ebcdic ? e : a) < k->head_n * 3u / 2;
    size_t around = numbers ? 4 : ebcdic ? 10 : 3, most = width > around ? width - around : 0;
    size_t n = numbers ? most / 2 : most;
    n = k->head_n < n ? k->head_n : n;
    if (n == 0)
        return;
    if (numbers) {
        text_add(out, " X'");
        for (size_t i = 0; i < n && i < 8; i++)
            text_add(out, "%02X", k->head[i]);
        text_add(out, "'");
        return;
    }
    text_add(out, " %s\"", ebcdic ? "EBCDIC " : "");
    for (size_t i = 0; i < n; i++) {
        uint8_t c = ebcdic ? ebcdic_to_ascii[k->head[i]] : k->head[i];
        text_add(out, "%c", c >= ' ' && c < 0x7F ? c : '.');
    }
    text_add(out, "\"");
}

static const char *end_name(enum chain_end end)
{
    static const char *const names[] = {[CHAIN_MORE] = "",
                                        [CHAIN_FLUSH] = "",
                                        [CHAIN_TURN] = "turn",
                                        [CHAIN_CONFIRM] = "asks to confirm",
                                        [CHAIN_CONFIRM_TURN] = "turn, asks to confirm",
                                        [CHAIN_DEALLOCATE] = "end",
                                        [CHAIN_CONFIRM_DEALLOCATE] = "end, asks to confirm"};
    return end < CHAIN_END_N ? names[end] : "";
}

static void put_data(const struct story *s, const struct step *k, size_t width, struct text *out)
{
    const char *end = end_name(k->end);
    size_t tail = *end ? strlen(end) + 2 : 0;
    if (k->attach)
        text_add(out, "Attach %.20s%s%s", s->tp, *s->user ? " as " : "", s->user);
    if (k->octets > 0 || (!k->attach && !*end)) {
        if (k->records > 1)
            text_add(out, "%s%u records, %u %s", out->n ? ", " : "", k->records, k->octets,
                     plural(k->octets, "octet", "octets"));
        else
            text_add(out, "%s%u %s", out->n ? ", " : "", k->octets, plural(k->octets, "octet", "octets"));
        put_head(out, k, width > out->n + tail ? width - out->n - tail : 0);
    }
    if (*end)
        text_add(out, "%s%s", out->n ? ", " : "", end);
}

static void put_error(const struct step *k, struct text *out)
{
    text_add(out, "%s %s", sense_class(k->sense) == SENSE_CLASS_ALLOCATION ? "refused:" : "error",
             sense_name(k->sense));
    if (sense_name(k->sense)[0] == '?')
        text_add(out, " %08X", k->sense);
    if (*k->text)
        text_add(out, " \"%s\"", k->text);
    const char *end = end_name(k->end);
    if (*end)
        text_add(out, ", %s", end);
}

void step_describe(const struct story *s, const struct step *k, size_t width, struct text *out)
{
    struct text t = {.p = NULL};
    switch (k->kind) {
    case STEP_DATA:
        put_data(s, k, width, &t);
        break;
    case STEP_ERROR:
        put_error(k, &t);
        break;
    case STEP_CONFIRMED:
        text_add(&t, "+RSP %s", *k->text ? k->text : "confirmed");
        break;
    case STEP_NEGATIVE:
        text_add(&t, "-RSP %s", sense_name(k->sense));
        break;
    case STEP_SIGNAL:
        text_add(&t, "asks for the turn (Request_To_Send)");
        break;
    case STEP_UNBIND:
        text_add(&t, "session lost%s%s", k->sense ? ": " : "", k->sense ? sense_name(k->sense) : "");
        break;
    case STEP_SESSION:
        text_add(&t, "%s", k->text);
        break;
    case STEP_ODD:
        text_add(&t, "unexpected: %s", k->sense ? sense_name(k->sense) : "?");
        break;
    }
    text_add(out, "%.*s", (int)width, t.p ? t.p : "");
    out->bad |= t.bad;
    text_free(&t);
}

/* ---- advice ---- */

static const struct {
    uint32_t sense;
    const char *text; /* %s: the TP */
} advice[] = {
    {SENSE_TPN_NOT_RECOGNIZED, "No TP is set up under the name %s on this LU, or for this user's machine.  "
                               "Compare the name, with its case, with "
                               "the rows of \"snactl tp\"; add it with \"tpsetup add\", or start the program "
                               "that accepts it.  Event 703 in "
                               "\"snactl event\" has names that come near."},
    {SENSE_TP_UNAVAILABLE_NO_RETRY, "No program has accepted %s in time.  Either no TP of this name is set "
                                    "up or registered: compare it, with its case, "
                                    "with the rows of \"snactl tp\"; event 703 in \"snactl event\" has names "
                                    "that come near.  Or its program could not "
                                    "be started, ended before it accepted, or was too slow (TPTimeout): the "
                                    "node's log says which, and \"snacheck\" "
                                    "tries its path."},
    {SENSE_TP_UNAVAILABLE_RETRY, "%s cannot be had now, and may be had later: its copies are busy, or the "
                                 "node is short of something.  Look at "
                                 "\"snactl tp\" and \"snactl queue\", and allocate again."},
    {SENSE_SECURITY_NOT_VALID, "User ID or password is not one that %s admits.  Compare with the users of "
                               "its entry (\"tpsetup show\"), and look at "
                               "the security type that the program sets (Set_Conversation_Security_Type)."},
    {SENSE_CONV_TYPE_MISMATCH,
     "%s takes conversations of the other type: one side is basic and the other one mapped "
     "(Set_Conversation_Type, or ConversationType of its entry)."},
    {SENSE_SYNC_LEVEL_UNSUPPORTED,
     "%s does not take this sync level (Set_Sync_Level, or SyncLevel of its entry)."},
    {SENSE_PIP_NOT_ALLOWED, "%s takes no initialization parameters (PIP data)."},
};

static const struct step *failure(const struct story *s)
{
    for (size_t i = s->n_steps; i > 0; i--) {
        const struct step *k = &s->steps[i - 1];
        if (s->session ? k->sense != 0 : k->last && (k->kind == STEP_ERROR || k->kind == STEP_UNBIND))
            return k;
    }
    return NULL;
}

bool step_story_failed(const struct story *s)
{
    return failure(s) != NULL;
}

void step_advise(const struct story *s, struct text *out)
{
    const struct step *k = failure(s);
    const char *tp = *s->tp ? s->tp : "the TP";
    if (!k || k->sense == 0)
        return;
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++)
        if (advice[i].sense == k->sense) {
            const char *at = strstr(advice[i].text, "%s");
            text_add(out, "%.*s%s%s", (int)(at - advice[i].text), advice[i].text, tp, at + 2);
            return;
        }
    if (s->session)
        text_add(out, "Allocates that need this session fail or wait.  ");
    text_add(out, "%s", sense_text(k->sense));
}
