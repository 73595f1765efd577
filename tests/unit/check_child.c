/* check_child.c - a TP that does not end on SIGTERM is killed, also when the node has no memory for a
 * clock. */
#include <check.h>
#include <event2/event.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "snanode/io/child.h"
#include "snanode/io/context.h"
#include "snanode/io/tpout.h"
#include "tests/unit/failalloc.h"
#include "tests/unit/octets.h"

/* ---- what child.c needs of its neighbours ---- */

void tpout_ended(struct child *c)
{
    (void)c;
}

void tpout_drop(struct child *c)
{
    (void)c;
}

uint64_t now_ms(void)
{
    return 0;
}

/* ---- */

static struct node node;
static struct server s;

static void setup(void)
{
    event_set_mem_functions(__wrap_malloc, __wrap_realloc, free);
    s = (struct server){.base = event_base_new(), .node = &node};
    ck_assert_ptr_nonnull(s.base);
    ck_assert_int_eq(hash_init(&s.children_by_pid), 0);
    list_init(&s.children);
    list_init(&s.graces);
    list_init(&node.processes);
}

static void teardown(void)
{
    child_forget_all(&s);
    hash_fini(&s.children_by_pid);
    event_base_free(s.base);
}

/* A process that does not end on SIGTERM. */
static pid_t stubborn(uint64_t token)
{
    int ready[2];
    char c;
    ck_assert_int_eq(pipe(ready), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* when the test is ended */
        setsid();
        signal(SIGTERM, SIG_IGN);
        if (write(ready[1], "", 1) == 1)
            for (;;)
                pause();
        _exit(1);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    close(ready[0]);
    close(ready[1]);
    struct child *child = child_new("TP", token);
    ck_assert_ptr_nonnull(child);
    child_add(&s, child, pid);
    return pid;
}

/* Each allocation of the clock fails once: the process is killed at once.  When none fails it has the time of
 * grace. */
START_TEST(without_memory)
{
    for (unsigned k = 1;; k++) {
        int status;
        pid_t pid = stubborn(k);
        failalloc.on = true;
        failalloc.made = 0;
        failalloc.at = k;
        child_stop(&s, k);
        failalloc.on = false;
        if (failalloc.made < k) {
            ck_assert_uint_gt(k, 1);
            ck_assert_int_eq(waitpid(pid, &status, WNOHANG), 0);
            kill(pid, SIGKILL);
            ck_assert_int_eq(waitpid(pid, &status, 0), pid);
            break;
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        ck_assert(list_empty(&s.graces));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("child");
    TCase *c = tcase_create("shortage");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, without_memory);
    suite_add_tcase(suite, c);
    return octets_run(suite);
}
