/*
 * A cursor over a span. Its first error sticks: every later getter gives
 * nothing, so a parser reads straight through and asks once at the end.
 * A parse has succeeded only when cur_done() says so: nothing may be left.
 */
#ifndef BASE_CUR_H
#define BASE_CUR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct cur {
	struct span in;
	size_t at;
	bool bad;
};

static inline struct cur
cur_of(struct span in)
{
	return (struct cur){ in, 0, false };
}

static inline void
cur_fail(struct cur *c)
{
	c->bad = true;
}

/* What has not been read yet; empty after an error. */
static inline struct span
cur_left(const struct cur *c)
{
	return c->bad ? (struct span){ NULL, 0 } : span_from(c->in, c->at);
}

/* The next octet without taking it, or -1 at the end or after an error. */
static inline int
cur_peek(const struct cur *c)
{
	return c->bad || c->at >= c->in.n ? -1 : c->in.p[c->at];
}

/* No error and nothing left. */
static inline bool
cur_done(const struct cur *c)
{
	return !c->bad && c->at == c->in.n;
}

/* Integers in network order, 0 on error. */
uint8_t cur_u8(struct cur *c);
uint16_t cur_u16(struct cur *c);
uint32_t cur_u32(struct cur *c);
uint64_t cur_u64(struct cur *c);

/* Exactly n octets, empty on error. */
struct span cur_take(struct cur *c, size_t n);
/* As many octets as the 32 bits before them say: what buf_counted wrote. */
struct span cur_counted(struct cur *c);
/* The octets that satisfy "is", between min and max of them, else error. */
struct span cur_while(struct cur *c, bool (*is)(unsigned char), size_t min,
    size_t max);
/* Take c or the literal if it comes next; false (and no error) if not. */
bool cur_accept(struct cur *c, unsigned char octet);
bool cur_accept_lit(struct cur *c, struct span lit);
bool cur_accept_ilit(struct cur *c, struct span lit);
/* As cur_accept, but its absence is an error. */
void cur_expect(struct cur *c, unsigned char octet);
/* Skip WSP / FWS octets; returns how many. */
size_t cur_skip_wsp(struct cur *c);
size_t cur_skip_fws(struct cur *c);
/* An unsigned decimal of 1 to 19 digits not above max; 0 on error. */
uint64_t cur_dec(struct cur *c, uint64_t max);

/* The whole span as such a decimal; false when it is none. */
bool span_dec(struct span s, uint64_t max, uint64_t *out);

#endif
