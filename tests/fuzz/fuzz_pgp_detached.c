/*
 * A file of signatures apart from their data: the same ones whether the
 * octets come whole or one by one, nothing else beside them, and none that
 * counts for two different texts.
 */
#include "../support/drip.h"
#include "fuzz.h"
#include "pgp_keys.h"

#include <stdlib.h>

#include "pgp/verify.h"

struct run {
	struct hasher hasher;
	struct signatures sigs;
	enum pgp_result result;
};

static void
read_file(struct run *r, struct span octets, bool slowly)
{
	struct pgp_error e = { PGP_OK, NULL };
	struct drip slow = { octets, 1 };
	const char *why = NULL;
	struct in in;

	if (slowly)
		in_init(&in, drip_in, &slow, &e);
	else
		in_of_span(&in, octets, &e);
	r->result = signatures_read(&in, &r->hasher, &r->sigs, &why);
	must((r->result == PGP_OK) == (why == NULL));
	must(r->result != PGP_OK || r->sigs.n > 0);
	must(r->sigs.n <= HASHER_MAX && r->hasher.n <= r->sigs.n);
	in_free(&in);
}

static void
check(const struct run *r, const struct verifier *by, const struct verdict *v,
    size_t good)
{
	size_t n = 0;

	for (size_t i = 0; i < r->sigs.n; i++) {
		struct buf line = BUF(1 << 12);

		n += v[i].why == NULL;
		must(r->sigs.v[i].why == NULL || v[i].why != NULL);
		if (v[i].why != NULL)
			continue;
		must(v[i].read && v[i].cert != NULL && v[i].key != NULL);
		must(v[i].sig.created <= FUZZ_PGP_NOW + VERIFY_SKEW);
		verdict_line(by, &v[i], &line);
		must(line.n > 0 && !line.over &&
		    span_chr(buf_get0(&line), '\n') == line.n - 1);
		buf_free(&line);
	}
	must(n == good);
}

static size_t
judge(struct run *r, struct span text, struct verdict *v)
{
	const struct verifier how = { .files = fuzz_pgp_keys(), .n = 1,
	    .not_before = INT64_MIN, .not_after = FUZZ_PGP_NOW,
	    .now = FUZZ_PGP_NOW };
	size_t good = 0;

	hasher_add(&r->hasher, text);
	good = signatures_verify(&r->sigs, &r->hasher, &how, v);
	check(r, &how, v, good);
	return good;
}

static struct run *
run_new(struct span octets, bool slowly)
{
	struct run *r = calloc(1, sizeof(*r));

	must(r != NULL);
	read_file(r, octets, slowly);
	return r;
}

static void
run_free(struct run *r)
{
	signatures_free(&r->sigs);
	hasher_free(&r->hasher);
	free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct verdict u[HASHER_MAX], v[HASHER_MAX];
	struct run *a = run_new(span_of(data, n), false);
	struct run *b = run_new(span_of(data, n), true);

	must((a->result == PGP_OK) == (b->result == PGP_OK));
	if (a->result == PGP_OK) {
		must(a->sigs.n == b->sigs.n);
		for (size_t i = 0; i < a->sigs.n; i++)
			must(span_eq(buf_get0(&a->sigs.v[i].body),
			    buf_get0(&b->sigs.v[i].body)));
		/* what the seeds are made over, and something else */
		judge(a, SPAN("Hello, world!\n"), u);
		judge(b, SPAN("other"), v);
		for (size_t i = 0; i < a->sigs.n; i++)
			must(u[i].why != NULL || v[i].why != NULL);
	}
	run_free(a);
	run_free(b);
	return 0;
}
