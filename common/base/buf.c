/* Growable bytes; see buf.h for the rule of the ceiling. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/mem.h"

/* Room for n bytes of content, and "spare" that do not count as such. */
static unsigned char *
reserve(struct buf *b, size_t n, size_t spare)
{
	size_t want = 0;

	if (b->over || n > b->max - b->n) {
		b->over = true;
		return NULL;
	}
	want = b->n + n + spare;
	if (want > b->cap || b->p == NULL) {
		size_t cap = b->cap ? b->cap : 256;

		while (cap < want)
			cap *= 2;
		b->p = xreallocarray(b->p, cap, 1);
		b->cap = cap;
	}
	return b->p + b->n;
}

unsigned char *
buf_room(struct buf *b, size_t n)
{
	return reserve(b, n, 0);
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	unsigned char *to = NULL;

	if (n == 0 || (to = buf_room(b, n)) == NULL)
		return;
	memcpy(to, p, n);
	b->n += n;
}

void
buf_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.n);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	unsigned char *to = NULL;
	int n = 0;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	/* vsnprintf wants room for its NUL, too */
	if (n >= 0 && (to = reserve(b, (size_t)n, 1)) != NULL) {
		vsnprintf((char *)to, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void
buf_u16(struct buf *b, uint16_t v)
{
	const unsigned char p[] = { (unsigned char)(v >> 8),
	    (unsigned char)v };

	buf_add(b, p, sizeof(p));
}

void
buf_u32(struct buf *b, uint32_t v)
{
	buf_u16(b, (uint16_t)(v >> 16));
	buf_u16(b, (uint16_t)v);
}

void
buf_u64(struct buf *b, uint64_t v)
{
	buf_u32(b, (uint32_t)(v >> 32));
	buf_u32(b, (uint32_t)v);
}

void
buf_counted(struct buf *b, struct span s)
{
	buf_u32(b, (uint32_t)s.n);
	buf_span(b, s);
}

void
buf_hex(struct buf *b, struct span s)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < s.n; i++) {
		buf_byte(b, (unsigned char)digits[s.p[i] >> 4]);
		buf_byte(b, (unsigned char)digits[s.p[i] & 15]);
	}
}

void
buf_lower(struct buf *b, struct span s)
{
	unsigned char *to = buf_room(b, s.n);

	if (to == NULL)
		return;
	for (size_t i = 0; i < s.n; i++)
		to[i] = ascii_lower(s.p[i]);
	b->n += s.n;
}

char *
buf_take_str(struct buf *b)
{
	char *s = span_dup(buf_get0(b));

	buf_free(b);
	return s;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->n = b->cap = 0;
	b->over = false;
}

void
buf_free_wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_free(b);
}
