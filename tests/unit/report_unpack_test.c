/* Packed reports: what comes out, and what does not. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "report/unpack.h"

enum { BIG = 64 << 20, MAX = 32 << 20 };

static const char text[] = "{\"organization-name\":\"Example\"}\n";

/* Append s deflated; bits as zlib counts them: 31 makes a gzip. */
static void
pack(struct buf *out, struct span s, int bits)
{
	z_stream z = { 0 };
	size_t room = s.n + s.n / 100 + 100;

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, bits, 9,
	    Z_DEFAULT_STRATEGY), Z_OK);
	memcpy(&z.next_in, &s.p, sizeof(z.next_in));
	z.avail_in = (uInt)s.n;
	z.next_out = buf_room(out, room);
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += z.total_out;
	deflateEnd(&z);
}

static void
put16(struct buf *b, unsigned v)
{
	buf_byte(b, v & 0xff);
	buf_byte(b, v >> 8 & 0xff);
}

static void
put32(struct buf *b, unsigned long v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16 & 0xffff);
}

/* A file of a zip, in each of the ways that writers have. */
static void
put_file(struct buf *b, const char *name, struct span s, unsigned flags,
    unsigned method, bool signature)
{
	struct buf packed = BUF(BIG);
	unsigned long crc = crc32(0, s.p, (uInt)s.n);
	bool later = (flags & 8) != 0;

	if (method == 8)
		pack(&packed, s, -15);
	else
		buf_span(&packed, s);
	put32(b, 0x04034b50);
	put16(b, 20);
	put16(b, flags);
	put16(b, method);
	put32(b, 0);
	put32(b, later ? 0 : crc);
	put32(b, later ? 0 : packed.n);
	put32(b, later ? 0 : s.n);
	put16(b, (unsigned)strlen(name));
	put16(b, 3);
	buf_str(b, name);
	buf_str(b, "abc");
	buf_span(b, buf_get0(&packed));
	if (later) {
		if (signature)
			put32(b, 0x08074b50);
		put32(b, crc);
		put32(b, packed.n);
		put32(b, s.n);
	}
	buf_free(&packed);
}

static void
put64(struct buf *b, uint64_t v)
{
	put32(b, v & 0xffffffff);
	put32(b, v >> 32);
}

/* A file whose sizes have eight octets, in front of it or behind. */
static void
put_file64(struct buf *b, struct span s, bool later, bool signature)
{
	struct buf packed = BUF(BIG);
	unsigned long crc = crc32(0, s.p, (uInt)s.n);

	pack(&packed, s, -15);
	put32(b, 0x04034b50);
	put16(b, 45);
	put16(b, later ? 8 : 0);
	put16(b, 8);
	put32(b, 0);
	put32(b, later ? 0 : crc);
	put32(b, later ? 0 : 0xffffffff);
	put32(b, later ? 0 : 0xffffffff);
	put16(b, 1);
	put16(b, 26);
	buf_str(b, "a");
	put16(b, 0x5455);
	put16(b, 2);
	put16(b, 1);
	put16(b, 1);
	put16(b, 16);
	put64(b, later ? 0 : s.n);
	put64(b, later ? 0 : packed.n);
	buf_span(b, buf_get0(&packed));
	if (later) {
		if (signature)
			put32(b, 0x08074b50);
		put32(b, crc);
		put64(b, packed.n);
		put64(b, s.n);
	}
	buf_free(&packed);
}

static void
put_directory(struct buf *b)
{
	put32(b, 0x02014b50);
	buf_str(b, "whatever a directory says");
}

static void
keep(void *arg, struct span s)
{
	buf_span(arg, s);
}

/* Unpack in pieces of "step" octets. */
static enum unpack_result
unpack(struct span s, size_t step, uint64_t max, struct buf *out,
    const char **why, uint64_t *trailing)
{
	struct unpack *u = unpack_new(max, keep, out);
	enum unpack_result r = UNPACK_OK;
	uint64_t at = 0;

	while (s.n > 0 && unpack_add(u, span_first(s, step)))
		s = span_from(s, step);
	r = unpack_end(u, why, &at);
	if (trailing != NULL)
		*trailing = unpack_trailing(u);
	unpack_free(u);
	return r;
}

static void
whole(const char *what, const struct buf *packed, struct span want,
    uint64_t behind)
{
	static const size_t steps[] = { 1, 2, 3, 7, 31, BIG };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct buf out = BUF(BIG);
		const char *why = NULL;
		uint64_t trailing = 0;

		if (unpack(buf_get0(packed), steps[i], MAX, &out, &why,
		    &trailing) != UNPACK_OK)
			fail_msg("%s by %zu: %s", what, steps[i], why);
		if (!span_eq(buf_get0(&out), want) || trailing != behind)
			fail_msg("%s by %zu: another text", what, steps[i]);
		buf_free(&out);
	}
}

