/* events.h - the events that the node logs, with the numbers of the product [A48].  Layer: base (pure).
 * Numbers from 9000 up are ours: the documents give none for these events [L110]. */
#ifndef SNA_BASE_EVENTS_H
#define SNA_BASE_EVENTS_H

#include "snanode/base/log.h"

/* X(name, number, error code or 0, level): the only place that has the numbers.
 * 9001 and above are of this node's own making [D7].
 * Level debug is for events that would be no news in the log: an Accept that times out, because programs that
 * poll would flood the log [A22], and the events that accompany the one line about a refused Attach.  An
 * Attach that will most likely wait in vain gets its warning before the wait. */
#define EVENTS(X)                                                                                            \
    X(BIND_REFUSED, 18, 0, LOG_LV_INFO)                                                                      \
    X(NEGATIVE_RESPONSE, 21, 0, LOG_LV_DEBUG)                                                                \
    X(CONNECTION_FAILED, 23, 0, LOG_LV_WARN)                                                                 \
    X(SESSION_LIMIT, 26, 0, LOG_LV_INFO)                                                                     \
    X(SESSION_ENDED, 38, 0, LOG_LV_INFO)                                                                     \
    X(XID_REJECTED, 56, 0, LOG_LV_WARN)                                                                      \
    X(TP_NOT_INVOKED, 60, 0, LOG_LV_DEBUG)                                                                   \
    X(ALLOCATE_FAILED, 93, 0, LOG_LV_INFO)                                                                   \
    X(REMOTE_START_FAILED, 94, 0, LOG_LV_DEBUG)                                                              \
    X(NO_XID_ANSWER, 230, 0, LOG_LV_WARN)                                                                    \
    X(START_TIMED_OUT, 557, 0, LOG_LV_DEBUG)                                                                 \
    X(NOT_EXECUTED, 575, 0, LOG_LV_DEBUG)                                                                    \
    X(ACCEPT_TIMED_OUT, 592, 0, LOG_LV_DEBUG)                                                                \
    X(NOT_IN_TABLE, 703, 1011, LOG_LV_WARN)                                                                  \
    X(INVOCATION_FAILED, 703, 1016, LOG_LV_DEBUG)                                                            \
    X(NO_INVOKABLE_TP, 730, 0, LOG_LV_DEBUG)                                                                 \
    X(MACHINE_SEEN, 9001, 0, LOG_LV_INFO)                                                                    \
    X(MACHINE_LEFT, 9002, 0, LOG_LV_INFO)                                                                    \
    X(MACHINE_GONE, 9003, 0, LOG_LV_WARN)                                                                    \
    X(MACHINE_CLASH, 9004, 0, LOG_LV_WARN)                                                                   \
    X(ENTRY_REFUSED, 9005, 0, LOG_LV_WARN)                                                                   \
    X(DOMAIN_FULL, 9006, 0, LOG_LV_WARN)                                                                     \
    X(DOMAIN_BACK, 9007, 0, LOG_LV_INFO)                                                                     \
    X(DOMAIN_LOST, 9008, 0, LOG_LV_WARN)                                                                     \
    X(MACHINE_CONNECTED, 9009, 0, LOG_LV_INFO)                                                               \
    X(MACHINE_CUT, 9010, 0, LOG_LV_WARN)                                                                     \
    X(MACHINE_NOT_REACHED, 9011, 0, LOG_LV_WARN)                                                             \
    X(MACHINE_REFUSED, 9012, 0, LOG_LV_WARN)                                                                 \
    X(DOMAIN_NOT_CALLED, 9013, 0, LOG_LV_WARN)                                                               \
    X(CONNECTION_ACTIVE, 9101, 0, LOG_LV_INFO)                                                               \
    X(CONNECTION_INACTIVE, 9102, 0, LOG_LV_INFO)                                                             \
    X(CONNECTION_NOT_MADE, 9103, 0, LOG_LV_INFO)                                                             \
    X(CONNECTION_GIVEN_UP, 9104, 0, LOG_LV_WARN)                                                             \
    X(XID_REFUSED, 9105, 0, LOG_LV_WARN)                                                                     \
    X(LINK_LISTENS, 9106, 0, LOG_LV_INFO)                                                                    \
    X(LINK_CANNOT_LISTEN, 9107, 0, LOG_LV_WARN)                                                              \
    X(PEER_REFUSED, 9108, 0, LOG_LV_WARN)                                                                    \
    X(CERTIFICATE_EXPIRES, 9109, 0, LOG_LV_WARN)                                                             \
    X(CERTIFICATE_UNUSABLE, 9110, 0, LOG_LV_ERROR)                                                           \
    X(MESSAGE_LOGGED, 9201, 0, LOG_LV_INFO)                                                                  \
    X(INTERVENTION, 9202, 0, LOG_LV_WARN)                                                                    \
    X(MANAGEMENT_DATA, 9203, 0, LOG_LV_INFO)

