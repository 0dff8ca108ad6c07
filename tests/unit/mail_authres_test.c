/* Authentication-Results: RFC 8601 sections 2.2, 5 and appendix B. */
#include "unit.h"

#include "mail/authres.h"

/* One line of text for a parsed field: everything, values in brackets. */
static void
describe(struct buf *out, const struct authres *a)
{
	buf_printf(out, "%.*s%s", (int)a->id.n, (const char *)a->id.p,
	    a->loose ? " loose" : "");
	for (size_t i = 0; i < a->n; i++) {
		const struct authres_result *r = &a->v[i];

		buf_str(out, "; ");
		buf_span(out, r->method);
		if (r->version != 1)
			buf_printf(out, "/%u", r->version);
		buf_str(out, "=");
		buf_span(out, r->result);
		if (r->comment.p)
			buf_printf(out, " (%.*s)", (int)r->comment.n,
			    (const char *)r->comment.p);
		if (r->reason.p)
			buf_printf(out, " reason=[%.*s]", (int)r->reason.n,
			    (const char *)r->reason.p);
		for (size_t k = 0; k < r->n; k++) {
			buf_byte(out, ' ');
			buf_span(out, r->v[k].ptype);
			buf_byte(out, '.');
			buf_span(out, r->v[k].name);
			buf_printf(out, "=[%.*s]", (int)r->v[k].value.n,
			    (const char *)r->v[k].value.p);
		}
	}
}

static void
what_is_by_the_grammar_is_read(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		/* appendix B.2 to B.6 */
		{ " example.org 1; none\r\n", "example.org" },
		{ " example.com;\r\n\tspf=pass smtp.mailfrom=example.net\r\n",
		    "example.com; spf=pass smtp.mailfrom=[example.net]" },
		{ "example.com;\r\n\tauth=pass (cram-md5) smtp.auth=sender@"
		    "example.net;\r\n\tspf=pass smtp.mailfrom=example.net",
		    "example.com; auth=pass (cram-md5) smtp.auth=[sender@"
		    "example.net]; spf=pass smtp.mailfrom=[example.net]" },
		{ "example.com; dkim=pass reason=\"good signature\" "
		    "header.i=@mail-router.example.net; dkim=fail reason="
		    "\"bad signature\" header.i=@newyork.example.com",
		    "example.com; dkim=pass reason=[good signature] header.i="
		    "[@mail-router.example.net]; dkim=fail reason=[bad "
		    "signature] header.i=[@newyork.example.com]" },
		/* appendix B.7: comments in every place */
		{ " foo.example.net (foobar) 1 (baz);\r\n"
		    "    dkim (Because I like it) / 1 (One yay) = (wait for"
		    " it) fail\r\n      policy (A dot can go here) . (like "
		    "that) expired\r\n      (this surprised me) = (as I "
		    "wasn't expecting it) 1362471462",
		    "foo.example.net; dkim=fail policy.expired=[1362471462]" },
		{ "a;x/2=y", "a; x/2=y" },
		{ "\"a \\\"b\" ; NONE", "a \"b" },
		{ "a; x=y \"q\"", NULL },
		{ "a; x=y (c\\)d (e)) z.z=\"a; b\\\\\"",
		    "a; x=y (c)d (e)) z.z=[a; b\\]" },
		{ "a; x=y z.z=\"l l\"@b.example",
		    "a; x=y z.z=[l l@b.example]" },
		{ "a; x=y z.z=\"two\r\n\twords\"", "a; x=y z.z=[two\twords]" },
		/* RFC 8616 */
		{ "exämple.org; dkim=pass header.d=grüße.example",
		    "exämple.org; dkim=pass header.d=[grüße.example]" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct authres a = { 0 };
		struct buf got = BUF(4096);
		enum authres_error e =
		    authres_parse(span_str(rows[i].in), &a);

		if (e == AUTHRES_OK)
			describe(&got, &a);
		if ((e == AUTHRES_OK) != (rows[i].want != NULL) ||
		    (rows[i].want && !span_eq(buf_get0(&got),
		    span_str(rows[i].want))))
			fail_msg("row \"%s\": %s, %.*s", rows[i].in,
			    authres_error_text(e), (int)got.n, got.p);
		buf_free(&got);
		authres_free(&a);
	}
}

