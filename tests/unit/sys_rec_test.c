/* Records are read line by line and spliced as text. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/file.h"
#include "sys/jw.h"
#include "sys/rec.h"
#include "sys/scan.h"

static void
splice_touches_nothing_else(void **state)
{
	static const struct {
		const char *in, *member, *want;
	} rows[] = {
		{ "{}", "1", "{\"t\":1}" },
		{ "{ }", "1", "{\"t\":1 }" },
		{ "{\"a\":1}", "{}", "{\"a\":1,\"t\":{}}" },
		{ "{\"a\":1 }", "2", "{\"a\":1 ,\"t\":2}" },
		{ "{\"a\":1.50e+03,\"a\":2}", "1",
		    "{\"a\":1.50e+03,\"a\":2,\"t\":1}" },
		{ "{\"t\":9,\"a\":1}", "2", "{\"a\":1,\"t\":2}" },
		{ "{\"a\":1, \"t\":{\"t\":[1,{}]} ,\"b\":2}", "2",
		    "{\"a\":1,\"b\":2,\"t\":2}" },
		{ "{\"t\":1,\"a\":0,\"t\":3}", "2", "{\"a\":0,\"t\":2}" },
		{ "{\"\\u0074\":1,\"b\":\"t\"}", "2", "{\"b\":\"t\",\"t\":2}" },
		{ "{\"a\":{\"t\":1}}", "2", "{\"a\":{\"t\":1},\"t\":2}" },
		{ "{\"a\":\"}{\\\"\"}", "2", "{\"a\":\"}{\\\"\",\"t\":2}" },
		{ "{\"a\":[[],[{}],-0.1]}", "2",
		    "{\"a\":[[],[{}],-0.1],\"t\":2}" },
		{ "{\"a\":1,\"t\":2,\"b\":3}", "", "{\"a\":1,\"b\":3}" },
		{ "{\"t\":2}", "", "{}" },
		{ "{ \"t\":2 }", "", "{  }" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(1000);
		const char *why = "";
		size_t at = 0;
		bool ok = rec_splice(span_str(rows[i].in), SPAN("t"),
		    span_str(rows[i].member), &out, &why, &at);
		char *got = buf_take_str(&out);

		if (!ok || strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s %s", rows[i].in, got, why);
		free(got);
	}
}

static void
what_is_no_record_says_where(void **state)
{
	static const struct {
		const char *in, *why;
		size_t at;
	} rows[] = {
		{ "", "not an object", 0 },
		{ "[]", "not an object", 0 },
		{ "{", "a member's name is missing", 1 },
		{ "{\"a\"}", "a colon is missing", 4 },
		{ "{\"a\":}", "a value is missing", 5 },
		{ "{\"a\":1,}", "a member's name is missing", 7 },
		{ "{\"a\":01}", "a comma or } is missing", 6 },
		{ "{\"a\":1.}", "bad number", 7 },
		{ "{\"a\":[1 2]}", "a comma or bracket is missing", 8 },
		{ "{\"a\":[1,]}", "a value is missing", 8 },
		{ "{\"a\":[}]}", "a value is missing", 6 },
		{ "{\"a\":{\"b\":1]}", "a comma or bracket is missing", 11 },
		{ "{\"a\":\"\\x\"}", "bad escape in a string", 8 },
		{ "{\"a\":\"\\u12g4\"}", "bad \\u escape in a string", 12 },
		{ "{\"a\":\"x", "a string without end", 7 },
		{ "{\"a\":\"\t\"}", "a control character in a string", 6 },
		{ "{\"a\":\"\xff\"}", "not UTF-8", 6 },
		{ "{\"a\":nul}", "a value is missing", 5 },
		{ "{} {}", "something follows the end", 3 },
		{ "{\"a\":1}}", "something follows the end", 7 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(1000);
		const char *why = "";
		size_t at = 0;
		bool ok = rec_splice(span_str(rows[i].in), SPAN("t"),
		    SPAN("1"), &out, &why, &at);

		if (ok || strcmp(why, rows[i].why) != 0 || at != rows[i].at)
			fail_msg("%s: %s at %zu", rows[i].in, why, at);
		buf_free(&out);
	}
}

static void
depth_has_a_ceiling(void **state)
{
	char deep[300] = "{\"a\":";
	struct scan_object o = { 0 };
	const char *why = "";
	size_t at = 0, n = strlen(deep);

	(void)state;
	memset(deep + n, '[', 64);
	memset(deep + n + 64, ']', 64);
	deep[n + 128] = '}';
	assert_true(scan_object(span_of(deep, n + 129), &o, &why, &at));
	free(o.v);
	memset(deep + n, '[', 65);
	assert_false(scan_object(span_of(deep, n + 129), &o, &why, &at));
	assert_string_equal(why, "too deep");
}

static void
strings_are_unescaped(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "\"a\"", "a" },
		{ "\"\"", "" },
		{ "\"\\\"\\\\\\/\\n\"", "\"\\/\n" },
		{ "\"\\u00e9\"", "\xc3\xa9" },
		{ "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
		{ "\"\\ud83dx\"", "\xef\xbf\xbdx" },
		{ "\"\\ude00\"", "\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf out = BUF(100);
		bool ok = scan_string(span_str(rows[i].in), &out);
		char *got = buf_take_str(&out);

		if (!ok || strcmp(got, rows[i].want) != 0)
			fail_msg("%s: %s", rows[i].in, got);
		free(got);
	}
}

/* Feed the bytes through a pipe in two parts, so that lines arrive torn. */
struct feed {
	int fd;
	struct span rest;
	int write_fd;
};