enum sna_event {
#define X(name, number, error, level) EVENT_##name,
    EVENTS(X)
#undef X
        EVENT_N
};

/* Texts, as formats.  EVENT(name) is the event and its text, two arguments. */
#define EVENT(name) EVENT_##name, EVENT_TEXT_##name

/* LUs, mode, sense, its name, details */
#define EVENT_TEXT_BIND_REFUSED "BIND from %s to %s, mode %s, refused: %08X %s (%s)"
/* LU, TP */
#define EVENT_TEXT_NEGATIVE_RESPONSE                                                                         \
    "negative response 08460000 sent on %s: the Attach for TP %.64s is refused"
/* connection, link service or address, qualifier, what happened */
#define EVENT_TEXT_CONNECTION_FAILED "Connection %s using Link Service %s failed, Qualifier = %04X: %.200s"
/* mode, LUs */
#define EVENT_TEXT_SESSION_LIMIT "no session of mode %s between %s and %s within AllocateWait"
/* LUs, mode, reason: 0002 retry, 0005 clean-up; what happened, TP */
#define EVENT_TEXT_SESSION_ENDED "session of %s with %s, mode %s, ended abnormally, reason %04X: %s, TP %.64s"
/* connection, sense, its name */
#define EVENT_TEXT_XID_REJECTED "Connection %s failed: XID rejected by remote computer, sense %08X %s"
/* TP, LU, sense, why */
#define EVENT_TEXT_TP_NOT_INVOKED "TP %.64s on %s could not be invoked, sense %08X: %s"
/* program, process, return code, TP, LU, partner, mode */
#define EVENT_TEXT_ALLOCATE_FAILED                                                                           \
    "Allocate of %.24s[%d] failed with %u: TP %.32s, local LU %.12s, partner %.17s, mode %.12s"
/* TP */
#define EVENT_TEXT_REMOTE_START_FAILED "remote conversation start failed for TP %.64s: 00000509"
/* connection */
#define EVENT_TEXT_NO_XID_ANSWER "Connection %s: the remote computer is not responding to XID commands"
/* TP, LU */
#define EVENT_TEXT_START_TIMED_OUT "TP %.64s was started for %s and has not accepted"
/* TP, why */
#define EVENT_TEXT_NOT_EXECUTED "TP %.64s: %s"
/* TP */
#define EVENT_TEXT_ACCEPT_TIMED_OUT "Receive Allocate of TP %.64s timed out"
/* TP, LU, error code, what is near, seconds */
#define EVENT_TEXT_NOT_IN_TABLE                                                                              \
    "TP %.64s on %s: not in the table, error code %u: %s; the Attach waits %u s for a program"
/* TP, error code */
#define EVENT_TEXT_INVOCATION_FAILED "TP %.64s: invocation failed, error code %u"
/* TP, LU, what is near */
#define EVENT_TEXT_NO_INVOKABLE_TP "no invokable TP %.64s for local LU %s: %s"
/* machine, address */
#define EVENT_TEXT_MACHINE_SEEN "machine %s is in the domain, address %s"
/* machine */
#define EVENT_TEXT_MACHINE_LEFT "machine %s has left the domain"
/* machine, seconds */
#define EVENT_TEXT_MACHINE_GONE                                                                              \
    "machine %s has not renewed its lease of %u s: its TPs and LUs do not count until it does"
