/*
 * Legacy display elements (RFC 9788 sections 4.5.3 and 5.2.2), and the
 * encoded words (RFC 2047) that they need as text.
 */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "mail/legacy.h"
#include "mail/words.h"

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
encoded_words(void **state)
{
	static const struct {
		const char *value, *want;	/* NULL: not UTF-8 */
	} rows[] = {
		{ " plain ", "plain" },
		{ "two\r\n  lines", "two lines" },
		{ "=?utf-8?Q?gr=C3=BC=C3=9Fe_an?=", "gr\xc3\xbc\xc3\x9f" "e an" },
		{ "=?UTF-8?b?Z3LDvMOf?=", "gr\xc3\xbc\xc3\x9f" },
		{ "=?iso-8859-1?q?gr=FCn?=", "gr\xc3\xbcn" },
		{ "=?us-ascii*en?q?a?=", "a" },
		{ "=?utf-8?q?a?= =?utf-8?q?b?=", "ab" },
		{ "=?utf-8?q?a?=\r\n =?utf-8?q?b?= c", "ab c" },
		{ "x =?utf-8?q?a?= y", "x a y" },
		{ "x=?utf-8?q?a?=", "x=?utf-8?q?a?=" },
		{ "=?koi8-r?q?a?= b", "=?koi8-r?q?a?= b" },
		{ "=?utf-8?q?a?= =?koi8-r?q?b?=", "a =?koi8-r?q?b?=" },
		{ "=?utf-8?x?a?=", "=?utf-8?x?a?=" },
		{ "=?utf-8?q?=X1?=", "=?utf-8?q?=X1?=" },
		{ "=?utf-8?q?a", "=?utf-8?q?a" },
		{ "=?", "=?" },
		{ "=?utf-8?q?=FF?=", NULL },
		{ "\xff", NULL },
		{ "gr\xc3\xbcn", "gr\xc3\xbcn" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(1024);
		bool ok = words_decode(span_str(rows[i].value), &got);

		if (ok != (rows[i].want != NULL) ||
		    (ok && !span_eq(buf_get0(&got), span_str(rows[i].want))))
			fail_msg("%s: %.*s", rows[i].value, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
	}
}

static void
words_that_are_shown(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "=?utf-8?q?a=40b.example?= x", "a@b.example x" },
		{ "=?windows-1252?q?=E9a=40b.example?=", "?a@b.example" },
		{ "=?utf-16be?b?AGEAQABi?=", "a@b" },
		{ "=?koi8-r?q?a?= =?utf-8?q?b?=", "ab" },
		{ "=?utf-8?q?=X1?=", "=?utf-8?q?=X1?=" },
		{ "\xff", "\xff" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(1024);

		words_show(span_str(rows[i].value), &got);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].value, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
	}
}

#define ELEMENT "Subject: x y\r\n\r\n"
#define UMLAUT "Subject: gr\xc3\xbcn\r\n\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define MARK "; hp-legacy-display=\"1\""

static void
run(const char *header, const char *element, const char *body, size_t step,
    struct buf *out)
{
	struct span rest = span_str(body);
	struct header h = { .n = 0 };
	struct legacy l;

	header_split(span_str(header), 100, &h);
	legacy_start(&l, &h, span_str(element), gather, out);
	for (; rest.n > 0; rest = span_from(rest, step))
		legacy_add(&l, span_first(rest, step));
	legacy_end(&l);
	header_free(&h);
}

