/* check_seqpacket.c - who has said something and closed at once is heard before the end. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "snanode/host/seqpacket.h"
#include "tests/unit/octets.h"

enum { ROUNDS = 20000 };

static int pair[2];
static pthread_barrier_t meet;

static ssize_t plain(char *c)
{
    return seqpacket_recv(pair[0], c, 1, MSG_DONTWAIT);
}

static ssize_t with_room(char *c)
{
    struct iovec v = {c, 1};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    return seqpacket_recvmsg(pair[0], &m, MSG_DONTWAIT);
}

static ssize_t (*const ways[])(char *c) = {plain, with_room};

static void *say_and_close(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_barrier_wait(&meet);
        send(pair[1], "x", 1, MSG_NOSIGNAL);
        close(pair[1]);
        pthread_barrier_wait(&meet);
    }
    return arg;
}

/* Looks all the time, so that one of them is between the message and the end. */
START_TEST(at_once)
{
    pthread_t other;
    char c;
    int lost = 0;
    ck_assert_int_eq(pthread_barrier_init(&meet, NULL, 2), 0);
    ck_assert_int_eq(pthread_create(&other, NULL, say_and_close, NULL), 0);
    for (int i = 0; i < ROUNDS; i++) {
        ssize_t n;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
            abort(); /* the other thread waits */
        pthread_barrier_wait(&meet);
        while ((n = ways[_i](&c)) < 0)
            ;
        lost += n == 0;
        pthread_barrier_wait(&meet);
        close(pair[0]);
    }
    ck_assert_int_eq(pthread_join(other, NULL), 0);
    ck_assert_int_eq(lost, 0);
}
END_TEST

/* The other end has not read what was said to it. */
START_TEST(unread)
{
    char c = 0;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    ck_assert_int_eq(ways[_i](&c), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(send(pair[0], "u", 1, 0), 1);
    ck_assert_int_eq(send(pair[1], "a", 1, 0), 1);
    ck_assert_int_eq(send(pair[1], "b", 1, 0), 1);
    close(pair[1]);
    ck_assert_int_eq(ways[_i](&c), 1);
    ck_assert_int_eq(c, 'a');
    ck_assert_int_eq(ways[_i](&c), 1);
    ck_assert_int_eq(c, 'b');
    ck_assert_int_eq(ways[_i](&c), 0);
    close(pair[0]);
}
END_TEST

/* There was nothing but unread octets. */
START_TEST(reset)
{
    char c;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    ck_assert_int_eq(send(pair[0], "u", 1, 0), 1);
    close(pair[1]);
    ck_assert_int_eq(ways[_i](&c), -1);
    ck_assert_int_eq(errno, ECONNRESET);
    close(pair[0]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("seqpacket");
    TCase *t = tcase_create("ends");
    tcase_add_loop_test(t, at_once, 0, 2);
    tcase_add_loop_test(t, unread, 0, 2);
    tcase_add_loop_test(t, reset, 0, 2);
    suite_add_tcase(s, t);
    return octets_run(s);
}
