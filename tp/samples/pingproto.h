/* pingproto.h - the octets and sizes of the APING protocol, for client and servers.  Layer: samples. */
#ifndef SNA_TP_SAMPLES_PINGPROTO_H
#define SNA_TP_SAMPLES_PINGPROTO_H

/* The version record: octet 01, major, minor; then perhaps octet 02 and the system's name in ASCII with a
 * NUL. Version 0.0 stands for a partner whose answer was not a version record. */
enum {
    PING_VERSION = 0x01,
    PING_SYSTEM = 0x02,
    PING_MAJOR = 2,
    PING_MINOR = 40,
    PING_ONE_WAY_MAJOR = 2, /* servers support one-way from 2.2 on */
    PING_ONE_WAY_MINOR = 2,
    PING_VERSION_RECORD = 3, /* octets without the system's name */
    PING_RECORD_MAX = 32763, /* largest record of a client */
    PING_BUFFER = 32767      /* most that one Receive takes */
};

#endif
