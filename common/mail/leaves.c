/* The parts of a mail; see leaves.h. */
#include "mail/leaves.h"

#include "base/ascii.h"
#include "base/b64.h"

enum { DEPTH_MAX = 8, FIELDS_MAX = 10000 };

struct walk {
	void (*fn)(void *, const struct leaf *);
	void *arg;
	unsigned depth;
	enum leaves_result result;
};

static void walk_entity(struct walk *w, struct span entity);

static void
worse(struct walk *w, enum leaves_result r)
{
	if (w->result < r)
		w->result = r;
}

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

/* The file name, of either field; quotes are left off, no more. */
static void
name_of(const struct header *h, const struct mime_type *type,
    struct buf *out)
{
	struct mime_type given;
	struct span s = value_of(h, SPAN("Content-Disposition"));
	struct buf value = BUF(1024);

	/* "attachment; filename=x" has the grammar but for the subtype */
	buf_str(&value, "x/");
	buf_span(&value, s);
	if (!mime_type_parse(buf_get0(&value), &given) ||
	    !mime_param(&given, SPAN("filename"), out)) {
		buf_reset(out);
		if (!mime_param(type, SPAN("name"), out))
			buf_reset(out);
	}
	buf_free(&value);
}

static void
walk_leaf(struct walk *w, const struct header *h,
    const struct mime_type *type, struct span body)
{
	struct leaf leaf = { .header = h, .type = *type, .body = body };
	struct span how = value_of(h, SPAN("Content-Transfer-Encoding"));
	struct buf decoded = BUF(body.n + 1), name = BUF(1024);
	bool encoded = true, ok = true;

	if (span_ieq(how, SPAN("base64")))
		ok = b64_decode(&decoded, body);
	else if (span_ieq(how, SPAN("quoted-printable")))
		ok = leaves_qp_decode(body, &decoded);
	else
		encoded = false;
	name_of(h, type, &name);
	leaf.name = buf_get0(&name);
	leaf.damaged = !ok;
	if (encoded && ok)
		leaf.body = buf_get0(&decoded);
	if (mime_type_is(type, SPAN("message"), SPAN("rfc822")))
		walk_entity(w, leaf.body);
	else
		w->fn(w->arg, &leaf);
	buf_free(&decoded);
	buf_free(&name);
}

struct gather {
	struct walk *w;
	size_t part;
	bool begun;
	struct buf text;
};

static void
end_part(struct gather *g)
{
	if (g->begun)
		walk_entity(g->w, buf_get0(&g->text));
	buf_reset(&g->text);
	g->begun = false;
}

static void
take_part(void *arg, size_t part, struct span piece)
{
	struct gather *g = arg;

	if (g->begun && part != g->part)
		end_part(g);
	g->part = part;
	g->begun = true;
	buf_span(&g->text, piece);
}

static void
walk_parts(struct walk *w, const struct mime_type *type, struct span body)
{
	struct gather g = { .w = w, .text = BUF(body.n + 1) };
	struct mime_parts parts;
	struct buf boundary = BUF(MIME_BOUNDARY_MAX + 1);

	if (!mime_param(type, SPAN("boundary"), &boundary) ||
	    !mime_parts_start(&parts, buf_get0(&boundary), take_part, &g)) {
		worse(w, LEAVES_BAD);
	} else {
		mime_parts_add(&parts, body);
		if (!mime_parts_end(&parts))
			worse(w, LEAVES_CUT);
		end_part(&g);
	}
	buf_free(&g.text);
	buf_free(&boundary);
}

/* A header section, and what it says the rest is. */
static void
walk_entity(struct walk *w, struct span entity)
{
	struct header h = { 0 };
	struct mime_type type;
	size_t scan = 0, end = entity.n, blank = 0;

	if (w->depth == DEPTH_MAX) {
		worse(w, LEAVES_LIMIT);
		return;
	}
	w->depth++;
	if (!header_end(entity, &scan, &end, &blank))
		end = entity.n;
	if (header_split(span_first(entity, end), FIELDS_MAX, &h) !=
	    HEADER_OK)
		worse(w, LEAVES_LIMIT);
	/* RFC 2045 section 5.2: text where it does not say, or not well */
	if (!mime_type_parse(value_of(&h, SPAN("Content-Type")), &type))
		mime_type_parse(SPAN("text/plain"), &type);
	if (span_ieq(type.type, SPAN("multipart")))
		walk_parts(w, &type, span_from(entity, end + blank));
	else
		walk_leaf(w, &h, &type, span_from(entity, end + blank));
	header_free(&h);
	w->depth--;
}

enum leaves_result
leaves_each(struct span message,
    void (*fn)(void *, const struct leaf *), void *arg)
{
	struct walk w = { .fn = fn, .arg = arg };

	walk_entity(&w, message);
	return w.result;
}
