/* SPF verdicts: their words, their trace, and what to say about them. */
#include <stdlib.h>

#include "auth/spf_int.h"
#include "base/vec.h"

const char *
spf_result_name(enum spf_result r)
{
	static const char *const names[] = {
		[SPF_NONE] = "none", [SPF_NEUTRAL] = "neutral",
		[SPF_PASS] = "pass", [SPF_FAIL] = "fail",
		[SPF_SOFTFAIL] = "softfail", [SPF_TEMPERROR] = "temperror",
		[SPF_PERMERROR] = "permerror",
	};

	return names[r];
}

const char *
spf_scope_name(enum spf_scope s)
{
	return s == SPF_SCOPE_HELO ? "helo" : "mfrom";
}

void
spf_verdict_free(struct spf_verdict *v)
{
	for (size_t i = 0; i < sizeof(v->own) / sizeof(v->own[0]); i++)
		buf_free(&v->own[i]);
	spf_trace_free(&v->trace);
	*v = (struct spf_verdict){ 0 };
}

size_t
spf_trace_add(struct spf_eval *ev, enum spf_node_kind kind, struct span text,
    struct span domain)
{
	struct spf_trace *t = &ev->out->trace;
	struct spf_node *node = NULL;

	if (!ev->ctx->limits.trace)
		return 0;
	if (t->n >= SPF_TRACE_MAX) {
		t->cut = true;
		return 0;
	}
	node = VEC_PUSH(t);
	*node = (struct spf_node){
		.kind = kind, .depth = ev->depth, .text = span_dup(text),
		.domain = span_dup(domain), .outcome = "",
		.lookups = ev->lookups, .voids = ev->voids,
	};
	return t->n;
}

/* The counts are those after the node's own children. */
void
spf_trace_outcome(struct spf_eval *ev, size_t node, const char *outcome)
{
	struct spf_node *at = NULL;

	if (node == 0)
		return;
	at = &ev->out->trace.v[node - 1];
	at->outcome = outcome;
	at->lookups = ev->lookups;
	at->voids = ev->voids;
}

void
spf_trace_domain(struct spf_eval *ev, size_t node, struct span domain)
{
	if (node == 0)
		return;
	free(ev->out->trace.v[node - 1].domain);
	ev->out->trace.v[node - 1].domain = span_dup(domain);
}

void
spf_trace_free(struct spf_trace *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].text);
		free(t->v[i].domain);
	}
	free(t->v);
	*t = (struct spf_trace){ 0 };
}

void
spf_findings(const struct spf_verdict *v, struct findings *out)
{
	static const enum finding_code codes[] = {
		[SPF_NONE] = F_SPF_NONE, [SPF_NEUTRAL] = F_SPF_NEUTRAL,
		[SPF_PASS] = FINDING_CODES, [SPF_FAIL] = F_SPF_FAIL,
		[SPF_SOFTFAIL] = F_SPF_SOFTFAIL,
		[SPF_TEMPERROR] = F_SPF_TEMPERROR,
		[SPF_PERMERROR] = F_SPF_PERMERROR,
	};
	struct span say = v->problem.n > 0 ? v->problem : v->mechanism;
	char *where = span_dup(v->domain);
	char *detail = span_dup(span_first(say, 512));

	if (codes[v->result] != FINDING_CODES)
		finding_add(out, codes[v->result], where,
		    detail[0] ? "%s" : NULL, detail);
	free(detail);
	free(where);
}
