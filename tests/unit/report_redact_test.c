/* What a failure report shows of a message. */
#include "unit.h"

#include <string.h>
#include <unistd.h>

#include "report/redact.h"

enum { BLANKS = 4000000 };

#define WITH (&(const struct redact){ .key = SPAN("k") })

/* The code of a local part, from a text that is an address alone. */
static struct span
code(const char *local, struct buf *out)
{
	struct buf address = BUF(1024);

	buf_str(&address, local);
	buf_str(&address, "@x");
	redact_text(WITH, buf_get0(&address), false, out);
	buf_free(&address);
	return span_first(buf_get0(out), out->n - 2);
}

/* "%" in "want" is the code of "local". */
static void
check(const char *row, bool tags, const char *in, const char *local,
    const char *want)
{
	struct buf got = BUF(4096), b = BUF(1024), all = BUF(4096);
	struct span c = code(local, &b);

	redact_text(WITH, span_str(in), tags, &got);
	for (const char *s = want; *s != '\0'; s++)
		if (*s == '%')
			buf_span(&all, c);
		else
			buf_byte(&all, (unsigned char)*s);
	if (!span_eq(buf_get0(&got), buf_get0(&all)))
		fail_msg("%s: %.*s", row, (int)got.n, (const char *)got.p);
	buf_free(&got);
	buf_free(&b);
	buf_free(&all);
}

static void
texts(void **state)
{
	(void)state;
	check("plain", false, "<john@example.org>", "john",
	    "<%@example.org>");
	check("twice the same", false, "john@a john@b", "john", "%@a %@b");
	check("with signs", false, "for <j.o+h=n@a>;", "j.o+h=n",
	    "for <%@a>;");
	check("quoted", false, "\"john \\\"d\"@a", "\"john \\\"d\"", "%@a");
	check("quoted, no address", false, "\"a b\" c", "x", "\"a b\" c");
	check("in quotes", true, "envelope-from=\"john@a\"; x=\"y\"",
	    "john", "envelope-from=\"%@a\"; x=\"y\"");
	check("in quotes that do not end", false, "\"to john@a", "john",
	    "\"to %@a");
	check("no local part", false, "@a", "x", "@a");
	check("none in a tag", true, "i=@a", "x", "i=@a");
	check("folded", true, "i=john\r\n\t@a", "john", "i=%\r\n\t@a");
	check("no address", false, "from a.example by b", "x",
	    "from a.example by b");
	check("beyond ASCII", false, "j\xc3\xb6@a \xc3\xb6", "j\xc3\xb6",
	    "%@a ??");
	check("a tag", true, "v=1; i=john@a; s=x", "john",
	    "v=1; i=%@a; s=x");
	check("a property", true, "spf=pass smtp.mailfrom=b=c@a", "b=c",
	    "spf=pass smtp.mailfrom=%@a");
	check("no tag there", false, "b=c@a", "b=c", "%@a");
}

static void
header(void **state)
{
	static const char in[] =
	    "Return-Path: <bounce@list.example>\r\n"
	    "Received: from a.example (a.example [192.0.2.1])\r\n"
	    "\tby b.example for <jane@b.example>; date\r\n"
	    "From: John Doe <john@example.org>\r\n"
	    "To: Jane <jane@b.example>\r\n"
	    "Subject: you owe us\r\n"
	    "no field\r\n"
	    "X-Secret: 1\r\n"
	    "Message-ID: <a\xff@example.org>\r\n";
	struct buf got = BUF(4096);

	(void)state;
	redact_header(WITH, span_str(in), &got);
	buf_byte(&got, 0);
	assert_non_null(strstr((char *)got.p, "Received: from a.example "
	    "(a.example [192.0.2.1])\r\n\tby b.example for <"));
	assert_non_null(strstr((char *)got.p, "@b.example>; date\r\n"));
	assert_non_null(strstr((char *)got.p, "\r\nFrom: <"));
	assert_null(strstr((char *)got.p, "John"));
	assert_null(strstr((char *)got.p, "john"));
	assert_null(strstr((char *)got.p, "jane"));
	assert_null(strstr((char *)got.p, "bounce"));
	assert_null(strstr((char *)got.p, "Subject"));
	assert_null(strstr((char *)got.p, "To:"));
	assert_null(strstr((char *)got.p, "field"));
	assert_null(strstr((char *)got.p, "Secret"));
	buf_free(&got);
}

