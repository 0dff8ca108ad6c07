/*
 * Writing Authentication-Results fields (RFC 8601 section 2.2), and telling
 * forged ones (section 5).
 */
#include "base/ascii.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mail/authres.h"
#include "mail/authres_int.h"
#include "mail/lex.h"

enum { LINE_MAX_COLUMN = 77, TAB_WIDTH = 8, ID_MAX = 1024 };

struct writer {
	struct buf *out;
	struct span eol;
	size_t column;
	struct buf item;
};

struct authres_result *
authres_add(struct authres *a, const char *method, const char *result)
{
	struct authres_result *r = VEC_PUSH(a);

	r->method = span_str(method);
	r->version = 1;
	r->result = span_str(result);
	return r;
}

void
authres_prop(struct authres_result *r, const char *ptype, const char *name,
    struct span value)
{
	struct authres_prop *p = VEC_PUSH(r);

	p->ptype = span_str(ptype);
	p->name = span_str(name);
	p->value = value;
}

static void
put(struct writer *w, struct span s)
{
	buf_span(w->out, s);
	w->column += s.n;
}

static void
break_line(struct writer *w)
{
	buf_span(w->out, w->eol);
	w->column = 0;
}

/*
 * Write the item, folded before blanks of its own where it must be: such a
 * fold keeps the blank, so that unfolding gives back the very same text.
 */
static void
put_item(struct writer *w)
{
	struct span rest = buf_get0(&w->item), word = { NULL, 0 };
	bool first = true;

	while (span_split(&rest, ' ', &word)) {
		if (first) {
			if (w->column + 1 + word.n <= LINE_MAX_COLUMN) {
				put(w, SPAN(" "));
			} else {
				break_line(w);
				put(w, SPAN("\t"));
				w->column = TAB_WIDTH;
			}
		} else {
			if (word.n > 0 &&
			    w->column + 1 + word.n > LINE_MAX_COLUMN)
				break_line(w);
			put(w, SPAN(" "));
		}
		put(w, word);
		first = false;
	}
	buf_reset(&w->item);
}

/* "text" between the two marks; each octet of "escape" gets a backslash. */
static void
add_marked(struct buf *out, struct span text, const char *marks,
    const char *escape)
{
	buf_byte(out, (unsigned char)marks[0]);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\0' && strchr(escape, text.p[i]) != NULL)
			buf_byte(out, '\\');
		buf_byte(out, text.p[i]);
	}
	buf_byte(out, (unsigned char)marks[1]);
}

