/*
 * Packet framing (RFC 9580 section 4.2): old and new headers, partial and
 * indeterminate lengths. A body is read in pieces, or whole up to a limit.
 */
#ifndef PGP_PACKET_H
#define PGP_PACKET_H

#include "base/buf.h"
#include "pgp/algo.h"
#include "pgp/in.h"

struct packet {
	unsigned tag;
	struct in *in;
	uint64_t left;		/* octets of this part */
	bool more;		/* another part follows */
	bool open;		/* until the input ends (old format) */
};

/*
 * Read the next header. False at the end of the input and after an error;
 * the body before must have been read to its end.
 */
bool packet_next(struct in *in, struct packet *out);

/*
 * Lend the next octets of the body, at most max, and pass over them; empty
 * at its end. A body that the input cuts short is PGP_BAD.
 */
struct span packet_piece(struct packet *p, size_t max);

/* As in_init's read, with the packet as its argument. */
size_t packet_read(void *packet, unsigned char *p, size_t n);

/* Append the whole body, at most max octets; false after an error. */
bool packet_body(struct packet *p, size_t max, struct buf *out);

/* Pass over the rest of the body. */
void packet_skip(struct packet *p);

/* Whether its body is data of any length, which may come in parts. */
bool packet_is_data(unsigned tag);

/*
 * Whether one that is not known may be ignored: marker, padding, and the
 * types from 40 on (section 4.3).
 */
bool packet_ignored(unsigned tag);

/*
 * Append a length of the new format, which subpackets have, too; a new header
 * for a body of n octets; header and body.
 */
void packet_length(struct buf *out, size_t n);
void packet_header(struct buf *out, unsigned tag, size_t n);
void packet_write(struct buf *out, unsigned tag, struct span body);

#endif
