/*
 * STARTTLS Everywhere lists: a list that is taken gives a policy for a domain
 * that stands in it, and never one with mode none or without a pattern.
 */
#include "fuzz.h"

#include "mtasts/preload.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const domains[] = { "a.test", "b.test", "c.test" };
	char *why = NULL;
	struct preload *p = preload_read(span_of(data, n), &why);

	must((p == NULL) == (why != NULL));
	for (size_t i = 0; p != NULL && i < 3; i++) {
		struct preload_policy found;

		if (!preload_find(p, span_str(domains[i]), &found))
			continue;
		must(found.policy.mode != SENDER_POLICY_NONE &&
		    found.policy.mode != SENDER_POLICY_UNKNOWN);
		must(found.policy.mx.n > 0);
		preload_policy_free(&found);
	}
	preload_free(p);
	free(why);
	return 0;
}
