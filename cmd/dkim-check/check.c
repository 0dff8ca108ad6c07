/*
 * Judging a published key: what DNS has at the selector, as receivers will
 * read it (RFC 6376 section 6.1.2), and whether it is the private key's half.
 */
#include "dkim-check.h"

#include <sysexits.h>

#include "auth/dkim_verify.h"

/*
 * Whether keys are published, and the private key's public half is none of
 * them. A record whose key is refused does not tell whose it is.
 */
static bool
is_other(const struct dkim_lookup *found, const struct key *key)
{
	struct buf ours = BUF(16384), theirs = BUF(16384);
	bool same = false, some = false;

	key_public(key, &ours);
	for (size_t i = 0; i < found->n && !same; i++) {
		if (found->key[i]->key == NULL)
			continue;
		some = true;
		buf_reset(&theirs);
		key_public(found->key[i]->key, &theirs);
		same = span_eq(buf_get0(&ours), buf_get0(&theirs));
	}
	buf_free(&ours);
	buf_free(&theirs);
	return some && !same;
}

static void
judge(const struct dkim_lookup *found, const struct key *key,
    const char *name, struct findings *fs)
{
	if (dns_failed(found->status)) {
		finding_add(fs, F_KEY_DNS, name, "%s",
		    dns_status_name(found->status));
		return;
	}
	if (found->n == 0) {
		finding_add(fs, F_KEY_MISSING, name, "%s",
		    dns_status_name(found->status));
		return;
	}
	if (found->records > 1)
		finding_add(fs, F_KEY_SEVERAL, name, "%zu records",
		    found->records);
	for (size_t i = 0; i < found->n; i++) {
		const struct dkim_key *k = found->key[i];

		if (k->status != DKIM_KEY_OK)
			finding_add(fs, F_KEY_UNUSABLE, name, "%s",
			    dkim_key_problem(k->status));
		if (k->testing)
			finding_add(fs, F_KEY_TESTING, name, NULL);
	}
	if (is_other(found, key))
		finding_add(fs, F_KEY_OTHER, name, NULL);
}

static void
render(const struct args *a, const struct run *run,
    const struct findings *fs, struct buf *out)
{
	struct buf member = BUF(1 << 20);
	struct jw inner = JW(&member), j = JW(out);

	if (run->text) {
		buf_printf(out, "%s._domainkey.%s: %s\n", a->selector,
		    a->domain, findings_verdict(fs));
		run_banner(run, out);
		for (size_t i = 0; i < fs->n; i++)
			buf_printf(out, "  %s: %s %s\n",
			    finding_info(fs->v[i].code)->code,
			    finding_info(fs->v[i].code)->text,
			    fs->v[i].detail);
		return;
	}
	run_member(run, &inner, "dkim-sign-check/1", findings_verdict(fs));
	jw_str(&inner, "selector", a->selector);
	jw_findings(&inner, "findings", fs);
	jw_end(&inner);
	jw_object(&j, NULL);
	jw_str(&j, "domain", a->domain);
	jw_raw(&j, "dkim-sign", buf_get0(&member));
	jw_end(&j);
	buf_byte(out, '\n');
	buf_free(&member);
}

int
check(const struct args *a, struct run *run, const struct key *key)
{
	struct dkim_keys *keys = dkim_keys_new(env_seed(&run->env));
	struct findings fs = { 0 };
	struct buf name = BUF(1024), out = BUF(1 << 20);
	struct dkim_lookup found;
	int status = EX_OK, written = EX_OK;

	dkim_lookup(run->env.dns, keys, span_str(a->selector),
	    span_str(a->domain), &found);
	buf_printf(&name, "%s._domainkey.%s", a->selector, a->domain);
	buf_byte(&name, '\0');
	judge(&found, key, (const char *)name.p, &fs);
	status = run_grade(&a->run, &fs);
	render(a, run, &fs, &out);
	written = run_stdout_last(buf_get0(&out));
	if (written != EX_OK)
		status = written;
	buf_free(&name);
	buf_free(&out);
	findings_free(&fs);
	dkim_keys_free(keys);
	return status;
}
