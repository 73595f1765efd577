/* The node's answers to Initialize_Conversation are remembered as long as they are true: the node counts the
 * changes to what they are made of, in a page that every program can read. */
#include "tp/conv/cause.h"
#include "tp/conv/initcache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/base/names.h"
#include "tp/conv/control.h"
#include "tp/conv/page.h"

#define REMEMBERED 8 /* answers, each in the place that its name leads to */

struct remembered {
    bool valid;
    char symdest[NAME_MAX8 + 1], lu[NAME_MAX8 + 1]; /* what was asked */
    struct lp_inited answer;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t hello; /* ANSWERS are of the node to which this hello was said */
static struct remembered answers[REMEMBERED];

static struct remembered *place_of(const char *symdest)
{
    unsigned h = 0;
    while (*symdest)
        h = h * 31 + (unsigned char)*symdest++;
    return &answers[h % REMEMBERED];
}

static bool recall(const struct lp_init *m, struct lp_inited *answer)
{
    pthread_mutex_lock(&lock);
    const struct remembered *r = place_of(m->symdest);
    bool known = hello == control_hello() && r->valid && strcmp(r->symdest, m->symdest) == 0 &&
                 strcmp(r->lu, m->lu) == 0 && r->answer.generation == atomic_load(&page_get()->inited);
    if (known)
        *answer = r->answer;
    pthread_mutex_unlock(&lock);
    return known && control_alive();
}

static void forget_answers(void)
{
    for (unsigned i = 0; i < REMEMBERED; i++)
        answers[i].valid = false;
}

/* ASKED: the hello before the question.  If it is another one now, nobody knows which node has answered. */
static void remember(const struct lp_init *m, const struct lp_inited *answer, uint32_t asked)
{
    if (answer->rc != LP_RC_OK || answer->generation == 0 || asked != control_hello())
        return;
    pthread_mutex_lock(&lock);
    if (hello != asked)
        forget_answers();
    hello = asked;
    /* A program keeps the LU that it asked for last, so what it was told for another one may be old. */
    for (unsigned i = 0; i < REMEMBERED; i++)
        if (strcmp(answers[i].lu, m->lu) != 0)
            answers[i].valid = false;
    struct remembered *r = place_of(m->symdest);
    r->valid = true;
    strcpy(r->symdest, m->symdest);
    strcpy(r->lu, m->lu);
    r->answer = *answer;
    pthread_mutex_unlock(&lock);
}

enum outcome initcache_ask(const char *symdest, struct lp_inited *answer)
{
    struct lp_init m = {.lu = ""};
    uint8_t msg[LP_MAX];
    const char *lu = getenv("APPCLLU");
    int fd;
    strcpy(m.symdest, symdest);
    if (lu)
        name_unpad(m.lu, sizeof m.lu, lu, strnlen(lu, NAME_MAX8));
    if (recall(&m, answer))
        return OUTCOME_OK;
    if (control_start() < 0)
        return OUTCOME_LOCAL_FAILURE;
    uint32_t asked = control_hello();
    size_t n = lp_init_encode(&m, msg, sizeof msg);
    long got = control_ask(msg, n, msg, &fd);
    if (fd >= 0)
        close(fd);
    if (got < 0)
        return OUTCOME_LOCAL_FAILURE;
    if (lp_inited_decode(msg, (size_t)got, answer) < 0)
        return control_no_answer();
    explicit_bzero(msg, (size_t)got);
    remember(&m, answer, asked);
    return cause_of_answer(answer->rc, m.lu);
}

void initcache_forget(void)
{
    pthread_mutex_lock(&lock);
    forget_answers();
    pthread_mutex_unlock(&lock);
}

void initcache_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    forget_answers();
}
