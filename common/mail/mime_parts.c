/* The parts of a multipart; see mime.h. */
#include "base/ascii.h"
#include "mail/header.h"
#include "mail/mime.h"

/* A boundary line: dashes, boundary, dashes again, blanks, line end. */
enum { LINE_CEILING = 1024 };

static bool
is_boundary_char(unsigned char c)
{
	return ascii_is_alnum(c) || (c != '\0' &&
	    strchr("'()+_,-./:=? ", c) != NULL);
}

bool
mime_parts_start(struct mime_parts *p, struct span boundary,
    void (*data)(void *, size_t, struct span), void *arg)
{
	if (boundary.n == 0 || boundary.n > MIME_BOUNDARY_MAX ||
	    boundary.p[boundary.n - 1] == ' ')
		return false;
	for (size_t i = 0; i < boundary.n; i++)
		if (!is_boundary_char(boundary.p[i]))
			return false;
	*p = (struct mime_parts){ .data = data, .arg = arg,
	    .boundary = "--", .boundary_n = boundary.n + 2,
	    .line = BUF(LINE_CEILING) };
	memcpy(p->boundary + 2, boundary.p, boundary.n);
	return true;
}

static void
emit(struct mime_parts *p, struct span s)
{
	if (p->closed) {
		p->junk |= span_trim(s).n > 0;
	} else if (p->part > 0 && s.n > 0) {
		if (p->eol_n > 0)
			p->data(p->arg, p->part - 1,
			    span_of(p->eol, p->eol_n));
		p->eol_n = 0;
		p->data(p->arg, p->part - 1, s);
	}
}

/* Hold the line end back: a boundary may follow. */
static void
hold_eol(struct mime_parts *p, struct span eol)
{
	if (p->closed || p->part == 0)
		return;
	if (p->eol_n > 0)
		p->data(p->arg, p->part - 1, span_of(p->eol, p->eol_n));
	memcpy(p->eol, eol.p, eol.n);
	p->eol_n = eol.n;
}

/*
 * A whole line at its start, or as much as decides that it is no boundary:
 * true when it was one.
 */
static bool
is_boundary(struct mime_parts *p, struct span line)
{
	struct span rest = { NULL, 0 };
	bool last = false;

	if (p->closed || !span_starts(line, span_of(p->boundary,
	    p->boundary_n)))
		return false;
	rest = span_from(line, p->boundary_n);
	last = span_starts(rest, SPAN("--"));
	if (last)
		rest = span_from(rest, 2);
	/* white space may have been added (RFC 2046 section 5.1.1) */
	if (span_trim(rest).n > 0)
		return false;
	p->eol_n = 0;
	p->in_body = false;
	if (last)
		p->closed = true;
	else
		p->part++;
	return true;
}

/* A line or a piece of one, without its end; true when it was a boundary. */
static bool
take_text(struct mime_parts *p, struct span text)
{
	bool was_closed = p->closed;
	bool boundary = !p->middle && is_boundary(p, text);

	if (!was_closed && !(p->part == 1 && p->in_body))
		p->stray |= header_control(text) != NULL;
	if (!boundary)
		emit(p, text);
	return boundary;
}

/*
 * What is in p->line: a whole line, the end of a long one, or a piece of one
 * whose last octet is kept, since it may be the CR of its line end.
 */
static void
line_done(struct mime_parts *p, bool ended)
{
	struct span line = buf_get0(&p->line);
	unsigned char last = line.p[line.n - 1];
	size_t eol = 0;

	if (ended)
		eol = line.n > 1 && line.p[line.n - 2] == '\r' ? 2 : 1;
	else
		eol = last == '\r';
	if (!take_text(p, span_first(line, line.n - eol)) && ended) {
		hold_eol(p, span_from(line, line.n - eol));
		p->in_body |= !p->middle && line.n == eol;
	}
	buf_reset(&p->line);
	if (!ended && eol > 0)
		buf_byte(&p->line, last);
	p->middle = !ended;
}

void
mime_parts_add(struct mime_parts *p, struct span s)
{
	while (s.n > 0) {
		size_t n = span_chr(s, '\n');
		size_t room = LINE_CEILING - p->line.n;
		bool ended = n < s.n && n < room;

		n = ended ? n + 1 : n < room ? n : room;
		buf_span(&p->line, span_first(s, n));
		s = span_from(s, n);
		if (ended || p->line.n == LINE_CEILING)
			line_done(p, ended);
	}
}

bool
mime_parts_end(struct mime_parts *p)
{
	if (p->line.n > 0)
		take_text(p, buf_get0(&p->line));
	/* no boundary came: the line end was the part's own */
	if (!p->closed && p->part > 0 && p->eol_n > 0)
		p->data(p->arg, p->part - 1, span_of(p->eol, p->eol_n));
	p->eol_n = 0;
	buf_free(&p->line);
	return p->closed;
}
