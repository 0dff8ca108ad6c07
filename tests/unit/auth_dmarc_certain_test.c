/*
 * RFC 9989 section 5.3.6 by enumeration: over every state of a small tree of
 * names, a verdict of pass or fail that was given in spite of failed queries
 * is the verdict for every answer that they could have had.
 */
#include "unit.h"

#include "auth/dmarc.h"

enum { POINTS = 5, ANSWERS = 6, STATES = 7, FAILED = 6 };

static const char *const points[POINTS] = {
	"t", "o.t", "x.o.t", "y.o.t", "z.y.o.t"
};

/* Policies differ, so that a record taken for another one shows. */
static const char *const texts[ANSWERS] = {
	NULL,
	"v=DMARC1; p=reject",
	"v=DMARC1; p=quarantine; psd=n",
	"v=DMARC1; p=none; psd=y",
	"v=DMARC1; p=none; adkim=s",
	"v=DMARC1; p=bad",
};

/* The state of each point: an index of texts, or FAILED. */
struct tree {
	struct dns dns;
	int state[POINTS];
};

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	struct tree *t = (struct tree *)dns;
	struct dns_name up = *name;
	unsigned char rdata[64] = { 0 };
	struct span s = { rdata, 0 };

	(void)type;
	dns_name_up(&up);
	for (size_t i = 0; i < POINTS; i++) {
		struct dns_name point = { 0 };
		const char *txt = NULL;

		dns_name_parse(span_str(points[i]), &point);
		if (!dns_name_eq(&up, &point) || name->wire[1] != '_')
			continue;
		if (t->state[i] == FAILED)
			return dns_answer_empty(DNS_SERVFAIL, 0);
		txt = texts[t->state[i]];
		if (txt == NULL)
			break;
		s.n = strlen(txt) + 1;
		rdata[0] = (unsigned char)(s.n - 1);
		memcpy(rdata + 1, txt, s.n - 1);
		return dns_answer_new(&s, 1, 60);
	}
	return dns_answer_empty(DNS_NODATA, 0);
}

static const struct dns_ops ops = { .query = query };

struct outcome {
	enum dmarc_result result;
	enum dmarc_policy policy;
};

static struct outcome
judge(const struct tree *t, const char *from, const char *signer)
{
	struct tree copy = *t;
	struct dmarc_ctx *ctx = dmarc_ctx_new(&copy.dns, 1);
	struct dmarc_auth dkim = { DMARC_AUTH_PASS, span_str(signer) };
	struct span author = span_str(from);
	struct dmarc_input in = {
		&author, 1, { DMARC_AUTH_NO, { NULL, 0 } }, &dkim, 1
	};
	struct findings fs = { 0 };
	struct dmarc_verdict v;

	dmarc_eval(ctx, &in, &v, &fs);
	findings_free(&fs);
	dmarc_ctx_free(ctx);
	return (struct outcome){ v.result, v.policy };
}

/* Give every failed point every answer, from point "at" on. */
static bool
holds_for_all(struct tree *t, size_t at, const struct outcome *want,
    const char *from, const char *signer)
{
	bool holds = true;

	while (at < POINTS && t->state[at] != FAILED)
		at++;
	if (at == POINTS) {
		struct outcome o = judge(t, from, signer);

		return o.result == want->result &&
		    (o.result != DMARC_R_FAIL || o.policy == want->policy);
	}
	for (int answer = 0; answer < ANSWERS && holds; answer++) {
		t->state[at] = answer;
		holds = holds_for_all(t, at + 1, want, from, signer);
	}
	t->state[at] = FAILED;
	return holds;
}

static size_t
try_pair(const char *from, const char *signer)
{
	struct tree t = { .dns = { .ops = &ops } };
	size_t decided = 0, states = 1;

	for (size_t i = 0; i < POINTS; i++)
		states *= STATES;
	for (size_t n = 0; n < states; n++) {
		size_t rest = n;
		bool failed = false;
		struct outcome o;

		for (size_t i = 0; i < POINTS; i++, rest /= STATES) {
			t.state[i] = (int)(rest % STATES);
			failed = failed || t.state[i] == FAILED;
		}
		o = judge(&t, from, signer);
		if (!failed && o.result == DMARC_R_TEMPERROR)
			fail_msg("temperror without a failure: %zu", n);
		if (!failed || o.result == DMARC_R_TEMPERROR)
			continue;
		decided++;
		if (!holds_for_all(&t, 0, &o, from, signer))
			fail_msg("%s, %s: state %zu: %s is not certain",
			    from, signer, n, dmarc_result_name(o.result));
	}
	return decided;
}

static void
what_is_decided_is_certain(void **state)
{
	static const char *const pairs[][2] = {
		{ "x.o.t", "y.o.t" }, { "x.o.t", "o.t" }, { "o.t", "x.o.t" },
		{ "z.y.o.t", "x.o.t" }, { "x.o.t", "z.y.o.t" },
		{ "z.y.o.t", "y.o.t" }, { "o.t", "o.t" },
	};

	(void)state;
	/* and it is not all given up as temperror */
	for (size_t i = 0; i < ROWS(pairs); i++)
		assert_true(try_pair(pairs[i][0], pairs[i][1]) > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_decided_is_certain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
