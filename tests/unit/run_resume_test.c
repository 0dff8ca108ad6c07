/* What counts as answered, and that FILE is left fit to append to. */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/resume.h"
#include "run/subject.h"
#include "sys/file.h"

static const struct resume_rule rule = { "domain", "t", false };

static char *
make(const char *content)
{
	char *path = xstrdup("/tmp/msgsec-resume-XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_true(file_write_all(fd, span_str(content)));
	close(fd);
	return path;
}

static void
drop(char *path)
{
	unlink(path);
	free(path);
}

static void
torn_lines_are_cut(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
		{ "", "" },
		{ "{}\n", "{}\n" },
		{ "{}\n{\"domain\"", "{}\n" },
		{ "{\"domain\":\"a\"}", "" },
		{ "\n", "\n" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		char *path = make(rows[i].in);
		struct resume r = { 0 };
		struct buf out = BUF(10000);

		resume_init(&r, 1, 2);
		assert_int_equal(resume_open(&r, path, &rule), RESUME_OK);
		assert_true(file_write_all(r.fd, SPAN("X")));
		assert_int_equal(file_slurp(path, 9999, &out), FILE_OK);
		out.n--;
		if (!span_eq(buf_get0(&out), span_str(rows[i].want)))
			fail_msg("row %zu", i);
		buf_free(&out);
		resume_free(&r);
		drop(path);
	}
}

/* A last line longer than what is read at once. */
static void
long_torn_lines_are_cut(void **state)
{
	struct buf content = BUF(1 << 20), out = BUF(1 << 20);
	struct resume r = { 0 };
	char *path = NULL, *text = NULL;

	(void)state;
	buf_str(&content, "{}\n{\"x\":\"");
	for (int i = 0; i < 20000; i++)
		buf_byte(&content, 'x');
	text = buf_take_str(&content);
	path = make(text);
	resume_init(&r, 1, 2);
	assert_int_equal(resume_open(&r, path, &rule), RESUME_OK);
	assert_int_equal(file_slurp(path, 1 << 20, &out), FILE_OK);
	assert_true(span_eq(buf_get0(&out), SPAN("{}\n")));
	resume_free(&r);
	buf_free(&out);
	free(text);
	drop(path);
}

static void
n_occurrences_skip_n_lines(void **state)
{
	char *path = make("{\"domain\":\"a\"}\n{\"domain\":\"b\"}\nnoise\n"
	    "{\"domain\":\"a\"}\n{\"other\":\"c\"}\n{torn\n"
	    "{\"domain\":\"xn--bcher-kva.example\"}\n");
	static const struct {
		const char *key;
		bool skips;
	} rows[] = {
		{ "a", true }, { "b", true }, { "a", true }, { "a", false },
		{ "b", false }, { "c", false }, { "noise", false },
		{ "\nnoise", false },
		{ "\n{torn", true }, { "\nother\n\"c\"\n", true },
		{ "xn--bcher-kva.example", true },
	};
	struct resume r = { 0 };

	(void)state;
	resume_init(&r, 1, 2);
	assert_int_equal(resume_read(&r, path, &rule), RESUME_OK);
	assert_int_equal(sizeof(struct resume_entry), 16);
	assert_int_equal(r.n, 5);
	for (size_t i = 0; i < ROWS(rows); i++)
		if (resume_skips(&r, span_str(rows[i].key)) != rows[i].skips)
			fail_msg("row %zu", i);
	resume_free(&r);
	drop(path);
}

static void
keys_name_the_subject(void **state)
{
	static const struct {
		const char *record, *want;
	} rows[] = {
		{ "{\"domain\":\"B\\u00fccher.Example.\"}",
		    "xn--bcher-kva.example" },
		{ "{\"domain\":\"B\xc3\xbc" "cher.example\",\"n\":1}",
		    "xn--bcher-kva.example" },
		{ "{\"domain\":\"not a domain\"}", "not a domain" },
		{ "{\"domain\":\"a\",\"n\":2}", "a\n2" },
		{ "{\"domain\":5}", NULL },
		{ "{\"message\":\"a\"}", NULL },
		{ "{\"domain\":\"a\"", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf key = BUF(1000);
		bool ok = subject_key(span_str(rows[i].record), "domain",
		    &key);

		if (ok != (rows[i].want != NULL) || (ok &&
		    !span_eq(buf_get0(&key), span_str(rows[i].want))))
			fail_msg("%s: %.*s", rows[i].record, (int)key.n,
			    key.p);
		buf_free(&key);
	}
}

/* An answer's line has the key of what it answers, subject or none. */
static void
lines_without_a_subject_have_a_key(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"foo\":1}", "{\"foo\":1,\"t\":{\"verdict\":1}}" },
		{ "{ \"foo\" : 2 , \"t\":0}", "{ \"foo\" : 2 ,\"t\":{}}" },
		{ "{}", "{\"t\":{}}" },
		/* in a pipeline, what others said is no part of it either */
		{ "{\"foo\":3}", "{\"foo\":3,\"t\":{},\"u\":"
		    "{\"schema\":\"u/1\"},\"u-v\":{\"schema\":\"u-v-w/2\"}}" },
		{ "{\"domain\":null}", "{\"domain\":null,\"t\":{}}" },
		{ "{bad json", "{bad json" },
	};
	struct buf all = BUF(1000);

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf in = BUF(1000), out = BUF(1000);

		subject_line_key(span_str(rows[i][0]), "domain", "t", &in);
		subject_line_key(span_str(rows[i][1]), "domain", "t", &out);
		if (!span_eq(buf_get0(&in), buf_get0(&out)))
			fail_msg("%s: %.*s", rows[i][0], (int)in.n, in.p);
		if (i > 0)
			assert_false(span_eq(buf_get0(&in), buf_get0(&all)));
		buf_reset(&all);
		buf_span(&all, buf_get0(&in));
		buf_free(&in);
		buf_free(&out);
	}
	buf_free(&all);
}

