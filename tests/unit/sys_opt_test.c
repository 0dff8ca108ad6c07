/* One table: what it parses, what it refuses, and the texts made from it. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "sys/opt.h"

struct common {
	int jobs, fail_on;
	bool quiet;
};

struct args {
	const char *domain;
	struct opt_list keys;
	int verbose;
	int when;
	struct common common;
};

static bool
take_when(void *field, const char *value, struct buf *why)
{
	if (value == NULL || strcmp(value, "now") == 0) {
		*(int *)field = value == NULL ? 1 : 2;
		return true;
	}
	buf_str(why, "is no time");
	return false;
}

static const struct opt own[] = {
	{ "domain", 'd', "D", "sign for D", OPT_STR,
	    offsetof(struct args, domain), 0, 0, NULL },
	{ "key", 'k', "FILE", "the key, of which there may be several, and a "
	    "text that is long enough to be wrapped into the next line",
	    OPT_LIST, offsetof(struct args, keys), 0, 0, NULL },
	{ "verbose", 'v', NULL, "say more", OPT_COUNT,
	    offsetof(struct args, verbose), 0, 0, NULL },
	{ "when", 0, "[TIME]", "a time", OPT_CALL,
	    offsetof(struct args, when), 0, 0, take_when },
};

static const struct opt shared[] = {
	{ "jobs", 'j', "N", "worker processes", OPT_INT,
	    offsetof(struct common, jobs), 1, 512, NULL },
	{ "fail-on", 0, "fail|warn|never", "what makes it 1", OPT_CHOICE,
	    offsetof(struct common, fail_on), 0, 0, NULL },
	{ "quiet", 'q', NULL, "say less", OPT_FLAG,
	    offsetof(struct common, quiet), 0, 0, NULL },
};

static const struct opt_chunk chunks[] = {
	{ "Signing", own, ROWS(own), 0 },
	{ "Common", shared, ROWS(shared), offsetof(struct args, common) },
};

static const struct opt_verb verbs[] = {
	{ "keygen", NULL, "make a key" },
	{ NULL, NULL, NULL },
};

static const struct opt_spec spec = {
	.tool = "tool", .usage = "[OPTIONS] < in > out\n"
	    "a second form that is quite long and wants to be wrapped, "
	    "because it has more words",
	.about = "sign the message on stdin", .chunks = chunks,
	.n = ROWS(chunks), .verbs = verbs, .usage_status = 75,
	.takes_command = true,
};

enum { WORDS = 10 };

/* Parse up to WORDS words; getopt may permute, so they are copied. */
static enum opt_next
parse(const struct opt_spec *s, const char *const *words, struct args *args,
    struct opt_result *res)
{
	static char space[WORDS + 1][64];
	static char *argv[WORDS + 2];
	int argc = 1;

	strncpy(space[0], "tool", 63);
	argv[0] = space[0];
	for (; argc <= WORDS && words[argc - 1] != NULL; argc++) {
		strncpy(space[argc], words[argc - 1], 63);
		argv[argc] = space[argc];
	}
	argv[argc] = NULL;
	*args = (struct args){ .common.jobs = 1 };
	return opt_parse(s, argc, argv, args, res);
}

static void
values_land_in_their_fields(void **state)
{
	static const char *const words[] = { "-d", "a.example", "op1",
	    "-vvk", "k1", "--key=k2", "--jobs", "512", "--fail-on=warn",
	    "-q", NULL };
	struct args a = { 0 };
	struct opt_result res = { 0 };

	(void)state;
	assert_int_equal(parse(&spec, words, &a, &res), OPT_RUN);
	assert_string_equal(a.domain, "a.example");
	assert_int_equal(a.verbose, 2);
	assert_int_equal(a.keys.n, 2);
	assert_string_equal(a.keys.v[1], "k2");
	assert_int_equal(a.common.jobs, 512);
	assert_int_equal(a.common.fail_on, 1);
	assert_true(a.common.quiet);
	assert_int_equal(res.operands.n, 1);
	assert_string_equal(res.operands.v[0], "op1");
	assert_null(res.command);
	free(a.keys.v);
	opt_result_free(&res);
}

static void
optional_values(void **state)
{
	static const char *const with[] = { "--when=now", NULL };
	static const char *const without[] = { "--when", "now", NULL };
	struct args a = { 0 };
	struct opt_result res = { 0 };

	(void)state;
	parse(&spec, with, &a, &res);
	assert_int_equal(a.when, 2);
	opt_result_free(&res);
	parse(&spec, without, &a, &res);
	assert_int_equal(a.when, 1);
	assert_int_equal(res.operands.n, 1);
	opt_result_free(&res);
}

