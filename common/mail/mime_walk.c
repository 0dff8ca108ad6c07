/* Entities of any depth; see mime_walk.h. */
#include "mail/mime_walk.h"

/* A boundary line: dashes, boundary, dashes again, blanks, line end. */
enum { LINE_CEILING = 1024 };

static const struct mime_part no_part;

static bool
is_frozen(const struct mime_walk *w)
{
	return w->depth > 0 && w->level[w->depth - 1].frozen;
}

static bool
is_embedded(const struct mime_walk *w)
{
	return w->in_message ||
	    (w->depth > 0 && w->level[w->depth - 1].embedded);
}

static void
emit(struct mime_walk *w, enum mime_event e, struct span s)
{
	struct mime_part part = no_part;

	part.frozen = is_frozen(w);
	w->to(w->arg, e, s, &part);
}

/* --- headers */

/* From here on it is only octets. */
static void
give_up(struct mime_walk *w, const char *why)
{
	w->error = why;
	w->state = WALK_BETWEEN;
	w->depth = 0;
}

static void
push(struct mime_walk *w, const struct mime_type *t)
{
	struct mime_level *l = &w->level[w->depth];
	struct buf b = BUF(MIME_BOUNDARY_MAX);
	bool ok = mime_param(t, SPAN("boundary"), &b) && b.n > 0 && !b.over;

	if (!ok) {
		give_up(w, "a multipart has no boundary");
	} else if (w->depth == MIME_DEPTH_MAX) {
		give_up(w, "its parts are nested too deep");
	} else {
		memcpy(l->boundary, "--", 2);
		memcpy(l->boundary + 2, b.p, b.n);
		l->n = b.n + 2;
		l->frozen = is_frozen(w) ||
		    span_ieq(t->subtype, SPAN("signed"));
		l->embedded = w->embedded;
		l->digest = span_ieq(t->subtype, SPAN("digest"));
		w->depth++;
	}
	buf_free(&b);
}

/* The Content-Type that holds; NULL: text/plain, as by default. */
static const struct mime_type *
type_of(const struct mime_walk *w, const struct header *h,
    struct mime_type *t)
{
	size_t at = header_find(h, SPAN("Content-Type"), 0);

	if (at == h->n && !w->in_message && w->depth > 0 &&
	    w->level[w->depth - 1].digest)
		return mime_type_parse(SPAN("message/rfc822"), t) ? t : NULL;
	return at < h->n && mime_type_parse(h->v[at].value, t) ? t : NULL;
}

/* What kind of body follows this header. */
static void
begin_body(struct mime_walk *w, const struct mime_type *t)
{
	if (t != NULL && span_ieq(t->type, SPAN("multipart"))) {
		w->state = WALK_BETWEEN;
		push(w, t);
	} else if (t != NULL && mime_type_is(t, SPAN("message"),
	    SPAN("rfc822"))) {
		w->state = WALK_HEADER;
		w->in_message = true;
	} else {
		w->state = WALK_LEAF;
	}
}

static void
end_header(struct mime_walk *w)
{
	struct header h = { .n = 0 };
	struct mime_type type;
	struct mime_part part = { .header = &h, .frozen = is_frozen(w),
	    .embedded = is_embedded(w) };
	struct buf head = w->head;
	struct span s = buf_get0(&head);
	size_t scan = 0, end = s.n, blank = 0;

	w->head = BUF(MIME_PART_HEADER_MAX);
	header_end(s, &scan, &end, &blank);
	if (w->error == NULL && header_split(span_first(s, end),
	    MIME_PART_FIELDS_MAX, &h) != HEADER_OK)
		w->error = "the header of a part is too long";
	part.type = type_of(w, &h, &type);
	part.leaf = part.type == NULL ||
	    (!span_ieq(part.type->type, SPAN("multipart")) &&
	    !mime_type_is(part.type, SPAN("message"), SPAN("rfc822")));
	w->in_message = false;
	w->embedded = part.embedded;
	if (w->error == NULL) {
		w->to(w->arg, MIME_HEADER, s, &part);
		begin_body(w, part.type);
	} else {
		emit(w, MIME_BETWEEN, s);
		give_up(w, w->error);
	}
	header_free(&h);
	buf_free(&head);
}

/* --- lines */

static void
release_eol(struct mime_walk *w, enum mime_event e)
{
	if (w->eol_n > 0)
		emit(w, e, span_of(w->eol, w->eol_n));
	w->eol_n = 0;
}

