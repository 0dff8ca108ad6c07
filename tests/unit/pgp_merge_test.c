/* Certificates of one primary key that are made one. */
#include "unit.h"

#include <stdlib.h>
#include <time.h>

#include "pgp/cert.h"
#include "pgp/packet.h"

enum { FLOOD = 60000 };

static const char key[] = "\x04\x5d\x00\x00\x00\x16\x09\x2b\x06\x01\x04\x01"
    "\xda\x47\x0f\x01\x01\x07\x40" "12345678901234567890123456789012";

static void
add_key(char last, struct buf *out)
{
	char body[sizeof(key)];

	memcpy(body, key, sizeof(key));
	body[sizeof(key) - 2] = last;
	packet_write(out, TAG_PUBLIC_KEY, span_of(body, sizeof(key) - 1));
}

/* Signature number n, as far as reading certificates looks at it. */
static void
add_sig(uint32_t n, struct buf *out)
{
	struct buf body = BUF(64);

	buf_span(&body, SPAN("\x04\x10\x16\x0a"));
	buf_u32(&body, n);
	packet_write(out, TAG_SIGNATURE, buf_get0(&body));
	buf_free(&body);
}

static struct certs
read_certs(struct buf *packets)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct certs c = CERTS;
	const char *why = NULL;
	struct in in;

	in_of_span(&in, buf_get0(packets), &e);
	assert_int_equal(certs_read(&in, false, &c, &why), PGP_OK);
	buf_free(packets);
	return c;
}

static uint32_t
number(const struct component *v, size_t i)
{
	const unsigned char *p = v->sigs.v[i].p + 4;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | p[2] << 8 | p[3];
}

static void
floods_are_merged_in_time(void **state)
{
	struct buf a = BUF(CERT_FILE_MAX), b = BUF(CERT_FILE_MAX);
	struct certs x, y;
	clock_t start = 0;

	(void)state;
	add_key('a', &a);
	add_key('a', &b);
	for (uint32_t i = 0; i < FLOOD; i++) {
		add_sig(2 * i, &a);
		add_sig(3 * i, &b);
	}
	x = read_certs(&a);
	y = read_certs(&b);
	start = clock();
	assert_true(cert_merge(&x.v[0], &y.v[0]));
	cert_merge_end(&x.v[0]);
	assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
	/* a third of the second's is in the first */
	assert_int_equal(x.v[0].v[0].sigs.n, 2 * FLOOD - FLOOD / 3);
	assert_int_equal(number(&x.v[0].v[0], FLOOD - 1), 2 * (FLOOD - 1));
	assert_int_equal(number(&x.v[0].v[0], FLOOD), 3);
	certs_free(&x);
	certs_free(&y);
}

static void
files_share_what_they_have(void **state)
{
	struct buf a = BUF(1 << 16), b = BUF(1 << 16);
	struct certs x, y, *const both[] = { &x, &y };

	(void)state;
	add_key('b', &a);
	add_sig(1, &a);
	add_key('a', &a);
	add_sig(2, &a);
	add_key('b', &a);
	packet_write(&a, TAG_USER_ID, SPAN("Bob"));
	add_key('a', &b);
	add_sig(3, &b);
	add_sig(2, &b);
	add_key('c', &b);
	x = read_certs(&a);
	y = read_certs(&b);
	assert_true(certs_unite(both, 2));
	assert_int_equal(x.n, 2);
	assert_int_equal(x.v[0].n, 2);
	assert_int_equal(x.v[0].v[0].sigs.n, 1);
	assert_int_equal(x.v[1].v[0].sigs.n, 2);
	assert_int_equal(number(&x.v[1].v[0], 0), 2);
	assert_int_equal(number(&x.v[1].v[0], 1), 3);
	assert_int_equal(y.n, 2);
	assert_int_equal(y.v[0].v[0].sigs.n, 2);
	assert_int_equal(y.v[1].v[0].sigs.n, 0);
	certs_free(&x);
	certs_free(&y);
}

static void
parts_have_a_limit(void **state)
{
	struct buf a = BUF(1 << 20);
	struct certs x, *const one[] = { &x };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		add_key('a', &a);
		for (unsigned j = 0; j < CERT_PARTS_MAX / 2; j++) {
			const unsigned char id[] = { 'a' + i, j >> 8, j };

			packet_write(&a, TAG_USER_ID,
			    span_of(id, sizeof(id)));
		}
	}
	x = read_certs(&a);
	assert_false(certs_unite(one, 1));
	certs_free(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floods_are_merged_in_time),
		cmocka_unit_test(files_share_what_they_have),
		cmocka_unit_test(parts_have_a_limit),
	};

	return cmocka_run_group_tests_name("pgp_merge", tests, NULL, NULL);
}
