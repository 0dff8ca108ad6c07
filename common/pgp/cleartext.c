/* The cleartext framework; see cleartext.h. */
#include "pgp/cleartext.h"

#include "base/ascii.h"

enum { HEAD_LINE_MAX = 256, HEADERS_MAX = 16, BLANKS_MAX = 65536 };

#define BEGIN_TEXT SPAN("-----BEGIN PGP SIGNED MESSAGE-----")
#define BEGIN_SIGNATURE SPAN("-----BEGIN PGP SIGNATURE-----")

bool
cleartext_seen(struct in *in)
{
	struct span s = in_peek(in, 1);
	size_t blanks = 0;

	while (s.n > 0 && blanks < s.n && ascii_is_fws(s.p[blanks])) {
		blanks++;
		if (blanks == s.n) {
			in_skip(in, blanks);
			blanks = 0;
			s = in_peek(in, 1);
		}
	}
	in_skip(in, blanks);
	return span_starts(in_peek(in, BEGIN_TEXT.n), BEGIN_TEXT);
}

static bool
bad(struct in *in, const char *why)
{
	pgp_fail(in->error, PGP_BAD, why);
	return false;
}

/* A short line of the head, without its end. */
static bool
head_line(struct in *in, struct span *out)
{
	struct span s = span_first(in_peek(in, HEAD_LINE_MAX), HEAD_LINE_MAX);
	size_t n = span_chr(s, '\n');

	if (n == s.n)
		return bad(in, "the head of a signed text is malformed");
	*out = span_first(s, n);
	if (n > 0 && s.p[n - 1] == '\r')
		out->n--;
	in_skip(in, n + 1);
	return true;
}

/* "SHA256, SHA512": a name each, so that no prose can pass for a header. */
static bool
is_hash_list(struct span s)
{
	static const char *const names[] = { "MD5", "SHA1", "RIPEMD160",
	    "SHA256", "SHA384", "SHA512", "SHA224", "SHA3-256", "SHA3-512" };
	struct span word = { NULL, 0 };

	while (span_split(&s, ',', &word)) {
		bool known = false;

		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			known |= span_ieq(span_trim(word),
			    span_str(names[i]));
		if (!known)
			return false;
	}
	return true;
}

static bool
head(struct in *in)
{
	struct span s = { NULL, 0 };

	if (!head_line(in, &s))
		return false;
	if (!span_eq(span_trim(s), BEGIN_TEXT))
		return bad(in, "the first line of a signed text goes on");
	for (size_t i = 0; i < HEADERS_MAX; i++) {
		if (!head_line(in, &s))
			return false;
		if (span_trim(s).n == 0)
			return true;
		if (!span_starts(s, SPAN("Hash: ")) ||
		    !is_hash_list(span_from(s, 6)))
			return bad(in, "a header other than Hash would be "
			    "taken for signed");
	}
	return bad(in, "too many headers");
}

/* Hand on the rest of the line; *end gets its line end. False at the end. */
static bool
rest_of_line(struct in *in, struct trim *t, struct span *end)
{
	for (;;) {
		struct span s = in_peek(in, 1);
		size_t n = span_chr(s, '\n');

		if (s.n == 0)
			return bad(in, "a signed text without a signature");
		if (n < s.n) {
			bool cr = n > 0 && s.p[n - 1] == '\r';

			trim_add(t, span_first(s, n - cr));
			in_skip(in, n + 1);
			*end = cr ? SPAN("\r\n") : SPAN("\n");
			return true;
		}
		/* a CR at the window's end may belong to the line end */
		n = s.n > 1 && s.p[s.n - 1] == '\r' ? s.n - 1 : s.n;
		if (s.n == 1 && s.p[0] == '\r')
			n = in_peek(in, 2).n > 1 && in->p[1] == '\n' ? 0 : 1;
		trim_add(t, span_first(span_of(in->p, in->n), n));
		in_skip(in, n);
	}
}

static bool
lines(struct in *in, struct trim *t)
{
	struct span end = { NULL, 0 };

	for (;;) {
		struct span s = in_peek(in, BEGIN_SIGNATURE.n);

		if (span_starts(s, BEGIN_SIGNATURE))
			return true;
		trim_add(t, end);
		if (span_starts(s, SPAN("- ")))
			in_skip(in, 2);
		else if (s.n > 0 && s.p[0] == '-')
			return bad(in, "a line begins with a dash that is "
			    "not escaped");
		if (!rest_of_line(in, t, &end))
			return false;
	}
}

bool
cleartext_read(struct in *in, void (*data)(void *arg, struct span s),
    void *arg)
{
	struct trim t;
	bool ok = false;

	trim_start(&t, data, arg);
	ok = head(in) && lines(in, &t);
	if (!trim_end(&t))
		pgp_fail(in->error, PGP_LIMIT, "a line has too many blanks");
	return ok && in->error->result == PGP_OK;
}

void
trim_start(struct trim *t, void (*to)(void *, struct span), void *arg)
{
	*t = (struct trim){ to, arg, BUF(BLANKS_MAX) };
}

static void
release(struct trim *t)
{
	if (t->held.n > 0)
		t->to(t->arg, buf_get0(&t->held));
	t->held.n = 0;
}

/* What is content only if more than these follows in its line. */
static bool
is_held(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void
line_end(struct trim *t)
{
	bool cr = t->held.n > 0 && t->held.p[t->held.n - 1] == '\r';

	t->held.n = 0;
	t->to(t->arg, cr ? SPAN("\r\n") : SPAN("\n"));
}

void
trim_add(struct trim *t, struct span s)
{
	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && !is_held(s.p[n]) && s.p[n] != '\n')
			n++;
		if (n > 0) {
			release(t);
			t->to(t->arg, span_first(s, n));
			s = span_from(s, n);
			continue;
		}
		if (s.p[0] == '\n')
			line_end(t);
		else
			buf_byte(&t->held, s.p[0]);
		s = span_from(s, 1);
	}
}

bool
trim_end(struct trim *t)
{
	bool ok = !t->held.over;

	buf_free_wipe(&t->held);
	return ok;
}

void
escape_add(struct escape *e, struct span s)
{
	while (s.n > 0) {
		size_t n = span_chr(s, '\n');

		if (!e->middle && s.p[0] == '-')
			sink_write(e->to, SPAN("- "));
		e->middle = n == s.n;
		n += !e->middle;
		sink_write(e->to, span_first(s, n));
		s = span_from(s, n);
	}
}
