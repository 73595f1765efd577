/* check_many.c - more incomplete operations than a fixed table of descriptors would hold: none is
 * forgotten. */
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

#include "tests/cpic/harness.h"

#define MANY 1100

/* Of each conversation as little as the library needs. */
static struct {
    unsigned char a[CM_CID_SIZE], b[CM_CID_SIZE], buf[10];
    CM_INT32 rts, data, len, status;
} all[MANY];

static void open_all(void)
{
    static struct pair p;
    struct rlimit r;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &r), 0);
    r.rlim_cur = r.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &r), 0);
    for (int i = 0; i < MANY; i++) {
        pair_open(&p, MAPPED);
        SET(cmspm, &p.b, CM_NON_BLOCKING);
        memcpy(all[i].a, p.a.id, CM_CID_SIZE);
        memcpy(all[i].b, p.b.id, CM_CID_SIZE);
    }
}

static void receive(int i)
{
    static CM_INT32 want = sizeof all[0].buf;
    CM_INT32 rc = -1;
    cmrcv(all[i].b, all[i].buf, &want, &all[i].data, &all[i].len, &all[i].status, &all[i].rts, &rc);
    ck_assert_rc(rc, OI);
}

static void send_to(int i)
{
    CM_INT32 rts, rc = -1, n = 1;
    cmsend(all[i].a, (unsigned char *)(uintptr_t) "x", &n, &rts, &rc);
    ck_assert_rc(rc, CM_OK);
    cmflus(all[i].a, &rc);
    ck_assert_rc(rc, CM_OK);
}

static void wait_finds(int i)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op = -1, rc = -1;
    cmwait(id, &op, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(op, CM_OK);
    ck_assert_mem_eq(id, all[i].b, sizeof id);
}

START_TEST(by_wait)
{
    open_all();
    for (int i = 0; i < MANY; i++)
        receive(i);
    send_to(MANY - 1);
    wait_finds(MANY - 1);
    send_to(0);
    wait_finds(0);
}
END_TEST

/* The library's own thread carries them on. */
START_TEST(by_event)
{
    struct pollfd p = {eventfd(0, 0), POLLIN, 0};
    HANDLE h = WCPIC_HANDLE(p.fd);
    open_all();
    for (int i = 0; i < MANY; i++) {
        CM_INT32 rc = -1;
        WinCPICSetEvent(all[i].b, &h, &rc);
        ck_assert_rc(rc, CM_OK);
        receive(i);
    }
    send_to(MANY - 1);
    ck_assert_int_eq(poll(&p, 1, PATIENCE * 1000), 1);
    wait_finds(MANY - 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C many operations");
    TCase *t = tcase_create("many");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, by_wait);
    tcase_add_test(t, by_event);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
