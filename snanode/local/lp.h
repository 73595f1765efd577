/* lp.h - the local protocol: the messages between TPs, tools and the node on the node's socket.
 * Layer: local (pure); both ends include this file and nothing else of each other.  docs/local-protocol.md
 * says who sends what when.
 *
 * A message is one SEQPACKET record: a type (16 bits), then the fields listed below, in order and big-endian:
 *   U8 U16 U32 U64   unsigned integers
 *   STR(f, max)      text of at most MAX octets: length octet, octets; a char array with a NUL here
 *   BIN(f, max)      octets: 16-bit length, octets; f_n and f[] here
 * Left-over octets are an error.  Numbers are grouped by hundreds and never used again. */
#ifndef SNA_LOCAL_LP_H
#define SNA_LOCAL_LP_H

#include <stddef.h>
#include <stdint.h>

#include "snanode/base/buf.h"
#include "snanode/base/names.h"
#include "snanode/local/retcode.h"

#define LP_VERSION 11
#define LP_MAX     8192 /* longest message, octets */

/* The longest fields, octets. */
#define LP_NAMES_OCTETS 4096 /* local TP names of an Accept */
#define LP_WORDS_OCTETS 4096 /* words of a command */
#define LP_LOG_OCTETS   512  /* log data */
#define LP_PATH_OCTETS  4095 /* a path */
#define LP_TEXT_MAX     250  /* the line of an answer; a STR has at most 255 */

enum lp_kind { LP_KIND_PROCESS = 1, LP_KIND_PORT = 2, LP_KIND_ADMIN = 3 };

/* The fields of a message stand in one list. */
/* clang-format off */

/* Hello: the first message on every connection.  The first connection of a process (PROCESS) lasts as long
 * as the process; a PORT is a further one, which names its process, for a request that may wait.  The first
 * port comes with the welcome, and a request right behind the hello of a PROCESS counts as sent on it.  No
 * program sends the node a descriptor. */
#define LP_HELLO(U8, U16, U32, U64, STR, BIN) \
    U32(version) U8(kind) U32(process) U64(cookie) U64(token) STR(program, NAME_PROGRAM_MAX)
/* TPN: the TP name that the configuration has for a PROCESS without one in its environment, "" = none.  A
 * port, the node's page (notice.h), that of the process (stats.h) and that of the program's user (hint.h) come
 * along with the welcome of a PROCESS, in this order, each only with those before it. */
#define LP_WELCOME(U8, U16, U32, U64, STR, BIN) \
    U32(version) U16(rc) U32(process) U64(cookie) STR(server, NAME_MACHINE_MAX) STR(tpn, NAME_TP_MAX)

/* Init (Initialize_Conversation): side information and the local LU.  Answered by inited.  The answer
 * holds as long as the number in the node's page (notice.h) is GENERATION (0: for this call only).  A password
 * of the destination stays with the node: SECRET is its number, 0 = there is none. */
#define LP_INIT(U8, U16, U32, U64, STR, BIN) STR(symdest, NAME_MAX8) STR(lu, NAME_MAX8)
#define LP_INITED(U8, U16, U32, U64, STR, BIN) \
    U16(rc) STR(lu, NAME_MAX8) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) BIN(tpn, NAME_TP_MAX) \
    U8(service_tp) U8(security) BIN(user, NAME_USER_MAX) U64(secret) U32(generation)

/* Allocate, on a port.  CONTEXT: the conversation on whose behalf this thread works, 0 = none; security
 * SAME passes on the user that was verified there.  SECRET: number, from the answer to Init, of the password
 * that goes into the Attach; 0 = the password in this message.  Answered by allocated, with end A of the
 * conversation when rc is 0. */
#define LP_ALLOCATE(U8, U16, U32, U64, STR, BIN) \
    STR(lu, NAME_MAX8) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) BIN(tpn, NAME_TP_MAX) U8(service_tp) \
    U8(type) U8(sync) U8(return_control) U8(security) BIN(user, NAME_USER_MAX) BIN(password, NAME_USER_MAX) \
    U32(slot) U32(context) U64(secret)