static void
unknown_may_be_redone(void **state)
{
	char *path = make(
	    "{\"domain\":\"a\",\"t\":{\"verdict\":\"unknown\"}}\n"
	    "{\"domain\":\"b\",\"u\":{\"verdict\":\"unknown\"}}\n"
	    "{\"domain\":\"c\",\"t\":{\"verdict\":\"pass\"}}\n");
	const struct resume_rule again = { "domain", "t", true };
	struct resume r = { 0 };

	(void)state;
	resume_init(&r, 1, 2);
	assert_int_equal(resume_read(&r, path, &again), RESUME_OK);
	assert_false(resume_skips(&r, SPAN("a")));
	assert_true(resume_skips(&r, SPAN("b")));
	assert_true(resume_skips(&r, SPAN("c")));
	resume_free(&r);
	drop(path);
}

static void
only_one_run_writes(void **state)
{
	char *path = make("");
	struct resume one = { 0 }, two = { 0 };

	(void)state;
	resume_init(&one, 1, 2);
	resume_init(&two, 1, 2);
	assert_int_equal(resume_open(&one, path, &rule), RESUME_OK);
	assert_int_equal(resume_open(&two, path, &rule), RESUME_LOCKED);
	resume_free(&one);
	assert_int_equal(resume_open(&two, path, &rule), RESUME_OK);
	resume_free(&two);
	drop(path);
	assert_int_equal(resume_read(&one, "/nonexistent/x", &rule),
	    RESUME_FAILED);
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(torn_lines_are_cut),
		cmocka_unit_test(long_torn_lines_are_cut),
		cmocka_unit_test(n_occurrences_skip_n_lines),
		cmocka_unit_test(keys_name_the_subject),
		cmocka_unit_test(lines_without_a_subject_have_a_key),
		cmocka_unit_test(unknown_may_be_redone),
		cmocka_unit_test(only_one_run_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
