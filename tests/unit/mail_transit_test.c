/*
 * What happens to a body on its way: base 64 as a transfer encoding, line
 * ends; and which fields differ outside and inside.
 */
#include "unit.h"

#include <string.h>

#include "mail/author.h"
#include "mail/eol.h"
#include "mail/mime.h"
#include "mail/protect.h"

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static const struct {
	const char *name, *in;
	bool ok;
	const char *out;
} codes[] = {
	{ "nothing", "", true, "" },
	{ "three octets", "YWJj", true, "abc" },
	{ "two", "YWI=", true, "ab" },
	{ "one", "YQ==\r\n", true, "a" },
	{ "blanks anywhere", " Y\r\nW\tJ j\n", true, "abc" },
	{ "no padding", "YWI", false, NULL },
	{ "one digit", "YWJjY", false, NULL },
	{ "padding first", "=YWJ", false, NULL },
	{ "padding second", "Y===", false, NULL },
	{ "three pads", "YQ===", false, NULL },
	{ "a digit in the padding", "YQ=a", false, NULL },
	{ "something behind the padding", "YQ==YWJj", false, NULL },
	{ "a foreign octet", "YW!j", false, NULL },
	{ "a boundary", "YWJj\n--b\n", false, NULL },
};

static void
base64_in_any_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(codes); i++)
		for (size_t n = 1; n < 5; n++) {
			struct buf got = BUF(100);
			struct mime_b64 b = { .to = gather, .arg = &got };
			struct span s = span_str(codes[i].in);

			for (; s.n > 0; s = span_from(s, n))
				mime_b64_decode(&b, span_first(s, n));
			if (mime_b64_decode_end(&b) != codes[i].ok)
				fail_msg("%s, by %zu", codes[i].name, n);
			if (codes[i].ok && !span_eq(buf_get0(&got),
			    span_str(codes[i].out)))
				fail_msg("%s: other octets", codes[i].name);
			buf_free(&got);
		}
}

static void
base64_lines(void **state)
{
	unsigned char in[1000];
	struct buf text = BUF(4096), back = BUF(4096);
	struct mime_b64 e = { .to = gather, .arg = &text };
	struct mime_b64 d = { .to = gather, .arg = &back };
	size_t column = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (unsigned char)(i * 7);
	mime_b64_encode(&e, span_of(in, 1));
	mime_b64_encode(&e, span_of(in + 1, sizeof(in) - 1));
	mime_b64_encode_end(&e);
	for (size_t i = 0; i < text.n; i++) {
		column = text.p[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 77);
	}
	assert_int_equal(text.p[text.n - 1], '\n');
	mime_b64_decode(&d, buf_get0(&text));
	assert_true(mime_b64_decode_end(&d));
	assert_true(span_eq(buf_get0(&back), span_of(in, sizeof(in))));
	buf_free(&text);
	buf_free(&back);
}

static void
line_ends(void **state)
{
	static const char *const in = "a\nb\r\n\n\rc\r\r\nd";

	(void)state;
	for (size_t n = 1; n < 5; n++) {
		struct buf crlf = BUF(100), lf = BUF(100);
		struct to_crlf c = { gather, &crlf, false };
		struct to_eol e = { gather, &lf, "\n", false };

		for (struct span s = span_str(in); s.n > 0;
		    s = span_from(s, n)) {
			to_crlf_add(&c, span_first(s, n));
			to_eol_add(&e, span_first(s, n));
		}
		to_eol_end(&e);
		assert_true(span_eq(buf_get0(&crlf),
		    SPAN("a\r\nb\r\n\r\n\rc\r\r\nd")));
		assert_true(span_eq(buf_get0(&lf), SPAN("a\nb\n\n\rc\r\nd")));
		buf_free(&crlf);
		buf_free(&lf);
	}
}