/* Written so by large receivers. */
static void
what_is_common_but_wrong_is_read_as_loose(void **state)
{
	static const struct { const char *in, *want; } rows[] = {
		{ "mx.google.com;\r\n       dkim=pass header.i=@example.org "
		    "header.s=s1 header.b=Ab/c+d=;\r\n       spf=pass (ok) "
		    "smtp.mailfrom=a@example.org;",
		    "mx.google.com loose; dkim=pass header.i=[@example.org] "
		    "header.s=[s1] header.b=[Ab/c+d=]; spf=pass (ok) "
		    "smtp.mailfrom=[a@example.org]" },
		{ "mx; dmarc=fail action=none header.from=b.example;"
		    "compauth=fail reason=001",
		    "mx loose; dmarc=fail .action=[none] header.from="
		    "[b.example]; compauth=fail reason=[001]" },
		{ "mx; arc=pass smtp.remote-ip=2001:db8::1",
		    "mx loose; arc=pass smtp.remote-ip=[2001:db8::1]" },
		{ "mx; spf=none smtp.mailfrom= smtp.helo=h.example",
		    "mx loose; spf=none smtp.mailfrom=[] smtp.helo="
		    "[h.example]" },
		{ "mx; spf=none smtp.mailfrom=",
		    "mx loose; spf=none smtp.mailfrom=[]" },
		{ "mx; spf=pass smtp.mailfrom=<a@b.example>",
		    "mx loose; spf=pass smtp.mailfrom=[<a@b.example>]" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct authres a = { 0 };
		struct buf got = BUF(4096);
		enum authres_error e =
		    authres_parse(span_str(rows[i].in), &a);

		if (e == AUTHRES_OK)
			describe(&got, &a);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("row \"%s\": %s, %.*s", rows[i].in,
			    authres_error_text(e), (int)got.n, got.p);
		buf_free(&got);
		authres_free(&a);
	}
}

static void
errors_are_told_apart(void **state)
{
	static const struct {
		const char *in;
		enum authres_error want;
	} rows[] = {
		{ "", AUTHRES_BAD_ID },
		{ " ; none", AUTHRES_BAD_ID },
		{ "\"a; none", AUTHRES_BAD_VALUE },
		{ "a 2; none", AUTHRES_BAD_VERSION },
		{ "a b; none", AUTHRES_BAD_VERSION },
		{ "a", AUTHRES_NO_RESULT },
		{ "a 1 (c)", AUTHRES_NO_RESULT },
		{ "a;", AUTHRES_BAD_METHOD },
		{ "a; none; spf=pass", AUTHRES_BAD_METHOD },
		{ "a; spf", AUTHRES_BAD_METHOD },
		{ "a; spf=", AUTHRES_BAD_METHOD },
		{ "a; =pass", AUTHRES_BAD_METHOD },
		{ "a; spf/x=pass", AUTHRES_BAD_METHOD },
		{ "a; spf=pass; ; dkim=pass", AUTHRES_BAD_METHOD },
		{ "a; spf=pass smtp", AUTHRES_BAD_PROPERTY },
		{ "a; spf=pass smtp.=x", AUTHRES_BAD_PROPERTY },
		{ "a; spf=pass .x=x", AUTHRES_BAD_PROPERTY },
		{ "a; spf=pass smtp.x=\"y", AUTHRES_BAD_VALUE },
		{ "a; spf=pass (x", AUTHRES_BAD_COMMENT },
		{ "a (x", AUTHRES_BAD_COMMENT },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct authres a = { 0 };
		enum authres_error e =
		    authres_parse(span_str(rows[i].in), &a);

		if (e != rows[i].want)
			fail_msg("row \"%s\": %s", rows[i].in,
			    authres_error_text(e));
		assert_null(a.v);
	}
}

static void
results_and_properties_have_a_maximum(void **state)
{
	struct authres a = { 0 };
	struct buf in = BUF(1 << 20);

	(void)state;
	buf_str(&in, "a");
	for (int i = 0; i < AUTHRES_RESULTS_MAX; i++)
		buf_str(&in, "; x=y");
	assert_int_equal(authres_parse(buf_get0(&in), &a), AUTHRES_OK);
	assert_int_equal(a.n, AUTHRES_RESULTS_MAX);
	authres_free(&a);
	buf_str(&in, "; x=y");
	assert_int_equal(authres_parse(buf_get0(&in), &a), AUTHRES_TOO_MANY);
	buf_reset(&in);
	buf_str(&in, "a; x=y");
	for (int i = 0; i <= AUTHRES_PROPS_MAX; i++)
		buf_str(&in, " h.i=1");
	assert_int_equal(authres_parse(buf_get0(&in), &a), AUTHRES_TOO_MANY);
	buf_free(&in);
}

static void
forged_fields_of_ones_own_id_are_recognised(void **state)
{
	static const struct { const char *value; bool claims; } rows[] = {
		{ "mx.example.org; spf=pass", true },
		{ " MX.Example.ORG ; spf=pass", true },
		{ "mx.example.org", true },
		{ "mx.example.org\r\n", true },
		{ "mx.example.org.; spf=pass", true },
		{ "mx.example.org 1; spf=pass", true },
		{ "mx.example.org(x)1; spf=pass", true },
		{ "\"mx.example.org\"; spf=pass", true },
		{ "\"mx\\.example.org\"; spf=pass", true },
		{ "\"mx.example.org; spf=pass", true },
		{ "(c) mx.example.org (d(e\\))) ; spf=pass", true },
		{ "\r\n\tmx.example.org;\r\n\tspf=pass", true },
		{ "mx. example .org; spf=pass", true },
		{ "mx.(x)example.org; spf=pass", true },
		{ "mx.example.org (; spf=pass", true },
		{ "( mx.example.org; spf=pass", true },
		{ "\001mx.example.org\177; spf=pass", true },
		{ "mx.example.org x; spf=pass", true },
		{ "mx.example.org/1; spf=pass", true },
		{ "mx.example.org, ; spf=pass", true },
		{ "mx.example.org:25; spf=pass", true },
		{ "mx.example.org.(x)y; spf=pass", true },
		{ "\"mx.example.org\"x; spf=pass", true },
		{ "<mx.example.org>; spf=pass", true },
		{ "mx.example.org\xc2\xa0; spf=pass", true },
		{ "mx.example.org\xc2\xa0 x; spf=pass", true },
		{ "\xc2\xa0mx.example.org; spf=pass", true },
		{ "mx.example.org\xa0; spf=pass", true },
		{ "mx1.example.org; spf=pass", false },
		{ "mx.example.org1; spf=pass", false },
		{ "mx.example.orgx; spf=pass", false },
		{ "mx.example.org.x; spf=pass", false },
		{ "x.mx.example.org; spf=pass", false },
		{ "example.org; spf=pass", false },
		{ "x; spf=pass smtp.mailfrom=mx.example.org", false },
		{ "; spf=pass", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++)
		if (authres_claims(span_str(rows[i].value),
		    SPAN("mx.example.org")) != rows[i].claims)
			fail_msg("row \"%s\"", rows[i].value);
	assert_true(authres_claims(SPAN("m\xc3\xbc.example; none"),
	    SPAN("m\xc3\xbc.example")));
	assert_false(authres_claims(SPAN("m\xc3\xbc.example; none"),
	    SPAN("m\xc3")));
	assert_true(authres_claims(SPAN("mx 1; none"), SPAN("mx")));
	assert_false(authres_claims(SPAN("mx1; none"), SPAN("mx")));
	assert_true(authres_claims(SPAN("m\0x; none"), SPAN("mx")));
	assert_true(authres_claims(SPAN("\"mx \\\"1\\\" test\"; none"),
	    SPAN("mx \"1\" test")));
	assert_false(authres_claims(SPAN("; none"), SPAN("\"\"")));
	assert_true(authres_claims(SPAN("\"mx 1 test\"; none"),
	    SPAN("mx 1 test")));
	assert_true(authres_claims(SPAN("\"mx\r1\rx\"; none"), SPAN("mx1x")));
	assert_false(authres_claims(SPAN("mx 1 ; none"), SPAN("mx1")));
}

static const struct {
	const char *name, *value, *written;
} values[] = {
	{ "token", "example.org", "example.org" },
	{ "address", "a.b+c=d@example.org", "a.b+c=d@example.org" },
	{ "domain with @", "@example.org", "@example.org" },
	{ "empty", "", "\"\"" },
	{ "address with blank", "a b@example.org", "\"a b@example.org\"" },
	{ "address with dots", "a..b@example.org", "\"a..b@example.org\"" },
	{ "IPv6", "2001:db8::1", "\"2001:db8::1\"" },
	{ "base64", "Ab/c+d=", "\"Ab/c+d=\"" },
	{ "quotes", "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "a break-out", "x; dkim=pass", "\"x; dkim=pass\"" },
	{ "a comment", "x(y)", "\"x(y)\"" },
	{ "UTF-8", "grüße@exämple.org", "grüße@exämple.org" },
};

static void
values_are_quoted_where_they_must_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(values); i++) {
		struct authres a = { .id = SPAN("mx") }, back = { 0 };
		struct buf out = BUF(4096), want = BUF(4096);

		authres_prop(authres_add(&a, "x", "pass"), "policy", "v",
		    span_str(values[i].value));
		authres_write(&out, SPAN(""), &a, SPAN("\n"));
		buf_printf(&want, "mx;\n\tx=pass policy.v=%s\n",
		    values[i].written);
		if (!span_eq(buf_get0(&out), buf_get0(&want)))
			fail_msg("row %s: %.*s", values[i].name, (int)out.n,
			    out.p);
		if (authres_parse(buf_get0(&out), &back) != AUTHRES_OK ||
		    back.loose || !span_eq(back.v[0].v[0].value,
		    span_str(values[i].value)))
			fail_msg("row %s: not read back", values[i].name);
		authres_free(&a);
		authres_free(&back);
		buf_free(&out);
		buf_free(&want);
	}
}

