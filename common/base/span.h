/*
 * Borrowed bytes. A span never owns what it points to, is never edited
 * and is not NUL-terminated: every octet of the input stays as it came.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const unsigned char *p;
	size_t n;
};

/* A span over a string literal. */
#define SPAN(lit) ((struct span){ (const unsigned char *)("" lit), \
	sizeof(lit) - 1 })

static inline struct span
span_of(const void *p, size_t n)
{
	return (struct span){ p, n };
}

static inline struct span
span_str(const char *s)
{
	return (struct span){ (const unsigned char *)s, s ? strlen(s) : 0 };
}

/* The bytes from "at" on; empty when "at" lies past the end. */
static inline struct span
span_from(struct span s, size_t at)
{
	if (at > s.n)
		at = s.n;
	return (struct span){ s.n ? s.p + at : s.p, s.n - at };
}

/* At most the first n bytes. */
static inline struct span
span_first(struct span s, size_t n)
{
	return (struct span){ s.p, n < s.n ? n : s.n };
}

static inline bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Equality with ASCII letters folded; other octets compare as they are. */
bool span_ieq(struct span a, struct span b);
/* Order by octets, a shorter prefix first: <0, 0, >0. */
int span_cmp(struct span a, struct span b);

bool span_starts(struct span s, struct span prefix);
bool span_istarts(struct span s, struct span prefix);
bool span_ends(struct span s, struct span suffix);
bool span_iends(struct span s, struct span suffix);

/* No octet above 127; and no control among them, either. */
bool span_is_ascii(struct span s);
bool span_is_print(struct span s);

/* Offset of the first / last c, or s.n when there is none. */
size_t span_chr(struct span s, unsigned char c);
size_t span_rchr(struct span s, unsigned char c);

/* Without leading and trailing SP, HTAB, CR and LF. */
struct span span_trim(struct span s);

/*
 * Cut the piece before the first c off *rest, which then starts behind that
 * c. Returns false when *rest is used up: "a,,b" gives "a", "", "b".
 * *rest.p becomes NULL at the end.
 */
bool span_split(struct span *rest, unsigned char c, struct span *piece);

/*
 * Whether a list with separator c has the item; white space around items
 * does not count. span_list_ihas folds ASCII letters.
 */
bool span_list_has(struct span list, unsigned char c, struct span item);
bool span_list_ihas(struct span list, unsigned char c, struct span item);

/* An owned NUL-terminated copy (free with free()). */
char *span_dup(struct span s);

#endif
