/* check_data.c - what data look like on the other side [HIS: Receive; HIS: Errors], characteristics
 * and their defaults [HIS: Initial Conversation Characteristics], side information, conversion. */
#include <stdio.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

static struct pair p;
static const char *const modes[] = {"RU256", "RU1024", "RU4096", "RU65527"};
static const CM_INT32 rus[] = {256, 1024, 4096, 65527};
static unsigned char out[32767 * 2];

static void fill(void)
{
    uint32_t x = 1;
    for (size_t i = 0; i < sizeof out; i++) {
        x = x * 1664525 + 1013904223;
        out[i] = (unsigned char)(x >> 24);
    }
}

static struct how how(CM_INT32 type, int mode)
{
    return (struct how){type, CM_NONE, modes[mode]};
}

/* Sizes around every limit: 0, the RU, two RUs, the LL, the end. */
static CM_INT32 size_of(int i, int mode)
{
    static const CM_INT32 fixed[] = {0, 1, 2, 3, 4, 5, 32761, 32762, 32763, 32764, 32765, 32766, 32767};
    int n = (int)(sizeof fixed / sizeof *fixed);
    CM_INT32 ru = rus[mode] < 32000 ? rus[mode] : 16000;
    if (i < n)
        return fixed[i];
    i -= n;
    return ru * (1 + i / 9) - 6 + i % 9 <= 32767 ? ru * (1 + i / 9) - 6 + i % 9 : 32767;
}
#define SIZES (13 + 27)

/* ---- mapped ---- */

/* Each size is one record, whatever the pieces in which it is received. */
START_TEST(mapped_sizes)
{
    int mode = _i;
    fill();
    pair_open(&p, how(CM_MAPPED_CONVERSATION, mode));
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    for (int i = 0; i < SIZES; i++) {
        CM_INT32 n = size_of(i, mode), rc;
        ck_assert_rc(s_send(&p.a, out, n), CM_OK);
        rc = s_flush(&p.a);
        ck_assert(rc == CM_OK || rc == OI);
        CM_INT32 want = i % 3 == 0 ? 32767 : i % 3 == 1 && n > 0 ? n : 1 + n / 3, got = 0;
        do {
            ck_assert_rc(s_rcv(&p.b, want), CM_OK);
            ck_assert_int_eq(p.b.status, CM_NO_STATUS_RECEIVED);
            ck_assert(p.b.data == CM_COMPLETE_DATA_RECEIVED || p.b.len == want);
            ck_assert_mem_eq(p.b.buf, out + got, p.b.len);
            got += p.b.len;
        } while (p.b.data == CM_INCOMPLETE_DATA_RECEIVED);
        ck_assert_int_eq(p.b.data, CM_COMPLETE_DATA_RECEIVED);
        ck_assert_int_eq(got, n);
        if (rc == OI)
            ck_assert_rc(s_wait(&p.a), CM_OK);
    }
    pair_close(&p);
}
END_TEST

/* Data, status and the end of the conversation in one call [C20], for records of any size. */
START_TEST(data_and_status)
{
    int mode = _i / 2;
    CM_INT32 type = _i % 2;
    fill();
    for (int i = 0; i < SIZES; i++) {
        CM_INT32 n = size_of(i, mode);
        if (type == CM_BASIC_CONVERSATION) {
            n = n < 2 ? 2 : n;
            out[0] = (unsigned char)(n >> 8);
            out[1] = (unsigned char)n;
        }
        pair_open(&p, how(type, mode));
        SET(cmsst, &p.a, CM_SEND_AND_PREP_TO_RECEIVE);
        ck_assert_rc(s_send(&p.a, out, n), CM_OK);
        ck_assert_rc(s_rcv(&p.b, 32767), CM_OK);
        ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, n, CM_SEND_RECEIVED);
        ck_assert_mem_eq(p.b.buf, out, n);
        SET(cmsst, &p.b, CM_SEND_AND_DEALLOCATE);
        ck_assert_rc(s_send(&p.b, out, n), CM_OK);
        ck_assert_rc(s_rcv(&p.a, 32767), CM_DEALLOCATED_NORMAL);
        ck_assert_int_eq(p.a.data, CM_COMPLETE_DATA_RECEIVED);
        ck_assert_int_eq(p.a.len, n);
        ck_assert_mem_eq(p.a.buf, out, n);
    }
}
END_TEST

/* The status comes separately after the flushed data: still one call, if it has arrived. */
START_TEST(status_by_itself)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 10), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 1, CM_SEND_RECEIVED);
    ck_assert_rc(s_flush(&p.b), CM_OK);
    ck_assert_rc(s_deal(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 10), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(p.a.data, CM_NO_DATA_RECEIVED);
}
END_TEST

/* ---- requested_length 0 [HIS: Errors] ---- */

