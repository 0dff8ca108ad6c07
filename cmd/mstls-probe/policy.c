/* What mtasts-check said before us in the pipeline; see policy.h. */
#include "policy.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"
#include "mtasts/match.h"

static void
take_patterns(const json_t *mx, struct policy *out)
{
	for (size_t i = 0; i < json_array_size(mx); i++) {
		const char *one = json_string_value(json_array_get(mx, i));

		if (one != NULL)
			*VEC_PUSH(&out->patterns) = xstrdup(one);
	}
}

/* Why a sender without memory has no policy, as mtasts-check reports it. */
static enum tlsrpt_result
problem_of(const json_t *member)
{
	const json_t *senders = json_object_get(member, "senders");
	const json_t *rows = json_object_get(senders,
	    sender_name(SENDER_MTA_STS));
	const char *type = json_string_value(json_object_get(
	    json_array_get(rows, 0), "result_type"));
	enum tlsrpt_result r = tlsrpt_result_named(span_str(type));

	return tlsrpt_result_is_policy(r) ? r : TLSRPT_NONE;
}

/*
 * Whether it was found out that there is no policy to obey: nothing is
 * published, or the sender with MTA-STS goes on to some host as if by none.
 * The verdict alone does not tell, since other findings and --ignore are in
 * it.
 */
static bool
is_without(const json_t *member)
{
	const json_t *rows = json_object_get(json_object_get(member,
	    "senders"), sender_name(SENDER_MTA_STS));
	const char *verdict = json_string_value(json_object_get(member,
	    "verdict"));

	if (!json_is_null(json_object_get(member, "policy")))
		return false;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *outcome = json_string_value(json_object_get(
		    json_array_get(rows, i), "outcome"));

		if (outcome != NULL && span_eq(span_str(outcome),
		    span_str(sender_outcome_name(OUTCOME_DELIVER))))
			return true;
	}
	return verdict != NULL && span_eq(span_str(verdict), SPAN("none"));
}

static void
take_member(const json_t *member, struct policy *out)
{
	const json_t *policy = json_object_get(member, "policy");
	const char *mode = json_string_value(json_object_get(policy, "mode"));

	if (mode != NULL) {
		out->sender.mode = sender_policy_named(span_str(mode));
		take_patterns(json_object_get(policy, "mx"), out);
	} else if (is_without(member)) {
		out->sender.mode = SENDER_POLICY_NONE;
		out->sender.problem = problem_of(member);
	}
}

void
policy_take(const struct subject *s, struct policy *out)
{
	json_t *record = NULL;

	*out = (struct policy){ .sender = { SENDER_POLICY_UNKNOWN,
	    TLSRPT_NONE } };
	if (!s->is_record)
		return;
	record = json_loadb((const char *)s->text.p, s->text.n,
	    JSON_ALLOW_NUL, NULL);
	take_member(json_object_get(record, "mtasts-check"), out);
	json_decref(record);
}

void
policy_free(struct policy *p)
{
	for (size_t i = 0; i < p->patterns.n; i++)
		free(p->patterns.v[i]);
	free(p->patterns.v);
}

bool
policy_matches(const struct policy *p, struct span host)
{
	for (size_t i = 0; i < p->patterns.n; i++)
		if (sts_match(span_str(p->patterns.v[i]), host))
			return true;
	return false;
}