#define LP_ALLOCATED(U8, U16, U32, U64, STR, BIN) \
    U16(rc) U32(sense) U32(conv) U32(max_ru) STR(local, NAME_FQ_MAX) STR(partner, NAME_FQ_MAX) \
    STR(mode, NAME_MAX8) STR(lu, NAME_MAX8) STR(partner_alias, NAME_MAX8)

/* Accept, on a port.  NAMES: the local TP names, each a length octet and octets.  Answered by accepted, with
 * end B when rc is 0. */
#define LP_ACCEPT(U8, U16, U32, U64, STR, BIN) BIN(names, LP_NAMES_OCTETS) STR(lu, NAME_MAX8) U32(slot)
#define LP_ACCEPTED(U8, U16, U32, U64, STR, BIN) \
    U16(rc) U32(conv) U32(max_ru) U8(type) U8(sync) BIN(tpn, NAME_TP_MAX) STR(lu, NAME_MAX8) \
    STR(local, NAME_FQ_MAX) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) U8(security) \
    BIN(user, NAME_USER_MAX) BIN(password, NAME_USER_MAX) STR(partner_alias, NAME_MAX8)

/* Manage, on a port: this process is the attach manager of LU from now on, and has an Accept outstanding
 * there, for TIMEOUT seconds (LP_FOR_EVER: without a limit).  Answered by accepted, with the octets of the
 * Attach as PASSWORD, which may be a substitute.
 * Unmanage: it no longer is.  Answered by done. */
#define LP_FOR_EVER UINT32_MAX
#define LP_MANAGE(U8, U16, U32, U64, STR, BIN)   STR(lu, NAME_MAX8) U32(slot) U32(timeout)
#define LP_UNMANAGE(U8, U16, U32, U64, STR, BIN) STR(lu, NAME_MAX8)
#define LP_DONE(U8, U16, U32, U64, STR, BIN)     U16(rc)

/* What the APPC verbs for sessions ask for, on a port; PARTNER is an alias or a name, "" = the default.  All
 * but lu_status are answered by ordered, whose codes are those of the verb [HIS: CNOS; HIS: ACTIVATE_SESSION;
 * HIS: DEACTIVATE_SESSION]; the rest of it is there with primary code 0, as far as the verb has it.
 * Activate: POLARITY is 0 either, 1 the LU is to win the session, 2 the partner; PASSIVE: which the partner
 * begins.
 * Deactivate: SESSION 0 = all of the mode.
 * Watch: answered when SESSION is over, with code 0 if a deactivate has ended it. */
#define LP_ACTIVATE(U8, U16, U32, U64, STR, BIN) \
    STR(lu, NAME_MAX8) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) U8(polarity) U8(passive)
#define LP_DEACTIVATE(U8, U16, U32, U64, STR, BIN) \
    STR(lu, NAME_MAX8) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) U32(session) U8(cleanup)
#define LP_WATCH(U8, U16, U32, U64, STR, BIN) U32(session)
#define LP_CNOS(U8, U16, U32, U64, STR, BIN) \
    STR(lu, NAME_MAX8) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) U8(all_modes) U8(negotiable) \
    U8(drain_source) U8(drain_target) U8(target_responsible) U16(limit) U16(winners) U16(losers) \
    U16(auto_activate)
#define LP_ORDERED(U8, U16, U32, U64, STR, BIN) \
    U16(primary) U32(secondary) U32(session) U16(limit) U16(winners) U16(losers)
/* Lu_status: of LU and, unless PARTNER is "", its sessions with that LU.  ZERO: there have been none at some
 * time since the last lu_status for this pair of LUs. */
