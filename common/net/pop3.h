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
 * A reply that goes on, after +OK, with lines up to ".", which the talk's
 * text then holds, dots unstuffed.
 */
enum step pop3_list(struct talk *t);

/*
 * CAPA; caps (initialised) is written on STEP_DONE. STEP_REFUSED is a server
 * older than RFC 2449.
 */
enum step pop3_capa(struct talk *t, struct caps *caps);

#endif