START_TEST(zero_length)
{
    static const unsigned char rec[] = {0, 3, 'x'};
    pair_open(&p, _i == 0 ? MAPPED : BASIC);
    if (_i == 2)
        SET(cmsf, &p.b, CM_FILL_BUFFER);
    ck_assert_rc(s_send(&p.a, rec, 3), CM_OK);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    for (int i = 0; i < 2; i++) {
        CM_INT32 zero = 0, rc;
        cmrcv(p.b.id, NULL, &zero, &p.b.data, &p.b.len, &p.b.status, &p.b.rts, &rc);
        ck_assert_rc(rc, CM_OK);
        ck_assert_got(&p.b, _i == 2 ? CM_DATA_RECEIVED : CM_INCOMPLETE_DATA_RECEIVED, 0,
                      CM_NO_STATUS_RECEIVED);
    }
    ck_assert_rc(s_rcv(&p.b, 3), CM_OK);
    ck_assert_got(&p.b, _i == 2 ? CM_DATA_RECEIVED : CM_COMPLETE_DATA_RECEIVED, 3, CM_SEND_RECEIVED);
    pair_close(&p);
}
END_TEST

START_TEST(zero_length_null_record)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, NULL, 0), CM_OK);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 0), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 0, CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_rcv(&p.b, 0), CM_OK);
    ck_assert_got(&p.b, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
    ck_assert_state(&p.b, CM_SEND_STATE);
    pair_close(&p);
}
END_TEST

/* ---- basic ---- */

/* Records, parts of them and several in one call come out as records with FILL_LL, as a stream with
 * FILL_BUFFER. */
static const unsigned char stream[] = {0, 2, 0,   5, 'a', 'b', 'c', 0,   3,   'd', 0x80, 4,   'e', 'f',
                                       0, 3, 'g', 0, 2,   0,   9,   '1', '2', '3', '4',  '5', '6', '7'};

START_TEST(fill_ll)
{
    static const CM_INT32 sizes[] = {2, 5, 3, 4, 3, 2, 9};
    pair_open(&p, how(CM_BASIC_CONVERSATION, _i % 4));
    CM_INT32 step = 1 + _i / 4;
    for (CM_INT32 i = 0; i < (CM_INT32)sizeof stream; i += step) {
        CM_INT32 n = (CM_INT32)sizeof stream - i < step ? (CM_INT32)sizeof stream - i : step;
        ck_assert_rc(s_send(&p.a, stream + i, n), CM_OK);
        if (i % 3 == 0)
            ck_assert_rc(s_flush(&p.a), CM_OK);
    }
    ck_assert_rc(s_deal(&p.a), CM_OK);
    const unsigned char *at = stream;
    for (int i = 0; i < 7; i++) {
        ck_assert_rc(s_rcv(&p.b, 100), i == 6 ? CM_DEALLOCATED_NORMAL : CM_OK);
        ck_assert_int_eq(p.b.data, CM_COMPLETE_DATA_RECEIVED);
        ck_assert_int_eq(p.b.len, sizes[i]);
        ck_assert_mem_eq(p.b.buf, at, sizes[i]);
        at += sizes[i];
    }
}
END_TEST

START_TEST(fill_ll_pieces)
{
    CM_INT32 want = _i, at = 0;
    pair_open(&p, BASIC);
    ck_assert_rc(s_send(&p.a, stream, sizeof stream), CM_OK);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    while (at < (CM_INT32)sizeof stream) {
        ck_assert_rc(s_rcv(&p.b, want), CM_OK);
        ck_assert_mem_eq(p.b.buf, stream + at, p.b.len);
        if (p.b.data == CM_INCOMPLETE_DATA_RECEIVED)
            ck_assert_int_eq(p.b.len, want);
        at += p.b.len;
    }
    ck_assert_int_eq(p.b.data, CM_COMPLETE_DATA_RECEIVED);
    ck_assert_int_eq(p.b.status, CM_SEND_RECEIVED);
    pair_close(&p);
}
END_TEST

START_TEST(fill_buffer)
{
    CM_INT32 want = 1 + _i, at = 0, total = (CM_INT32)sizeof stream;
    pair_open(&p, BASIC);
    SET(cmsf, &p.b, CM_FILL_BUFFER);
    ck_assert_rc(s_send(&p.a, stream, total), CM_OK);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    do {
        ck_assert_rc(s_rcv(&p.b, want), CM_OK);
        ck_assert_int_eq(p.b.data, CM_DATA_RECEIVED);
        ck_assert_int_eq(p.b.len, total - at < want ? total - at : want);
        ck_assert_mem_eq(p.b.buf, stream + at, p.b.len);
        at += p.b.len;
    } while (at < total);
    ck_assert_int_eq(p.b.status, CM_SEND_RECEIVED);
    ck_assert_state(&p.b, CM_SEND_PENDING_STATE);
    pair_close(&p);
}
END_TEST

