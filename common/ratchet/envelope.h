/*
 * Messages as JSON: the octets of the Signal protocol in an envelope that
 * says from whom they are. The envelope is not authentic: it only names the
 * peer whose keys are tried.
 */
#ifndef RATCHET_ENVELOPE_H
#define RATCHET_ENVELOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "ratchet/bundle.h"
#include "ratchet/wire.h"

enum { ENVELOPE_MAX = WIRE_MAX / 3 * 4 + 4096 };

enum envelope_type { ENVELOPE_PREKEY, ENVELOPE_MESSAGE, ENVELOPE_SEALED };

struct envelope {
	/* "from" is empty in a sealed one, which says it inside */
	char to[NAME_MAX_OCTETS + 1], from[NAME_MAX_OCTETS + 1];
	enum envelope_type type;
	uint8_t version;
};

/*
 * Read one; its body is appended to *body. False with the member that is
 * wrong in *bad (static).
 */
bool envelope_read(struct span json, struct envelope *out, struct buf *body,
    const char **bad);

/* Append one as a line. */
void envelope_write(const struct envelope *e, struct span body,
    struct buf *out);

/*
 * Which of the first two the octets are, by reading them; false when they are
 * neither (*why says how).
 */
bool envelope_type_of(struct span body, enum envelope_type *out,
    enum wire_result *why);

/* "prekey", "message", "sealed". */
const char *envelope_type_name(enum envelope_type t);

#endif
