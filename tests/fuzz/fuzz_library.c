/* The library above its socket: any octets as the frames of a partner, and any calls of a program that
 * receives them.  The first two octets say what the conversation is and how many calls there are; each call
 * is two octets; the rest are frames, each behind a length octet.  All frames are in the socket and its other
 * end is closed for writing before the first call, so no call has to wait; what the program sends is read
 * away and judged. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/local/frame.h"
#include "snanode/lu62/inbound.h"
#include "tp/libcpic/face.h"
#include "tp/conv/half.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"

#define RU    256
#define CALLS 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* ---- the conversation, as Accept and Allocate make it ---- */

static const enum conv_state begin_states[] = {CS_SEND, CS_RECEIVE, CS_RECEIVE, CS_RECEIVE};

static struct conv *conversation(uint8_t how, int fd)
{
    struct conv *c = face_conv_new();
    must(c != NULL);
    c->attach.type = how & 0x01 ? CM_MAPPED_CONVERSATION : CM_BASIC_CONVERSATION;
    c->attach.sync_level = how & 0x02 ? CM_CONFIRM : CM_NONE;
    cpic_of(c)->modes.fill = how & 0x04 ? CM_FILL_LL : CM_FILL_BUFFER;
    c->node.accepted = how & 0x08;
    c->channel.fd = fd;
    c->node.max_ru = RU;
    must(half_init(c));
    conv_set_state(c, begin_states[how >> 4 & 3]);
    return c;
}

/* ---- what goes out: frames that a partner can read ---- */

struct partner {
    int fd;
    struct inbound_state in;
};

static void read_away(struct partner *p)
{
    uint8_t frame[FRAME_HDR + RU + 1];
    ssize_t n;
    while ((n = recv(p->fd, frame, sizeof frame, MSG_DONTWAIT | MSG_TRUNC)) > 0) {
        struct inbound in;
        must((size_t)n <= FRAME_HDR + RU);
        inbound_read(&p->in, frame, (size_t)n, &in);
        must(in.kind != IN_VIOLATION);
    }
}

/* ---- the calls ---- */

struct program {
    unsigned char id[CM_CID_SIZE];
    uint8_t arg;
    CM_INT32 rc;
};

static void call_receive(struct program *p)
{
    CM_INT32 want = p->arg & 1 ? p->arg * 129 % 32768 : p->arg / 2, data = -1, got = -1, status = -1,
             rts = -1;
    unsigned char *buf = malloc(want ? (size_t)want : 1); /* as long as it says, for the sanitizer */
    must(buf != NULL);
    cmrcv(p->id, buf, &want, &data, &got, &status, &rts, &p->rc);
    if (p->rc == CM_OK || p->rc == CM_DEALLOCATED_NORMAL) {
        must(data >= CM_NO_DATA_RECEIVED && data <= CM_INCOMPLETE_DATA_RECEIVED);
        must(data == CM_NO_DATA_RECEIVED || (got >= 0 && got <= want));
        must(status >= CM_NO_STATUS_RECEIVED && status <= CM_CONFIRM_DEALLOC_RECEIVED);
    }
    free(buf);
}

static void call_send(struct program *p)
{
    CM_INT32 n = p->arg * 7, rts = -1;
    unsigned char *buf = calloc(1, n ? (size_t)n : 1);
    must(buf != NULL);
    if (n >= 2) { /* a logical record, of a basic conversation */
        buf[0] = (unsigned char)(n >> 8);
        buf[1] = (unsigned char)n;
    }
    cmsend(p->id, buf, &n, &rts, &p->rc);
    free(buf);
}

static void call_set(struct program *p)
{
    static void (*const sets[])(unsigned char *, CM_INT32 *, CM_INT32 *) = {cmsrt, cmsst, cmsptr,
                                                                            cmsdt, cmsf,  cmsed};
    CM_INT32 value = p->arg >> 3 & 7;
    sets[(p->arg & 7) % (sizeof sets / sizeof *sets)](p->id, &value, &p->rc);
}

static void call_rts(struct program *p)
{
    CM_INT32 rts = -1;
    if (p->arg & 1)
        cmtrts(p->id, &rts, &p->rc);
    else
        cmrts(p->id, &p->rc);
}

static void call_confirm(struct program *p)
{
    CM_INT32 rts = -1;
    cmcfm(p->id, &rts, &p->rc);
}

static void call_error(struct program *p)
{
    CM_INT32 rts = -1;
    cmserr(p->id, &rts, &p->rc);
}

static void call_confirmed(struct program *p)
{
    cmcfmd(p->id, &p->rc);
}

static void call_turn(struct program *p)
{
    cmptr(p->id, &p->rc);
}

static void call_flush(struct program *p)
{
    cmflus(p->id, &p->rc);
}

static void call_end(struct program *p)
{
    if (p->arg & 1)
        cmcanc(p->id, &p->rc);
    else
        cmdeal(p->id, &p->rc);
}

static void call_state(struct program *p)
{
    CM_INT32 state = -1;
    cmecs(p->id, &state, &p->rc);
    must(p->rc != CM_OK || (state >= CM_SEND_STATE && state <= CM_CONFIRM_DEALLOCATE_STATE));
}

static void (*const calls[])(struct program *) = {
    call_receive, call_receive,   call_receive, call_send,  call_set, call_rts,   call_confirm,
    call_error,   call_confirmed, call_turn,    call_flush, call_end, call_state,
};

/* ---- one input ---- */

static void put_frames(int fd, const uint8_t *data, size_t size)
{
    while (size > 0) {
        size_t n = data[0] < size - 1 ? data[0] : size - 1;
        if (n > 0 && send(fd, data + 1, n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            break; /* as much as the socket takes */
        data += n + 1;
        size -= n + 1;
    }
    shutdown(fd, SHUT_WR);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd[2];
    if (size < 2 || size < 2 + 2u * (data[1] % CALLS))
        return 0;
    size_t n_calls = data[1] % CALLS;
    must(setenv("SNANODE_SOCKET", "/nonexistent/snanode", 1) == 0); /* nobody is asked */
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) == 0);
    struct conv *c = conversation(data[0], fd[0]);
    struct partner partner = {.fd = fd[1]};
    struct program p = {.rc = CM_OK};
    memcpy(p.id, c->id, sizeof p.id);
    inbound_init(&partner.in, c->node.accepted);
    put_frames(fd[1], data + 2 + 2 * n_calls, size - 2 - 2 * n_calls);
    for (size_t i = 0; i < n_calls; i++) {
        p.arg = data[3 + 2 * i];
        p.rc = -1;
        calls[data[2 + 2 * i] % (sizeof calls / sizeof *calls)](&p);
        must(p.rc >= 0);
        read_away(&partner);
    }
    cmcanc(p.id, &p.rc);
    read_away(&partner);
    must(c->state == CS_RESET);
    conv_put(c);
    close(fd[1]);
    return 0;
}