/* A header of one field: "%" in "want" is the code of "secret". */
static void
check_field(const char *in, const char *want)
{
	struct buf got = BUF(4096), b = BUF(1024), all = BUF(4096);
	struct span c = code("secret", &b);

	redact_header(WITH, span_str(in), &got);
	for (const char *s = want; *s != '\0'; s++)
		if (*s == '%')
			buf_span(&all, c);
		else
			buf_byte(&all, (unsigned char)*s);
	buf_str(&all, "\r\n");
	if (!span_eq(buf_get0(&got), buf_get0(&all)))
		fail_msg("%s: %.*s", in, (int)got.n, (const char *)got.p);
	buf_free(&got);
	buf_free(&b);
	buf_free(&all);
}

/* Where people are named without an address of the usual form. */
static void
people(void **state)
{
	(void)state;
	check_field("DKIM-Signature: v=1; z=Subject:secret|To:a=40b; d=a;\r\n"
	    "\ti=sec\r\n\tret@a; Z=b; odd; x-y=secret",
	    "DKIM-Signature: v=1; d=a;\r\n\ti=%@a");
	check_field("ARC-Message-Signature: i=1; z=From:secret@a; b=c=",
	    "ARC-Message-Signature: i=1; b=c=");
	check_field("Authentication-Results: a; auth=pass (secret) "
	    "smtp.auth=secret; spf=pass smtp.mailfrom=a",
	    "Authentication-Results: a; auth=pass  smtp.auth=%; "
	    "spf=pass smtp.mailfrom=a");
	check_field("Authentication-Results: a; auth=pass SMTP.auth = "
	    "secret@b; x=y smtp.rcptto=secret",
	    "Authentication-Results: a; auth=pass SMTP.auth = %@b; x=y "
	    "smtp.rcptto=%");
	check_field("Received: from a (b.example [192.0.2.1] (may be forged))"
	    " (envelope-from secret at c) by d", "Received: from a "
	    "(b.example [192.0.2.1])  by d");
	check_field("Received: from a ([IPv6:2001:db8::1] helo=x \\) y) by b",
	    "Received: from a ([IPv6:2001:db8::1]) by b");
	check_field("Received: from a ([secret]) (secret", "Received: from a  ");
	check_field("Received: by a for secret; x", "Received: by a for ; x");
	check_field("Received: by a for <\"se cret\">; x",
	    "Received: by a for <>; x");
	check_field("Received: by a for <secret@b>; x",
	    "Received: by a for <%@b>; x");
	check_field("List-Id: Secret List <l.example>", "List-Id: <l.example>");
	check_field("List-Id: Secret", "List-Id: ");
	check_field("Date: Thu, 1 Jan 2026 00:00:00 +0000 (secret)",
	    "Date: Thu, 1 Jan 2026 00:00:00 +0000 ");
}

/* What takes the square of a field's length would need an hour here. */
static void
blanks(void **state)
{
	struct buf in = BUF(1 << 23), got = BUF(1 << 23);

	(void)state;
	buf_str(&in, "Received: x");
	memset(buf_room(&in, BLANKS), ' ', BLANKS);
	in.n += BLANKS;
	buf_str(&in, "john@a\r\n");
	alarm(60);
	redact_header(WITH, buf_get0(&in), &got);
	alarm(0);
	assert_true(got.n > BLANKS);
	buf_free(&in);
	buf_free(&got);
}

static void
off(void **state)
{
	const struct redact all = { .off = true };
	struct buf got = BUF(4096);

	(void)state;
	redact_header(&all, SPAN("From: J <j@a>\nno field\nSubject: x\ry\n z\n"),
	    &got);
	assert_true(span_eq(buf_get0(&got),
	    SPAN("From: J <j@a>\r\nSubject: x?y\r\n z\r\n")));
	buf_free(&got);
}

static void
keys(void **state)
{
	const struct redact other = { .key = SPAN("l") };
	struct buf a = BUF(256), b = BUF(256);

	(void)state;
	redact_text(WITH, SPAN("john@a"), false, &a);
	redact_text(&other, SPAN("john@a"), false, &b);
	assert_int_equal(a.n, 22);
	assert_false(span_eq(buf_get0(&a), buf_get0(&b)));
	buf_free(&a);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts), cmocka_unit_test(header),
		cmocka_unit_test(people), cmocka_unit_test(blanks),
		cmocka_unit_test(off), cmocka_unit_test(keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
