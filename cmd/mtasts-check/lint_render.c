/* A policy judged before it is published, in JSON and for people. */
#include "lint.h"

#include "base/utf8.h"

enum { MEMBER_MAX = 1 << 21 };

static void
json_policy(struct jw *j, const char *key, const struct sts_policy *p,
    bool usable)
{
	if (!usable) {
		jw_null(j, key);
		return;
	}
	jw_object(j, key);
	jw_str(j, "mode", sts_mode_name(p->mode));
	jw_int(j, "max_age", p->max_age);
	jw_array(j, "mx");
	for (size_t i = 0; i < p->mx.n; i++)
		jw_span(j, NULL, p->mx.v[i]);
	jw_end(j);
	jw_end(j);
}

static void
json_hosts(struct jw *j, const struct lint *l)
{
	const struct opt_list *mx = &l->args->mx;

	jw_array(j, "mx");
	for (size_t i = 0; i < mx->n; i++) {
		struct span pattern = { NULL, 0 };

		sts_policy_matches(&l->policy, span_str(mx->v[i]), &pattern);
		jw_object(j, NULL);
		jw_str(j, "host", mx->v[i]);
		jw_some(j, "matched_by", pattern);
		jw_end(j);
	}
	jw_end(j);
}

static void
json_member(const struct run *r, const struct lint *l, struct buf *out)
{
	struct jw j = JW(out);

	run_member(r, &j, "mtasts-check-lint/1",
	    findings_verdict(&l->findings));
	json_policy(&j, "policy", &l->policy, l->usable);
	json_policy(&j, "previous", &l->previous, l->has_previous);
	jw_some(&j, "id", l->record.id);
	json_hosts(&j, l);
	jw_int(&j, "defers_seconds", l->defers);
	jw_array(&j, "steps");
	for (size_t i = 0; i < l->n; i++)
		jw_str(&j, NULL, l->steps[i]);
	jw_end(&j);
	jw_findings(&j, "findings", &l->findings);
	jw_end(&j);
}

void
lint_json(const struct run *r, const struct lint *l, struct buf *out)
{
	struct buf member = BUF(MEMBER_MAX);
	struct jw j = JW(out);

	json_member(r, l, &member);
	jw_object(&j, NULL);
	jw_text(&j, "file", span_str(l->args->policy));
	jw_raw(&j, "mtasts-check", buf_get0(&member));
	jw_end(&j);
	buf_byte(out, '\n');
	buf_free(&member);
}

void
lint_text(const struct lint *l, struct buf *out)
{
	utf8_clean(out, span_str(l->args->policy));
	buf_printf(out, ": %s\n", findings_verdict(&l->findings));
	run_text_findings(&l->findings, out);
	for (size_t i = 0; i < l->n; i++)
		buf_printf(out, "  %zu. %s\n", i + 1, l->steps[i]);
	if (l->defers > 0)
		buf_printf(out, "  senders that remember the previous policy "
		    "may defer mail for up to %u hours\n",
		    (unsigned)(l->defers + 3599) / 3600);
}
