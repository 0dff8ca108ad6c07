/* Session keys as the draft has them: "9:HEX", the cipher and the key. */
#ifndef SESSION_KEY_H
#define SESSION_KEY_H

#include "pgp/session.h"

/* False when it is none, or has not the octets that its cipher wants. */
bool session_key_parse(struct span s, struct session *out);
/* Append it, and a line end. */
void session_key_write(const struct session *s, struct buf *out);

#endif
