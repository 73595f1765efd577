#include "tp/libappc/tp.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/idtab.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left = PTHREAD_COND_INITIALIZER; /* a verb of some TP that ends is over */
static struct idtab tps;

/* An ID is a number of the table, and the process, so that an ID of a parent finds nothing. */
struct id {
    uint32_t number, process;
};

struct tp *tp_new(void)
{
    struct tp *tp = calloc(1, sizeof *tp);
    pthread_mutex_lock(&lock);
    uint32_t number = tp && tps.n < TP_MAX ? idtab_add(&tps, tp) : 0;
    pthread_mutex_unlock(&lock);
    if (!number) {
        free(tp);
        return NULL;
    }
    struct id id = {number, (uint32_t)getpid()};
    memcpy(tp->id, &id, sizeof id);
    memset(tp->name, ebcdic_from_ascii[' '], sizeof tp->name);
    tp->number = number;
    tp->refs = 2;
    tp->active = 1;
    return tp;
}

struct tp *tp_get(const uint8_t id[TP_ID_SIZE], bool *busy)
{
    struct id wanted;
    memcpy(&wanted, id, sizeof wanted);
    pthread_mutex_lock(&lock);
    struct tp *tp = idtab_get(&tps, wanted.number);
    if (tp && memcmp(tp->id, id, TP_ID_SIZE) != 0)
        tp = NULL;
    *busy = tp && tp->ending;
    if (*busy)
        tp = NULL;
    if (tp) {
        tp->refs++;
        tp->active++;
    }
    pthread_mutex_unlock(&lock);
    return tp;
}

/* Under LOCK. */
static void drop(struct tp *tp)
{
    if (--tp->refs == 0)
        free(tp);
}

/* Under LOCK. */
static void no_longer_in(struct tp *tp)
{
    tp->active--;
    if (tp->ending)
        pthread_cond_broadcast(&left);
}

void tp_put(struct tp *tp)
{
    pthread_mutex_lock(&lock);
    no_longer_in(tp);
    drop(tp);
    pthread_mutex_unlock(&lock);
}

bool tp_begin_end(struct tp *tp)
{
    pthread_mutex_lock(&lock);
    bool first = !tp->ending;
    tp->ending = true;
    pthread_mutex_unlock(&lock);
    return first;
}

void tp_await(struct tp *tp)
{
    pthread_mutex_lock(&lock);
    while (tp->active > 1)
        pthread_cond_wait(&left, &lock);
    pthread_mutex_unlock(&lock);
}

/* Under LOCK. */
static void take_out(struct tp *tp)
{
    if (idtab_get(&tps, tp->number) != tp)
        return;
    idtab_remove(&tps, tp->number);
    drop(tp);
}

void tp_void(struct tp *tp)
{
    pthread_mutex_lock(&lock);
    take_out(tp);
    pthread_mutex_unlock(&lock);
}

void tp_void_all(void)
{
    struct tp *tp;
    pthread_mutex_lock(&lock);
    for (uint32_t i = 0; (tp = idtab_next(&tps, &i));)
        take_out(tp);
    pthread_mutex_unlock(&lock);
}

void tp_forked(void)
{
    struct tp *tp;
    pthread_mutex_init(&lock, NULL);
    pthread_cond_init(&left, NULL);
    for (uint32_t i = 0; (tp = idtab_next(&tps, &i));)
        idtab_remove(&tps, tp->number);
}
