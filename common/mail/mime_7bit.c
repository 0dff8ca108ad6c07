/* Parts made 7-bit before they are signed; see mime_7bit.h. */
#include "mail/mime_7bit.h"

#include <stdlib.h>

#include "base/vec.h"

enum { LINE_OCTETS_MAX = 998 };

/* What was seen of a leaf. */
enum { HAS_8BIT = 1, HAS_FORM = 2, IS_ENCODED = 4, IS_FROZEN = 8 };

static bool
says(const struct header *h, struct span encoding)
{
	size_t at = header_find(h, SPAN("Content-Transfer-Encoding"), 0);

	return at < h->n && span_ieq(span_trim(h->v[at].value), encoding);
}

bool
mime_is_plain(const struct header *h)
{
	return header_count(h, SPAN("Content-Transfer-Encoding")) == 0 ||
	    says(h, SPAN("7bit")) || says(h, SPAN("8bit")) ||
	    says(h, SPAN("binary"));
}

/* --- reading */

static void
begin_leaf(struct mime_7bit *s, const struct mime_part *part)
{
	struct mime_7bit_leaf *l = VEC_PUSH(&s->leaves);

	if (!mime_is_plain(part->header))
		l->flags |= IS_ENCODED;
	/* no message/... may be encoded (RFC 2046 section 5.2) */
	if (part->frozen || (part->type != NULL &&
	    span_ieq(part->type->type, SPAN("message"))))
		l->flags |= IS_FROZEN;
	s->column = 0;
	s->last = '\n';
}

/* RFC 3156 sections 3 and 5: blanks at line ends, "From ", long lines. */
static void
look(struct mime_7bit *s, struct mime_7bit_leaf *l, unsigned char c)
{
	static const unsigned char from[] = "From ";
	bool blank = s->last == ' ' || s->last == '\t';

	if (c >= 0x80 || c == '\0')
		l->flags |= HAS_8BIT;
	if ((blank && (c == '\r' || c == '\n')) ||
	    (s->last == '\r') != (c == '\n') || s->column >= LINE_OCTETS_MAX)
		l->flags |= HAS_FORM;
	if (s->column < 5)
		s->from = (s->column == 0 || s->from) &&
		    c == from[s->column];
	if (s->column == 4 && s->from)
		l->flags |= HAS_FORM;
	s->column = c == '\n' ? 0 : s->column + (c != '\r');
	s->last = c;
}

static void
scan(void *arg, enum mime_event e, struct span piece,
    const struct mime_part *part)
{
	struct mime_7bit *s = arg;
	struct mime_7bit_leaf *l = NULL;

	if (e == MIME_HEADER && part->leaf)
		begin_leaf(s, part);
	if (s->leaves.n == 0)
		return;
	l = &s->leaves.v[s->leaves.n - 1];
	/* what its octets are is of no account where it stays as it is */
	if ((l->flags & (IS_ENCODED | IS_FROZEN)) != 0)
		return;
	for (size_t i = 0; e == MIME_BODY && i < piece.n; i++)
		look(s, l, piece.p[i]);
	if (e == MIME_BODY_END && (s->last == ' ' || s->last == '\t'))
		l->flags |= HAS_FORM;
}

static bool
wants_encoding(const struct mime_7bit_leaf *l)
{
	return (l->flags & (HAS_8BIT | HAS_FORM)) != 0 &&
	    (l->flags & (IS_ENCODED | IS_FROZEN)) == 0;
}

static void
keep(void *arg, struct span s)
{
	struct mime_7bit *seven = arg;

	vault_add(&seven->body, s);
	mime_walk_add(&seven->walk, s);
}

void
mime_7bit_start(struct mime_7bit *s, const struct header *root,
    const struct env *env)
{
	*s = (struct mime_7bit){ .root = root };
	vault_init(&s->body, env, false);
	s->lines = (struct to_crlf){ keep, s, false };
	mime_walk_start(&s->walk, root, scan, s);
}

void
mime_7bit_add(struct mime_7bit *s, struct span piece)
{
	to_crlf_add(&s->lines, piece);
}

const char *
mime_7bit_read(struct mime_7bit *s)
{
	const char *why = mime_walk_end(&s->walk);

	for (size_t i = 0; i < s->leaves.n; i++)
		s->changes |= wants_encoding(&s->leaves.v[i]);
	return why;
}

/* --- writing */

static void
put(void *arg, struct span s)
{
	struct mime_7bit *seven = arg;

	seven->to(seven->arg, s);
}

/* The header with another encoding. */
static void
put_header(struct mime_7bit *s, const struct header *h, const char *encoding)
{
	for (size_t i = 0; i < h->n; i++)
		if (!span_ieq(h->v[i].name,
		    SPAN("Content-Transfer-Encoding")))
			put(s, h->v[i].raw);
	put(s, SPAN("Content-Transfer-Encoding: "));
	put(s, span_str(encoding));
	put(s, SPAN("\r\n\r\n"));
}

static void
rewrite_header(struct mime_7bit *s, struct span raw,
    const struct mime_part *part)
{
	bool wide = says(part->header, SPAN("8bit")) ||
	    says(part->header, SPAN("binary"));

	s->encoding = part->leaf && wants_encoding(&s->leaves.v[s->at]);
	if (part->leaf)
		s->at++;
	if (s->encoding) {
		put_header(s, part->header, "quoted-printable");
		mime_qp_start(&s->qp, put, s);
	} else if (!part->leaf && wide && !part->frozen) {
		put_header(s, part->header, "7bit");
	} else {
		put(s, raw);
	}
}

static void
rewrite(void *arg, enum mime_event e, struct span piece,
    const struct mime_part *part)
{
	struct mime_7bit *s = arg;

	if (e == MIME_HEADER) {
		rewrite_header(s, piece, part);
	} else if (e == MIME_BODY && s->encoding) {
		mime_qp_add(&s->qp, piece);
	} else if (e == MIME_BODY_END && s->encoding) {
		mime_qp_end(&s->qp);
		s->encoding = false;
	} else {
		put(s, piece);
	}
}

static bool
walk_piece(void *arg, struct span s)
{
	mime_walk_add(arg, s);
	return true;
}

bool
mime_7bit_write(struct mime_7bit *s, void (*to)(void *arg, struct span s),
    void *arg)
{
	enum spool_result r = SPOOL_OK;

	s->to = to;
	s->arg = arg;
	mime_walk_start(&s->walk, s->root, rewrite, s);
	r = vault_each(&s->body, walk_piece, &s->walk);
	mime_walk_end(&s->walk);
	return r == SPOOL_OK;
}

void
mime_7bit_free(struct mime_7bit *s)
{
	if (s->root == NULL)
		return;
	free(s->leaves.v);
	vault_free(&s->body);
}