static const struct {
	const char *name, *from;
	enum author want;
} authors[] = {
	{ "one", "From: a@example.org\n", AUTHOR_ONE },
	{ "none", "Subject: x\n", AUTHOR_NONE },
	{ "two mailboxes", "From: a@example.org, b@example.org\n",
	  AUTHOR_MANY },
	{ "two fields", "From: a@example.org\nFrom: a@example.org\n",
	  AUTHOR_MANY },
	{ "a group", "From: g: a@example.org;\n", AUTHOR_MANY },
	{ "no address", "From: a\n", AUTHOR_MANY },
};

static void
one_author_or_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(authors); i++) {
		struct mailboxes m = { .n = 0 };
		struct header h = { .n = 0 };

		header_split(span_str(authors[i].from), 10, &h);
		if (author_of(&h, &m) != authors[i].want)
			fail_msg("%s", authors[i].name);
		mailboxes_free(&m);
		header_free(&h);
	}
}

#define HP	"Content-Type: text/plain; hp=\"clear\"\n"
#define V1	"Content-Type: text/plain; protected-headers=\"v1\"\n"

static const struct {
	const char *name, *outer, *inner;
	bool encrypted;
	const char *first;	/* NULL: nothing differs */
} changes[] = {
	{ "the same", "From: a@b\nSubject: x\n",
	  HP "Subject: x\nFrom: a@b\n", false, NULL },
	{ "folds", "To: a@b,\n c@d\n", HP "To: a@b, c@d\n", false, NULL },
	{ "another From", "From: a@b\n", HP "From: c@d\n", false, "From" },
	{ "one that is missing", "To: a@b\n", HP, false, "To" },
	{ "one that was added", "", HP "Reply-To: a@b\n", false, "Reply-To" },
	{ "twice", "Date: x\nDate: x\n", HP "Date: x\n", false, "Date" },
	{ "Subject", "Subject: x\n", HP "Subject: y\n", false, "Subject" },
	{ "Subject, hidden", "Subject: [...]\n",
	  HP "Subject: y\n", true, NULL },
	{ "fields that do not count", "Received: x\n",
	  HP "X-A: y\n", false, NULL },
	{ "one that the older mark leaves out", "To: a@b\n", V1, false, NULL },
	{ "one that the older mark covers", "To: a@b\n",
	  V1 "To: c@d\n", false, "To" },
	{ "neither mark", "To: a@b\n", "To: c@d\n", false, NULL },
};

static void
fields_that_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(changes); i++) {
		struct header outer = { .n = 0 }, inner = { .n = 0 };
		const char *got = NULL;
		size_t at = 0;

		header_split(span_str(changes[i].outer), 10, &outer);
		header_split(span_str(changes[i].inner), 10, &inner);
		got = protect_changed(&outer, &inner, changes[i].encrypted,
		    &at);
		if (got == NULL ? changes[i].first != NULL :
		    changes[i].first == NULL ||
		    strcmp(got, changes[i].first) != 0)
			fail_msg("%s: %s", changes[i].name, got ? got :
			    "nothing");
		header_free(&outer);
		header_free(&inner);
	}
}