#define LP_LU_STATUS(U8, U16, U32, U64, STR, BIN) STR(lu, NAME_MAX8) STR(partner, NAME_FQ_MAX)
#define LP_LU_STATUS_IS(U8, U16, U32, U64, STR, BIN) U16(rc) U32(active) U8(zero) U8(pool)
/* Partners: the LUs that LU may have sessions with, in any mode, from number FROM on; NAMES are their aliases
 * of 8 octets each, padded with blanks, and TOTAL is how many there are altogether.  HAS_DEFAULT: the user's
 * default partner is one of them. */
#define LP_PARTNERS(U8, U16, U32, U64, STR, BIN) STR(lu, NAME_MAX8) U16(from)
#define LP_PARTNERS_ARE(U8, U16, U32, U64, STR, BIN) \
    U16(rc) U16(total) U8(has_default) BIN(names, LP_NAMES_OCTETS)

/* Display, on a port: one object of the node, for the APPC verb DISPLAY [HIS: DISPLAY].  WHAT says of which
 * kind, and by which message it is answered, with FOUND 0 when there is none: the LU, partner, mode, session or
 * connection at place AT or after it, and NEXT is where the one after it is looked for.  The partners are those
 * of the LU at place LU, the modes those of this LU and the partner at place PARTNER.  A place holds until the
 * configuration changes, of a session for ever; what has gone meanwhile is left out.  Of a node NAME is the
 * connection whose node ID it is to show, "" = the first.  Only LUs that the user may use count, and sessions of
 * theirs.  TOTAL and ACTIVE are there in the answer about place 0 alone.  A request about another place costs the node
 * a look at one object, or at those before the one that is shown which the user does not see; about an LU, a look at
 * each LU when some have partners that are named. */
#define LP_DISPLAY_NODE       0
#define LP_DISPLAY_LU         1
#define LP_DISPLAY_PARTNER    2
#define LP_DISPLAY_MODE       3
#define LP_DISPLAY_SESSION    4
#define LP_DISPLAY_CONNECTION 5
#define LP_DISPLAY(U8, U16, U32, U64, STR, BIN) \
    U8(what) U32(lu) U32(partner) U64(at) STR(name, NAME_MAX8)
#define LP_NODE_SHOWN(U8, U16, U32, U64, STR, BIN) \
    U8(found) STR(name, NAME_FQ_MAX) STR(server, NAME_MACHINE_MAX) U32(node_id) STR(version, NAME_MAX8)
/* TOTAL: of these LUs.  PARTNERS, MODES: of this LU, and of all its partners together. */
#define LP_LU_SHOWN(U8, U16, U32, U64, STR, BIN) \
    U8(found) U64(next) U32(total) STR(alias, NAME_MAX8) STR(fq, NAME_FQ_MAX) U8(number) U32(partners) U32(modes)
#define LP_PARTNER_SHOWN(U8, U16, U32, U64, STR, BIN) \
    U8(found) U64(next) STR(alias, NAME_MAX8) STR(fq, NAME_FQ_MAX) STR(uninterpreted, NAME_MAX8) U8(parallel) \
    U8(already_verified) U8(keyed) U8(active_security) BIN(mac, 6)
#define LP_MODE_SHOWN(U8, U16, U32, U64, STR, BIN) \
    U8(found) U64(next) STR(name, NAME_MAX8) U16(limit) U16(winners) U16(losers) U16(active) U16(won) U16(lost) \
    U8(implicit)
/* One end of a session: that of LU.  ADDRESSES: DAF', OAF', ODAI of what it sends, an octet each; 0 within the
 * node.  The sizes and windows are 0 where there is no limit. */
#define LP_SESSION_SHOWN(U8, U16, U32, U64, STR, BIN) \
    U8(found) U64(next) U32(total) U32(session) U32(conv) STR(lu, NAME_MAX8) STR(partner, NAME_MAX8) \
    STR(mode, NAME_MAX8) STR(fq, NAME_FQ_MAX) STR(partner_fq, NAME_FQ_MAX) U32(send_ru) U32(recv_ru) \
    U8(send_window) U8(recv_window) U8(adaptive) STR(connection, NAME_MAX8) U32(addresses)
