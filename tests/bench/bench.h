/* bench.h - what the files of the benchmark share: workers, samples, the node under test.
 * A worker is a process that measures one thing, a round each time it is told to.  Rounds of the floor and
 * of ours alternate, so that other work of the machine disturbs both alike. */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BENCH_RECORD 100   /* octets of the small exchange */
#define BENCH_LARGE  32763 /* longest record of one logical record */
#define BENCH_HEADS  4     /* octets of a mapped record's header */
#define BENCH_RU     1024  /* octets of an RU in mode #INTER */
#define BENCH_FRAME  4     /* octets before it in a socket */

/* The result of a round: seconds (or another unit that the row names) for each thing done. */
struct sample {
    bool failed;
    double value, more; /* MORE: a second figure, by row */
    char why[200];
};

struct worker {
    pid_t pid;
    int fd;
};

/* ---- worker.c ---- */

/* Run F in a process of its own.  It calls worker_told before each round and worker_tell after it. */
int worker_start(struct worker *w, void (*f)(int fd, const void *arg), const void *arg);
struct sample worker_round(struct worker *w, uint32_t n); /* N: what the round is told, mostly how many */
/* The same in two halves, for several workers at once. */
void worker_begin(struct worker *w, uint32_t n);
struct sample worker_end(struct worker *w);
void worker_stop(struct worker *w);

bool worker_told(int fd, uint32_t *n); /* false: no further round */
void worker_tell(int fd, const struct sample *s);
void sample_fail(struct sample *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

double seconds(void);
double median(const double *v, size_t n);
/* The value below which the part PART of N values (at most 256) lies. */
double quantile(const double *v, size_t n, double part);

/* ---- floor.c: the bare system calls; worker functions ---- */
void floor_pair(int fd, const void *arg);
/* What a one-way stream writes: N records as so many writes of WRITE octets as hold N times RECORD of
 * PAYLOAD. */
struct stream {
    size_t write, payload, record;
};
void floor_stream(int fd, const void *arg);   /* ARG: struct stream */
void floor_listener(int fd, const void *arg); /* ARG: path for its socket */
void floor_spawn(int fd, const void *arg);    /* ARG: path of the TP */

/* ---- wire.c: the same over TCP of this machine, bare and with TLS 1.3; worker functions ---- */
void floor_tcp_pair(int fd, const void *arg);
void floor_tcp_stream(int fd, const void *arg);
/* ARG: directory of scripts/make-test-ca, with a node "far" */
void floor_tls_pair(int fd, const void *arg);
void floor_tls_stream(int fd, const void *arg);
/* A port of the loopback interface that nobody has at the moment; 0: none. */
int free_port(void);

/* ---- ours.c: the same through CPI-C ---- */
struct ours {
    const char *socket; /* of the node */
    const char *dest;   /* symbolic destination */
    int32_t record;     /* ours_stream: octets */
};
void ours_pair(int fd, const void *arg);
void ours_stream(int fd, const void *arg);
void ours_conversations(int fd, const void *arg);
void ours_attach(int fd, const void *arg);
void ours_many(int fd, const void *arg);
/* Until an Attach that waits at this node has been accepted at the other one, from the Accept on. */
struct ours_late {
    struct ours here;
    const char *there; /* socket of the node where it is accepted */
};
void ours_late(int fd, const void *arg); /* ARG: struct ours_late */

/* ---- crowd.c ---- */
struct crowd {
    struct ours each;
    unsigned many; /* programs at once */
};
void ours_crowd(int fd, const void *arg);

/* What ours_many does in a round. */
enum { MANY_ROUND_TRIPS = 0, MANY_OPEN = 1u << 30, MANY_CLOSE = 1u << 31 };

/* ---- testnode.c ---- */
struct testnode {
    pid_t pid, tp; /* the node, and the TP that runs */
    char socket[100];
    const char *registry; /* more of its registry, NULL = nothing; set before it starts */
};
/* A node with the command file CONFIG whose registry has N_TPS entries, the small TP among them.  BIN:
 * directory of snanode; TP: path of the small TP, which is started too; with N_TPS 0 there is none.  0, or -1
 * with a message on stderr. */
int testnode_start(struct testnode *t, const char *dir, const char *name, const char *config, const char *bin,
                   const char *tp, unsigned n_tps);
extern const char testnode_alone[];             /* command file of a node that has both LUs */
long testnode_memory(const struct testnode *t); /* octets: VmRSS, -1 if it is gone */
/* Open descriptors of the node, and two more; 0 if it is gone. */
long testnode_descriptors(const struct testnode *t);
void testnode_stop(struct testnode *t);

/* ---- matcher.c ---- */
double matcher_seconds(unsigned n_tps); /* one search among N_TPS; negative: out of memory */

/* ---- known.c: the directory by itself ---- */
struct known {
    double search_s, learn_s; /* where an Attach should go; one change */
    double octets;            /* of each TP */
};
/* MACHINES with TPS each.  False: out of memory. */
bool known_measure(struct known *k, unsigned machines, unsigned tps);

#endif
