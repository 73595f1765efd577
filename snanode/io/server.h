/* server.h - the running node: the pure objects, and the descriptors that belong to them.  Layer: io.
 * Handlers (client.c, channel.c, launch reaping) feed events into the pure code and then call server_settle,
 * which carries out the effects and arms the timer. */
#ifndef SNA_IO_SERVER_H
#define SNA_IO_SERVER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "attachmgr/attachmgr.h"
#include "snanode/base/idtab.h"
#include "snanode/io/load.h"
#include "snanode/io/socketfile.h"
#include "snanode/node/node.h"

struct json_t;
struct client;
struct reading;
struct access;

/* What snactl event shows: one row an event id and text. */
struct event_row {
    struct list link;
    unsigned id, count;
    time_t first, last;
    char text[384];
};

struct server {
    struct event_base *base;
    const char *socket_path;
    const struct file_list *commands, *registry;
    struct loaded *loaded;               /* what is in force */
    struct reading *reading, *read_next; /* files that are being read again, and that have to be after it */
    struct node *node;
    struct attachmgr *am;

    struct socketfile socketfile;
    int listen_fd;
    bool listen_paused; /* there was none for a connection that waits */
    struct event *ev_listen, *ev_listen_again, *ev_tick, *ev_resume, *ev_term, *ev_int, *ev_chld, *ev_hup;
    uint64_t tick_at;      /* when ev_tick fires, UINT64_MAX = not armed */
    struct access *access; /* who may administer and allocate */
    bool admit_group;
    gid_t group;

    struct idtab clients;     /* struct client */
    struct idtab channels;    /* unused slots of channels are by conversation: see channel.c */
    struct channel **by_conv; /* by IDTAB_SLOT of the conversation's id */
    uint32_t n_by_conv;
    unsigned n_channels;
    struct list holders;          /* struct holder: connections of each user */
    struct list ungreeted;        /* clients that have not said hello, oldest first */
    struct list children, graces; /* child.c */
    struct list outputs;          /* struct tpout */
    unsigned n_children;
    struct list starts; /* copies that still have to be started */
    struct list events;
    unsigned n_events;

    struct notice *notice; /* what programs may know at any time, NULL = no page */
    int notice_fd;

    struct node_effects nfx, nfx_spare; /* to be carried out; what takes its place meanwhile, as large */
    struct am_effects afx;
    bool settling;
    bool stopping; /* no new connections or conversations; those under way may end */
    bool ending;   /* conversations are cut, TPs asked to end */
    uint64_t started_ms;
    time_t started;
    uint64_t delivered, rejected, launches, launch_failures, dropped_clients;
};

uint64_t now_ms(void);

/* Everything but the listening socket.  0 or -1. */
int server_init(struct server *s);
void server_fini(struct server *s);

/* What the configuration in force sets in the node. */
void server_switches(struct server *s);

/* Carry out what the pure code asked for, until it asks for nothing more. */
void server_settle(struct server *s);

/* Stop: nothing new begins; conversations under way get a few seconds to end, then are cut; TPs that were
 * started are asked to end, then killed; then the loop ends.  Told twice, it does not wait. */
void server_stop(struct server *s);
/* While stopping, after every event: is it time for the next step? */
void server_stop_further(struct server *s);

/* ---- reload.c ---- */
/* Read the configuration files again, and tell CLIENT (0 = nobody) when that is done.  A bad file changes
 * nothing; good ones take the place of what was in force [A21; A29]: new TPs are known at once,
 * running copies go on.  False when it cannot be begun. */
bool server_reload(struct server *s, uint32_t client);
void server_reload_forget(struct server *s); /* the node ends */

/* Log event E with TEXT, and keep it for snactl [A48]. */
void server_event(struct server *s, enum sna_event e, const char *text);

/* ---- notice.c: what programs may know at any time ---- */
void notice_open(struct server *s);
void notice_close(struct server *s);
/* Until when the answer M holds; 0 = it is not to be remembered. */
void notice_stamp(const struct server *s, struct lp_inited *m);
/* Answers given up to now no longer hold. */
void notice_inited_old(struct server *s);

/* ---- listener.c ---- */
/* 0; -1 with a message on stderr (another node has the socket, or it cannot be made). */
int listener_open(struct server *s);
void listener_close(struct server *s);   /* nobody can connect any more */
void listener_release(struct server *s); /* another node may have the socket */
void listener_resume(struct server *s);  /* a descriptor has been freed */