/* AND_WAIT waits until the buffer is full or the data end; IMMEDIATE gives what is there. */
START_TEST(fill_buffer_waits)
{
    static const unsigned char a[] = {0, 4, 'a', 'a'}, b[] = {0, 4, 'b', 'b'};
    pair_open(&p, BASIC);
    SET(cmsf, &p.b, CM_FILL_BUFFER);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    ck_assert_rc(s_send(&p.a, a, 4), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 8), OI);
    ck_assert_rc(s_send(&p.a, b, 4), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    ck_assert_got(&p.b, CM_DATA_RECEIVED, 8, CM_NO_STATUS_RECEIVED);
    SET(cmsrt, &p.b, CM_RECEIVE_IMMEDIATE);
    ck_assert_rc(s_rcv(&p.b, 8), CM_UNSUCCESSFUL);
    ck_assert_int_eq(p.b.len, 0);
    ck_assert_rc(s_send(&p.a, a, 4), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 8), CM_OK);
    ck_assert_got(&p.b, CM_DATA_RECEIVED, 4, CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 8), CM_OK);
    ck_assert_got(&p.b, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
    ck_assert_int_eq(p.b.len, 0);
    pair_close(&p);
}
END_TEST

START_TEST(immediate_part)
{
    static const unsigned char part[] = {0, 8, 'a', 'b'};
    pair_open(&p, BASIC);
    SET(cmsrt, &p.b, CM_RECEIVE_IMMEDIATE);
    ck_assert_rc(s_send(&p.a, part, 4), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 8), CM_OK);
    ck_assert_got(&p.b, CM_INCOMPLETE_DATA_RECEIVED, 4, CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_rcv(&p.b, 8), CM_UNSUCCESSFUL);
    ck_assert_int_eq(p.b.len, 0);
    ck_assert_rc(s_send(&p.a, "cdef", 4), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 8), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 4, CM_NO_STATUS_RECEIVED);
    pair_close(&p);
}
END_TEST

/* LLs are looked at only where a record begins [HIS: Send_Data]. */
START_TEST(bad_lls)
{
    static const unsigned char bad[][8] = {
        {0, 0}, {0, 1}, {0x80, 0}, {0x80, 1}, {0, 4, 'a', 'b', 0, 0}, {0, 2, 0x80, 1}};
    static const CM_INT32 n[] = {2, 2, 2, 2, 6, 4};
    static const unsigned char good[] = {0, 6, 0, 0, 0x80, 0x01};
    pair_open(&p, BASIC);
    ck_assert_rc(s_send(&p.a, bad[_i], n[_i]), PC);
    ck_assert_state(&p.a, CM_SEND_STATE);
    /* also when it comes in two pieces: the first octet alone is no mistake yet */
    ck_assert_rc(s_send(&p.a, good, 1), CM_OK);
    ck_assert_rc(s_send(&p.a, (unsigned char[]){1}, 1), PC);
    ck_assert_rc(s_send(&p.a, good + 1, 5), CM_OK);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 100), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(p.b.len, 6);
    ck_assert_mem_eq(p.b.buf, good, 6);
}
END_TEST

/* ---- Request_To_Send [HIS: Request_To_Send] ---- */

/* A request overtakes data, counts once however often it is made, is reported once, and survives purging. */
START_TEST(rts)
{
    pair_open(&p, MAPPED);
    for (int i = 0; i < 5; i++)
        ck_assert_rc(s_rts(&p.b), CM_OK);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_OK);
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_RECEIVED);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_OK);
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_rts(&p.a), CM_OK); /* also from the side that has the turn */
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_int_eq(p.b.rts, CM_REQ_TO_SEND_RECEIVED);
    ck_assert_rc(s_test(&p.b), CM_OK);
    ck_assert_int_eq(p.b.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
    ck_assert_rc(s_rts(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 10), CM_PROGRAM_ERROR_PURGING);
    ck_assert_rc(s_test(&p.a), CM_OK);
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_RECEIVED);
    pair_close(&p);
}
END_TEST

/* ---- errors from both sides at once: the one in RECEIVE wins ---- */

START_TEST(both_err)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_rc(s_error(&p.a), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&p.a, CM_RECEIVE_STATE);
    ck_assert_rc(s_send(&p.b, "x", 1), CM_OK);
    ck_assert_rc(s_deal(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 10), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(p.a.len, 1);
}
END_TEST

START_TEST(error_crosses_error)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_error(&p.a), CM_OK); /* on its way when B sends its own */
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_PROGRAM_ERROR_PURGING);
    ck_assert_rc(s_deal(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 10), CM_DEALLOCATED_NORMAL);
}
END_TEST

/* The partner passes the turn and takes it back before we have received it: our own Send_Error does not see
 * that error, which is against what we say from then on, and is the partner's to purge. */