/* The part that a boundary or the end of all ends. */
static void
end_part(struct mime_walk *w)
{
	if (w->state == WALK_HEADER)
		end_header(w);
	if (w->state == WALK_LEAF)
		emit(w, MIME_BODY_END, SPAN(""));
	release_eol(w, MIME_BETWEEN);
}

/* Whether the line is this level's boundary, and if so the last one. */
static bool
matches(const struct mime_level *l, struct span line, bool *last)
{
	struct span rest = { NULL, 0 };

	if (!span_starts(line, span_of(l->boundary, l->n)))
		return false;
	rest = span_from(line, l->n);
	*last = span_starts(rest, SPAN("--"));
	if (*last)
		rest = span_from(rest, 2);
	return span_trim(rest).n == 0;
}

/*
 * A whole line, its end included: true when it was a boundary. One of an
 * outer level ends what is inside of it (RFC 2046 section 5.1.2).
 */
static bool
take_boundary(struct mime_walk *w, struct span line)
{
	size_t i = w->depth;
	bool last = false;

	while (i > 0 && !matches(&w->level[i - 1], line, &last))
		i--;
	if (i == 0)
		return false;
	end_part(w);
	emit(w, MIME_BETWEEN, line);
	w->depth = last ? i - 1 : i;
	w->in_message = false;
	w->state = last ? WALK_BETWEEN : WALK_HEADER;
	return true;
}

/* What does not fit any more is handed on at once. */
static void
gather(struct mime_walk *w, struct span s)
{
	if (w->error == NULL && w->head.n + s.n > w->head.max) {
		w->error = "the header of a part is too long";
		emit(w, MIME_BETWEEN, buf_get0(&w->head));
		buf_reset(&w->head);
	}
	if (w->error != NULL)
		emit(w, MIME_BETWEEN, s);
	else
		buf_span(&w->head, s);
}

static void
take_line(struct mime_walk *w, struct span text, struct span eol, bool whole)
{
	enum mime_event e = w->state == WALK_LEAF ? MIME_BODY : MIME_BETWEEN;

	if (w->state == WALK_HEADER) {
		gather(w, text);
		gather(w, eol);
		if (whole && !w->middle && text.n == 0 && eol.n > 0)
			end_header(w);
		return;
	}
	release_eol(w, e);
	if (text.n > 0)
		emit(w, e, text);
	memcpy(w->eol, eol.p, eol.n);
	w->eol_n = eol.n;
}

/* What is in w->line: a whole line, or as much as fits. */
static void
line_done(struct mime_walk *w, bool ended)
{
	struct span line = buf_get0(&w->line);
	unsigned char last = line.p[line.n - 1];
	size_t eol = last == '\r';

	if (ended)
		eol = line.n > 1 && line.p[line.n - 2] == '\r' ? 2 : 1;
	if (w->middle || !take_boundary(w, line))
		take_line(w, span_first(line, line.n - eol), ended ?
		    span_from(line, line.n - eol) : SPAN(""), ended);
	buf_reset(&w->line);
	if (!ended && eol > 0)
		buf_byte(&w->line, last);
	w->middle = !ended;
}

void
mime_walk_start(struct mime_walk *w, const struct header *root,
    void (*to)(void *, enum mime_event, struct span,
    const struct mime_part *), void *arg)
{
	struct mime_type t;

	*w = (struct mime_walk){ .to = to, .arg = arg,
	    .line = BUF(LINE_CEILING), .head = BUF(MIME_PART_HEADER_MAX) };
	begin_body(w, type_of(w, root, &t));
}

void
mime_walk_add(struct mime_walk *w, struct span s)
{
	while (s.n > 0) {
		size_t n = span_chr(s, '\n');
		size_t room = LINE_CEILING - w->line.n;
		bool ended = n < s.n && n < room;

		n = ended ? n + 1 : n < room ? n : room;
		buf_span(&w->line, span_first(s, n));
		s = span_from(s, n);
		if (ended || w->line.n == LINE_CEILING)
			line_done(w, ended);
	}
}

const char *
mime_walk_end(struct mime_walk *w)
{
	struct span line = buf_get0(&w->line);

	/* without a line end it may still be the last boundary */
	if (line.n > 0 && (w->middle || !take_boundary(w, line)))
		take_line(w, line, SPAN(""), true);
	if (w->state == WALK_LEAF)
		release_eol(w, MIME_BODY);
	end_part(w);
	buf_free(&w->line);
	buf_free(&w->head);
	return w->error;
}