/* ---- channel.c: the sockets of a conversation ---- */
struct channel {
    uint32_t conv;
    unsigned uid;     /* of who allocated it */
    uint32_t port;    /* client that waits for this Allocate; 0 = none */
    int fd[2];        /* ends A and B, -1 = not open */
    struct event *ev; /* B, until the Attach flows; a timer, while it is held (snactl inject delay) */
    struct server *server;
    struct fmh5 *attach; /* while the attach manager has it */
    uint8_t last[64];    /* last word that found no room */
    size_t last_n;
    unsigned last_from;
};

/* For a conversation that PORT of user UID is allocating. */
int channel_new(struct server *s, uint32_t conv, uint32_t port, unsigned uid);
struct channel *channel_of(const struct server *s, uint32_t conv);
/* Make the sockets and watch for the Attach.  LP_RC_OK, or why that cannot be (LP_RC_*). */
uint32_t channel_open(struct server *s, struct channel *ch);
/* What A has sent must be seen before A's end is dealt with. */
void channel_look(struct server *s, uint32_t conv);
/* Refuse the Attach: -RSP(0846) and the FMH-7 with SENSE, to the invoker. */
void channel_refuse(struct server *s, uint32_t conv, uint32_t sense);
/* SIDE is gone: tell the other one why by an UNBIND with SENSE, written from the dead end; then cut. */
void channel_abend(struct server *s, uint32_t conv, unsigned side, uint32_t sense);
/* Session outage: both ends get an UNBIND with SENSE, and are cut. */
void channel_cut(struct server *s, uint32_t conv, uint32_t sense);
/* SIDE has ended: nothing comes from it any more. */
void channel_side_over(struct server *s, uint32_t conv, unsigned side);
void channel_forget_attach(struct channel *ch);
void channel_close(struct server *s, uint32_t conv);

/* ---- attach.c: an Attach between its conversation and its TP ---- */
void attach_flows(struct server *s, struct channel *ch);
/* PROCESS has cancelled its Accept when the Attach of CONV was on its way to it. */
void attach_unwanted(struct server *s, uint32_t conv, uint32_t process);
void attach_effects(struct server *s); /* carry out s->afx */
void attach_start_some(struct server *s);
void attach_forget_starts(struct server *s);
void attach_start_all(struct server *s); /* before the entries they point at go */

/* ---- client.c: one connection ---- */
int client_new(struct server *s, int fd, int pid, unsigned uid);
void client_drop_process(struct server *s, uint32_t process);
void client_tick(struct server *s, uint64_t now);
uint64_t client_deadline(const struct server *s);
void client_answer_allocate(struct server *s, uint32_t port, struct lp_allocated *m, int fd);
/* -1: the program is gone and will never know. */
int client_answer_accept(struct server *s, uint32_t port, const struct lp_accepted *m, int fd);
uint32_t client_process(const struct server *s, uint32_t port);
uint32_t client_slot(const struct server *s, uint32_t port);
int client_stats(const struct server *s, uint32_t process); /* descriptor of the statistics page, -1 = none */
void client_close_all(struct server *s);

/* ---- admin.c, show.c ---- */
#define ADMIN_RELOAD 255 /* exit status: the answer comes when the files have been read (reload.c) */
/* Carry out WORDS (N of them); MAY_CHANGE: whoever asks may change what runs.  Fills OUT; returns JSON rows
 * (owned by the caller) or NULL. */
struct json_t *admin_command(struct server *s, char **words, int n, bool may_change, struct lp_answer *out);
/* show.c, show_session.c: rows of objects with the field names of snactl(1) */
struct json_t *show_count(uint64_t v);
struct json_t *show_text(const char *s);
struct json_t *show_status(struct server *s);
struct json_t *show_lu(struct server *s);
struct json_t *show_plu(struct server *s);
struct json_t *show_cnos(struct server *s);
struct json_t *show_mode(struct server *s);
struct json_t *show_session(struct server *s);
struct json_t *show_conversation(struct server *s);
struct json_t *show_tp(struct server *s);
struct json_t *show_queue(struct server *s);
struct json_t *show_side(struct server *s);
struct json_t *show_event(struct server *s);

#endif