/* "@" may stand bare in a property's value, nowhere else (section 2.2). */
static void
an_id_and_a_reason_are_tokens_or_quoted(void **state)
{
	struct authres a = { .id = SPAN("mx@example.org") }, back = { 0 };
	struct buf out = BUF(4096);

	(void)state;
	authres_add(&a, "x", "pass")->reason = SPAN("a@example.org");
	authres_write(&out, SPAN(""), &a, SPAN("\n"));
	assert_true(span_eq(buf_get0(&out), SPAN("\"mx@example.org\";\n"
	    "\tx=pass reason=\"a@example.org\"\n")));
	assert_int_equal(authres_parse(buf_get0(&out), &back), AUTHRES_OK);
	assert_false(back.loose);
	assert_true(span_eq(back.id, a.id));
	assert_true(span_eq(back.v[0].reason, a.v[0].reason));
	authres_free(&a);
	authres_free(&back);
	assert_int_equal(authres_parse(SPAN("mx@example.org; none"), &back),
	    AUTHRES_BAD_VERSION);
	assert_int_equal(authres_parse(SPAN("\"mx\"@example.org; none"),
	    &back), AUTHRES_BAD_VERSION);
	assert_int_equal(authres_parse(SPAN("mx; x=pass reason=a@b"), &back),
	    AUTHRES_OK);
	assert_true(back.loose);
	authres_free(&back);
	buf_free(&out);
}

