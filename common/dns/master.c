/* Master file entries, each on one line; see master.h (RFC 1035 5.1). */
#include "dns/master.h"

#include "base/ascii.h"

/* Hex of the largest RDATA and some room: no legal entry is longer. */
enum { ENTRY_MAX = 1 << 18 };

void
master_open(struct master *m, struct span text)
{
	*m = (struct master){ .at = 1, .text = BUF(ENTRY_MAX) };
	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		text = span_from(text, 3);
	m->in = cur_of(text);
}

void
master_close(struct master *m)
{
	buf_free(&m->text);
}

static bool
wrong(struct master *m, const char *why)
{
	m->why = why;
	return false;
}

/* Up to, not including, the end of the line. */
static struct span
rest_of_line(struct master *m)
{
	struct span left = cur_left(&m->in);

	return cur_take(&m->in, span_chr(left, '\n'));
}

/* What follows the backslash is taken as it is, an end of line excepted. */
static bool
copy_escape(struct master *m)
{
	int next = cur_peek(&m->in);

	if (next < 0 || next == '\n' || next == '\r')
		return wrong(m, "a backslash at the end of the line");
	buf_byte(&m->text, '\\');
	buf_byte(&m->text, cur_u8(&m->in));
	return true;
}

static bool
copy_quoted(struct master *m)
{
	buf_byte(&m->text, '"');
	while (cur_peek(&m->in) != '"') {
		int c = cur_peek(&m->in);

		if (c < 0 || c == '\n')
			return wrong(m, "a quoted string without its end");
		if (c == '\0')
			return wrong(m, "a NUL octet (write \\000)");
		cur_u8(&m->in);
		if (c != '\\')
			buf_byte(&m->text, (unsigned char)c);
		else if (!copy_escape(m))
			return false;
	}
	buf_byte(&m->text, cur_u8(&m->in));
	return true;
}

/* One octet outside quotes; *depth counts open parentheses. */
static bool
copy_octet(struct master *m, size_t *depth)
{
	unsigned char c = cur_u8(&m->in);

	switch (c) {
	case '\0':
		return wrong(m, "a NUL octet (write \\000)");
	case '\\':
		return copy_escape(m);
	case '"':
		return copy_quoted(m);
	case ';':
		rest_of_line(m);
		return true;
	case '(':
		++*depth;
		break;
	case ')':
		if (*depth == 0)
			return wrong(m, "a \")\" without its \"(\"");
		--*depth;
		break;
	case '\n':
		m->at++;
		break;
	case '\t': case '\r':
		break;
	default:
		buf_byte(&m->text, c);
		return true;
	}
	buf_byte(&m->text, ' ');
	return true;
}

static bool
copy_entry(struct master *m)
{
	size_t depth = 0;

	while (cur_peek(&m->in) >= 0 &&
	    (depth > 0 || cur_peek(&m->in) != '\n'))
		if (!copy_octet(m, &depth))
			return false;
	if (depth > 0)
		return wrong(m, "a \"(\" without its \")\"");
	if (m->text.over)
		return wrong(m, "an entry longer than 262144 octets");
	return true;
}

bool
master_next(struct master *m)
{
	for (;;) {
		buf_reset(&m->text);
		m->line = m->at;
		m->directive = false;
		if (cur_skip_wsp(&m->in) > 0)
			buf_byte(&m->text, ' ');
		if (cur_accept_lit(&m->in, SPAN(";!"))) {
			m->directive = true;
			buf_reset(&m->text);
			buf_span(&m->text, span_trim(rest_of_line(m)));
			return !m->text.over ||
			    wrong(m, "a directive that is too long");
		}
		if (!copy_entry(m))
			return false;
		if (span_trim(buf_get0(&m->text)).n > 0)
			return true;
		if (!cur_accept(&m->in, '\n'))
			return false;
		m->at++;
	}
}

struct span
master_token(struct cur *c)
{
	struct span left = { NULL, 0 };
	bool quoted = false;
	size_t n = 0;

	cur_skip_wsp(c);
	left = cur_left(c);
	if (span_starts(left, SPAN(";"))) {
		cur_take(c, left.n);
		return span_of(left.p, 0);
	}
	while (n < left.n && (quoted || !ascii_is_wsp(left.p[n]))) {
		if (left.p[n] == '"')
			quoted = !quoted;
		if (left.p[n] == '\\' && n + 1 < left.n)
			n++;
		n++;
	}
	return cur_take(c, n);
}

static uint32_t
unit_seconds(int c)
{
	switch (c) {
	case 'w': case 'W':	return 604800;
	case 'd': case 'D':	return 86400;
	case 'h': case 'H':	return 3600;
	case 'm': case 'M':	return 60;
	case 's': case 'S':	return 1;
	default:		return 0;
	}
}

bool
master_ttl(struct span token, uint32_t *out)
{
	struct cur c = cur_of(token);
	uint64_t seconds = 0;

	do {
		uint64_t n = cur_dec(&c, INT32_MAX);
		uint32_t unit = unit_seconds(cur_peek(&c));

		seconds += n * (unit ? unit : 1);
		if (unit > 0)
			cur_take(&c, 1);
		else
			break;
	} while (!c.bad && !cur_done(&c));
	if (!cur_done(&c) || seconds > INT32_MAX)
		return false;
	*out = (uint32_t)seconds;
	return true;
}
