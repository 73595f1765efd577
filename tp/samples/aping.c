/* aping.c - sample invoking TP: sends records to an APING server and times the round trip.
 *
 * A conversation is: Attach and version records, then per iteration a number of records of one size which the
 * server sends back (or, one-way, confirms), then Deallocate.  pingserve.c implements the other side. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tp/samples/pingoptions.h"
#include "tp/samples/pingproto.h"
#include "tp/samples/sampletp.h"

#define SYSTEM_MAX 100 /* octets shown of the partner's system name */

struct ping {
    const struct pingoptions *opt;
    unsigned char id[CM_CID_SIZE];
    bool alive; /* id belongs to a conversation */
    CM_INT32 send_type;
    bool one_way; /* requested, and supported by the server */
    int major, minor;
    char system[SYSTEM_MAX + 1];
    unsigned char buffer[PING_BUFFER];
};

/* What the partner sent in one turn. */
struct turn {
    long records;
    long odd; /* records of another than the expected size */
    long long octets;
    CM_INT32 head_length; /* the first record, as far as the version exchange needs it */
    unsigned char head[4 + SYSTEM_MAX];
};

struct totals {
    long count;
    double ms, min_ms, max_ms;
    long long octets;
};

/* ---- helpers ---- */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* After these codes the conversation is gone; after all others it has to be ended. */
static bool ends_conversation(CM_INT32 rc)
{
    return (rc >= CM_ALLOCATE_FAILURE_NO_RETRY && rc <= CM_DEALLOCATED_NORMAL) ||
           rc == CM_RESOURCE_FAILURE_NO_RETRY || rc == CM_RESOURCE_FAILURE_RETRY ||
           rc == CM_DEALLOCATED_ABEND_SVC || rc == CM_DEALLOCATED_ABEND_TIMER;
}

static int check(struct ping *p, const char *call, CM_INT32 rc)
{
    if (rc == CM_OK)
        return 0;
    sample_error("aping", call, rc);
    if (ends_conversation(rc))
        p->alive = false;
    return -1;
}

static void abend(struct ping *p)
{
    CM_INT32 type = CM_DEALLOCATE_ABEND, rc;
    if (!p->alive)
        return;
    cmsdt(p->id, &type, &rc);
    cmdeal(p->id, &rc);
    p->alive = false;
}

/* ---- beginning the conversation ---- */

static CM_INT32 initialize(struct ping *p, const char *name, size_t n)
{
    unsigned char sym_dest_name[CM_SDN_SIZE];
    CM_INT32 rc;
    memset(sym_dest_name, ' ', sizeof(sym_dest_name));
    memcpy(sym_dest_name, name, n);
    cminit(p->id, sym_dest_name, &rc);
    p->alive = rc == CM_OK;
    return rc;
}

static int set_partner(struct ping *p, const char *name)
{
    CM_INT32 n = (CM_INT32)strlen(name), rc;
    cmspln(p->id, (unsigned char *)name, &n, &rc);
    return check(p, "Set_Partner_LU_Name (cmspln)", rc);
}

static int set_mode(struct ping *p, const char *name)
{
    CM_INT32 n = (CM_INT32)strlen(name), rc;
    cmsmn(p->id, (unsigned char *)name, &n, &rc);
    return check(p, "Set_Mode_Name (cmsmn)", rc);
}

static int set_tp(struct ping *p, const char *name)
{
    CM_INT32 n = (CM_INT32)strlen(name), rc;
    cmstpn(p->id, (unsigned char *)name, &n, &rc);
    return check(p, "Set_TP_Name (cmstpn)", rc);
}

/* A symbolic destination has its own mode and TP name; an LU gets the defaults. */
static int find_destination(struct ping *p)
{
    const struct pingoptions *o = p->opt;
    const char *mode = o->mode, *tp = o->tp;
    size_t n = strlen(o->destination);
    CM_INT32 rc = CM_PROGRAM_PARAMETER_CHECK;
    if (n <= CM_SDN_SIZE && !strchr(o->destination, '.'))
        rc = initialize(p, o->destination, n);
    if (rc == CM_PROGRAM_PARAMETER_CHECK) { /* no symbolic destination of this name */
        rc = initialize(p, "", 0);
        if (check(p, "Initialize_Conversation (cminit)", rc) || set_partner(p, o->destination))
            return -1;
        mode = mode ? mode : "#INTER";
        tp = tp ? tp : "APINGD";
    }
    if (check(p, "Initialize_Conversation (cminit)", rc))
        return -1;
    if ((mode && set_mode(p, mode)) || (tp && set_tp(p, tp)))
        return -1;
    return 0;
}

/* The type comes first: user ID and password are refused while it is NONE. */
static int set_security(struct ping *p)
{
    const struct pingoptions *o = p->opt;
    CM_INT32 type = o->security, n, rc;
    if (type == -1)
        return 0;
    cmscst(p->id, &type, &rc);
    if (check(p, "Set_Conversation_Security_Type (cmscst)", rc))
        return -1;
    if (o->user) {
        n = (CM_INT32)strlen(o->user);
        cmscsu(p->id, (unsigned char *)o->user, &n, &rc);
        if (check(p, "Set_Conversation_Security_User_ID (cmscsu)", rc))
            return -1;
    }
    if (o->password) {
        n = (CM_INT32)strlen(o->password);
        cmscsp(p->id, (unsigned char *)o->password, &n, &rc);
        if (check(p, "Set_Conversation_Security_Password (cmscsp)", rc))
            return -1;
    }
    return 0;
}

