/* The client's side of POP3 (RFC 1939, 2449, 2595), up to STLS. */
#ifndef NET_POP3_H
#define NET_POP3_H

#include "net/caps.h"
#include "net/talk.h"

/*
 * A one-line reply: +OK is STEP_DONE; -ERR is STEP_REFUSED, and with one of
 * [SYS/TEMP], [IN-USE], [LOGIN-DELAY] (RFC 2449, 3206) STEP_TEMPORARY.
 */
enum step pop3_reply(struct talk *t);

enum step pop3_command(struct talk *t, const char *command);

/*
 * CAPA with its list, dots unstuffed, up to the final ".". STEP_REFUSED is a
 * server older than RFC 2449. caps (initialised) is written on STEP_DONE.
 */
enum step pop3_capa(struct talk *t, struct caps *caps);

#endif
