/*
 * The little of Protocol Buffers (proto2 encoding) that the Signal formats
 * need: fields one after the other, nothing copied.
 */
#ifndef RATCHET_PB_H
#define RATCHET_PB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cur.h"

enum pb_type { PB_VARINT = 0, PB_FIXED64 = 1, PB_BYTES = 2, PB_FIXED32 = 5 };

struct pb_field {
	uint32_t number;
	enum pb_type type;
	uint64_t value;		/* of the integers */
	struct span bytes;	/* of PB_BYTES */
};

/*
 * The next field; false at the end and on an error, which *c then has. Groups
 * and field number 0 are errors.
 */
bool pb_next(struct cur *c, struct pb_field *f);

/* The field's value where its type and size are right, else an error in *c. */
uint32_t pb_get_u32(struct cur *c, const struct pb_field *f);
uint64_t pb_get_u64(struct cur *c, const struct pb_field *f);
struct span pb_get_bytes(struct cur *c, const struct pb_field *f, size_t max);
/* What an embedded message lacks or has too much makes the outer one bad. */
void pb_end_inner(struct cur *outer, const struct cur *inner);
/* Exactly n octets, copied to "to", which an error leaves as it was. */
void pb_get_octets(struct cur *c, const struct pb_field *f,
    unsigned char *to, size_t n);

/*
 * Whether field "number" (1 to 63) comes for the first time; marks it in
 * *seen. What comes twice is an error in *c: readers would differ on it.
 */
bool pb_once(struct cur *c, uint64_t *seen, uint32_t number);

/* An integer alone, of at most 64 bits. */
uint64_t pb_get_varint(struct cur *c);
void pb_put_varint(struct buf *b, uint64_t v);

void pb_put_uint(struct buf *b, uint32_t number, uint64_t v);
void pb_put_fixed64(struct buf *b, uint32_t number, uint64_t v);
void pb_put_bytes(struct buf *b, uint32_t number, struct span s);
/* An embedded message, which ends with it, wiped. */
void pb_put_inner(struct buf *b, uint32_t number, struct buf *inner);

#endif