START_TEST(error_behind_turn)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_OK);
    ck_assert_rc(s_ptr(&p.a), CM_OK);
    ck_assert_rc(s_error(&p.a), CM_OK);
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_state(&p.b, CM_SEND_STATE);
    if (_i)
        ck_assert_rc(s_error(&p.b), CM_PROGRAM_ERROR_PURGING);
    else
        ck_assert_rc(s_send(&p.b, "y", 1), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&p.b, CM_RECEIVE_STATE);
    ck_assert_rc(s_send(&p.a, "zz", 2), CM_OK);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 10), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(p.b.len, 2);
}
END_TEST

/* Two errors, with the turn between them, before the partner notices the first: it gives up two chains. */
START_TEST(two_errors)
{
    NOT_OVER_LINK(NO_CHAIN);
    pair_open(&p, MAPPED);
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_rc(s_ptr(&p.b), CM_OK);
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_PROGRAM_ERROR_PURGING);
    ck_assert_rc(s_rcv(&p.a, 10), CM_OK);
    ck_assert_got(&p.a, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_PROGRAM_ERROR_PURGING);
    ck_assert_state(&p.a, CM_RECEIVE_STATE);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    ck_assert_rc(s_rcv(&p.b, 10), OI); /* neither of A's turns is for this */
    ck_assert_rc(s_rcv(&p.a, 10), CM_OK);
    ck_assert_got(&p.a, CM_NO_DATA_RECEIVED, 0, CM_SEND_RECEIVED);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_OK);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_DEALLOCATED_NORMAL);
}
END_TEST

/* The partner deallocates while our error is on its way: each call says that the conversation is over, and
 * that what was said is lost. */
START_TEST(error_crosses_deallocate)
{
    static CM_INT32 (*const calls[])(struct side *) = {s_confirm, s_error, s_deal};
    static unsigned char x[] = "x";
    pair_open(&p, MAPPED_CONFIRM);
    SET(cmsdt, &p.a, CM_DEALLOCATE_FLUSH);
    ck_assert_rc(s_error(&p.b), CM_OK);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    if (_i < 3)
        ck_assert_rc(calls[_i](&p.b), CM_DEALLOCATED_ABEND);
    else
        ck_assert_rc(s_send(&p.b, x, 1), CM_DEALLOCATED_ABEND);
    ck_assert_state(&p.b, -1);
}
END_TEST

/* Data that came before an error or an abend come first. */
START_TEST(data_before_error)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, "x", 1), CM_OK);
    ck_assert_rc(s_send(&p.a, "yy", 2), CM_OK);
    if (_i) {
        SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
        ck_assert_rc(s_deal(&p.a), CM_OK);
    } else {
        ck_assert_rc(s_error(&p.a), CM_OK);
    }
    ck_assert_rc(s_rcv(&p.b, 10), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 1, CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_rcv(&p.b, 10), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 2, CM_NO_STATUS_RECEIVED);
    ck_assert_rc(s_rcv(&p.b, 10), _i ? CM_DEALLOCATED_ABEND : CM_PROGRAM_ERROR_NO_TRUNC);
    pair_close(&p);
}
END_TEST

/* Log data are in the node's log, which is that of both LUs. */
START_TEST(log_data_is_logged)
{
    char logged[40];
    pair_open(&p, BASIC);
    SET_TEXT(cmsld, &p.a, "disk A is full");
    ck_assert_rc(s_error(&p.a), CM_OK);
    WAIT_FOR(node_logged("sent PROGRAM_ERROR, log data: disk A is full"));
    SET_TEXT(cmsld, &p.b, "tape B is torn\n");
    SET(cmsdt, &p.b, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&p.b), CM_OK);
    WAIT_FOR(node_logged("log data: tape B is torn\\x0A"));
    pair_close(&p);
    pair_open(&p, BASIC);
    SET_TEXT(cmsld, &p.a, "drum C is dry");
    SET(cmsst, &p.a, CM_SEND_AND_DEALLOCATE);
    SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_send(&p.a, "", 0), CM_OK);
    WAIT_FOR(node_logged("log data: drum C is dry"));
    /* never by Cancel, nor by a normal end */
    pair_open(&p, BASIC);
    SET_TEXT(cmsld, &p.a, "nothing is wrong");
    SET_TEXT(cmsld, &p.b, "nothing is wrong");
    ck_assert_rc(s_cancel(&p.b), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 10), CM_DEALLOCATED_ABEND_SVC);
    pair_open(&p, BASIC);
    SET_TEXT(cmsld, &p.a, "nothing is wrong");
    ck_assert_rc(s_deal(&p.a), CM_OK);
    snprintf(logged, sizeof logged, "marker %d", (int)getpid());
    pair_open(&p, BASIC);
    SET_TEXT(cmsld, &p.a, logged);
    ck_assert_rc(s_error(&p.a), CM_OK);
    WAIT_FOR(node_logged(logged));
    ck_assert(!node_logged("nothing is wrong"));
    pair_close(&p);
}
END_TEST