static enum rec_kind
next(struct rec_reader *r, struct feed *f, struct span *text)
{
	enum rec_kind kind = REC_END;

	while ((kind = rec_next(r, text)) == REC_MORE) {
		struct span part = span_first(f->rest, 60000);

		f->rest = span_from(f->rest, part.n);
		assert_true(file_write_all(f->write_fd, part));
		if (f->rest.n == 0 && f->write_fd >= 0) {
			close(f->write_fd);
			f->write_fd = -1;
		}
		rec_fill(r);
	}
	return kind;
}

static struct feed
feed_of(struct span s)
{
	int fds[2] = { -1, -1 };

	assert_int_equal(pipe(fds), 0);
	return (struct feed){ fds[0], s, fds[1] };
}

static void
lines_are_told_apart(void **state)
{
	static const char in[] = "\xef\xbb\xbf" "a.example\r\n\n# no\n"
	    " {\"a\":1} \n\t\n  b.example  \r\n{\nlast";
	static const struct {
		enum rec_kind kind;
		const char *text;
		uint64_t line;
	} rows[] = {
		{ REC_SUBJECT, "a.example", 1 },
		{ REC_RECORD, "{\"a\":1}", 4 },
		{ REC_SUBJECT, "b.example", 6 },
		{ REC_RECORD, "{", 7 },
		{ REC_SUBJECT, "last", 8 },
	};
	struct feed f = feed_of(span_str(in));
	struct rec_reader r = { 0 };
	struct span text = { NULL, 0 };

	(void)state;
	rec_open(&r, f.fd, '\n');
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum rec_kind kind = next(&r, &f, &text);

		if (kind != rows[i].kind || r.line != rows[i].line ||
		    !span_eq(text, span_str(rows[i].text)))
			fail_msg("row %zu: %.*s", i, (int)text.n, text.p);
	}
	assert_int_equal(next(&r, &f, &text), REC_END);
	rec_close(&r);
	close(f.fd);
}