/* STATE: 0 nobody uses it, else 1 it is being connected, 2 XIDs, 3 active, 4 ending.  ROLE: enum cfg_role, as
 * configured, or negotiated when active.  TOTAL: of all connections; ACTIVE: of those with a state. */
#define LP_CONNECTION_SHOWN(U8, U16, U32, U64, STR, BIN) \
    U8(found) U64(next) U32(total) U32(active) STR(name, NAME_MAX8) U8(state) U8(incoming) U8(role) U8(automatic) \
    U8(demand) U8(host) U32(sessions) U32(btu) BIN(mac, 6)

/* Cancel what is outstanding on this port.  The request itself is still answered: with LP_RC_CANCELLED, or
 * with its result if that came first.  If that result was a conversation, it ends as if its TP had died. */
#define LP_CANCEL(U8, U16, U32, U64, STR, BIN) U8(reserved)

/* End: this process is done with its side of conversation CONV; SIDE is 0 for the invoker, 1 for the
 * acceptor.  On the PROCESS connection; not answered. */
#define LP_END(U8, U16, U32, U64, STR, BIN) U32(conv) U8(side)

/* Rejoin, on a port: the session of CONV stayed with this process, which has allocated it again, and has been taken
 * back before anything flowed.  Answered by rejoined, with end A of a new pair when rc is 0. */
#define LP_REJOIN(U8, U16, U32, U64, STR, BIN)   U32(conv)
#define LP_REJOINED(U8, U16, U32, U64, STR, BIN) U16(rc)

/* Log: this process has sent log data (ASCII) along with error SENSE, from its side of conversation CONV.
 * On the PROCESS connection; not answered. */
#define LP_LOG(U8, U16, U32, U64, STR, BIN) U32(conv) U8(side) U32(sense) BIN(text, LP_LOG_OCTETS)

/* Side information.  Answered by side. */
#define LP_SIDE_SET(U8, U16, U32, U64, STR, BIN) \
    STR(symdest, NAME_MAX8) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) BIN(tpn, NAME_TP_MAX) \
    U8(service_tp) U8(security) BIN(user, NAME_USER_MAX) BIN(password, NAME_USER_MAX)
#define LP_SIDE_GET(U8, U16, U32, U64, STR, BIN) U32(index) STR(symdest, NAME_MAX8)
#define LP_SIDE_DEL(U8, U16, U32, U64, STR, BIN) STR(symdest, NAME_MAX8)
#define LP_SIDE(U8, U16, U32, U64, STR, BIN) \
    U16(rc) STR(symdest, NAME_MAX8) STR(partner, NAME_FQ_MAX) STR(mode, NAME_MAX8) BIN(tpn, NAME_TP_MAX) \
    U8(service_tp) U8(security) BIN(user, NAME_USER_MAX)

/* Trace, on a port: this process wants to record frames of its conversations, as the node's page asks.  Answered
 * by traced, with a socket for them when rc is 0 (traced.h). */
#define LP_TRACE(U8, U16, U32, U64, STR, BIN)  U8(reserved)
#define LP_TRACED(U8, U16, U32, U64, STR, BIN) U16(rc)

/* Note, on a port: what a program has for the node's log.  KIND: of LOG_MESSAGE, number NUMBER of message file
 * FILE; or of TRANSFER_MS_DATA, with its data_type in NUMBER.  ORIGIN and FILE are ASCII; TEXT is the inserted
 * strings, each with its NUL, or the data.  Answered by noted once it is in the log. */
#define LP_NOTE_MESSAGE      1
#define LP_NOTE_INTERVENTION 2 /* a message that asks for an operator */
#define LP_NOTE_MANAGEMENT   3
#define LP_NOTE(U8, U16, U32, U64, STR, BIN) \
    U8(kind) U16(number) STR(file, 3) STR(origin, NAME_MAX8) BIN(text, LP_LOG_OCTETS)
#define LP_NOTED(U8, U16, U32, U64, STR, BIN) U16(rc)

/* Table, on a port: the file with the table of type G that the registry names for CONVERT.  Answered by tabled, PATH
 * without a NUL, empty when there is none. */
