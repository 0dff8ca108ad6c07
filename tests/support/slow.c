/* Canonical forms the slow way; see slow.h. */
#include "slow.h"

static bool
is_wsp(unsigned char c)
{
	return c == ' ' || c == '\t';
}

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* The next line without its end; false when there is none. */
static bool
next_line(struct span in, size_t *at, struct span *line)
{
	size_t from = *at, end = *at;

	if (from >= in.n)
		return false;
	while (end < in.n && in.p[end] != '\n')
		end++;
	*at = end < in.n ? end + 1 : end;
	if (end < in.n && end > from && in.p[end - 1] == '\r')
		end--;
	*line = span_of(in.p + from, end - from);
	return true;
}

/* "Reduce all sequences of WSP to a single SP; ignore it at the end." */
static void
add_reduced(struct buf *out, struct span line)
{
	size_t end = line.n;

	while (end > 0 && is_wsp(line.p[end - 1]))
		end--;
	for (size_t i = 0; i < end; i++) {
		if (!is_wsp(line.p[i]))
			buf_byte(out, line.p[i]);
		else if (i == 0 || !is_wsp(line.p[i - 1]))
			buf_byte(out, ' ');
	}
}

void
slow_body(struct buf *out, struct span body, bool relaxed)
{
	struct span line = { NULL, 0 };
	size_t at = 0, start = out->n, kept = out->n;

	while (next_line(body, &at, &line)) {
		size_t before = out->n;

		if (relaxed)
			add_reduced(out, line);
		else
			buf_span(out, line);
		if (out->n > before)
			kept = out->n + 2;
		buf_str(out, "\r\n");
	}
	out->n = kept;
	if (!relaxed && kept == start)
		buf_str(out, "\r\n");
}

static void
relaxed_field(struct buf *out, struct span raw)
{
	size_t colon = 0, end = 0, from = 0;
	struct buf flat = BUF(1 << 24);

	while (colon < raw.n && raw.p[colon] != ':')
		colon++;
	end = colon;
	while (end > 0 && is_wsp(raw.p[end - 1]))
		end--;
	for (size_t i = 0; i < end; i++)
		buf_byte(out, lower(raw.p[i]));
	buf_byte(out, ':');
	for (size_t i = colon + 1; i < raw.n; i++) {
		if (raw.p[i] == '\n' || (raw.p[i] == '\r' &&
		    i + 1 < raw.n && raw.p[i + 1] == '\n'))
			continue;
		buf_byte(&flat, raw.p[i]);
	}
	while (from < flat.n && is_wsp(flat.p[from]))
		from++;
	add_reduced(out, span_from(buf_get0(&flat), from));
	buf_str(out, "\r\n");
	buf_free(&flat);
}

void
slow_field(struct buf *out, struct span raw, bool relaxed)
{
	struct span line = { NULL, 0 };
	size_t at = 0;

	if (relaxed) {
		relaxed_field(out, raw);
		return;
	}
	while (next_line(raw, &at, &line)) {
		buf_span(out, line);
		buf_str(out, "\r\n");
	}
}

void
slow_parts(struct span message, struct span *header, struct span *body)
{
	struct span line = { NULL, 0 };
	size_t at = 0, before = 0;

	while (before = at, next_line(message, &at, &line)) {
		if (line.n == 0)
			break;
	}
	*header = span_first(message, before);
	*body = span_from(message, at);
}

struct span
slow_nth(struct span header, size_t i)
{
	struct span line = { NULL, 0 };
	size_t at = 0, from = 0, n = 0;
	bool open = false;

	for (;;) {
		size_t before = at;
		bool more = next_line(header, &at, &line);
		bool folded = more && line.n > 0 && is_wsp(line.p[0]);

		if (open && !folded) {
			if (n++ == i)
				return span_of(header.p + from,
				    before - from);
			open = false;
		}
		if (!more)
			return (struct span){ NULL, 0 };
		if (!open) {
			from = before;
			open = true;
		}
	}
}

bool
slow_named(struct span raw, struct span name)
{
	size_t n = 0;

	while (n < raw.n && n < name.n && lower(raw.p[n]) == lower(name.p[n]))
		n++;
	if (n < name.n || n == 0)
		return false;
	while (n < raw.n && is_wsp(raw.p[n]))
		n++;
	return n < raw.n && raw.p[n] == ':';
}

void
slow_select(struct buf *out, struct span header, struct span names,
    bool relaxed, size_t skip)
{
	bool used[4096] = { false };
	struct span name = { NULL, 0 };
	size_t fields = 0;

	while (slow_nth(header, fields).n > 0 && fields < 4096)
		fields++;
	if (skip < 4096)
		used[skip] = true;
	while (span_split(&names, ':', &name)) {
		name = span_trim(name);
		for (size_t i = fields; i-- > 0;) {
			struct span raw = slow_nth(header, i);

			if (used[i] || !slow_named(raw, name))
				continue;
			used[i] = true;
			slow_field(out, raw, relaxed);
			break;
		}
	}
}
