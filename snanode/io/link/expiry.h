/* expiry.h - certificates that will end soon.  Layer: io. */
#ifndef SNA_IO_LINK_EXPIRY_H
#define SNA_IO_LINK_EXPIRY_H

struct server;

/* Report those in force that end within CERTIFICATE_WARN_DAYS or have ended (events 9109 and 9110), now and
 * once a day from now on. */
void expiry_check(struct server *s);

/* The node ends. */
void expiry_end(struct server *s);

#endif