static void
nul_names_are_taken_as_they_are(void **state)
{
	struct feed f = feed_of(SPAN(" a\n\0#b\0\0{\0"));
	struct rec_reader r = { 0 };
	struct span text = { NULL, 0 };

	(void)state;
	rec_open(&r, f.fd, '\0');
	assert_int_equal(next(&r, &f, &text), REC_SUBJECT);
	assert_true(span_eq(text, SPAN(" a\n")));
	assert_int_equal(next(&r, &f, &text), REC_SUBJECT);
	assert_true(span_eq(text, SPAN("#b")));
	assert_int_equal(next(&r, &f, &text), REC_SUBJECT);
	assert_true(span_eq(text, SPAN("{")));
	assert_int_equal(next(&r, &f, &text), REC_END);
	rec_close(&r);
	close(f.fd);
}

/* Lines of exactly the ceiling are read, one byte more is copied through. */
static void
long_lines_come_in_pieces(void **state)
{
	struct buf in = BUF(8 << 20), through = BUF(8 << 20);
	struct rec_reader r = { 0 };
	struct feed f = { 0 };
	struct span text = { NULL, 0 };
	enum rec_kind kind = REC_END;
	unsigned char *to = NULL;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		to = buf_room(&in, REC_MAX + i);
		memset(to, 'x', REC_MAX + i);
		in.n += REC_MAX + i;
		buf_byte(&in, '\n');
	}
	buf_str(&in, "after\n");
	f = feed_of(buf_get0(&in));
	rec_open(&r, f.fd, '\n');
	assert_int_equal(next(&r, &f, &text), REC_SUBJECT);
	assert_int_equal(text.n, REC_MAX);
	while ((kind = next(&r, &f, &text)) == REC_LONG)
		buf_span(&through, text);
	assert_int_equal(kind, REC_LONG_END);
	buf_span(&through, text);
	assert_int_equal(through.n, REC_MAX + 2);
	assert_int_equal(through.p[through.n - 1], '\n');
	assert_int_equal(r.line, 2);
	assert_int_equal(next(&r, &f, &text), REC_SUBJECT);
	assert_true(span_eq(text, SPAN("after")));
	assert_int_equal(next(&r, &f, &text), REC_END);
	rec_close(&r);
	close(f.fd);
	buf_free(&in);
	buf_free(&through);
}

static void
big_member(size_t details, const struct findings *fs, struct buf *out)
{
	struct jw j = JW(out);

	buf_reset(out);
	jw_object(&j, NULL);
	jw_str(&j, "schema", "t/1");
	jw_array(&j, "detail");
	for (size_t i = 0; i < details; i++)
		jw_str(&j, NULL, "some detail of no great weight");
	jw_end(&j);
	jw_str(&j, "verdict", findings_verdict(fs));
	jw_findings(&j, "findings", fs);
	jw_end(&j);
}

