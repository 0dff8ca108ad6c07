/*
 * Writing packets whose length is not known before: one definite length
 * when everything fits a piece, partial lengths of 64 KiB otherwise (RFC
 * 9580 section 4.2.1.4).
 */
#ifndef PGP_PACKET_OUT_H
#define PGP_PACKET_OUT_H

#include "pgp/algo.h"
#include "pgp/sink.h"

enum { PACKET_PIECE = 65536 };

struct packet_out {
	struct sink *to;
	unsigned tag;
	bool begun;
	bool closes;		/* its end is the end of "to" */
	unsigned char *own;	/* wiped */
	size_t n;
};

void packet_out_start(struct packet_out *p, unsigned tag, bool closes,
    struct sink *to, struct sink *out);

#endif
