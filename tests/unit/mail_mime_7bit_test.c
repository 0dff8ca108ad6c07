/* Which parts become 7-bit, and that nothing else of an entity does. */
#include "unit.h"

#include <string.h>

#include "base/buf.h"
#include "mail/mime_7bit.h"

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n"
#define SIGNED "Content-Type: multipart/signed; boundary=s; " \
	"protocol=\"application/pgp-signature\"\r\n"
#define QP "Content-Transfer-Encoding: quoted-printable\r\n"

static const struct {
	const char *name, *root, *in, *out;
	bool changes;
} rows[] = {
	{ "plain parts", MIXED, "--b\n\ntext\n--b--\n",
	  "--b\r\n\r\ntext\r\n--b--\r\n", false },
	{ "8-bit text", MIXED, "--b\n\n\xc3\xb6\n--b--\n",
	  "--b\r\n" QP "\r\n=C3=B6\r\n--b--\r\n", true },
	{ "which said so", MIXED,
	  "--b\nContent-Transfer-Encoding: 8bit\n\n\xc3\xb6\n--b--\n",
	  "--b\r\n" QP "\r\n=C3=B6\r\n--b--\r\n", true },
	{ "one of two", MIXED, "--b\n\nx\n--b\n\n\xff\n--b--\n",
	  "--b\r\n\r\nx\r\n--b\r\n" QP "\r\n=FF\r\n--b--\r\n", true },
	{ "a blank at the end of a line", MIXED, "--b\n\nx \ny\n--b--\n",
	  "--b\r\n" QP "\r\nx=20\r\ny\r\n--b--\r\n", true },
	{ "From", MIXED, "--b\n\nFrom x\n--b--\n",
	  "--b\r\n" QP "\r\n=46rom x\r\n--b--\r\n", true },
	{ "base64 with 8-bit octets", MIXED,
	  "--b\nContent-Transfer-Encoding: base64\n\n\xff\n--b--\n",
	  "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff\r\n"
	  "--b--\r\n", false },
	{ "in a part that is signed", MIXED,
	  "--b\n" SIGNED "\n--s\n\n\xff\n--s--\n--b--\n",
	  "--b\r\n" SIGNED "\r\n--s\r\n\r\n\xff\r\n--s--\r\n--b--\r\n",
	  false },
	{ "a multipart that said 8bit", MIXED,
	  "--b\nContent-Transfer-Encoding: 8bit\n"
	  "Content-Type: multipart/mixed; boundary=c\n\n--c\n\n\xff\n--c--\n"
	  "--b--\n",
	  "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n"
	  "Content-Transfer-Encoding: 7bit\r\n\r\n--c\r\n" QP "\r\n=FF\r\n"
	  "--c--\r\n--b--\r\n", true },
	{ "outside of all parts", MIXED, "\xff\n--b\n\nx\n--b--\n\xff\n",
	  "\xff\r\n--b\r\n\r\nx\r\n--b--\r\n\xff\r\n", false },
};

static void
gather(void *arg, struct span s)
{
	buf_span(arg, s);
}

static void
rewrite(size_t row, size_t step)
{
	struct env env;
	struct header root = { .n = 0 };
	struct mime_7bit m;
	struct buf out = BUF(4096), again = BUF(4096);
	struct span in = span_str(rows[row].in);

	env_system(&env);
	header_split(span_str(rows[row].root), 10, &root);
	mime_7bit_start(&m, &root, &env);
	for (; in.n > 0; in = span_from(in, step))
		mime_7bit_add(&m, span_first(in, step));
	assert_null(mime_7bit_read(&m));
	assert_true(mime_7bit_write(&m, gather, &out));
	if (m.changes != rows[row].changes ||
	    !span_eq(buf_get0(&out), span_str(rows[row].out)))
		fail_msg("%s, %zu at a time: %.*s", rows[row].name, step,
		    (int)out.n, (const char *)out.p);
	mime_7bit_free(&m);
	/* what was written needs nothing more */
	mime_7bit_start(&m, &root, &env);
	mime_7bit_add(&m, buf_get0(&out));
	assert_null(mime_7bit_read(&m));
	assert_false(m.changes);
	assert_true(mime_7bit_write(&m, gather, &again));
	assert_true(span_eq(buf_get0(&again), buf_get0(&out)));
	mime_7bit_free(&m);
	header_free(&root);
	buf_free(&out);
	buf_free(&again);
}

static void
parts_become_7bit(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		rewrite(i, 1);
		rewrite(i, 4096);
	}
}

static void
what_cannot_be_walked_is_said(void **state)
{
	struct header root = { .n = 0 };
	struct mime_7bit m;
	struct env env;

	(void)state;
	env_system(&env);
	header_split(SPAN("Content-Type: multipart/mixed\r\n"), 10, &root);
	mime_7bit_start(&m, &root, &env);
	mime_7bit_add(&m, SPAN("text\n"));
	assert_non_null(mime_7bit_read(&m));
	mime_7bit_free(&m);
	header_free(&root);
	m = (struct mime_7bit){ .root = NULL };
	mime_7bit_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_become_7bit),
		cmocka_unit_test(what_cannot_be_walked_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
