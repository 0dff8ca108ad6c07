/* Verdicts that were reached this second; see chain.h. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tls/chain.h"

enum { KEPT = 32 };		/* verdicts; the oldest gives way */

struct kept {
	int64_t now;
	unsigned char key[SHA256_SIZE];
	struct chain_verdict verdict;
};

struct chain_memo {
	struct kept v[KEPT];
	size_t n, oldest;
};

struct chain_memo *
chain_memo_new(void)
{
	return xcalloc(1, sizeof(struct chain_memo));
}

void
chain_memo_free(struct chain_memo *memo)
{
	free(memo);
}

/*
 * All that a verdict rests on but time and trust: the octets, in order, and
 * whether some were left out.
 */
static void
key_of(const struct cert_chain *chain, unsigned char key[static SHA256_SIZE])
{
	unsigned char all[CERT_CHAIN_MAX * SHA256_SIZE + 1];
	size_t n = chain->n * SHA256_SIZE;

	for (size_t i = 0; i < chain->n; i++)
		memcpy(all + i * SHA256_SIZE, chain->v[i].sha256, SHA256_SIZE);
	all[n] = chain->left_out > 0;
	digest_of(DIGEST_SHA256, span_of(all, n + 1), key);
}

static const struct kept *
find0(const struct chain_memo *memo, int64_t now,
    const unsigned char key[static SHA256_SIZE])
{
	for (size_t i = 0; i < memo->n; i++)
		if (memo->v[i].now == now &&
		    memcmp(memo->v[i].key, key, SHA256_SIZE) == 0)
			return &memo->v[i];
	return NULL;
}

void
chain_judge_once(struct chain_memo *memo, const struct trust *trust,
    const struct cert_chain *chain, int64_t now, struct chain_verdict *out)
{
	struct kept fresh = { .now = now };
	const struct kept *known = NULL;

	/* an empty one differs by what was left out, and costs nothing */
	if (memo == NULL || chain->n == 0) {
		chain_judge(trust, chain, now, out);
		return;
	}
	key_of(chain, fresh.key);
	known = find0(memo, now, fresh.key);
	if (known != NULL) {
		*out = known->verdict;
		return;
	}
	chain_judge(trust, chain, now, &fresh.verdict);
	*out = fresh.verdict;
	memo->v[memo->oldest] = fresh;
	memo->oldest = (memo->oldest + 1) % KEPT;
	if (memo->n < KEPT)
		memo->n++;
}