static bool
has(const struct buf *b, const char *text)
{
	return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

static void
truncation_keeps_the_verdict(void **state)
{
	struct findings fs = { 0 };
	struct buf in = BUF(1 << 20), out = BUF(1 << 20);

	(void)state;
	finding_add(&fs, F_RUN_TIMEOUT, "here", NULL);
	big_member(1000, &fs, &in);
	assert_true(rec_truncate(buf_get0(&in), 2000, &out));
	assert_in_range(out.n, 1200, 2000);
	assert_true(has(&out, "{\"schema\":\"t/1\",\"detail\":[\"some"));
	assert_true(has(&out, "\"verdict\":\"unknown\""));
	assert_true(has(&out, "\"truncated\":true"));
	assert_true(has(&out, "{\"code\":\"run.timeout\""));
	assert_true(has(&out, "{\"code\":\"record.truncated\""));
	buf_reset(&out);
	big_member(3, &fs, &in);
	assert_true(rec_truncate(buf_get0(&in), 2000, &out));
	assert_true(span_eq(buf_get0(&in), buf_get0(&out)));
	buf_reset(&out);
	assert_false(rec_truncate(buf_get0(&in), 100, &out));
	assert_int_equal(out.n, 0);
	buf_free(&in);
	buf_free(&out);
	findings_free(&fs);
}

static void
members_are_written_in_order(void **state)
{
	struct buf out = BUF(1000);
	struct jw j = JW(&out);

	(void)state;
	jw_object(&j, NULL);
	jw_text(&j, "a", SPAN("gr\xc3\xbcn"));
	jw_text(&j, "b", SPAN("gr\xfcn"));
	jw_text(&j, "c", span_of(NULL, 0));
	jw_text(&j, "d", SPAN(""));
	jw_array(&j, "e");
	jw_int(&j, NULL, INT64_MIN);
	jw_int(&j, NULL, 0);
	jw_object(&j, NULL);
	jw_end(&j);
	jw_end(&j);
	jw_bool(&j, "f", true);
	jw_str(&j, "g", "\"\\\b\f\n\r\t\x01/");
	jw_time(&j, "h", 0);
	jw_b64(&j, "i", SPAN("\xff"));
	jw_end(&j);
	assert_true(span_eq(buf_get0(&out), SPAN("{\"a\":\"gr\xc3\xbcn\","
	    "\"b\":\"gr\xef\xbf\xbdn\",\"b_b64\":\"Z3L8bg==\","
	    "\"c\":null,\"d\":\"\",\"e\":[-9223372036854775808,0,{}],"
	    "\"f\":true,\"g\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001/\","
	    "\"h\":\"1970-01-01T00:00:00Z\",\"i\":\"/w==\"}")));
	buf_free(&out);
}

static const struct {
	const char *text;
	int items;		/* -1: not an array */
	const char *last;
} arrays[] = {
	{ "[]", 0, "" },
	{ " [ ] ", 0, "" },
	{ "[1]", 1, "1" },
	{ "[1, \"],[\" , {\"a\":[2]} ]", 3, "{\"a\":[2]}" },
	{ "[[[]],[]]", 2, "[]" },
	{ "[1", -1, "" },
	{ "[1,]", -1, "" },
	{ "[,1]", -1, "" },
	{ "[1]2", -1, "" },
	{ "{}", -1, "" },
	{ "1", -1, "" },
	{ "", -1, "" },
};

static void
items_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(arrays); i++) {
		struct scan_array a = { 0 };
		const char *why = NULL;
		size_t at = 0;
		bool ok = scan_array(span_str(arrays[i].text), &a, &why, &at);

		if (ok != (arrays[i].items >= 0) ||
		    (ok ? a.n != (size_t)arrays[i].items : why == NULL))
			fail_msg("%s", arrays[i].text);
		if (a.n > 0 && !span_eq(a.v[a.n - 1],
		    span_str(arrays[i].last)))
			fail_msg("%s: the last", arrays[i].text);
		free(a.v);
	}
}

static void
findings_have_their_keys(void **state)
{
	struct findings fs = { 0 };
	struct buf out = BUF(1000);
	struct jw j = JW(&out);

	(void)state;
	finding_add(&fs, F_RUN_TIMEOUT, "x", "after %d s", 3);
	fs.v[0].ignored = true;
	jw_findings(&j, NULL, &fs);
	assert_true(span_eq(buf_get0(&out), SPAN("[{\"code\":\"run.timeout\","
	    "\"severity\":\"unknown\",\"clause\":\"msgsec(7)\",\"where\":"
	    "\"x\",\"text\":\"no verdict within the time limit: after 3 s\","
	    "\"fix\":\"raise --timeout\",\"ignored\":true}]")));
	buf_free(&out);
	findings_free(&fs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splice_touches_nothing_else),
		cmocka_unit_test(what_is_no_record_says_where),
		cmocka_unit_test(depth_has_a_ceiling),
		cmocka_unit_test(strings_are_unescaped),
		cmocka_unit_test(items_are_told_apart),
		cmocka_unit_test(lines_are_told_apart),
		cmocka_unit_test(nul_names_are_taken_as_they_are),
		cmocka_unit_test(long_lines_come_in_pieces),
		cmocka_unit_test(truncation_keeps_the_verdict),
		cmocka_unit_test(members_are_written_in_order),
		cmocka_unit_test(findings_have_their_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