static void
check(const char *row, const char *header, const char *element,
    const char *body, const char *want)
{
	for (size_t step = 1; step < 1000; step += 332) {
		struct buf got = BUF(4096);

		run(header, element, body, step, &got);
		if (!span_eq(buf_get0(&got), span_str(want)))
			fail_msg("%s: %.*s", row, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
	}
}

static void
added(void **state)
{
	static const struct {
		const char *row, *header, *element, *body, *want;
	} rows[] = {
		{ "text", "", ELEMENT, "one\r\n", ELEMENT "one\r\n" },
		{ "html", "Content-Type: text/html\r\n", ELEMENT, "one\r\n",
		    "one\r\n" },
		{ "an attachment", "Content-Disposition: attachment\r\n",
		    ELEMENT, "one\r\n", "one\r\n" },
		{ "base64", "Content-Transfer-Encoding: base64\r\n", ELEMENT,
		    "b25l\r\n", "b25l\r\n" },
		{ "quoted-printable", "Content-Type: text/plain; "
		    "charset=utf-8\r\nContent-Transfer-Encoding: "
		    "quoted-printable\r\n", UMLAUT, "=C3=BC\r\n",
		    "Subject: gr=C3=BCn\r\n\r\n=C3=BC\r\n" },
		{ "7bit", "Content-Type: text/plain; charset=utf-8\r\n",
		    UMLAUT, "one\r\n", "one\r\n" },
		{ "8bit", "Content-Type: text/plain; charset=utf-8\r\n"
		    "Content-Transfer-Encoding: 8bit\r\n", UMLAUT,
		    "one\r\n", UMLAUT "one\r\n" },
		{ "another charset", "Content-Type: text/plain; "
		    "charset=iso-8859-1\r\nContent-Transfer-Encoding: "
		    "8bit\r\n", UMLAUT, "one\r\n", "one\r\n" },
		{ "the first of several", MIXED, ELEMENT,
		    "--b\r\nContent-Type: text/plain;\r\n charset=x\r\n\r\n"
		    "one\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
		    "--b\r\nContent-Type: text/plain;\r\n charset=x" MARK
		    "\r\n\r\n" ELEMENT "one\r\n--b\r\n\r\ntwo\r\n--b--\r\n" },
		{ "one that says nothing", MIXED, ELEMENT,
		    "--b\r\n\r\none\r\n--b--\r\n",
		    "--b\r\nContent-Type: text/plain" MARK "\r\n\r\n"
		    ELEMENT "one\r\n--b--\r\n" },
		{ "not the second", MIXED, ELEMENT,
		    "--b\r\nContent-Type: text/html\r\n\r\none\r\n--b\r\n\r\n"
		    "two\r\n--b--\r\n",
		    "--b\r\nContent-Type: text/html\r\n\r\none\r\n--b\r\n\r\n"
		    "two\r\n--b--\r\n" },
		{ "nothing signed", "Content-Type: multipart/signed; "
		    "boundary=b\r\n", ELEMENT, "--b\r\n\r\none\r\n--b--\r\n",
		    "--b\r\n\r\none\r\n--b--\r\n" },
		{ "no message in it", MIXED, ELEMENT,
		    "--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n"
		    "one\r\n--b\r\n\r\ntwo\r\n--b--\r\n",
		    "--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n"
		    "one\r\n--b\r\n\r\ntwo\r\n--b--\r\n" },
		{ "no boundary", "Content-Type: multipart/mixed\r\n", ELEMENT,
		    "--b\r\n\r\none", "--b\r\n\r\none" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check(rows[i].row, rows[i].header, rows[i].element,
		    rows[i].body, rows[i].want);
}

#define TEXT "Content-Type: text/plain" MARK "\r\n"
#define QP TEXT "Content-Transfer-Encoding: quoted-printable\r\n"

static void
omitted(void **state)
{
	static const struct {
		const char *row, *header, *body, *want;
	} rows[] = {
		{ "marked", TEXT, ELEMENT "one\r\n\r\ntwo\r\n",
		    "one\r\n\r\ntwo\r\n" },
		{ "LF alone", TEXT, "Subject: x\n\none\n", "one\n" },
		{ "not marked", "", ELEMENT "one\r\n", ELEMENT "one\r\n" },
		{ "marked otherwise", "Content-Type: text/plain; "
		    "hp-legacy-display=0\r\n", ELEMENT, ELEMENT },
		{ "several lines", TEXT, "a\r\nb\r\n\r\none\r\n",
		    "one\r\n" },
		{ "nothing but it", TEXT, "a\r\nb\r\n", "" },
		{ "html", "Content-Type: text/html" MARK "\r\n",
		    ELEMENT "one\r\n", ELEMENT "one\r\n" },
		{ "base64", TEXT "Content-Transfer-Encoding: base64\r\n",
		    "b25l\r\n\r\nb25l\r\n", "b25l\r\n\r\nb25l\r\n" },
		{ "quoted", QP, "a=\r\n\r\nb\r\n\r\none\r\n", "one\r\n" },
		{ "quoted, an empty line goes on", QP,
		    "a=\r\n\r\n\r\none\r\n", "one\r\n" },
		{ "a part", MIXED, "--b\r\n" TEXT "\r\n" ELEMENT
		    "one\r\n--b--\r\n", "--b\r\nContent-Type: text/plain"
		    "\r\n\r\none\r\n--b--\r\n" },
		{ "what is signed stays", "Content-Type: multipart/signed; "
		    "boundary=b\r\n", "--b\r\n" TEXT "\r\n" ELEMENT
		    "one\r\n--b--\r\n", "--b\r\n" TEXT "\r\n" ELEMENT
		    "one\r\n--b--\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		check(rows[i].row, rows[i].header, "", rows[i].body,
		    rows[i].want);
}

static void
elements(void **state)
{
	static const struct {
		const char *header, *want;	/* NULL: none */
	} rows[] = {
		{ "Subject: a\n b\nFrom: x\n", "Subject: a b\r\n\r\n" },
		{ "Subject: =?utf-8?q?=C3=BC?=\nKeywords: k\n",
		    "Subject: \xc3\xbc\r\nKeywords: k\r\n\r\n" },
		{ "Subject: a\x1b[31m\n", "Subject: a?[31m\r\n\r\n" },
		{ "Subject: a\xff\n", NULL },
		{ "From: x\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct header h = { .n = 0 };
		struct buf got = BUF(1024);
		bool ok = false;

		header_split(span_str(rows[i].header), 100, &h);
		ok = legacy_element(&h, &got);
		if (ok != (rows[i].want != NULL) ||
		    !span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].header, (int)got.n,
			    (const char *)got.p);
		header_free(&h);
		buf_free(&got);
	}
}

/* A Content-Type as long as a part's header may be keeps its line end. */
static void
a_long_type_is_marked(void **state)
{
	enum { LONG = MIME_PART_HEADER_MAX - 45 };
	struct buf body = BUF(1 << 17), want = BUF(1 << 17);
	struct buf value = BUF(LONG), got = BUF(1 << 18);

	(void)state;
	memset(buf_room(&value, LONG), 'a', LONG);
	value.n = LONG;
	buf_str(&want, "--b\r\nContent-Type: text/plain; x=");
	buf_span(&want, buf_get0(&value));
	buf_span(&body, buf_get0(&want));
	buf_str(&body, "\r\nX-A: b\r\n\r\nhi\r\n--b--\r\n");
	buf_byte(&body, '\0');
	buf_str(&want, MARK "\r\nX-A: b\r\n\r\n" ELEMENT
	    "hi\r\n--b--\r\n");
	run(MIXED, ELEMENT, (const char *)body.p, 1000, &got);
	assert_true(span_eq(buf_get0(&got), buf_get0(&want)));
	buf_free(&body);
	buf_free(&want);
	buf_free(&value);
	buf_free(&got);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(encoded_words),
		cmocka_unit_test(words_that_are_shown),
		cmocka_unit_test(elements),
		cmocka_unit_test(added),
		cmocka_unit_test(a_long_type_is_marked),
		cmocka_unit_test(omitted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
