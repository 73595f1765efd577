/* check_csv_bad.c - what no program should do: the documented code, and never a crash. */
#include <pthread.h>
#include <stdio.h>

#include "tests/cpic/harness.h"
#include "tests/cpic/pageend.h"
#include "tests/csv/issue.h"

/* Octets of each block: typed from the pages, for pointers of 8 octets. */
static const struct {
    unsigned short opcode, size;
} blocks[] = {
    {SV_CONVERT, 32},     {SV_COPY_TRACE_TO_FILE, 100}, {SV_DEFINE_TRACE, 120}, {SV_GET_CP_CONVERT_TABLE, 40},
    {SV_LOG_MESSAGE, 40}, {SV_TRANSFER_MS_DATA, 32},
};
#define BLOCKS (int)(sizeof blocks / sizeof *blocks)

/* A block that ends where memory does is carried out; four octets less, and it is refused. */
START_TEST(end_of_page)
{
    if (sizeof(void *) != 8)
        return;
    for (size_t missing = 0; missing <= 4; missing += 4) {
        size_t n = blocks[_i].size - missing;
        struct csv_hdr h = {.opcode = blocks[_i].opcode, .primary_rc = 0x1234};
        unsigned char *p = page_end(n);
        memcpy(p, &h, sizeof h);
        issue(p);
        memcpy(&h, p, sizeof h);
        ck_assert_uint_eq(h.primary_rc == SV_INVALID_VERB_SEGMENT, missing > 0);
        ck_assert_uint_ne(h.primary_rc, 0x1234);
    }
}
END_TEST

START_TEST(no_block)
{
    static const unsigned char read_only[256] = {0x1A};
    ACSSVC(NULL);
    ACSSVC(8);
    ACSSVC_C((long)8);
    ACSSVC_P(page_end(8));
    WINCSV((void *)(uintptr_t)read_only);
}
END_TEST

/* An address as programs for Windows pass it. */
START_TEST(as_integer)
{
    unsigned char text[] = "A";
    struct convert b = {.opcode = SV_CONVERT, .char_set = SV_A, .len = 1, .source = text, .target = text};
    ACSSVC((long)&b);
    ck_codes(b, SV_OK, 0);
    ck_assert_uint_eq(text[0], 0xC1);
}
END_TEST

START_TEST(unknown)
{
    for (unsigned op = 0; op < 0x10000; op++) {
        struct {
            struct csv_hdr h;
            unsigned char more[512];
        } v = {.h = {.opcode = APPC_FLIPI(op)}};
        bool known = false;
        for (int i = 0; i < BLOCKS; i++)
            known |= v.h.opcode == blocks[i].opcode;
        if (known)
            continue;
        ACSSVC(&v);
        ck_assert_uint_eq(v.h.primary_rc, SV_INVALID_VERB);
    }
}
END_TEST

/* Data that are not there, not all of them, or not to be written. */
START_TEST(data_nowhere)
{
    unsigned char room[300], *p = page_end(10);
    struct convert c = {.opcode = SV_CONVERT, .char_set = SV_AE, .len = 10, .source = p, .target = room};
    memset(p, 'x', 10);
    issue(&c);
    ck_codes(c, SV_OK, 0);
    c.len = 11;
    issue(&c);
    ck_codes(c, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
    c.source = room;
    c.target = p;
    issue(&c);
    ck_codes(c, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
    c.target = (unsigned char *)(uintptr_t) "read only..";
    issue(&c);
    ck_codes(c, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
    struct get_cp_convert_table t = {.opcode = SV_GET_CP_CONVERT_TABLE, .source_cp = 437, .target_cp = 500};
    t.conv_tbl_addr = page_end(255);
    issue(&t);
    ck_codes(t, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
    t.conv_tbl_addr = page_end(256);
    issue(&t);
    ck_codes(t, SV_OK, 0);
    struct log_message m = {.opcode = SV_LOG_MESSAGE, .msg_ins_ptr = p, .msg_ins_len = 11};
    issue(&m);
    ck_codes(m, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
    m.msg_ins_len = 10;
    issue(&m);
    ck_codes(m, SV_OK, 0);
    struct transfer_ms_data d = {
        .opcode = SV_TRANSFER_MS_DATA, .data_type = SV_USER_DEFINED, .dptr = p, .dlen = 11};
    issue(&d);
    ck_codes(d, SV_PARAMETER_CHECK, SV_INVALID_DATA_SEGMENT);
    d.dlen = 10;
    issue(&d);
    ck_codes(d, SV_OK, 0);
}
END_TEST

/* Any octets behind any opcode, from many threads: there is always a code, and the program goes on. */
static void *any_octets(void *arg)
{
    unsigned seed = *(unsigned *)arg;
    for (unsigned i = 0; i < 300; i++) {
        union {
            struct csv_hdr h;
            unsigned char octets[128];
        } v;
        for (size_t k = 0; k < sizeof v.octets; k++)
            v.octets[k] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16);
        memset(v.octets + 16, 0, 16); /* no pointers that may happen to be good */
        v.h.opcode = blocks[i % (unsigned)BLOCKS].opcode;
        v.h.primary_rc = 0x1234;
        if (v.h.opcode == SV_COPY_TRACE_TO_FILE)
            v.octets[84] = 2; /* no file of any name */
        ACSSVC(&v);
        if (v.h.primary_rc == 0x1234)
            return arg;
    }
    return NULL;
}

START_TEST(eight_threads)
{
    pthread_t t[8];
    unsigned seeds[8];
    void *bad;
    for (unsigned i = 0; i < 8; i++) {
        seeds[i] = i * 7919;
        ck_assert_int_eq(pthread_create(&t[i], NULL, any_octets, &seeds[i]), 0);
    }
    for (unsigned i = 0; i < 8; i++) {
        pthread_join(t[i], &bad);
        ck_assert_ptr_null(bad);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("csv_bad");
    TCase *t = tcase_create("bad");
    tcase_set_timeout(t, 60); /* each opcode there is */
    tcase_add_loop_test(t, end_of_page, 0, BLOCKS);
    tcase_add_test(t, no_block);
    tcase_add_test(t, as_integer);
    tcase_add_test(t, unknown);
    tcase_add_test(t, data_nowhere);
    tcase_add_test(t, eight_threads);
    suite_add_tcase(s, t);
    return harness_main(s);
}
