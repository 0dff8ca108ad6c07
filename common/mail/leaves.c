/* The parts of a mail; see leaves.h. */
#include "mail/leaves.h"

#include "base/ascii.h"
#include "base/b64.h"
#include "mail/header.h"
#include "mail/mime_walk.h"
#include "mail/words.h"

enum { FIELDS_MAX = 10000, NAME_MAX_OCTETS = 4096 };

struct gather {
	void (*fn)(void *, const struct leaf *);
	void *arg;
	struct buf head, body;	/* of the leaf that is being read */
};

/* RFC 2045 section 6.7 rule 3: blanks at the end of a line are no text. */
static bool
decode_line(struct span line, struct buf *out)
{
	while (line.n > 0 && ascii_is_wsp(line.p[line.n - 1]))
		line.n--;
	for (size_t i = 0; i < line.n; i++) {
		int hi = 0, lo = 0;

		if (line.p[i] != '=') {
			buf_byte(out, line.p[i]);
			continue;
		}
		if (i + 1 == line.n)
			return true;
		hi = ascii_hex(line.p[i + 1]);
		lo = i + 2 < line.n ? ascii_hex(line.p[i + 2]) : -1;
		if (hi < 0 || lo < 0)
			return false;
		buf_byte(out, (unsigned char)(hi << 4 | lo));
		i += 2;
	}
	buf_str(out, "\n");
	return true;
}

bool
leaves_qp_decode(struct span in, struct buf *out)
{
	struct span line = { NULL, 0 };

	while (in.n > 0 && span_split(&in, '\n', &line)) {
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (!decode_line(line, out))
			return false;
	}
	return true;
}

static struct span
value_of(const struct header *h, struct span name)
{
	size_t i = header_find(h, name, 0);

	return i < h->n ? span_trim(h->v[i].value) : (struct span){ NULL, 0 };
}

/* Encoded words are none in a parameter (RFC 2047 section 5), and yet sent. */
static void
put_name(const struct mime_type *type, struct span param, struct buf *out)
{
	struct buf raw = BUF(NAME_MAX_OCTETS);

	if (mime_param_long(type, param, &raw) &&
	    !words_decode(buf_get0(&raw), out))
		buf_span(out, buf_get0(&raw));
	buf_free(&raw);
}

static void
names_of(const struct header *h, const struct mime_type *type,
    struct buf *name, struct buf *too)
{
	struct mime_type given;
	struct span s = value_of(h, SPAN("Content-Disposition"));
	struct buf value = BUF(s.n + 2);

	/* "attachment; filename=x" has the grammar but for the subtype */
	buf_str(&value, "x/");
	buf_span(&value, s);
	if (mime_type_parse(buf_get0(&value), &given))
		put_name(&given, SPAN("filename"), name);
	put_name(type, SPAN("name"), too);
	buf_free(&value);
}

bool
leaf_name_ends(const struct leaf *leaf, struct span ending)
{
	return span_iends(leaf->name, ending) ||
	    span_iends(leaf->name_too, ending);
}

/* The leaf has ended: what its header says of the body. */
static void
end_leaf(struct gather *g)
{
	struct span octets = buf_get0(&g->body), how = { NULL, 0 };
	struct header h = { 0 };
	struct leaf leaf = { .body = octets };
	struct buf decoded = BUF(octets.n + 1);
	struct buf name = BUF(NAME_MAX_OCTETS), too = BUF(NAME_MAX_OCTETS);
	bool encoded = true, ok = true;

	header_split(buf_get0(&g->head), FIELDS_MAX, &h);
	/* RFC 2045 section 5.2: text where it does not say, or not well */
	if (!mime_type_parse(value_of(&h, SPAN("Content-Type")),
	    &leaf.type))
		mime_type_parse(SPAN("text/plain"), &leaf.type);
	how = value_of(&h, SPAN("Content-Transfer-Encoding"));
	if (span_ieq(how, SPAN("base64")))
		ok = b64_decode(&decoded, octets);
	else if (span_ieq(how, SPAN("quoted-printable")))
		ok = leaves_qp_decode(octets, &decoded);
	else
		encoded = false;
	names_of(&h, &leaf.type, &name, &too);
	leaf.name_too = buf_get0(&too);
	leaf.name = name.n > 0 ? buf_get0(&name) : leaf.name_too;
	leaf.damaged = !ok;
	if (encoded && ok)
		leaf.body = buf_get0(&decoded);
	g->fn(g->arg, &leaf);
	buf_reset(&g->body);
	header_free(&h);
	buf_free(&decoded);
	buf_free(&name);
	buf_free(&too);
}

static void
take(void *arg, enum mime_event e, struct span s,
    const struct mime_part *part)
{
	struct gather *g = arg;

	(void)part;
	if (e == MIME_HEADER) {
		buf_reset(&g->head);
		buf_span(&g->head, s);
	} else if (e == MIME_BODY) {
		buf_span(&g->body, s);
	} else if (e == MIME_BODY_END) {
		end_leaf(g);
	}
}

const char *
leaves_each(struct span message,
    void (*fn)(void *, const struct leaf *), void *arg)
{
	struct gather g = { .fn = fn, .arg = arg,
	    .head = BUF(message.n + 1), .body = BUF(message.n + 1) };
	struct header root = { 0 };
	struct mime_walk w;
	size_t scan = 0, end = message.n, blank = 0;
	const char *why = NULL;

	if (!header_end(message, &scan, &end, &blank))
		end = message.n;
	if (header_split(span_first(message, end), FIELDS_MAX, &root) !=
	    HEADER_OK)
		why = "its header has too many fields";
	buf_span(&g.head, span_first(message, end));
	mime_walk_start(&w, &root, take, &g);
	mime_walk_add(&w, span_from(message, end + blank));
	if (why == NULL)
		why = mime_walk_end(&w);
	else
		mime_walk_end(&w);
	if (why == NULL && w.depth > 0)
		why = "a multipart does not end";
	header_free(&root);
	buf_free(&g.head);
	buf_free(&g.body);
	return why;
}
