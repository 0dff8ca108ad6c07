/* Addresses that people see; see shown.h. */
#include "mail/shown.h"

#include <string.h>

#include "base/ascii.h"
#include "dns/idn.h"
#include "mail/words.h"

enum {
	ADDRESSES_MAX = 1000,
	LOCAL_MAX = 320,	/* of a local part, its end */
};

/* What readers take for an "@": it, and U+FF20 and U+FE6B. */
static size_t
at_sign(struct span s)
{
	if (s.n > 0 && s.p[0] == '@')
		return 1;
	return span_starts(s, SPAN("\xef\xbc\xa0")) ||
	    span_starts(s, SPAN("\xef\xb9\xab")) ? 3 : 0;
}

/*
 * What a reader sees of a text with quotes and comments: without their
 * backslashes, and with encoded words decoded there too, where by RFC 2047
 * section 5 they stand for themselves or touch a bracket.
 */
static void
see(struct span text, struct buf *out)
{
	struct buf apart = BUF(3 * text.n);

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = text.p[i];

		if (c == '\\')
			continue;
		if (strchr("()\"<>,", c) != NULL && c != '\0')
			buf_printf(&apart, " %c ", c);
		else
			buf_byte(&apart, c);
	}
	words_show(buf_get0(&apart), out);
	buf_free(&apart);
}

/* The domain that the text starts with, "" if it is none. */
static struct span
domain_at(struct span s)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] >= 0x80 || s.p[n] == '.' ||
	    s.p[n] == '-' || s.p[n] == '_' || ascii_is_alnum(s.p[n])))
		n++;
	while (n > 0 && s.p[n - 1] == '.')
		n--;
	s = span_first(s, n);
	return span_chr(s, '.') < s.n ? s : span_first(s, 0);
}

/* What most local parts are made of alone. */
static bool
is_usual(unsigned char c)
{
	return ascii_is_alnum(c) || c == '.' || c == '-' || c == '_' ||
	    c == '+';
}

/* What they may be made of (RFC 5322 section 3.2.3, RFC 6532). */
static bool
is_local(unsigned char c)
{
	struct span others = SPAN("!#$%&'*/=?^`{|}~");

	return c >= 0x80 || is_usual(c) || span_chr(others, c) < others.n;
}

/* The end of the text that may be a local part, quoted or not. */
static struct span
local_before(struct span s)
{
	struct span quoted = s;
	size_t n = 0;

	while (quoted.n > 0 && quoted.p[quoted.n - 1] == ' ')
		quoted.n--;
	if (span_ends(quoted, SPAN("\""))) {
		quoted.n--;
		n = span_rchr(quoted, '"');
		s = n < quoted.n ? span_trim(span_from(quoted, n + 1)) :
		    span_first(s, 0);
		return span_from(s, s.n > LOCAL_MAX ? s.n - LOCAL_MAX : 0);
	}
	while (n < s.n && n < LOCAL_MAX && is_local(s.p[s.n - n - 1]))
		n++;
	return span_from(s, s.n - n);
}

struct asked {
	bool (*known)(void *arg, struct span local, struct span domain);
	void *arg;
};

/* Whether it is known from any place on where it may begin. */
static bool
is_known(const struct asked *a, struct span local, struct span domain)
{
	if (a->known(a->arg, local, domain))
		return true;
	for (size_t i = 1; i < local.n; i++)
		if (!is_usual(local.p[i - 1]) &&
		    a->known(a->arg, span_from(local, i), domain))
			return true;
	return false;
}

static void
put(struct span local, struct span domain, struct buf *out)
{
	while (local.n > 1 && !is_usual(local.p[0]) && local.p[0] < 0x80)
		local = span_from(local, 1);
	buf_span(out, local);
	buf_byte(out, '@');
	buf_span(out, domain);
}

bool
shown_other(struct span text,
    bool (*known)(void *arg, struct span local, struct span domain),
    void *arg, struct buf *other)
{
	struct asked a = { known, arg };
	struct buf seen = BUF(SHOWN_GROWTH * text.n);
	struct span s = { NULL, 0 };
	bool found = false;

	see(text, &seen);
	s = buf_get0(&seen);
	for (size_t i = 0, n = 0; i < s.n && !found; i++) {
		size_t sign = at_sign(span_from(s, i));
		struct span local = { NULL, 0 }, domain = { NULL, 0 };

		if (sign == 0)
			continue;
		domain = domain_at(span_from(s, i + sign));
		if (domain.n == 0)
			continue;
		local = local_before(span_first(s, i));
		found = n++ == ADDRESSES_MAX || !is_known(&a, local, domain);
		if (found)
			put(local, domain, other);
	}
	buf_free(&seen);
	return found;
}

bool
shown_is(const struct mailbox *m, struct span local, struct span domain)
{
	struct span own = span_str(m->domain);

	return span_ieq(local, span_str(m->local)) &&
	    (span_ieq(domain, own) || (idn_is_below(domain, own) &&
	    idn_is_below(own, domain)));
}

/* The author, and what the signer has. */
struct parties {
	const struct mailbox *from;
	struct asked signer;
};

static bool
is_theirs(void *arg, struct span local, struct span domain)
{
	const struct parties *p = arg;

	return local.n == 0 || shown_is(p->from, local, domain) ||
	    p->signer.known(p->signer.arg, local, domain);
}

bool
shown_stranger(struct span field, const struct mailbox *from,
    bool (*has)(void *arg, struct span local, struct span domain),
    void *arg, struct buf *other)
{
	struct parties p = { from, { has, arg } };

	return shown_other(field, is_theirs, &p, other);
}
