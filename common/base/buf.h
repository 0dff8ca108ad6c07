/*
 * Owned, growable bytes with a ceiling given at the start. An addition that
 * would pass the ceiling is dropped whole and sets "over", which sticks: the
 * caller writes straight through and asks once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct buf {
	unsigned char *p;	/* NULL until something was added */
	size_t n, cap;
	size_t max;		/* ceiling of n, in bytes */
	bool over;
};

/* An empty buffer: struct buf b = BUF(1024); */
#define BUF(ceiling) ((struct buf){ .max = (ceiling) })

void buf_add(struct buf *b, const void *p, size_t n);
void buf_span(struct buf *b, struct span s);
void buf_str(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Integers in network order, as cur_u16 and its like read them. */
void buf_u16(struct buf *b, uint16_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
/* The span's length in 32 bits and its octets, for cur_counted. */
void buf_counted(struct buf *b, struct span s);

/* Two lower-case hexadecimal digits for each octet. */
void buf_hex(struct buf *b, struct span s);

/* The same octets with ASCII letters in lower case. */
void buf_lower(struct buf *b, struct span s);

/*
 * Room for n more bytes, to be filled by the caller, who then adds what was
 * filled to b->n. NULL (and "over") when the ceiling forbids it.
 */
unsigned char *buf_room(struct buf *b, size_t n);

static inline void
buf_byte(struct buf *b, unsigned char c)
{
	if (b->n < b->cap && b->n < b->max && !b->over)
		b->p[b->n++] = c;
	else
		buf_add(b, &c, 1);
}

/* Lend what was written; valid until the next addition. */
static inline struct span
buf_get0(const struct buf *b)
{
	return span_of(b->p, b->n);
}

/* The content as an owned string, NUL added; the buffer is empty then. */
char *buf_take_str(struct buf *b);

/* Forget the content, keep the memory. */
static inline void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->over = false;
}

/* Free it; the _wipe flavour clears what was in it first. */
void buf_free(struct buf *b);
void buf_free_wipe(struct buf *b);

#endif
