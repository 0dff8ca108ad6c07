/*
 * Messages, encrypted ones under a known session key, a passphrase and keys of
 * each kind: the same text and the same signatures whether the octets come
 * whole or one by one, no more of them count, nothing is left open, and what
 * was changed under encryption is never taken for another text.
 */
#include "../support/drip.h"
#include "fuzz.h"
#include "pgp_keys.h"

#include <stdlib.h>
#include <string.h>

#include "pgp/armor.h"
#include "pgp/decrypt.h"

struct run {
	struct buf text;
	enum pgp_result result;
	size_t sigs, good;
	bool encrypted;
};

static void
keep(void *arg, struct span s)
{
	buf_span(arg, s);
}

/* Not by chance: what stands in for a key under RSA is always the same. */
static void
no_chance(void *arg, void *p, size_t n)
{
	(void)arg;
	memset(p, 0x5a, n);
}

static size_t
judge(const struct pgp_msg *m, const struct decrypter *d)
{
	const struct verifier v = { .files = fuzz_pgp_keys(), .n = 1,
	    .not_before = INT64_MIN, .not_after = FUZZ_PGP_NOW,
	    .now = FUZZ_PGP_NOW, .encrypted = m->encrypted,
	    .recipient = d->recipient };
	struct verdict verdicts[HASHER_MAX];

	return signatures_verify(&m->sigs, &m->hasher, &v, verdicts);
}

/* What opened it is something that was given. */
static void
opened_by(const struct decrypter *d)
{
	size_t n = 0;

	must(d->version <= 2);
	must(algo_sym(d->session.sym, &n) != NULL && n == d->session.n);
	must(d->recipient == NULL ||
	    (d->recipient >= d->files->v &&
	    d->recipient < d->files->v + d->files->n));
	/* none of the keys is locked */
	must(!d->locked);
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
	struct env env = { .random = no_chance };
	struct decrypter d = { .budget = &budget,
	    .key_budget = &budget, .passwords = &pws,
	    .key_passwords = &none, .files = fuzz_pgp_keys(),
	    .files_n = 1, .env = &env };
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
	r.encrypted = m->encrypted;
	must((e.result == PGP_OK) == (e.why == NULL));
	must(e.result != PGP_OK || m->literal);
	must(e.result != PGP_OK || m->encrypted == d.opened);
	if (d.opened)
		opened_by(&d);
	if (e.result == PGP_OK)
		r.good = judge(m, &d);
	must(m->pending_n <= HASHER_MAX && m->depth == 0);
	in_free(&plain);
	in_free(&in);
	pgp_msg_free(m);
	free(m);
	return r;
}

/*
 * An octet that is the text's, more likely than not: in front of the MDC, or
 * of what ends a chunk. Without the key nobody makes another text of it.
 */
static void
not_malleable(struct span octets, const struct run *was)
{
	static const size_t from_end[] = { 23, 40 };

	for (size_t i = 0; i < 2 && from_end[i] < octets.n; i++) {
		struct buf copy = BUF(octets.n);
		struct run r;

		buf_span(&copy, octets);
		copy.p[octets.n - from_end[i]] ^= 1;
		r = read_message(buf_get0(&copy), false);
		must(r.result != PGP_OK || !r.encrypted ||
		    span_eq(buf_get0(&r.text), buf_get0(&was->text)));
		buf_free(&r.text);
		buf_free(&copy);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct run a = read_message(span_of(data, n), false);
	struct run b = read_message(span_of(data, n), true);

	/* how far a bad one is read depends on how its octets come */
	must((a.result == PGP_OK) == (b.result == PGP_OK));
	must(a.result != PGP_OK || (a.sigs == b.sigs && a.good == b.good &&
	    span_eq(buf_get0(&a.text), buf_get0(&b.text))));
	if (a.result == PGP_OK && a.encrypted)
		not_malleable(span_of(data, n), &a);
	buf_free(&a.text);
	buf_free(&b.text);
	return 0;
}