#define LP_TABLE(U8, U16, U32, U64, STR, BIN)  U8(reserved)
#define LP_TABLED(U8, U16, U32, U64, STR, BIN) U16(rc) BIN(path, LP_PATH_OCTETS)

/* Admin: the words of one snactl command, each NUL-terminated.  Answered by answer: EXIT is the exit status,
 * TEXT one line for a person; rows, if any, are JSON in a descriptor that comes along. */
#define LP_WORDS_MAX 63 /* in one command; more are refused */
#define LP_ADMIN(U8, U16, U32, U64, STR, BIN) BIN(words, LP_WORDS_OCTETS)
#define LP_ANSWER(U8, U16, U32, U64, STR, BIN) U8(exit) STR(text, LP_TEXT_MAX)

/* clang-format on */

#define LP_MESSAGES(X)                                                                                       \
    X(hello, HELLO, 100)                                                                                     \
    X(welcome, WELCOME, 101)                                                                                 \
    X(init, INIT, 200)                                                                                       \
    X(inited, INITED, 201)                                                                                   \
    X(allocate, ALLOCATE, 210)                                                                               \
    X(allocated, ALLOCATED, 211)                                                                             \
    X(accept, ACCEPT, 220)                                                                                   \
    X(accepted, ACCEPTED, 221)                                                                               \
    X(manage, MANAGE, 222)                                                                                   \
    X(unmanage, UNMANAGE, 223)                                                                               \
    X(done, DONE, 224)                                                                                       \
    X(cancel, CANCEL, 230)                                                                                   \
    X(end, END, 240)                                                                                         \
    X(rejoin, REJOIN, 242)                                                                                   \
    X(rejoined, REJOINED, 243)                                                                               \
    X(log, LOG, 241)                                                                                         \
    X(side_set, SIDE_SET, 250)                                                                               \
    X(side_get, SIDE_GET, 251)                                                                               \
    X(side_del, SIDE_DEL, 252)                                                                               \
    X(side, SIDE, 253)                                                                                       \
    X(activate, ACTIVATE, 270)                                                                               \
    X(deactivate, DEACTIVATE, 271)                                                                           \
    X(watch, WATCH, 272)                                                                                     \
    X(cnos, CNOS, 273)                                                                                       \
    X(ordered, ORDERED, 274)                                                                                 \
    X(lu_status, LU_STATUS, 275)                                                                             \
    X(lu_status_is, LU_STATUS_IS, 276)                                                                       \
    X(partners, PARTNERS, 277)                                                                               \
    X(partners_are, PARTNERS_ARE, 278)                                                                       \
    X(trace, TRACE, 260)                                                                                     \
    X(traced, TRACED, 261)                                                                                   \
    X(note, NOTE, 280)                                                                                       \
    X(noted, NOTED, 281)                                                                                     \
    X(table, TABLE, 282)                                                                                     \
    X(tabled, TABLED, 283)                                                                                   \
    X(display, DISPLAY, 290)                                                                                 \
    X(node_shown, NODE_SHOWN, 291)                                                                           \
    X(lu_shown, LU_SHOWN, 292)                                                                               \
    X(partner_shown, PARTNER_SHOWN, 293)                                                                     \
    X(mode_shown, MODE_SHOWN, 294)                                                                           \
    X(session_shown, SESSION_SHOWN, 295)                                                                     \
    X(connection_shown, CONNECTION_SHOWN, 296)                                                               \
    X(admin, ADMIN, 300)                                                                                     \
    X(answer, ANSWER, 301)

enum lp_type {
#define X(name, UPPER, number) LP_T_##UPPER = (number),
    LP_MESSAGES(X)
#undef X
};

/* Name of a message type ("allocate"), "?" for others. */
const char *lp_name(unsigned type);

