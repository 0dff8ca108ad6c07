/* Reading lines and splicing members; see rec.h. */
#include "sys/rec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sys/file.h"
#include "sys/scan.h"

enum { FILL = 256 << 10 };

void
rec_open(struct rec_reader *r, int fd, unsigned char delim)
{
	/* the longest line and its end, and room for one read behind it */
	*r = (struct rec_reader){ .fd = fd, .delim = delim,
	    .in = BUF(REC_MAX + 2 + FILL) };
}

void
rec_fill(struct rec_reader *r)
{
	unsigned char *to = NULL;
	ssize_t got = 0;

	if (r->at > 0) {
		memmove(r->in.p, r->in.p + r->at, r->in.n - r->at);
		r->in.n -= r->at;
		r->at = 0;
	}
	if ((to = buf_room(&r->in, FILL)) == NULL)
		return;
	got = file_read(r->fd, to, FILL);
	if (got > 0)
		r->in.n += (size_t)got;
	else if (got == 0)
		r->ended = true;
	else
		r->error = errno;
}

/* Give the piece of a line over the ceiling that is here. */
static enum rec_kind
long_piece(struct rec_reader *r, struct span left, struct span *text)
{
	size_t end = span_chr(left, r->delim);

	if (left.n == 0 && !r->ended)
		return r->error ? REC_FAILED : REC_MORE;
	r->in_long = end == left.n && !r->ended;
	*text = span_first(left, end + 1);
	r->at += text->n;
	return r->in_long ? REC_LONG : REC_LONG_END;
}

/* Strip what surrounds a line's content; empty for a line to pass over. */
static struct span
content(const struct rec_reader *r, struct span line)
{
	if (r->delim == '\0')
		return line;
	if (span_starts(line, SPAN("\xef\xbb\xbf")))
		line = span_from(line, 3);
	line = span_trim(line);
	return span_starts(line, SPAN("#")) ? span_first(line, 0) : line;
}

enum rec_kind
rec_next(struct rec_reader *r, struct span *text)
{
	for (;;) {
		struct span left = span_from(buf_get0(&r->in), r->at);
		size_t end = span_chr(left, r->delim);

		if (r->in_long)
			return long_piece(r, left, text);
		if (end > REC_MAX) {
			r->line++;
			return long_piece(r, left, text);
		}
		if (end == left.n && r->error)
			return REC_FAILED;
		if (end == left.n && !r->ended)
			return REC_MORE;
		if (left.n == 0)
			return REC_END;
		r->line++;
		r->at += end < left.n ? end + 1 : end;
		*text = content(r, span_first(left, end));
		if (text->n > 0)
			return text->p[0] == '{' && r->delim != '\0' ?
			    REC_RECORD : REC_SUBJECT;
	}
}

void
rec_close(struct rec_reader *r)
{
	buf_free(&r->in);
}

bool
rec_each(int fd, void (*fn)(void *, struct span, uint64_t), void *arg)
{
	struct rec_reader r;
	struct span text = { NULL, 0 };
	enum rec_kind kind = REC_MORE;

	rec_open(&r, fd, '\n');
	while ((kind = rec_next(&r, &text)) != REC_END &&
	    kind != REC_FAILED) {
		if (kind == REC_MORE)
			rec_fill(&r);
		else if (kind != REC_LONG)
			fn(arg, kind == REC_RECORD ? text : SPAN(""),
			    r.line);
	}
	errno = r.error;
	rec_close(&r);
	return kind == REC_END;
}

/* The slots but our own, commas between them; returns how many stayed. */
static size_t
other_slots(const struct scan_object *o, struct span name, struct buf *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->n; i++) {
		if (scan_spells(o->v[i].key, name))
			continue;
		if (kept++ > 0)
			buf_byte(out, ',');
		buf_span(out, o->v[i].slot);
	}
	return kept;
}

/* When none stayed, the blanks inside the braces do. */
static void
only_blanks(const struct scan_object *o, struct buf *out)
{
	const struct scan_member *last = &o->v[o->n - 1];
	size_t used = (size_t)(last->value.p - last->slot.p) + last->value.n;

	buf_add(out, o->v[0].slot.p,
	    (size_t)(o->v[0].key.p - 1 - o->v[0].slot.p));
	buf_span(out, span_from(last->slot, used));
}

bool
rec_splice(struct span record, struct span name, struct span member,
    struct buf *out, const char **why, size_t *at)
{
	struct scan_object o = { 0 };
	size_t kept = 0;

	if (!scan_object(record, &o, why, at))
		return false;
	buf_span(out, o.head);
	kept = other_slots(&o, name, out);
	if (kept == 0 && o.n > 0)
		only_blanks(&o, out);
	if (member.n > 0) {
		buf_str(out, kept > 0 ? ",\"" : "\"");
		buf_span(out, name);
		buf_str(out, "\":");
		buf_span(out, member);
	}
	buf_span(out, o.tail);
	free(o.v);
	return true;
}