/* Mapped is the default.  One-way needs sync level CONFIRM, with which giving the turn and deallocating wait
 * for the partner unless their type is FLUSH. */
static int set_characteristics(struct ping *p)
{
    CM_INT32 sync = CM_CONFIRM, prep = CM_PREP_TO_RECEIVE_FLUSH, deal = CM_DEALLOCATE_FLUSH, rc;
    cmssl(p->id, &sync, &rc);
    if (check(p, "Set_Sync_Level (cmssl)", rc))
        return -1;
    cmsptr(p->id, &prep, &rc);
    if (check(p, "Set_Prepare_To_Receive_Type (cmsptr)", rc))
        return -1;
    cmsdt(p->id, &deal, &rc);
    if (check(p, "Set_Deallocate_Type (cmsdt)", rc))
        return -1;
    return set_security(p);
}

/* ---- data ---- */

static int send_record(struct ping *p, CM_INT32 length, CM_INT32 type)
{
    CM_INT32 rts, rc;
    if (type != p->send_type) {
        cmsst(p->id, &type, &rc);
        if (check(p, "Set_Send_Type (cmsst)", rc))
            return -1;
        p->send_type = type;
    }
    cmsend(p->id, p->buffer, &length, &rts, &rc);
    return check(p, "Send_Data (cmsend)", rc);
}

static void take_record(struct ping *p, struct turn *t, CM_INT32 length)
{
    if (t->records == 0) {
        t->head_length = length < (CM_INT32)sizeof(t->head) ? length : (CM_INT32)sizeof(t->head);
        memcpy(t->head, p->buffer, (size_t)t->head_length);
    }
    t->records++;
    t->octets += length;
    if (length != p->opt->size)
        t->odd++;
}

/* Receive until the turn is ours.  A server that asks for confirmation along with it gets one. */
static int receive_turn(struct ping *p, struct turn *t)
{
    CM_INT32 want = PING_BUFFER, data, length, status, rts, rc;
    memset(t, 0, sizeof(*t));
    for (;;) {
        data = CM_NO_DATA_RECEIVED;
        status = CM_NO_STATUS_RECEIVED;
        cmrcv(p->id, p->buffer, &want, &data, &length, &status, &rts, &rc);
        if (check(p, "Receive (cmrcv)", rc))
            return -1;
        if (data != CM_NO_DATA_RECEIVED)
            take_record(p, t, length);
        if (status == CM_CONFIRM_RECEIVED || status == CM_CONFIRM_SEND_RECEIVED ||
            status == CM_CONFIRM_DEALLOC_RECEIVED) {
            cmcfmd(p->id, &rc);
            if (check(p, "Confirmed (cmcfmd)", rc))
                return -1;
        }
        if (status == CM_SEND_RECEIVED || status == CM_CONFIRM_SEND_RECEIVED)
            return 0;
        if (status == CM_CONFIRM_DEALLOC_RECEIVED)
            return check(p, "Receive (cmrcv)", CM_DEALLOCATED_NORMAL);
    }
}

static void take_version(struct ping *p, const struct turn *t)
{
    CM_INT32 n;
    if (t->head_length < PING_VERSION_RECORD || t->head[0] != PING_VERSION)
        return; /* 0.0 */
    p->major = t->head[1];
    p->minor = t->head[2];
    if (t->head_length <= PING_VERSION_RECORD || t->head[PING_VERSION_RECORD] != PING_SYSTEM)
        return;
    n = t->head_length - PING_VERSION_RECORD - 1;
    for (CM_INT32 i = 0; i < n; i++) {
        unsigned char c = t->head[PING_VERSION_RECORD + 1 + i];
        if (c == '\0')
            break;
        p->system[i] = c >= ' ' && c < 0x7F ? (char)c : '.'; /* no control characters for the terminal */
    }
}

static int exchange_versions(struct ping *p)
{
    struct turn t;
    p->buffer[0] = PING_VERSION;
    p->buffer[1] = PING_MAJOR;
    p->buffer[2] = PING_MINOR;
    if (send_record(p, PING_VERSION_RECORD, CM_SEND_AND_PREP_TO_RECEIVE) || receive_turn(p, &t))
        return -1;
    take_version(p, &t);
    return 0;
}

typedef __typeof__(cmepln) *extract_call; /* 32-bit Windows has a calling convention of its own */

/* TEXT has room for MAX octets and a NUL; it stays empty when the call fails. */
static void extract(struct ping *p, extract_call call, char *text, CM_INT32 max)
{
    CM_INT32 n = 0, rc;
    call(p->id, (unsigned char *)text, &n, &rc);
    text[rc == CM_OK && n >= 0 && n <= max ? n : 0] = '\0';
}

