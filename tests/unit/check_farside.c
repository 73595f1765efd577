/* check_farside.c - the side that another machine has of a conversation, when its connection is lost. */
#include "snanode/io/farside.h"

#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/domain/h2.h"
#include "snanode/io/relay.h"
#include "tests/unit/guestfix.h"

static struct server server;
static unsigned sides_over;

/* ---- what farside.c needs of others ---- */

void channel_end_side(struct server *s, uint32_t conv, uint32_t process, unsigned side)
{
    node_end(s->node, conv, process, side, now, &s->nfx);
    sides_over++;
}

void h2_stream_free(struct h2_stream *st)
{
    (void)st;
}

const char *h2_stream_machine(const struct h2_stream *st)
{
    (void)st;
    return "";
}

/* ---- a conversation of this machine's program with HOSTA's, which is the invoker ---- */

static const struct fmh5 attach5 = {.resource = FMH5_MAPPED, .tpn_n = 1, .tpn = {0xE7}};

static void lost(struct relay *r, const char *why)
{
    (void)why;
    farside_drop(r);
    farside_cut(r);
}

static struct talk {
    struct channel ch;
    struct relay r;
} first, second;

static void talks(struct talk *t)
{
    struct lp_accepted out;
    server.node = node;
    struct process *m = farside_process(&server, "HOSTA");
    ck_assert_ptr_nonnull(m);
    *t = (struct talk){
        .ch.conv = node_guest_attach(node, &session, &attach5, m, now, &fx),
        .r = {.server = &server, .ch = &t->ch, .far = SIDE_A, .process = m->id, .begun = true, .lost = lost}};
    ck_assert_uint_ne(t->ch.conv, 0);
    node_accept(node, t->ch.conv, program(), 0, true, &attach5, &out);
    ck_assert_uint_eq(out.rc, 0);
    step();
}

/* What the node wants done because of what has come. */
static unsigned wanted(enum node_effect_kind kind)
{
    unsigned n = 0;
    for (size_t i = 0; i < server.nfx.n; i++)
        n += server.nfx.v[i].kind == kind;
    server.nfx.n = 0;
    step();
    return n;
}

START_TEST(lost_before_its_end)
{
    talks(&first);
    farside_over(&first.r, false, "the peer has cut the connection");
    ck_assert_uint_eq(wanted(NODE_FX_CUT), 1);
    ck_assert_int_eq(state_of(first.ch.conv), CONV_CUT);
    farside_forget(&server, first.r.process);
    ck_assert_ptr_null(node_process(node, first.r.process));
}
END_TEST

/* Its end has come, and then the connection is lost: who is left receives what has been sent. */
START_TEST(lost_after_its_end)
{
    talks(&first);
    talks(&second);
    sides_over = 0;
    farside_over(&first.r, true, "");
    ck_assert_uint_eq(sides_over, 1);
    farside_over(&first.r, false, "the peer has cut the connection");
    ck_assert_uint_eq(wanted(NODE_FX_CUT), 0);
    ck_assert_int_eq(state_of(first.ch.conv), CONV_RUNNING);
    farside_over(&second.r, false, "the peer has cut the connection");
    ck_assert_uint_eq(wanted(NODE_FX_CUT), 1);
}
END_TEST

/* ... and nothing stands for the machine any more, because that was its last conversation. */
START_TEST(lost_after_all)
{
    talks(&first);
    farside_over(&first.r, true, "");
    farside_forget(&server, first.r.process);
    ck_assert_ptr_null(node_process(node, first.r.process));
    farside_over(&first.r, false, "the peer has cut the connection");
    ck_assert_uint_eq(wanted(NODE_FX_CUT), 0);
    ck_assert_int_eq(state_of(first.ch.conv), CONV_RUNNING);
    node_end(node, first.ch.conv, first.r.process, SIDE_A, now, &fx);
    node_fail(node, first.ch.conv, first.r.process, SIDE_A, now, &fx);
    node_fail(node, first.ch.conv, 0, SIDE_A, now, &fx);
    step();
    ck_assert_int_eq(state_of(first.ch.conv), CONV_RUNNING);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("farside");
    TCase *t = tcase_create("lost");
    tcase_add_checked_fixture(t, fix_default, fix_end);
    tcase_add_test(t, lost_before_its_end);
    tcase_add_test(t, lost_after_its_end);
    tcase_add_test(t, lost_after_all);
    suite_add_tcase(s, t);
    return octets_run(s);
}
