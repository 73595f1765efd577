/* What goes wrong in a conversation: errors that we send, errors of the partner, lost sessions. */
#include "tp/conv/failure.h"

#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"
#include "tp/conv/channel.h"
#include "tp/conv/control.h"
#include "tp/conv/half.h"
#include "tp/conv/state.h"

void conv_set_log(struct conv *c, const uint8_t *text, unsigned n)
{
    pthread_mutex_lock(&c->log.lock);
    if (n > 0)
        memcpy(c->log.text, text, n);
    c->log.n = n;
    pthread_mutex_unlock(&c->log.lock);
}

void conv_take_logs(struct conv *c, uint8_t *p, size_t n)
{
    pthread_mutex_lock(&c->log.lock);
    c->log.into = p;
    c->log.into_n = n;
    pthread_mutex_unlock(&c->log.lock);
}

static void give_log(struct conv *c, const struct inbound *in)
{
    pthread_mutex_lock(&c->log.lock);
    if (c->log.into) {
        size_t n = in->gds_n < c->log.into_n ? in->gds_n : c->log.into_n;
        memset(c->log.into, 0, c->log.into_n);
        if (n > 0)
            memcpy(c->log.into, in->gds, n);
    }
    pthread_mutex_unlock(&c->log.lock);
}

/* Take the log data into LOG; they are used once.  Returns octets. */
static unsigned take_log(struct conv *c, uint8_t log[CONV_LOG_MAX])
{
    pthread_mutex_lock(&c->log.lock);
    unsigned n = c->log.n;
    memcpy(log, c->log.text, n);
    c->log.n = 0;
    pthread_mutex_unlock(&c->log.lock);
    return n;
}

void conv_send_error(struct conv *c, uint32_t sense, bool negative, bool last)
{
    struct chain_frame f[2];
    uint8_t ru[4], fmh7[FMH7_MAX], log[CONV_LOG_MAX];
    unsigned n = 0, log_n = take_log(c, log);
    if (log_n > 0)
        control_log(c->node.id, c->node.accepted, sense, log, log_n);
    ebcdic_encode(log, log_n);
    if (negative)
        frame_reject(&f[n++], SENSE_ERP_MESSAGE_FORTHCOMING, ru);
    ssize_t k = fmh7_encode(sense, log, log_n, fmh7, sizeof fmh7);
    if (k > 0)
        chain_error(&c->half.tx, fmh7, (size_t)k, last, &f[n++]);
    if (half_write(c, f, n, false) == 0 && last)
        channel_hurry(c);
}

/* The FMH-7 that ends the conversation; it needs the bracket. */
static void send_abend(struct conv *c, uint32_t sense, bool sending)
{
    chain_drop(&c->half.tx);
    conv_send_error(c, sense, !sending, true);
}

static bool is_sending(const struct conv *c)
{
    return c->state == CS_SEND || c->state == CS_SEND_PENDING;
}

static bool has_bracket(const struct conv *c)
{
    return c->channel.fd >= 0 && c->state != CS_INITIALIZE && c->half.tx.begun;
}

OUT_OF_LINE void conv_abend(struct conv *c)
{
    conv_set_log(c, NULL, 0); /* Cancel sends none [HIS: Cancel_Conversation] */
    if (has_bracket(c))
        send_abend(c, SENSE_ABEND_SVC, is_sending(c));
    conv_end(c);
}

void conv_abend_now(struct conv *c, uint32_t sense)
{
    if (has_bracket(c))
        send_abend(c, sense, is_sending(c));
    conv_end(c);
}

void conv_flush_abend(struct conv *c, uint32_t sense, bool wait)
{
    if (c->channel.fd >= 0 && c->state != CS_INITIALIZE) {
        if (is_sending(c))
            half_put(c, NULL, 0, CHAIN_FLUSH, wait);
        send_abend(c, sense, is_sending(c));
    }
    conv_end(c);
}

enum outcome conv_lost(struct conv *c, uint32_t sense)
{
    c->sense = sense;
    conv_end(c);
    return outcome_of_unbind(sense);
}

enum outcome conv_node_lost(struct conv *c)
{
    c->sense = 0;
    conv_end(c);
    return OUTCOME_RESOURCE_FAILURE_NO_RETRY;
}

/* We may still send, but the partner takes over: end our chain with the turn [LU62PP]. */
static void give_turn(struct conv *c)
{
    chain_drop(&c->half.tx);
    half_put(c, NULL, 0, CHAIN_TURN, false);
}

enum outcome conv_take_error(struct conv *c, bool turn)
{
    struct inbound in = c->half.cur;
    c->half.have_cur = false;
    c->sense = in.sense;
    if (in.kind == IN_UNBIND)
        return conv_lost(c, in.sense);
    if (in.kind == IN_DATA && in.end == CHAIN_DEALLOCATE) {
        /* We took the turn by Send_Error, and the partner had already deallocated: our error is lost. */
        conv_end(c);
        return OUTCOME_DEALLOCATED_ABEND;
    }
    if (in.kind != IN_ERROR) { /* not in its turn, or not a frame at all */
        conv_end(c);
        return OUTCOME_RESOURCE_FAILURE_NO_RETRY;
    }
    give_log(c, &in);
    enum outcome outcome = outcome_of_fmh7(in.sense, c->half.negative || turn, in.last);
    c->half.negative = false;
    record_in_init(&c->half.record);
    c->half.sent = (struct record_out){.left = 0};
    if (in.last || sense_class(in.sense) == SENSE_CLASS_ALLOCATION) {
        conv_end(c);
        return outcome;
    }
    if (turn)
        give_turn(c);
    if (in.n > 0 || in.end != CHAIN_MORE) { /* the partner went on in the same RU: the next Receive's */
        c->half.cur = in;
        c->half.cur.kind = IN_DATA;
        c->half.cur_off = 0;
        c->half.have_cur = true;
    }
    conv_set_state(c, CS_RECEIVE);
    return outcome;
}