static void
nothing_breaks_out_of_a_value(void **state)
{
	static const char evil[] = "x\r\nSubject: y\r\n\r\nbody\001\xff";
	struct authres a = { .id = SPAN("mx") };
	struct authres_result *r = authres_add(&a, "x", "fail");
	struct buf out = BUF(4096);

	(void)state;
	r->comment = SPAN("a)b(c\\d\r\n");
	r->reason = span_of(evil, sizeof(evil) - 1);
	authres_prop(r, "policy", "v", r->reason);
	authres_write(&out, SPAN(""), &a, SPAN("\r\n"));
	assert_true(span_eq(buf_get0(&out), SPAN("mx;\r\n"
	    "\tx=fail (a\\)b\\(c\\\\d  ) reason=\"x  Subject: y    body?"
	    "\xef\xbf\xbd\" policy.v=\"x \r\n Subject: y    body?"
	    "\xef\xbf\xbd\"\r\n")));
	authres_free(&a);
	buf_free(&out);
}

static void
lines_are_folded_the_same_way_each_time(void **state)
{
	static const char want[] =
		"Authentication-Results: mx.example.org;\n"
		"\tspf=pass (mx.example.org: domain of a@example.org "
		"designates\n 192.0.2.1 as permitted sender) "
		"smtp.mailfrom=a@example.org;\n"
		"\tdkim=pass header.d=example.org header.i=@example.org "
		"header.s=s1\n\theader.a=rsa-sha256 header.b=AbCdEfGh;\n"
		"\tarc=pass smtp.remote-ip=\"2001:db8::1\" "
		"header.oldest-pass=0\n";
	struct authres a = { .id = SPAN("mx.example.org") }, back = { 0 };
	struct authres_result *r = authres_add(&a, "spf", "pass");
	struct buf out = BUF(4096), again = BUF(4096);

	(void)state;
	r->comment = SPAN("mx.example.org: domain of a@example.org "
	    "designates 192.0.2.1 as permitted sender");
	authres_prop(r, "smtp", "mailfrom", SPAN("a@example.org"));
	r = authres_add(&a, "dkim", "pass");
	authres_prop(r, "header", "d", SPAN("example.org"));
	authres_prop(r, "header", "i", SPAN("@example.org"));
	authres_prop(r, "header", "s", SPAN("s1"));
	authres_prop(r, "header", "a", SPAN("rsa-sha256"));
	authres_prop(r, "header", "b", SPAN("AbCdEfGh"));
	r = authres_add(&a, "arc", "pass");
	authres_prop(r, "smtp", "remote-ip", SPAN("2001:db8::1"));
	authres_prop(r, "header", "oldest-pass", SPAN("0"));
	authres_write(&out, SPAN("Authentication-Results: "), &a,
	    SPAN("\n"));
	if (!span_eq(buf_get0(&out), span_str(want)))
		fail_msg("%.*s", (int)out.n, out.p);
	assert_int_equal(authres_parse(span_from(buf_get0(&out), 23), &back),
	    AUTHRES_OK);
	authres_write(&again, SPAN("Authentication-Results: "), &back,
	    SPAN("\n"));
	assert_true(span_eq(buf_get0(&out), buf_get0(&again)));
	authres_free(&a);
	authres_free(&back);
	buf_free(&out);
	buf_free(&again);
}

