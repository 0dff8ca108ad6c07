/*
 * A server that follows a script, behind a struct stream. Each entry of the
 * script is one letter and octets:
 *   S  the server says this, and the client has to read all of it before it
 *      speaks
 *   U  said unasked: the client may speak before it has read it
 *   C  the client must send exactly this, in one write
 *   H  the handshake, with what it ends in: see script_handshake
 *   T  nothing comes any more: reads time out
 *   R  the connection is reset
 * Behind the last entry the server closes. Octets come "chunk" at a time.
 */
#ifndef TESTS_SCRIPT_H
#define TESTS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "net/stream.h"

struct script {
	const char *const *entry;	/* NULL ends it */
	size_t chunk;			/* 0: as many as there are */
	/* filled in */
	size_t at;			/* octets of *entry that were read */
	struct buf unread;		/* of U entries that were passed by */
	size_t unread_at;
	struct buf wrong;		/* what the client did not do right */
};

void script_start(struct script *s, const char *const *entries, size_t chunk);
/* Borrows s, which lives until script_end. */
struct stream *script_stream(struct script *s);
/*
 * TLS is played: the stream goes on in clear behind the H entry. Returns
 * what that says, "" for success; NULL if the script has none here.
 */
const char *script_handshake(struct script *s);
/* Frees; the first deviation of the client, or NULL. free() it. */
char *script_end(struct script *s);

/* A server that says these octets, whatever it hears, and then nothing. */
struct stream *script_octets(struct span octets, size_t chunk);

#endif
