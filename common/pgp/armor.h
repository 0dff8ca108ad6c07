/*
 * ASCII armor (RFC 9580 section 6). Its headers and its checksum are not
 * authenticated: they are read past, and nothing is ever done because of
 * them. A checksum is written only for what readers of version 4 read, since
 * gpg stumbles where it is missing; section 6.1 forbids it for the rest.
 */
#ifndef PGP_ARMOR_H
#define PGP_ARMOR_H

#include "base/buf.h"
#include "pgp/in.h"
#include "pgp/sink.h"

/* What stands between "BEGIN PGP " and the dashes. */
enum armor_label {
	ARMOR_MESSAGE,
	ARMOR_PUBLIC_KEY,
	ARMOR_PRIVATE_KEY,
	ARMOR_SIGNATURE,
	ARMOR_LABELS,
};

const char *armor_label(enum armor_label label);

struct armor {
	struct in *from;
	bool many;		/* several blocks may follow each other */
	enum {
		ARMOR_BETWEEN,
		ARMOR_INSIDE,
		ARMOR_ENDED,
	} state;
	enum armor_label label;
	bool keys;		/* a block so far was of secret keys */
	bool padded;		/* "=" was there: the data has ended */
	unsigned char left[3];	/* decoded and not yet asked for */
	size_t left_n;
	uint64_t blocks;
};

/*
 * Make "out" read what is in "from": armored or binary. With "many", blocks
 * may follow each other (keys, certificates, signatures); otherwise only
 * white space may stand behind the first. Binary input is passed through,
 * and a->state stays ARMOR_BETWEEN.
 */
void armor_open(struct armor *a, struct in *from, bool many, struct in *out);

/* Whether what comes is armor (or white space), not a packet. */
bool armor_seen(struct in *from);

/* Writes armor into another sink; the end line comes with its end. */
struct armor_out {
	struct sink *to;
	enum armor_label label;
	unsigned char part[48];	/* the octets of a line not yet full */
	size_t n;
	bool checksum;
	uint32_t crc;
};

void armor_start(struct armor_out *a, enum armor_label label, bool checksum,
    struct sink *to, struct sink *out);

/* Whether what begins so is for readers of version 4. */
bool armor_wants_checksum(struct span packets);

/* Append the whole armor of "in". */
void armor_write(struct buf *out, enum armor_label label, struct span in);

#endif
