/* Autocrypt fields: Autocrypt Level 1, sections 2.1 and 2.3. */
#include "unit.h"

#include <string.h>

#include "mail/autocrypt.h"

static void
the_grammar(void **state)
{
	static const struct {
		const char *row, *value, *want;	/* addr, preference, keydata */
	} rows[] = {
		{ "least", "addr=a@b; keydata=QUJD", "a@b - QUJD" },
		{ "all", "addr=a@b; prefer-encrypt=mutual; keydata=QUJD",
		    "a@b mutual QUJD" },
		{ "folds and blanks", " addr = a@b ;\r\n keydata=\r\n QU\n JD ",
		    "a@b - QU\n JD" },
		{ "names fold their case", "Addr=a@b; KEYDATA=QUJD",
		    "a@b - QUJD" },
		{ "a last semicolon", "addr=a@b; keydata=QUJD; ",
		    "a@b - QUJD" },
		{ "padding", "addr=a@b; keydata=QUI=", "a@b - QUI=" },
		{ "another preference is none",
		    "addr=a@b; prefer-encrypt=x; keydata=QUJD",
		    "a@b - QUJD" },
		{ "unimportant attributes", "addr=a@b; _x=1; keydata=QUJD",
		    "a@b - QUJD" },
		{ "important ones", "addr=a@b; x=1; keydata=QUJD", NULL },
		{ "addr twice", "addr=a@b; addr=a@b; keydata=QUJD", NULL },
		{ "keydata twice", "addr=a@b; keydata=QUJD; keydata=QUJD",
		    NULL },
		{ "something behind keydata",
		    "addr=a@b; keydata=QUJD; prefer-encrypt=mutual", NULL },
		{ "no addr", "keydata=QUJD", NULL },
		{ "an empty addr", "addr=; keydata=QUJD", NULL },
		{ "no keydata", "addr=a@b", NULL },
		{ "an empty keydata", "addr=a@b; keydata=", NULL },
		{ "no name", "addr=a@b; =x; keydata=QUJD", NULL },
		{ "no value", "addr=a@b; y; keydata=QUJD", NULL },
		{ "nothing between", "addr=a@b;; keydata=QUJD", NULL },
		{ "nothing", "", NULL },
		{ "a semicolon", ";", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct buf got = BUF(1024);
		struct autocrypt a;
		bool ok = autocrypt_parse(span_str(rows[i].value), &a);

		if (ok != (rows[i].want != NULL))
			fail_msg("%s: %s", rows[i].row, ok ? "taken" :
			    "refused");
		if (!ok)
			continue;
		buf_span(&got, a.addr);
		buf_str(&got, a.mutual ? " mutual " : " - ");
		buf_span(&got, a.keydata);
		if (!span_eq(buf_get0(&got), span_str(rows[i].want)))
			fail_msg("%s: got %.*s", rows[i].row, (int)got.n,
			    (const char *)got.p);
		buf_free(&got);
	}
}

#define FIELD "Autocrypt: addr=a@b; keydata=QUJD\n"

struct mail {
	const char *row, *header;
	const char *why;	/* NULL: the certificate is "ABC" */
};

/* Of the author, or with "gossip" of a@b. */
static void
take_all(const struct mail *rows, size_t n, bool gossip)
{
	for (size_t i = 0; i < n; i++) {
		struct header h = { .n = 0 };
		struct buf packets = BUF(AUTOCRYPT_KEY_MAX);
		struct autocrypt a;
		const char *why = NULL;

		header_split(span_str(rows[i].header), 100, &h);
		why = gossip ? autocrypt_gossip_of(&h, SPAN("a@b"), &a,
		    &packets) : autocrypt_of(&h, &a, &packets);
		if ((why == NULL) != (rows[i].why == NULL) ||
		    (why != NULL && strcmp(why, rows[i].why) != 0))
			fail_msg("%s: %s", rows[i].row, why ? why : "taken");
		if (why == NULL)
			assert_true(span_eq(buf_get0(&packets),
			    SPAN("ABC")));
		header_free(&h);
		buf_free(&packets);
	}
}

static void
which_one_counts(void **state)
{
	static const struct mail rows[] = {
		{ "one", "From: a@b\n" FIELD, NULL },
		{ "case does not count", "From: A <A@B>\n" FIELD, NULL },
		{ "an invalid one beside it",
		    "From: a@b\nAutocrypt: x\n" FIELD, NULL },
		{ "another's beside it", "From: a@b\n"
		    "Autocrypt: addr=e@f; keydata=RUVF\n" FIELD, NULL },
		{ "none", "From: a@b\n",
		    "it has no valid Autocrypt field for its author" },
		{ "another's", "From: e@f\n" FIELD,
		    "it has no valid Autocrypt field for its author" },
		{ "two", "From: a@b\n" FIELD FIELD,
		    "it has several valid Autocrypt fields" },
		{ "two authors", "From: a@b, e@f\n" FIELD,
		    "From does not name exactly one author" },
		{ "two From", "From: a@b\nFrom: a@b\n" FIELD,
		    "From does not name exactly one author" },
		{ "no author", FIELD,
		    "From does not name exactly one author" },
		{ "a report", "From: a@b\nContent-Type: multipart/report\n"
		    FIELD, "it is a report" },
		{ "no base64", "From: a@b\n"
		    "Autocrypt: addr=a@b; keydata=Q!\n",
		    "the certificate in its Autocrypt field is malformed" },
	};

	(void)state;
	take_all(rows, ROWS(rows), false);
}

static void
gossip(void **state)
{
	static const struct mail rows[] = {
		{ "one", "From: x@y\nAutocrypt-Gossip: addr=A@b; "
		    "keydata=QUJD\n", NULL },
		{ "another's beside it", "Autocrypt-Gossip: addr=e@f; "
		    "keydata=RUVF\nAutocrypt-Gossip: addr=a@b; "
		    "keydata=QUJD\n", NULL },
		{ "none", "From: a@b\n", "it has no valid field" },
		{ "the author's own field is another", "From: a@b\n" FIELD,
		    "it has no valid field" },
		{ "two", "Autocrypt-Gossip: addr=a@b; keydata=QUJD\n"
		    "Autocrypt-Gossip: addr=A@B; keydata=RUVF\n",
		    "it has several valid fields" },
		{ "no base64", "Autocrypt-Gossip: addr=a@b; keydata=Q!\n",
		    "the certificate in its field is malformed" },
		{ "an unknown attribute", "Autocrypt-Gossip: addr=a@b; x=y; "
		    "keydata=QUJD\n", "it has no valid field" },
	};

	(void)state;
	take_all(rows, ROWS(rows), true);
}

static void
written_and_read(void **state)
{
	unsigned char octets[1000];
	struct buf out = BUF(1 << 16), packets = BUF(AUTOCRYPT_KEY_MAX);
	struct header h = { .n = 0 };
	struct autocrypt a;

	(void)state;
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (unsigned char)(i * 7);
	buf_str(&out, "From: a@b\r\n");
	autocrypt_write("Autocrypt", SPAN("a@b"), true, span_of(octets, sizeof(octets)),
	    "\r\n", &out);
	for (size_t i = 0, column = 0; i < out.n; i++) {
		column = out.p[i] == '\n' ? 0 : column + 1;
		assert_true(column <= 79);
	}
	header_split(buf_get0(&out), 100, &h);
	assert_null(autocrypt_of(&h, &a, &packets));
	assert_true(a.mutual);
	assert_true(span_eq(buf_get0(&packets), span_of(octets,
	    sizeof(octets))));
	header_free(&h);
	buf_free(&out);
	buf_free(&packets);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_grammar),
		cmocka_unit_test(which_one_counts),
		cmocka_unit_test(gossip),
		cmocka_unit_test(written_and_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