static void show_partner(struct ping *p, double allocate_ms, double connect_ms)
{
    char lu[CM_PLN_SIZE + 1], mode[CM_MN_SIZE + 1], tp[CM_TPN_SIZE + 1];
    extract(p, cmepln, lu, CM_PLN_SIZE);
    extract(p, cmemn, mode, CM_MN_SIZE);
    extract(p, cmetpn, tp, CM_TPN_SIZE);
    printf("Partner LU %s, TP %s, mode %s\n", lu, tp, mode);
    printf("Allocate %.3f ms, connect %.3f ms\n", allocate_ms, connect_ms);
    if (p->major == 0 && p->minor == 0)
        printf("Partner system unknown, server of unknown version\n");
    else
        printf("Partner system %s, server version %d.%d\n", p->system[0] ? p->system : "unknown", p->major,
               p->minor);
}

static bool can_do_one_way(const struct ping *p)
{
    return p->major > PING_ONE_WAY_MAJOR ||
           (p->major == PING_ONE_WAY_MAJOR && p->minor >= PING_ONE_WAY_MINOR);
}

static int begin(struct ping *p)
{
    double start, allocated;
    CM_INT32 rc;
    if (find_destination(p) || set_characteristics(p))
        return -1;
    start = now_ms();
    cmallc(p->id, &rc);
    if (check(p, "Allocate (cmallc)", rc))
        return -1;
    allocated = now_ms();
    if (exchange_versions(p))
        return -1;
    show_partner(p, allocated - start, now_ms() - start);
    p->one_way = p->opt->one_way && can_do_one_way(p);
    if (p->opt->one_way && !p->one_way)
        printf("The server does not support one-way (version %d.%d does): records are sent back\n",
               PING_ONE_WAY_MAJOR, PING_ONE_WAY_MINOR);
    return 0;
}

/* ---- the measurement ---- */

static int iterate(struct ping *p, long long *octets)
{
    const struct pingoptions *o = p->opt;
    CM_INT32 last = p->one_way ? CM_SEND_AND_CONFIRM : CM_SEND_AND_PREP_TO_RECEIVE;
    struct turn t;
    for (long i = 1; i <= o->packets; i++) {
        if (send_record(p, o->size, i < o->packets ? CM_BUFFER_DATA : last))
            return -1;
    }
    *octets = (long long)o->size * o->packets;
    if (p->one_way)
        return 0;
    if (receive_turn(p, &t))
        return -1;
    *octets += t.octets;
    if (t.records == o->packets && t.odd == 0)
        return 0;
    fprintf(stderr,
            "aping: sent %ld record%s of %d octet%s, got back %ld with %lld octet%s, %ld of another size\n",
            o->packets, sample_s(o->packets), (int)o->size, sample_s(o->size), t.records, t.octets,
            sample_s(t.octets), t.odd);
    return -1;
}

static void show_row(double ms, long long octets)
{
    double per_ms = ms > 0 ? (double)octets / ms : 0; /* octets per ms equal KB per s */
    printf("%12.3f %12lld %14.1f %12.3f\n", ms, octets, per_ms, per_ms * 8 / 1000);
}

static void add(struct totals *t, double ms, long long octets)
{
    if (t->count == 0 || ms < t->min_ms)
        t->min_ms = ms;
    if (t->count == 0 || ms > t->max_ms)
        t->max_ms = ms;
    t->count++;
    t->ms += ms;
    t->octets += octets;
}

static int measure(struct ping *p)
{
    struct totals total = {0};
    long long octets;
    double start, ms;
    memset(p->buffer, 'A', sizeof(p->buffer));
    printf("\n%12s %12s %14s %12s\n%12s %12s %14s %12s\n", "Duration", "Octets", "Data rate", "Data rate",
           "(ms)", "", "(KB/s)", "(Mb/s)");
    for (long i = 0; i < p->opt->iterations; i++) {
        start = now_ms();
        if (iterate(p, &octets))
            return -1;
        ms = now_ms() - start;
        show_row(ms, octets);
        add(&total, ms, octets);
    }
    printf("Totals:\n");
    show_row(total.ms, total.octets);
    printf("Duration: minimum %.3f ms, average %.3f ms, maximum %.3f ms\n", total.min_ms,
           total.ms / (double)total.count, total.max_ms);
    return 0;
}

static int end(struct ping *p)
{
    CM_INT32 rc;
    cmdeal(p->id, &rc);
    if (rc == CM_OK)
        p->alive = false;
    return check(p, "Deallocate (cmdeal)", rc);
}

int main(int argc, char **argv)
{
    struct pingoptions options;
    static struct ping ping = {.opt = NULL, .send_type = CM_BUFFER_DATA};
    pingoptions_take(&options, argc, argv);
    ping.opt = &options;
    setvbuf(stdout, NULL, _IOLBF, 0); /* each iteration's line appears at once, even in a pipe */
    if (begin(&ping) || measure(&ping) || end(&ping)) {
        abend(&ping);
        return 1;
    }
    return 0;
}