static void
fields_that_are_not_covered(void **state)
{
	static const struct {
		const char *outer, *inner, *want;
	} rows[] = {
		{ "From: a\nTo: b\nCc: c\n", V1 "To: b\n", "From Cc " },
		{ "From: a\nDate: d\nSubject: s\n", V1 "Subject: s\n",
		  "From Date " },
		{ "From: a\nReceived: r\n", V1 "From: a\n", "" },
		{ "From: a\nTo: b\n", HP, "" },
		{ "Subject: s\n", "", "Subject " },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct header outer = { .n = 0 }, inner = { .n = 0 };
		struct buf got = BUF(100);
		const char *name = NULL;
		size_t at = 0;

		header_split(span_str(rows[i].outer), 10, &outer);
		header_split(span_str(rows[i].inner), 10, &inner);
		while ((name = protect_uncovered(&outer, &inner, &at)) != NULL)
			buf_printf(&got, "%s ", name);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("row %zu: %.*s", i, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
		header_free(&outer);
		header_free(&inner);
	}
}

#define CIPHER	"Content-Type: text/plain; hp=\"cipher\"\n"

/* Policies that leave more away than ours (RFC 9788 section 3.2.2). */
static const struct {
	const char *name, *outer, *inner, *first;
} policies[] = {
	{ "To, as it was written outside", "To: a@b\n",
	  CIPHER "To: A <a@b>\nHP-Outer: To:\n a@b\n", NULL },
	{ "To, changed since", "To: a@c\n",
	  CIPHER "To: A <a@b>\nHP-Outer: To: a@b\n", "To" },
	{ "To, taken away since", "",
	  CIPHER "To: A <a@b>\nHP-Outer: To: a@b\n", "To" },
	{ "Date, not written outside", "Subject: [...]\n",
	  CIPHER "Date: x\nHP-Outer: Subject: [...]\n", NULL },
	{ "Date, added since", "Date: y\n",
	  CIPHER "Date: x\nHP-Outer: Subject: [...]\n", "Date" },
	{ "From without the name", "From: a@b\n",
	  CIPHER "From: A <a@b>\nHP-Outer: From: a@b\n", NULL },
	{ "From, another's", "From: c@b\n",
	  CIPHER "From: A <a@b>\nHP-Outer: From: c@b\n", "From" },
	{ "HP-Outer in what is only signed", "To: a@b\n",
	  HP "To: A <a@b>\nHP-Outer: To: a@b\n", "To" },
	{ "no HP-Outer at all", "To: a@b\n", CIPHER "To: A <a@b>\n", "To" },
};

static void
fields_as_they_were_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(policies); i++) {
		struct header outer = { .n = 0 }, inner = { .n = 0 };
		const char *got = NULL, *want = policies[i].first;
		size_t at = 0;

		header_split(span_str(policies[i].outer), 10, &outer);
		header_split(span_str(policies[i].inner), 10, &inner);
		got = protect_changed(&outer, &inner, true, &at);
		if (strcmp(got ? got : "", want ? want : "") != 0)
			fail_msg("%s: %s", policies[i].name, got ? got :
			    "nothing");
		header_free(&outer);
		header_free(&inner);
	}
}

/* Nothing that was outside, or that anybody encrypted, begins a line. */
static void
written_fields_hide_no_others(void **state)
{
	struct header outer = { .n = 0 }, inner = { .n = 0 };
	struct buf out = BUF(1000);

	(void)state;
	header_split(SPAN("Received: a\rFrom: c@d\n \0e\nFrom: a@b\r\r\n"),
	    10, &outer);
	header_split(SPAN("X-A: a\rFrom: c@d\nContent-Type: text/plain; "
	    "hp=\"clear\"; x=\"a\rb\"\n"), 10, &inner);
	protect_merge(&outer, &inner, false, "\n", &out);
	assert_true(span_eq(buf_get0(&out), SPAN("Received: a From: c@d\n"
	    "  e\nFrom: a@b\nMIME-Version: 1.0\nX-A: a From: c@d\n"
	    "Content-Type: text/plain;\n x=\"a b\"\n")));
	buf_reset(&out);
	protect_outer(&outer, PROTECT_CLEAR, "\n", &out);
	assert_true(span_eq(buf_get0(&out), SPAN("Received: a From: c@d\n"
	    "  e\nFrom: a@b\n")));
	buf_free(&out);
	header_free(&outer);
	header_free(&inner);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_in_any_pieces),
		cmocka_unit_test(base64_lines),
		cmocka_unit_test(line_ends),
		cmocka_unit_test(one_author_or_none),
		cmocka_unit_test(fields_that_differ),
		cmocka_unit_test(fields_that_are_not_covered),
		cmocka_unit_test(fields_as_they_were_written),
		cmocka_unit_test(written_fields_hide_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