static void
nothing_to_say_is_none_and_long_values_are_left_out(void **state)
{
	char longest[AUTHRES_VALUE_MAX + 1];
	struct authres a = { .id = SPAN("a b") };
	struct buf out = BUF(4096);

	(void)state;
	authres_write(&out, SPAN("AR: "), &a, SPAN("\n"));
	assert_true(span_eq(buf_get0(&out), SPAN("AR: \"a b\"; none\n")));
	buf_reset(&out);
	memset(longest, 'x', sizeof(longest));
	authres_prop(authres_add(&a, "x", "pass"), "header", "d",
	    span_of(longest, sizeof(longest)));
	authres_write(&out, SPAN("AR: "), &a, SPAN("\n"));
	assert_true(span_eq(buf_get0(&out),
	    SPAN("AR: \"a b\";\n\tx=pass\n")));
	authres_free(&a);
	buf_free(&out);
}

static void
results_are_found_by_name(void **state)
{
	struct authres a = { 0 };
	const struct authres_result *r = NULL;

	(void)state;
	assert_int_equal(authres_parse(SPAN("a; spf=fail; ARC=pass "
	    "Header.Oldest-Pass=3"), &a), AUTHRES_OK);
	r = authres_get0(&a, SPAN("arc"));
	assert_non_null(r);
	assert_true(span_eq(authres_value(r, SPAN("header"),
	    SPAN("oldest-pass")), SPAN("3")));
	assert_int_equal(authres_value(r, SPAN("header"), SPAN("d")).n, 0);
	assert_null(authres_get0(&a, SPAN("dkim")));
	authres_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_by_the_grammar_is_read),
		cmocka_unit_test(what_is_common_but_wrong_is_read_as_loose),
		cmocka_unit_test(errors_are_told_apart),
		cmocka_unit_test(results_and_properties_have_a_maximum),
		cmocka_unit_test(forged_fields_of_ones_own_id_are_recognised),
		cmocka_unit_test(values_are_quoted_where_they_must_be),
		cmocka_unit_test(an_id_and_a_reason_are_tokens_or_quoted),
		cmocka_unit_test(nothing_breaks_out_of_a_value),
		cmocka_unit_test(lines_are_folded_the_same_way_each_time),
		cmocka_unit_test(
		    nothing_to_say_is_none_and_long_values_are_left_out),
		cmocka_unit_test(results_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
