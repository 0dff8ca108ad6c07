/*
 * MIME: parameters lie in the field; the same parts whether the body comes
 * whole or one by one; quoted-printable has short lines of ASCII and decodes
 * to what it was made of, line ends aside; so does base 64, in any pieces.
 */
#include "fuzz.h"

#include "base/ascii.h"
#include "mail/mime.h"

struct seen {
	struct buf text;
	size_t part;
};

static void
note(void *arg, size_t part, struct span s)
{
	struct seen *seen = arg;

	for (; seen->part <= part; seen->part++)
		buf_byte(&seen->text, 0);
	buf_span(&seen->text, s);
}

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
check_type(struct span in)
{
	struct mime_type t = { .n = 0 };

	if (!mime_type_parse(in, &t))
		return;
	must(t.n <= MIME_PARAMS_MAX);
	inside(t.type, in);
	inside(t.subtype, in);
	for (size_t i = 0; i < t.n; i++) {
		inside(t.v[i].name, in);
		inside(t.v[i].value, in);
		must(t.v[i].value.n > 0);
	}
}

static void
check_parts(struct span in)
{
	struct seen a = { .text = BUF(1 << 20) }, b = a;
	struct mime_parts p, q;
	bool closed = false;

	must(mime_parts_start(&p, SPAN("b"), note, &a));
	must(mime_parts_start(&q, SPAN("b"), note, &b));
	mime_parts_add(&p, in);
	for (size_t i = 0; i < in.n; i++)
		mime_parts_add(&q, span_of(in.p + i, 1));
	closed = mime_parts_end(&p);
	must(closed == mime_parts_end(&q));
	must(p.part == q.part);
	must(span_eq(buf_get0(&a.text), buf_get0(&b.text)));
	buf_free(&a.text);
	buf_free(&b.text);
}

/* Without CR: those before an LF are dropped, the others are octets. */
static void
decode(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '=') {
			if (s.p[i] != '\r')
				buf_byte(out, s.p[i]);
			continue;
		}
		must(i + 2 < s.n);
		if (s.p[i + 1] != '\r') {
			int v = ascii_hex(s.p[i + 1]) << 4 |
			    ascii_hex(s.p[i + 2]);

			must(v >= 0);
			if (v != '\r')
				buf_byte(out, (unsigned char)v);
		}
		i += 2;
	}
}

static void
check_qp(struct span in)
{
	struct buf out = BUF(1 << 20), back = BUF(1 << 20);
	struct buf want = BUF(1 << 20);
	struct mime_qp q;
	size_t column = 0;

	mime_qp_start(&q, gather, &out);
	mime_qp_add(&q, in);
	mime_qp_end(&q);
	for (size_t i = 0; i < out.n; i++) {
		must(out.p[i] < 0x7f);
		column = out.p[i] == '\n' ? 0 : column + 1;
		must(column <= 77);
		must(out.p[i] != '\r' || i == 0 || (out.p[i - 1] != ' ' &&
		    out.p[i - 1] != '\t'));
	}
	decode(buf_get0(&out), &back);
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i] != '\r')
			buf_byte(&want, in.p[i]);
	must(span_eq(buf_get0(&back), buf_get0(&want)));
	buf_free(&out);
	buf_free(&back);
	buf_free(&want);
}

static void
check_b64(struct span in)
{
	struct buf text = BUF(1 << 20), back = BUF(1 << 20);
	struct buf whole = BUF(1 << 20), slow = BUF(1 << 20);
	struct mime_b64 e = { .to = gather, .arg = &text };
	struct mime_b64 d = { .to = gather, .arg = &back };
	struct mime_b64 a = { .to = gather, .arg = &whole };
	struct mime_b64 b = { .to = gather, .arg = &slow };

	mime_b64_encode(&e, in);
	mime_b64_encode_end(&e);
	mime_b64_decode(&d, buf_get0(&text));
	must(mime_b64_decode_end(&d));
	must(span_eq(buf_get0(&back), in));
	mime_b64_decode(&a, in);
	for (size_t i = 0; i < in.n; i++)
		mime_b64_decode(&b, span_of(in.p + i, 1));
	must(mime_b64_decode_end(&a) == mime_b64_decode_end(&b));
	must(span_eq(buf_get0(&whole), buf_get0(&slow)));
	buf_free(&text);
	buf_free(&back);
	buf_free(&whole);
	buf_free(&slow);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);

	if (n > 1 << 16)
		return 0;
	check_type(in);
	check_parts(in);
	check_qp(in);
	check_b64(in);
	return 0;
}