static void
what_follows_dashes(void **state)
{
	static const struct {
		const char *words[6];
		bool command;
		size_t operands;
		const char *first;
	} rows[] = {
		{ { "--", "mail", "-i", NULL }, true, 0, "mail" },
		{ { "op", "--", "mail", NULL }, true, 1, "mail" },
		{ { "-d", "--", "mail", NULL }, false, 1, "mail" },
		{ { "-d", "--", NULL }, false, 0, NULL },
		{ { "-d", "--", "--", "mail", NULL }, true, 0, "mail" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct args a = { 0 };
		struct opt_result res = { 0 };
		enum opt_next next = parse(&spec, rows[i].words, &a, &res);

		if (next != OPT_RUN ||
		    (res.command != NULL) != rows[i].command ||
		    res.operands.n != rows[i].operands ||
		    (rows[i].command &&
		    strcmp(res.command[0], rows[i].first) != 0))
			fail_msg("row %zu", i);
		opt_result_free(&res);
	}
}

static void
dashes_without_a_command_form(void **state)
{
	static const char *const words[] = { "a", "--", "-d", NULL };
	struct opt_spec plain = spec;
	struct args a = { 0 };
	struct opt_result res = { 0 };

	(void)state;
	plain.takes_command = false;
	assert_int_equal(parse(&plain, words, &a, &res), OPT_RUN);
	assert_int_equal(res.operands.n, 2);
	assert_string_equal(res.operands.v[1], "-d");
	opt_result_free(&res);
}

static void
wrong_lines_say_why(void **state)
{
	static const struct {
		const char *words[3];
		const char *says;
	} rows[] = {
		{ { "--jobs", "x", NULL },
		    "tool: --jobs: \"x\" is not a number from 1 to 512\n" },
		{ { "-j0", NULL },
		    "tool: --jobs: \"0\" is not a number from 1 to 512\n" },
		{ { "-j", "513", NULL }, "\"513\" is not a number" },
		{ { "-j", "99999999999999999999", NULL }, "is not a number" },
		{ { "--fail-on=no", NULL },
		    "\"no\" is not one of fail|warn|never" },
		{ { "--when=x", NULL }, "--when: \"x\" is no time" },
		{ { "--nope", NULL }, "there is no option --nope" },
		{ { "--=x", NULL }, "--=x is ambiguous: --" },
		{ { "-z", NULL }, "there is no option -z" },
		{ { "--quiet=1", NULL }, "--quiet takes no value" },
		{ { "-d", NULL }, "--domain needs a value (D)" },
		{ { "--key", NULL }, "--key needs a value (FILE)" },
		{ { "--", NULL }, "no command after --" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct args a = { 0 };
		struct opt_result res = { 0 };
		enum opt_next next = parse(&spec, rows[i].words, &a, &res);
		char *text = buf_take_str(&res.text);

		if (next != OPT_END || res.status != 75 ||
		    strstr(text, rows[i].says) == NULL ||
		    strstr(text, "\nhint: tool --help") == NULL)
			fail_msg("row %zu: %s", i, text);
		free(text);
		opt_result_free(&res);
	}
}

static void
help_fits_and_lists_everything(void **state)
{
	static const char *const words[] = { "--help", NULL };
	static const char *const parts[] = {
		"usage: tool [OPTIONS] < in > out\n       tool a second",
		"because\n       it has more words\n", "\nSigning:\n",
		"  -j, --jobs=N", "      --when[=TIME]", "keygen",
		"-h, --help"
	};
	struct args a = { 0 };
	struct opt_result res = { 0 };
	struct span left = { NULL, 0 }, line = { NULL, 0 };
	char *text = NULL;

	(void)state;
	assert_int_equal(parse(&spec, words, &a, &res), OPT_END);
	assert_int_equal(res.status, 0);
	text = buf_take_str(&res.text);
	for (size_t i = 0; i < ROWS(parts); i++)
		assert_non_null(strstr(text, parts[i]));
	assert_null(strstr(text, "dump-options"));
	left = span_str(text);
	while (span_split(&left, '\n', &line))
		assert_in_range(line.n, 0, 79);
	free(text);
	opt_result_free(&res);
}

static void
dump_is_one_line_a_row(void **state)
{
	static const char *const words[] = { "--dump-options", NULL };
	struct args a = { 0 };
	struct opt_result res = { 0 };
	char *text = NULL;

	(void)state;
	assert_int_equal(parse(&spec, words, &a, &res), OPT_END);
	text = buf_take_str(&res.text);
	assert_non_null(strstr(text, "verb\tkeygen\tmake a key\n"));
	assert_non_null(strstr(text,
	    "option\tjobs\tj\tN\tint\tworker processes\n"));
	assert_non_null(strstr(text, "option\twhen\t-\t[TIME]\tcall\t"));
	free(text);
	opt_result_free(&res);
}

static void
unknown_verbs(void **state)
{
	static const char *const words[] = { "kegen", NULL };
	char *argv[] = { strdup("tool"), strdup("keygen"), NULL };
	struct opt_spec strict = spec;
	struct args a = { 0 };
	struct opt_result res = { 0 };
	char *text = NULL;

	(void)state;
	strict.verb_required = true;
	strict.usage_status = 64;
	assert_int_equal(parse(&strict, words, &a, &res), OPT_END);
	assert_int_equal(res.status, 64);
	text = buf_take_str(&res.text);
	assert_non_null(strstr(text, "there is no verb \"kegen\""));
	free(text);
	opt_result_free(&res);
	assert_ptr_equal(opt_verb_find(verbs, 2, argv), &verbs[0]);
	assert_null(opt_verb_find(verbs, 1, argv));
	free(argv[0]);
	free(argv[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_land_in_their_fields),
		cmocka_unit_test(optional_values),
		cmocka_unit_test(what_follows_dashes),
		cmocka_unit_test(dashes_without_a_command_form),
		cmocka_unit_test(wrong_lines_say_why),
		cmocka_unit_test(help_fits_and_lists_everything),
		cmocka_unit_test(dump_is_one_line_a_row),
		cmocka_unit_test(unknown_verbs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
