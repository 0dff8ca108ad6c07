/*
 * Messages, encrypted ones under a known session key and passphrase: the same
 * text and the same signatures whether the octets come whole or one by one,
 * and nothing is left open.
 */
#include "../support/drip.h"
#include "fuzz.h"

#include <stdlib.h>

#include "pgp/armor.h"
#include "pgp/decrypt.h"

struct run {
	struct buf text;
	enum pgp_result result;
	size_t sigs;
};

static void
keep(void *arg, struct span s)
{
	buf_span(arg, s);
}

static struct run
read_message(struct span octets, bool slowly)
{
	/* of RFC 9580 A.9 to A.11 */
	static const struct session keys[] = {
		{ 0, "\x38\x81\xba\xfe\x98"
		  "\x54\x12\x45\x9b\x86\xc3\x6f\x98\xcb\x9a\x5e", 16 },
		{ 0, "\x28\xe7\x9a\xb8\x23"
		  "\x97\xd3\xc6\x3d\xe2\x4a\xc2\x17\xd7\xb7\x91", 16 },
		{ 0, "\x19\x36\xfc\x85\x68"
		  "\x98\x02\x74\xbb\x90\x0d\x83\x19\x36\x0c\x77", 16 },
	};
	struct pgp_error e = { PGP_OK, NULL };
	struct run r = { .text = BUF(1 << 22) };
	struct s2k_budget budget = { .kib = 1024, .argon2 = 1,
	    .ms = 1000, .hashed = 1 << 16 };
	struct span pw = SPAN("password");
	const struct passphrases pws = { &pw, 1 }, none = { NULL, 0 };
	struct decrypter d = { .budget = &budget,
	    .key_budget = &budget, .passwords = &pws,
	    .key_passwords = &none };
	struct pgp_msg *m = calloc(1, sizeof(*m));
	struct drip slow = { octets, 1 };
	struct armor armor;
	struct in in, plain;

	/* which of the keys is up to the input */
	d.sessions = &keys[octets.n > 0 ? octets.p[octets.n - 1] % 3 : 0];
	d.sessions_n = 1;
	must(m != NULL);
	m->data = keep;
	m->arg = &r.text;
	m->decrypt = decrypter_open;
	m->closed = decrypter_close;
	m->keys = &d;
	/* the text that is kept is not larger */
	m->inflate_max = 1 << 22;
	if (slowly)
		in_init(&in, drip_in, &slow, &e);
	else
		in_of_span(&in, octets, &e);
	armor_open(&armor, &in, false, &plain);
	pgp_msg_read(m, &plain);
	r.result = e.result;
	r.sigs = m->sigs.n;
	must((e.result == PGP_OK) == (e.why == NULL));
	must(e.result != PGP_OK || m->literal);
	must(m->pending_n <= HASHER_MAX && m->depth == 0);
	in_free(&plain);
	in_free(&in);
	pgp_msg_free(m);
	free(m);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct run a = read_message(span_of(data, n), false);
	struct run b = read_message(span_of(data, n), true);

	/* how far a bad one is read depends on how its octets come */
	must((a.result == PGP_OK) == (b.result == PGP_OK));
	must(a.result != PGP_OK || (a.sigs == b.sigs &&
	    span_eq(buf_get0(&a.text), buf_get0(&b.text))));
	buf_free(&a.text);
	buf_free(&b.text);
	return 0;
}
