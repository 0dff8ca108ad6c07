/* Borrowed bytes: comparing, searching and cutting. */
#include "base/span.h"

#include "base/ascii.h"
#include "base/mem.h"

bool
span_ieq(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
			return false;
	return true;
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	if (d != 0)
		return d;
	return (a.n > b.n) - (a.n < b.n);
}

bool
span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && span_eq(span_first(s, prefix.n), prefix);
}

bool
span_istarts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && span_ieq(span_first(s, prefix.n), prefix);
}

bool
span_ends(struct span s, struct span suffix)
{
	return s.n >= suffix.n &&
	    span_eq(span_from(s, s.n - suffix.n), suffix);
}

bool
span_iends(struct span s, struct span suffix)
{
	return s.n >= suffix.n &&
	    span_ieq(span_from(s, s.n - suffix.n), suffix);
}

bool
span_is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80)
			return false;
	return true;
}

bool
span_is_print(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_print(s.p[i]))
			return false;
	return true;
}

size_t
span_chr(struct span s, unsigned char c)
{
	const unsigned char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t
span_rchr(struct span s, unsigned char c)
{
	const unsigned char *hit = s.n ? memrchr(s.p, c, s.n) : NULL;

	return hit ? (size_t)(hit - s.p) : s.n;
}

struct span
span_trim(struct span s)
{
	while (s.n > 0 && ascii_is_fws(s.p[0]))
		s = span_from(s, 1);
	while (s.n > 0 && ascii_is_fws(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
span_split(struct span *rest, unsigned char c, struct span *piece)
{
	size_t at = 0;

	if (rest->p == NULL)
		return false;
	at = span_chr(*rest, c);
	*piece = span_first(*rest, at);
	if (at == rest->n)
		*rest = (struct span){ NULL, 0 };
	else
		*rest = span_from(*rest, at + 1);
	return true;
}

bool
span_list_has(struct span list, unsigned char c, struct span item)
{
	struct span piece = { NULL, 0 };

	while (span_split(&list, c, &piece))
		if (span_eq(span_trim(piece), item))
			return true;
	return false;
}

bool
span_list_ihas(struct span list, unsigned char c, struct span item)
{
	struct span piece = { NULL, 0 };

	while (span_split(&list, c, &piece))
		if (span_ieq(span_trim(piece), item))
			return true;
	return false;
}

char *
span_dup(struct span s)
{
	char *copy = xmalloc(s.n + 1);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	copy[s.n] = '\0';
	return copy;
}
