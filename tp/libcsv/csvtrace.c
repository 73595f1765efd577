/* DEFINE_TRACE and COPY_TRACE_TO_FILE.  The two trace files are in memory, and each process has its own: a
 * program reads no trace but its own, and leaves nothing behind.  Only the verbs of this library are
 * recorded; for the conversations of APPC and CPI-C there is snactl trace [V8]. */
#include "tp/libcsv/csvtrace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/names.h"
#include "tp/libcsv/call.h"

#define FILE_OCTETS 250000u /* then the other file begins [HIS: COPY_TRACE_TO_FILE] */
#define FILES       2
#define RECORD_MAX  512

/* Bits of ON. */
enum traced { TRACED_APPC = 1, TRACED_SRPI = 2, TRACED_COMM_SERV = 4 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards all but ON, which is changed under it */
static atomic_uint on;
static unsigned trunc_at; /* octets of a record, 0 = all */
static bool copying;
static struct {
    char *octets;
    size_t n;
} files[FILES];
static unsigned current; /* the file that grows */

/* ---- records ---- */

static void reset(void)
{
    for (unsigned i = 0; i < FILES; i++)
        files[i].n = 0;
    current = 0;
}

static void append(const char *record, size_t n)
{
    if (files[current].n + n > FILE_OCTETS) {
        current = (current + 1) % FILES;
        files[current].n = 0;
    }
    memcpy(files[current].octets + files[current].n, record, n);
    files[current].n += n;
}

/* Time, thread, verb, codes and the block: one line. */
static size_t record_make(char record[RECORD_MAX], const char *name, const void *vcb, size_t n)
{
    const struct csv_hdr *h = vcb;
    const uint8_t *p = vcb;
    struct timespec t;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &tm);
    size_t k = strftime(record, RECORD_MAX, "%Y-%m-%dT%H:%M:%S", &tm);
    k += (size_t)snprintf(record + k, RECORD_MAX - k, ".%06ldZ %d %s rc=%04X %08X vcb=", t.tv_nsec / 1000,
                          gettid(), name, APPC_FLIPI(h->primary_rc), APPC_FLIPL(h->secondary_rc));
    for (size_t i = 0; i < n && k + 3 < RECORD_MAX; i++)
        k += (size_t)snprintf(record + k, RECORD_MAX - k, "%02X", p[i]);
    return k;
}

void csvtrace_verb(const char *name, const void *vcb, size_t n)
{
    char record[RECORD_MAX];
    if (!(atomic_load_explicit(&on, memory_order_relaxed) & TRACED_COMM_SERV))
        return;
    size_t k = record_make(record, name, vcb, n);
    pthread_mutex_lock(&lock);
    if (trunc_at > 0 && k > trunc_at)
        k = trunc_at;
    record[k] = '\n';
    if (atomic_load(&on) & TRACED_COMM_SERV)
        append(record, k + 1);
    pthread_mutex_unlock(&lock);
}

void csvtrace_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    copying = false;
}

__attribute__((destructor)) static void unload(void)
{
    atomic_store(&on, 0);
    for (unsigned i = 0; i < FILES; i++)
        free(files[i].octets);
}

/* ---- DEFINE_TRACE ---- */

static bool have_files(void)
{
    for (unsigned i = 0; i < FILES; i++)
        if (!files[i].octets && !(files[i].octets = malloc(FILE_OCTETS)))
            return false;
    return true;
}

/* Under LOCK. */
static void define(struct define_trace *b)
{
    unsigned change = (b->appc & SV_CHANGE ? TRACED_APPC : 0u) | (b->srpi & SV_CHANGE ? TRACED_SRPI : 0u) |
                      (b->comm_serv & SV_CHANGE ? TRACED_COMM_SERV : 0u);
    if (copying) {
        csv_rc(b, SV_STATE_CHECK, SV_COPY_TRACE_IN_PROGRESS);
    } else if (b->dt_set == SV_ON && !have_files()) {
        csv_rc(b, SV_UNEXPECTED_DOS_ERROR, APPC_FLIPL((unsigned)ENOMEM));
    } else {
        if (b->reset_trc == SV_YES)
            reset();
        trunc_at = b->trunc;
        atomic_store(&on, b->dt_set == SV_ON ? atomic_load(&on) | change : atomic_load(&on) & ~change);
        csv_rc(b, SV_OK, 0);
    }
}

void verb_define_trace(struct csv_call *v)
{
    struct define_trace *b = v->vcb;
    if (b->dt_set > SV_ON) {
        csv_parameter(b, SV_INVALID_SET);
    } else if (b->reset_trc > SV_YES) {
        csv_parameter(b, SV_INVALID_RESET_TRACE);
    } else {
        pthread_mutex_lock(&lock);
        define(b);
        pthread_mutex_unlock(&lock);
    }
}

/* ---- COPY_TRACE_TO_FILE ---- */

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno != EINTR)
            return false;
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        }
    }
    return true;
}

/* The older file first.  Returns 0, or errno. */
static int copy(const char *name, bool new)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | (new ? O_EXCL : O_TRUNC), 0600);
    int why = fd < 0 ? errno : 0;
    for (unsigned i = 1; i <= FILES && !why; i++) {
        unsigned k = (current + i) % FILES;
        if (!write_all(fd, files[k].octets, files[k].n))
            why = errno;
    }
    if (fd >= 0 && close(fd) < 0 && !why)
        why = errno;
    return why;
}

static void copied(struct copy_trace_to_file *b, int why)
{
    if (why == 0)
        csv_rc(b, SV_OK, 0);
    else if (why == EEXIST)
        csv_rc(b, SV_FILE_ALREADY_EXISTS, 0);
    else if (why == ENOSPC || why == EDQUOT || why == EFBIG)
        csv_rc(b, SV_OUTPUT_DEVICE_FULL, 0);
    else
        csv_rc(b, SV_UNEXPECTED_DOS_ERROR, APPC_FLIPL((unsigned)why));
}

/* Under LOCK: whether a copy may begin now. */
static bool may_copy(struct copy_trace_to_file *b)
{
    unsigned int bad = copying                              ? SV_COPY_TRACE_IN_PROGRESS
                       : atomic_load(&on)                   ? SV_TRACE_NOT_STOPPED
                       : files[0].n == 0 && files[1].n == 0 ? SV_TRACE_FILE_EMPTY
                                                            : 0;
    if (bad)
        csv_rc(b, SV_STATE_CHECK, bad);
    return bad == 0;
}

void verb_copy_trace_to_file(struct csv_call *v)
{
    struct copy_trace_to_file *b = v->vcb;
    char name[sizeof b->file_name + 1];
    if (b->file_option > SV_OVERWRITE) {
        csv_parameter(b, SV_INVALID_FILE_OPTION);
        return;
    }
    name_unpad(name, sizeof name, b->file_name, strnlen((const char *)b->file_name, sizeof b->file_name));
    pthread_mutex_lock(&lock);
    bool may = may_copy(b);
    copying |= may;
    pthread_mutex_unlock(&lock);
    if (!may)
        return;
    int why = copy(name, b->file_option == SV_NEW); /* nobody changes the files meanwhile */
    pthread_mutex_lock(&lock);
    copying = false;
    if (why == 0)
        reset();
    pthread_mutex_unlock(&lock);
    copied(b, why);
}