/* The text made safe and, if need be, cut between two characters. */
static struct span
cleaned(struct buf *room, struct span text)
{
	struct span s = { NULL, 0 };

	utf8_clean(room, span_first(text, 4 * AUTHRES_VALUE_MAX));
	s = buf_get0(room);
	if (s.n <= AUTHRES_VALUE_MAX)
		return s;
	s.n = AUTHRES_VALUE_MAX;
	while (s.n > 0 && (s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

/* The value, quoted where is_bare does not let it stand without. */
static void
add_value(struct buf *out, struct span value, bool (*is_bare)(struct span))
{
	struct buf room = BUF(16 * AUTHRES_VALUE_MAX);
	struct span s = cleaned(&room, value);

	if (is_bare(s))
		buf_span(out, s);
	else
		add_marked(out, s, "\"\"", "\"\\");
	buf_free(&room);
}

static void
put_comment(struct writer *w, struct span comment)
{
	struct buf room = BUF(16 * AUTHRES_VALUE_MAX);

	add_marked(&w->item, cleaned(&room, comment), "()", "()\\");
	put_item(w);
	buf_free(&room);
}

static void
put_prop(struct writer *w, const struct authres_prop *p)
{
	struct buf room = BUF(16 * AUTHRES_VALUE_MAX);

	utf8_clean(&room, span_first(p->value, AUTHRES_VALUE_MAX + 1));
	if (room.n <= AUTHRES_VALUE_MAX &&
	    p->value.n <= AUTHRES_VALUE_MAX) {
		buf_span(&w->item, p->ptype);
		if (p->ptype.n > 0)
			buf_byte(&w->item, '.');
		buf_span(&w->item, p->name);
		buf_byte(&w->item, '=');
		add_value(&w->item, p->value, authres_is_bare);
		put_item(w);
	}
	buf_free(&room);
}

static void
put_result(struct writer *w, const struct authres_result *r)
{
	put(w, SPAN(";"));
	break_line(w);
	put(w, SPAN("\t"));
	w->column = TAB_WIDTH;
	put(w, r->method);
	if (r->version != 1) {
		buf_printf(&w->item, "/%u", r->version);
		put(w, buf_get0(&w->item));
		buf_reset(&w->item);
	}
	put(w, SPAN("="));
	put(w, r->result);
	if (r->comment.p != NULL)
		put_comment(w, r->comment);
	if (r->reason.p != NULL) {
		buf_str(&w->item, "reason=");
		add_value(&w->item, r->reason, authres_is_token);
		put_item(w);
	}
	for (size_t i = 0; i < r->n; i++)
		put_prop(w, &r->v[i]);
}

void
authres_write(struct buf *out, struct span start, const struct authres *a,
    struct span eol)
{
	struct writer w = { out, eol, 0, BUF(16 * AUTHRES_VALUE_MAX) };

	put(&w, start);
	add_value(&w.item, a->id, authres_is_token);
	put(&w, buf_get0(&w.item));
	buf_reset(&w.item);
	for (size_t i = 0; i < a->n; i++)
		put_result(&w, &a->v[i]);
	if (a->n == 0)
		put(&w, SPAN("; none"));
	break_line(&w);
	buf_free(&w.item);
}

/* A number behind which there is nothing; in quotes it is a part of the id. */
static bool
is_version_next(struct span s)
{
	size_t n = 0;

	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	if (n == 0)
		return false;
	while (n < s.n && ascii_is_fws(s.p[n]))
		n++;
	return n == s.n || s.p[n] == ';';
}

static struct span
without_final_dot(struct span s)
{
	return s.n > 0 && s.p[s.n - 1] == '.' ? span_first(s, s.n - 1) : s;
}

static bool
is_id(const struct buf *seen, const struct buf *id)
{
	return seen->n > 0 && span_ieq(without_final_dot(buf_get0(seen)),
	    without_final_dot(buf_get0(id)));
}

/* What no reader takes for a part of an authserv-id, or not all of them do. */
static bool
is_dropped(unsigned char c)
{
	return c == '"' || c == '\\' || c < 0x20 || c == 0x7f;
}

/*
 * What may be a part of this id. Beside one in ASCII an octet above is none,
 * though RFC 8601 lets it be: some readers strip a no-break space.
 */
static bool
is_part(unsigned char c, bool is_ascii)
{
	return lex_is_token(c) && (c < 0x80 || !is_ascii);
}

/*
 * Readers differ in where an authserv-id that is malformed ends: it is
 * compared wherever a token could, and at the end once more.
 */
static bool
claims(struct span value, const struct buf *id, struct buf *seen)
{
	bool gap = false, open = false, is_ascii = true;

	for (size_t i = 0; i < id->n; i++)
		is_ascii &= id->p[i] < 0x80;

	for (size_t i = 0; i < value.n && value.p[i] != ';'; i++) {
		unsigned char c = value.p[i];

		if (!is_part(c, is_ascii) && is_id(seen, id))
			return true;
		if (c == '(') {
			/* one that does not end is looked for only once */
			size_t n = open ? 0 :
			    lex_comment_length(span_from(value, i));

			open = n == 0;
			i += n > 0 ? n - 1 : 0;
			gap = true;
		} else if (ascii_is_fws(c)) {
			gap = true;
		} else if (is_dropped(c) || (seen->n == 0 &&
		    !is_part(c, is_ascii))) {
			continue;
		} else if (gap && seen->n > 0 &&
		    is_version_next(span_from(value, i))) {
			break;
		} else {
			buf_byte(seen, c);
			gap = false;
		}
	}
	return is_id(seen, id);
}

bool
authres_claims(struct span value, struct span id)
{
	struct buf seen = BUF(ID_MAX), ours = BUF(ID_MAX);
	bool is = false;

	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] != ' ' && !is_dropped(id.p[i]) &&
		    (ours.n > 0 || lex_is_token(id.p[i])))
			buf_byte(&ours, id.p[i]);
	is = claims(value, &ours, &seen);
	buf_free(&seen);
	buf_free(&ours);
	return is;
}