/* machine, two addresses */
#define EVENT_TEXT_MACHINE_CLASH                                                                             \
    "two machines of the domain have the name %s, at addresses %s and %s: give one of them another Machine"
/* key, reason */
#define EVENT_TEXT_ENTRY_REFUSED                                                                             \
    "entry %s of the domain's directory is refused: %s; further ones of its machine are refused in silence"
/* limit */
#define EVENT_TEXT_DOMAIN_FULL "the domain has more than %u machines: the others are not known here"
/* domain, server */
#define EVENT_TEXT_DOMAIN_BACK "domain %s: directory reached at %s"
/* domain, reason */
#define EVENT_TEXT_DOMAIN_LOST "domain %s: directory not reached: %s; what is known is used meanwhile"
/* machine, who has called */
#define EVENT_TEXT_MACHINE_CONNECTED "connected with machine %s: %s"
/* machine, why */
#define EVENT_TEXT_MACHINE_CUT "the connection with machine %s is lost: %.250s"
/* machine, why */
#define EVENT_TEXT_MACHINE_NOT_REACHED "machine %s cannot be reached: %.250s"
/* address, why */
#define EVENT_TEXT_MACHINE_REFUSED "the machine that has called from %.80s is refused: %.250s"
/* address, why */
#define EVENT_TEXT_DOMAIN_NOT_CALLED                                                                         \
    "other machines of the domain cannot call at %.130s: %.200s; it is tried again, or correct "             \
    "ListenAddress"

/* connection, control point of the remote node, its address, TLS or not */
#define EVENT_TEXT_CONNECTION_ACTIVE "connection %s is active: node %s at %.80s%s"
/* connection, why */
#define EVENT_TEXT_CONNECTION_INACTIVE "connection %s is inactive: %.200s"
/* connection, address, why, seconds */
#define EVENT_TEXT_CONNECTION_NOT_MADE "connection %s: %.80s cannot be reached: %.200s; next try in %u s"
/* connection, tries, why */
#define EVENT_TEXT_CONNECTION_GIVEN_UP                                                                       \
    "connection %s is given up after %u tries (/retrylimit): %.200s; snactl activate connection starts it "  \
    "again"
/* connection, control point of the remote node, sense, its name, details */
#define EVENT_TEXT_XID_REFUSED "connection %s: the XID of node %s is refused: %08X %s (%s)"
/* link or connection, its name, address, TLS or not */
#define EVENT_TEXT_LINK_LISTENS "%s %s listens at %.80s%s"
/* link or connection, its name, address, why */
#define EVENT_TEXT_LINK_CANNOT_LISTEN "%s %s cannot listen at %.80s: %.200s"
/* link or connection, its name, address, why */
#define EVENT_TEXT_PEER_REFUSED "%s %s: the peer at %.80s is refused: %.200s"
/* link or connection, its name, file, date, days */
#define EVENT_TEXT_CERTIFICATE_EXPIRES "%s %s: the certificate of %.120s expires on %s, in %ld days"
/* link or connection, its name, why */
#define EVENT_TEXT_CERTIFICATE_UNUSABLE "%s %s: %.250s; nothing is reached over it until that is mended"
/* program, pid, message file and number, originator, the inserted strings */
#define EVENT_TEXT_MESSAGE_LOGGED "%s[%d]: message %s%04u from %s, severity 12: %s"
/* the same */
#define EVENT_TEXT_INTERVENTION "%s[%d]: message %s%04u from %s, severity 12, asks for intervention: %s"
/* program, pid, what it is, originator, octets, and these in hexadecimal */
#define EVENT_TEXT_MANAGEMENT_DATA "%s[%d]: %s from %s, %u octets: %s"

/* The number by which people know E. */
unsigned events_number(enum sna_event e);
/* The error code of E, for those that have one, else 0. */
unsigned events_error(enum sna_event e);
enum log_level events_level(enum sna_event e);

#endif
