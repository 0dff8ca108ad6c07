/* Parts of URIs; see uri.h. */
#include "base/uri.h"

#include <string.h>

#include "base/ascii.h"

static bool
is_octet(unsigned char c, const char *but)
{
	if (ascii_is_alnum(c))
		return true;
	return c != '\0' && strchr("-._~:/?#[]@!$&'()*+,;=%", c) != NULL &&
	    strchr(but, c) == NULL;
}

bool
uri_is_text(struct span s, const char *but)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_octet(s.p[i], but))
			return false;
		if (s.p[i] == '%' && (s.n - i < 3 ||
		    ascii_hex(s.p[i + 1]) < 0 || ascii_hex(s.p[i + 2]) < 0))
			return false;
	}
	return s.n > 0;
}

struct span
uri_host(struct span hier)
{
	struct span host = span_from(hier, 2);
	size_t end = 0;

	if (!span_starts(hier, SPAN("//")))
		return (struct span){ NULL, 0 };
	while (end < host.n && host.p[end] != '/' && host.p[end] != '?' &&
	    host.p[end] != '#')
		end++;
	host = span_first(host, end);
	if (span_rchr(host, '@') < host.n)
		host = span_from(host, span_rchr(host, '@') + 1);
	return span_first(host, span_chr(host, ':'));
}

struct span
uri_mailto_domain(struct span address)
{
	struct span one = span_first(address, span_chr(address, '?'));
	size_t at = span_rchr(one, '@');

	if (at == 0 || at == one.n)
		return (struct span){ NULL, 0 };
	return span_from(one, at + 1);
}

void
uri_escape(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' ||
		    c == '~')
			buf_byte(out, c);
		else
			buf_printf(out, "%%%02X", c);
	}
}