/* Reasons that are not CPI-C return codes (those of retcode.h are used as they are). */
#define LP_RC_CANCELLED 1000 /* the request was cancelled */
#define LP_RC_VERSION   1001 /* this node speaks another version */
#define LP_RC_UNKNOWN   1002 /* the cookie is not that of the process */
#define LP_RC_STOPPING  1003 /* the node is ending */
#define LP_RC_REFUSED   1004 /* the reason is in the node's log */

/* Causes of what the program gets as CM_PRODUCT_SPECIFIC_ERROR. */
#define LP_RC_LU_UNKNOWN 1010 /* there is no local LU of this alias */
#define LP_RC_LU_NONE    1011 /* no alias is given, and the user has no local LU */
#define LP_RC_LU_DENIED  1012 /* AllocateAccess does not admit the user, or OfferLUs no other machine */
#define LP_RC_MEMORY     1013 /* the node is short of memory */
#define LP_RC_FAILURE_20 1014 /* no session, and AllocateFailure20 is set */
#define LP_RC_NOT_ITS_TP 1015 /* an Accept by a process that was not started for this TP */

/* Causes of what a program gets as CM_PARAMETER_ERROR; the APPC verbs have a code for each. */
#define LP_RC_MODE_UNKNOWN    1016 /* there is no mode of this name, or programs may not use it */
#define LP_RC_PARTNER_UNKNOWN 1017 /* there is no partner LU of this name for the local LU */

/* Attach managers of LUs. */
#define LP_RC_LU_TAKEN    1018 /* another process is the attach manager of the LU */
#define LP_RC_NOT_MANAGER 1019 /* this process is not, or no longer, the attach manager of the LU */

/* A limit is reached (snanode-registry(5)). */
#define LP_RC_DESCRIPTORS        1020 /* the node has no descriptors left except those it keeps for tools */
#define LP_RC_USER_LIMIT         1021 /* the user has all the connections it may have */
#define LP_RC_PROCESS_LIMIT      1022 /* the process has all the connections it may have */
#define LP_RC_CONVERSATION_LIMIT 1023 /* the user has all the conversations it may have */
#define LP_RC_NAME_LIMIT         1024 /* the process has registered all the names it may have */
#define LP_RC_PROCESS_SHARE      1025 /* the process has most descriptors; the last ones are for others */

/* This program may not change the side information, or not add to it. */
#define LP_RC_SIDE_DENIED 1030 /* a configured destination: only an administrator may change it */
#define LP_RC_SIDE_LIMIT  1031 /* the user has set as many as it may */

/* The text of a reason, for a person; a general text for other numbers.  Never NULL. */
const char *lp_reason(uint32_t rc);

#define LP_F_U8(f)       uint8_t f;
#define LP_F_U16(f)      uint16_t f;
#define LP_F_U32(f)      uint32_t f;
#define LP_F_U64(f)      uint64_t f;
#define LP_F_STR(f, max) char f[(max) + 1];
#define LP_F_BIN(f, max)                                                                                     \
    uint16_t f##_n;                                                                                          \
    uint8_t f[max];

/* struct lp_hello and so on */
#define X(name, UPPER, number)                                                                               \
    struct lp_##name {                                                                                       \
        LP_##UPPER(LP_F_U8, LP_F_U16, LP_F_U32, LP_F_U64, LP_F_STR, LP_F_BIN)                                \
    };
LP_MESSAGES(X)
#undef X

/* lp_NAME_encode: type and fields into OUT; returns octets, or 0 when they do not fit in CAP.
 * lp_NAME_decode: the whole message (type included) from P (N octets); returns 0, or -1 when it is not
 * exactly one well-formed message of that type. */
#define X(name, UPPER, number)                                                                               \
    size_t lp_##name##_encode(const struct lp_##name *m, uint8_t *out, size_t cap);                          \
    int lp_##name##_decode(const uint8_t *p, size_t n, struct lp_##name *m)                                  \
        __attribute__((warn_unused_result));
LP_MESSAGES(X)
#undef X

/* Type of a message, or 0 when it is too short to have one. */
unsigned lp_type(const uint8_t *p, size_t n);

#endif