static void
every_form_is_read(void **state)
{
	struct buf b = BUF(BIG);

	(void)state;
	whole("nothing", &b, SPAN(""), 0);
	buf_str(&b, "PK");
	whole("two octets", &b, SPAN("PK"), 0);
	buf_reset(&b);
	buf_str(&b, text);
	whole("plain", &b, span_str(text), 0);
	buf_reset(&b);
	pack(&b, span_str(text), 31);
	whole("gzip", &b, span_str(text), 0);
	pack(&b, SPAN("more"), 31);
	buf_str(&b, "tail");
	whole("members", &b, SPAN("{\"organization-name\":\"Example\"}\nmore"),
	    4);
	for (unsigned method = 0; method <= 8; method += 8) {
		buf_reset(&b);
		put_file(&b, "folder/", SPAN(""), 0, 0, false);
		put_file(&b, "folder/a.json", span_str(text), 0, method,
		    false);
		put_directory(&b);
		whole("zip", &b, span_str(text), 0);
	}
	for (int signature = 0; signature < 2; signature++) {
		buf_reset(&b);
		put_file(&b, "a.json", span_str(text), 8, 8, signature);
		put_directory(&b);
		whole("zip with a descriptor", &b, span_str(text), 0);
		for (int later = 0; later < 2; later++) {
			buf_reset(&b);
			put_file64(&b, span_str(text), later, signature);
			put_directory(&b);
			whole("ZIP64", &b, span_str(text), 0);
		}
		buf_reset(&b);
		put_file(&b, "__MACOSX/", SPAN(""), 0, 0, false);
		put_file(&b, "a.json", span_str(text), 8, 8, signature);
		put_file(&b, "__MACOSX/._a", SPAN("x"), 8, 8, signature);
		put_file(&b, "__MACOSX/._b", SPAN("xy"), 0, 0, false);
		put_directory(&b);
		whole("zip from macOS", &b, span_str(text), 0);
	}
	buf_free(&b);
}

static void
refused(struct buf *b, enum unpack_result want, const char *wanted)
{
	struct buf out = BUF(BIG);
	const char *why = NULL;

	assert_int_equal(unpack(buf_get0(b), 1000, MAX, &out, &why, NULL),
	    want);
	assert_string_equal(why, wanted);
	assert_true(out.n <= MAX);
	buf_free(&out);
	buf_reset(b);
}

static void
damage_is_named(void **state)
{
	struct buf b = BUF(BIG);

	(void)state;
	pack(&b, span_str(text), 31);
	b.n -= 3;
	refused(&b, UNPACK_BAD, "it is cut short");
	pack(&b, span_str(text), 31);
	b.p[b.n - 5] ^= 1;
	refused(&b, UNPACK_BAD, "the compressed data is damaged");
	put_file(&b, "a", span_str(text), 0, 0, false);
	b.p[b.n - 4] ^= 1;
	refused(&b, UNPACK_BAD, "the file in the zip is damaged");
	put_file(&b, "a", span_str(text), 8, 8, true);
	b.p[b.n - 1] ^= 1;
	refused(&b, UNPACK_BAD, "the file in the zip is damaged");
	put_file64(&b, span_str(text), true, true);
	b.p[b.n - 1] ^= 1;
	refused(&b, UNPACK_BAD, "the file in the zip is damaged");
	put_file(&b, "__MACOSX/a", span_str(text), 0, 8, false);
	put_directory(&b);
	refused(&b, UNPACK_BAD, "there is no file in the zip");
	put_file(&b, "a", span_str(text), 1, 8, true);
	refused(&b, UNPACK_BAD, "the file in the zip is encrypted");
	put_file(&b, "a", span_str(text), 0, 9, true);
	refused(&b, UNPACK_BAD,
	    "the zip is packed in no way that is read");
	put_file(&b, "a", span_str(text), 8, 0, true);
	refused(&b, UNPACK_BAD,
	    "the zip is packed in no way that is read");
	put_file(&b, "a", span_str(text), 0, 8, false);
	put_file(&b, "b", span_str(text), 0, 8, false);
	refused(&b, UNPACK_BAD, "there are several files in the zip");
	put_file(&b, "a", span_str(text), 8, 8, false);
	put_file(&b, "b", span_str(text), 0, 8, false);
	refused(&b, UNPACK_BAD, "there are several files in the zip");
	put_file(&b, "folder/", SPAN(""), 0, 0, false);
	put_directory(&b);
	refused(&b, UNPACK_BAD, "there is no file in the zip");
	put_file(&b, "a", span_str(text), 0, 8, false);
	b.n = 20;
	refused(&b, UNPACK_BAD, "it is cut short");
	buf_free(&b);
}

static void
bombs_are_cut(void **state)
{
	struct buf zeros = BUF(BIG), b = BUF(BIG);

	(void)state;
	memset(buf_room(&zeros, 40 << 20), 0, 40 << 20);
	zeros.n = 40 << 20;
	pack(&b, buf_get0(&zeros), 31);
	refused(&b, UNPACK_LIMIT, "it grows beyond measure");
	put_file(&b, "a", buf_get0(&zeros), 8, 8, true);
	refused(&b, UNPACK_LIMIT, "it grows beyond measure");
	refused(&zeros, UNPACK_LIMIT, "it is larger than --max-size");
	buf_free(&zeros);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read),
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(bombs_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