/* Log data go out once, with the first call that sends them, and never reach the partner program [C53]. */
START_TEST(log_data)
{
    CM_INT32 mapped = CM_MAPPED_CONVERSATION;
    side_begin(&p.a, BASIC, "PAIR");
    SET_TEXT(cmsld, &p.a, "why");
    ck_assert_rc(SET_RC(cmsct, &p.a, mapped), PC);
    SET_TEXT(cmsld, &p.a, "");
    SET(cmsct, &p.a, mapped);
    ck_assert_rc(SET_TEXT_RC(cmsld, &p.a, "why"), PC);
    s_cancel(&p.a);
    pair_open(&p, BASIC);
    char longest[513];
    memset(longest, 'L', 512);
    longest[512] = '\0';
    SET_TEXT(cmsld, &p.a, longest);
    ck_assert_rc(s_error(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 1000), CM_PROGRAM_ERROR_NO_TRUNC);
    SET_TEXT(cmsld, &p.a, longest);
    SET(cmsdt, &p.a, CM_DEALLOCATE_ABEND);
    ck_assert_rc(s_deal(&p.a), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 1000), CM_DEALLOCATED_ABEND);
}
END_TEST

/* ---- characteristics (section 3) ---- */

static void text_is(void (*call)(unsigned char *, unsigned char *, CM_INT32 *, CM_INT32 *), struct side *s,
                    const char *should)
{
    unsigned char b[64];
    CM_INT32 n = -1, rc = -1;
    call(s->id, b, &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_msg(n == (CM_INT32)strlen(should) && memcmp(b, should, (size_t)n) == 0, "%.*s, not %s", (int)n,
                  b, should);
}

static CM_INT32 value_is(void (*call)(unsigned char *, CM_INT32 *, CM_INT32 *), struct side *s)
{
    CM_INT32 v = -1, rc = -1;
    call(s->id, &v, &rc);
    ck_assert_rc(rc, CM_OK);
    return v;
}

START_TEST(defaults_blank)
{
    ck_assert_rc(s_init(&p.a, ""), CM_OK);
    text_is((cmemn), &p.a, "");
    text_is((cmepln), &p.a, " ");
    text_is((cmetpn), &p.a, " ");
    text_is((cmecsu), &p.a, " ");
    ck_assert_int_eq(value_is((cmect), &p.a), CM_MAPPED_CONVERSATION);
    ck_assert_int_eq(value_is((cmesl), &p.a), CM_NONE);
    ck_assert_int_eq(value_is((xcecst), &p.a), CM_SECURITY_SAME);
    SET_TEXT(cmspln, &p.a, "   ");
    text_is((cmepln), &p.a, " ");
    SET_TEXT(cmsmn, &p.a, "RU256");
    SET_TEXT(cmsmn, &p.a, ""); /* ignored */
    text_is((cmemn), &p.a, "RU256");
    s_cancel(&p.a);
}
END_TEST

START_TEST(defaults_named)
{
    ck_assert_rc(s_init(&p.a, "SECRET"), CM_OK);
    text_is((cmemn), &p.a, "RU1024");
    text_is((cmepln), &p.a, "TESTNET.REMOTE");
    text_is((cmetpn), &p.a, "SECRET");
    text_is((cmecsu), &p.a, "USERNAME10");
    ck_assert_int_eq(value_is((xcecst), &p.a), CM_SECURITY_PROGRAM);
    SET(cmscst, &p.a, CM_SECURITY_NONE);
    ck_assert_rc(SET_TEXT_RC(cmscsu, &p.a, "Joe"), SC);
    ck_assert_rc(SET_TEXT_RC(cmscsp, &p.a, "Secret"), SC);
    SET(cmscst, &p.a, CM_SECURITY_SAME);
    SET_TEXT(cmscsu, &p.a, "Joe");
    text_is((cmecsu), &p.a, "Joe");
    ck_assert_rc(SET_TEXT_RC(cmscsu, &p.a, "ninechars"), PC);
    text_is((cmecsu), &p.a, "Joe"); /* the old value is kept */
    SET_TEXT(cmscsu, &p.a, "");
    text_is((cmecsu), &p.a, "");
    s_cancel(&p.a);
}
END_TEST

/* What the accepting side sees is the Attach's; the rest are the defaults. */
START_TEST(defaults_accepted)
{
    static const unsigned char rec[] = {0, 3, 'x'};
    CM_INT32 n = 6, rc = -1;
    unsigned char name[] = "LOCKED";
    cmsltp(name, &n, &rc);
    ck_assert_rc(s_accept(&p.b), OI);
    side_begin(&p.a, BASIC_CONFIRM, "LOCKED");
    SET(cmscst, &p.a, CM_SECURITY_PROGRAM);
    SET_TEXT(cmscsu, &p.a, "Joe");
    SET_TEXT(cmscsp, &p.a, "Secret");
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    text_is((cmemn), &p.b, "RU4096");
    text_is((cmepln), &p.b, "TESTNET.LULOCAL");
    text_is((cmetpn), &p.b, "LOCKED");
    text_is((cmecsu), &p.b, "Joe");
    ck_assert_int_eq(value_is((cmect), &p.b), CM_BASIC_CONVERSATION);
    ck_assert_int_eq(value_is((cmesl), &p.b), CM_CONFIRM);
    ck_assert_int_eq(value_is((xcecst), &p.b), CM_SECURITY_PROGRAM);
    text_is((cmepln), &p.a, "LUREMOTE"); /* the alias that was set */
    /* defaults that cannot be extracted show in what calls do */
    ck_assert_rc(s_send(&p.a, rec, 3), CM_OK); /* BUFFER_DATA: nothing flows */
    SET(cmsrt, &p.b, CM_RECEIVE_IMMEDIATE);
    ck_assert_rc(s_rcv(&p.b, 10), CM_UNSUCCESSFUL);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    ck_assert_rc(s_ptr(&p.a), OI); /* SYNC_LEVEL: with confirmation */
    ck_assert_rc(s_rcv(&p.b, 10), CM_OK);
    ck_assert_got(&p.b, CM_COMPLETE_DATA_RECEIVED, 3, CM_CONFIRM_SEND_RECEIVED);
    pair_close(&p);
}
END_TEST

/* Whoever accepts with a verified identity passes it on with SAME. */
START_TEST(security_same_passes_on)
{
    static struct side c, d;
    CM_INT32 n = 6, rc = -1;
    unsigned char name[] = "LOCKED";
    cmsltp(name, &n, &rc);
    ck_assert_rc(s_accept(&p.b), OI);
    ck_assert_rc(s_accept(&d), OI);
    side_begin(&p.a, MAPPED, "LOCKED");
    SET(cmscst, &p.a, CM_SECURITY_PROGRAM);
    SET_TEXT(cmscsu, &p.a, "Joe");
    SET_TEXT(cmscsp, &p.a, "Secret");
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    ck_assert_rc(s_wait(&p.b), CM_OK);
    side_begin(&c, MAPPED, "LOCKED");
    SET(cmscst, &c, CM_SECURITY_SAME);
    ck_assert_rc(s_alloc(&c), CM_OK);
    ck_assert_rc(s_flush(&c), CM_OK);
    ck_assert_rc(s_wait(&d), CM_OK);
    text_is((cmecsu), &d, "Joe");
    ck_assert_int_eq(value_is((xcecst), &d), CM_SECURITY_SAME);
    s_cancel(&c);
    s_cancel(&d);
    pair_close(&p);
}
END_TEST

/* Combinations that exclude each other are refused by the second call, whichever it is, and change
 * nothing. */
START_TEST(cross_fields)
{
    side_begin(&p.a, MAPPED, "PAIR");
    ck_assert_rc(SET_RC(cmsdt, &p.a, CM_DEALLOCATE_CONFIRM), PC);
    ck_assert_rc(SET_RC(cmsptr, &p.a, CM_PREP_TO_RECEIVE_CONFIRM), PC);
    ck_assert_rc(SET_RC(cmsst, &p.a, CM_SEND_AND_CONFIRM), PC);
    ck_assert_rc(SET_RC(cmsf, &p.a, CM_FILL_BUFFER), PC);
    ck_assert_rc(SET_RC(cmsf, &p.a, CM_FILL_LL), PC);
    SET(cmssl, &p.a, CM_CONFIRM);
    SET(cmsdt, &p.a, CM_DEALLOCATE_CONFIRM);
    ck_assert_rc(SET_RC(cmssl, &p.a, CM_NONE), PC);
    SET(cmsdt, &p.a, CM_DEALLOCATE_SYNC_LEVEL);
    SET(cmsptr, &p.a, CM_PREP_TO_RECEIVE_CONFIRM);
    ck_assert_rc(SET_RC(cmssl, &p.a, CM_NONE), PC);
    SET(cmsptr, &p.a, CM_PREP_TO_RECEIVE_FLUSH);
    SET(cmsst, &p.a, CM_SEND_AND_CONFIRM);
    ck_assert_rc(SET_RC(cmssl, &p.a, CM_NONE), PC);
    ck_assert_int_eq(value_is((cmesl), &p.a), CM_CONFIRM);
    SET(cmsst, &p.a, CM_BUFFER_DATA);
    SET(cmssl, &p.a, CM_NONE);
    SET(cmsct, &p.a, CM_BASIC_CONVERSATION);
    SET(cmsf, &p.a, CM_FILL_BUFFER);
    ck_assert_rc(SET_RC(cmsct, &p.a, CM_MAPPED_CONVERSATION), PC);
    ck_assert_int_eq(value_is((cmect), &p.a), CM_BASIC_CONVERSATION);
    SET(cmsf, &p.a, CM_FILL_LL);
    SET(cmsct, &p.a, CM_MAPPED_CONVERSATION);
    s_cancel(&p.a);
}
END_TEST

/* ---- side information (7) ---- */

static SIDE_INFO entry(const char *name)
{
    SIDE_INFO s;
    memset(&s, ' ', sizeof s);
    memcpy(s.sym_dest_name, name, strlen(name));
    memcpy(s.partner_LU_name, "TESTNET.REMOTE", 14);
    memcpy(s.TP_name, "PAIR", 4);
    memcpy(s.mode_name, "RU256", 5);
    memcpy(s.security_user_ID, "Joe", 3);
    memcpy(s.security_password, "Secret", 6);
    s.TP_name_type = XC_APPLICATION_TP;
    s.conversation_security_type = XC_SECURITY_PROGRAM;
    return s;
}

static CM_INT32 set_entry(SIDE_INFO s)
{
    CM_INT32 n = sizeof s, rc = -1;
    xcmssi(NULL, &s, &n, &rc);
    return rc;
}

static CM_INT32 get_entry(CM_INT32 at, const char *name, SIDE_INFO *s)
{
    CM_INT32 n = sizeof *s, rc = -1;
    unsigned char dest[8];
    memset(dest, ' ', 8);
    memcpy(dest, name, strlen(name));
    memset(s, 0x5A, sizeof *s);
    xcmesi(&at, dest, s, &n, &rc);
    return rc;
}

static CM_INT32 delete_entry(const char *name)
{
    CM_INT32 rc = -1;
    unsigned char dest[8];
    memset(dest, ' ', 8);
    memcpy(dest, name, strlen(name));
    xcmdsi(NULL, dest, &rc);
    return rc;
}

START_TEST(side_information)
{
    SIDE_INFO s, t = entry("NEW");
    ck_assert_int_eq(sizeof s, 124);
    ck_assert_rc(set_entry(t), CM_OK);
    ck_assert_rc(get_entry(0, "NEW", &s), CM_OK);
    memset(t.security_password, ' ', 8);
    memcpy(t.reserved, s.reserved, sizeof s.reserved);
    ck_assert_mem_eq(&s, &t, sizeof s);
    ck_assert_rc(s_init(&p.a, "NEW"), CM_OK);
    text_is((cmemn), &p.a, "RU256");
    text_is((cmecsu), &p.a, "Joe");
    /* conversations keep what they took */
    memcpy(t.mode_name, "RU1024  ", 8);
    ck_assert_rc(set_entry(t), CM_OK);
    text_is((cmemn), &p.a, "RU256");
    s_cancel(&p.a);
    ck_assert_rc(get_entry(0, "NEW", &s), CM_OK);
    ck_assert_mem_eq(s.mode_name, "RU1024  ", 8);
    /* enumeration ends with a parameter check; the new entry is in it once */
    int n = 0, news = 0;
    for (CM_INT32 i = 1; get_entry(i, "", &s) == CM_OK; i++, n++)
        news += memcmp(s.sym_dest_name, "NEW     ", 8) == 0;
    ck_assert_int_eq(news, 1);
    ck_assert_int_eq(n, 4);
    ck_assert_rc(delete_entry("NEW"), CM_OK);
    ck_assert_rc(delete_entry("NEW"), PC);
    ck_assert_rc(get_entry(0, "NEW", &s), PC);
    ck_assert_rc(s_init(&p.a, "NEW"), PC);
    ck_assert_rc(get_entry(0, "SECRET", &s), CM_OK);
    ck_assert_mem_eq(s.security_user_ID, "USERNAME", 8); /* 10 in the configuration, 8 here */
    ck_assert_mem_eq(s.security_password, "        ", 8);
}
END_TEST

START_TEST(side_information_checks)
{
    SIDE_INFO s = entry(" NEW");
    ck_assert_rc(set_entry(s), PC);
    s = entry("new");
    ck_assert_rc(set_entry(s), PC);
    s = entry("NEW");
    s.TP_name_type = 2;
    ck_assert_rc(set_entry(s), PC);
    s = entry("NEW");
    s.conversation_security_type = 3;
    ck_assert_rc(set_entry(s), PC);
    s = entry("NEW");
    memcpy(s.TP_name, "TWO WORDS", 9);
    ck_assert_rc(set_entry(s), PC);
    s = entry("NEW"); /* a service TP */
    s.TP_name_type = XC_SNA_SERVICE_TP;
    ck_assert_rc(set_entry(s), PC);
    memcpy(s.TP_name,
           "\x06"
           "ABC ",
           5);
    ck_assert_rc(set_entry(s), CM_OK);
    ck_assert_rc(s_init(&p.a, "NEW"), CM_OK);
    SET(cmscst, &p.a, CM_SECURITY_NONE);
    ck_assert_rc(s_alloc(&p.a), CM_PARAMETER_ERROR); /* mapped */
    SET(cmsct, &p.a, CM_BASIC_CONVERSATION);
    ck_assert_rc(s_alloc(&p.a), CM_OK);
    s_cancel(&p.a);
    s = entry("NEW"); /* Allocate checks whether names exist */
    memcpy(s.partner_LU_name, "NOSUCH.LU     ", 14);
    ck_assert_rc(set_entry(s), CM_OK);
    ck_assert_rc(s_init(&p.a, "NEW"), CM_OK);
    ck_assert_rc(s_alloc(&p.a), CM_PARAMETER_ERROR);
    s_cancel(&p.a);
    ck_assert_rc(delete_entry("NEW"), CM_OK);
}
END_TEST

/* ---- conversion ---- */

START_TEST(conversion)
{
    static const struct {
        unsigned char ascii, ebcdic;
    } rows[] = {{'A', 0xC1}, {'I', 0xC9}, {'J', 0xD1}, {'R', 0xD9},  {'S', 0xE2}, {'Z', 0xE9}, {'a', 0x81},
                {'i', 0x89}, {'j', 0x91}, {'r', 0x99}, {'s', 0xA2},  {'z', 0xA9}, {'0', 0xF0}, {'9', 0xF9},
                {' ', 0x40}, {'.', 0x4B}, {'<', 0x4C}, {'(', 0x4D},  {'+', 0x4E}, {'&', 0x50}, {'*', 0x5C},
                {')', 0x5D}, {';', 0x5E}, {'-', 0x60}, {'/', 0x61},  {',', 0x6B}, {'%', 0x6C}, {'_', 0x6D},
                {'>', 0x6E}, {'?', 0x6F}, {':', 0x7A}, {'\'', 0x7D}, {'=', 0x7E}, {'"', 0x7F}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char c = rows[i].ascii;
        CM_INT32 n = 1, rc = -1;
        cmcnvo(&c, &n, &rc);
        ck_assert_rc(rc, CM_OK);
        ck_assert_int_eq(c, rows[i].ebcdic);
        cmcnvi(&c, &n, &rc);
        ck_assert_int_eq(c, rows[i].ascii);
    }
    static unsigned char all[32767];
    for (int i = 0; i < 32767; i++)
        all[i] = (unsigned char)i;
    CM_INT32 n = 32767, rc = -1;
    cmcnvo(all, &n, &rc);
    bool seen[256] = {false};
    for (int i = 0; i < 256; i++) {
        ck_assert(!seen[all[i]]);
        seen[all[i]] = true;
    }
    cmcnvi(all, &n, &rc);
    for (int i = 0; i < 32767; i++)
        ck_assert_int_eq(all[i], (unsigned char)i);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C data");
    TCase *t = tcase_create("data");
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, mapped_sizes, 0, 4);
    tcase_add_loop_test(t, data_and_status, 0, 8);
    tcase_add_test(t, status_by_itself);
    tcase_add_loop_test(t, zero_length, 0, 3);
    tcase_add_test(t, zero_length_null_record);
    tcase_add_loop_test(t, fill_ll, 0, 24);
    tcase_add_loop_test(t, fill_ll_pieces, 1, 12);
    tcase_add_loop_test(t, fill_buffer, 0, 30);
    tcase_add_test(t, fill_buffer_waits);
    tcase_add_test(t, immediate_part);
    tcase_add_loop_test(t, bad_lls, 0, 6);
    tcase_add_test(t, rts);
    tcase_add_test(t, both_err);
    tcase_add_test(t, error_crosses_error);
    tcase_add_loop_test(t, error_behind_turn, 0, 2);
    tcase_add_test(t, two_errors);
    tcase_add_loop_test(t, error_crosses_deallocate, 0, 4);
    tcase_add_loop_test(t, data_before_error, 0, 2);
    tcase_add_test(t, log_data);
    tcase_add_test(t, log_data_is_logged);
    suite_add_tcase(s, t);
    t = tcase_create("characteristics");
    tcase_add_test(t, defaults_blank);
    tcase_add_test(t, defaults_named);
    tcase_add_test(t, defaults_accepted);
    tcase_add_test(t, security_same_passes_on);
    tcase_add_test(t, cross_fields);
    tcase_add_test(t, side_information);
    tcase_add_test(t, side_information_checks);
    tcase_add_test(t, conversion);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
