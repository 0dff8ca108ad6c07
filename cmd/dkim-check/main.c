/*
 * dkim-sign check: does DNS publish this key, as receivers will want it?
 * A program of its own, since signing must not carry a resolver along.
 */
#include <sysexits.h>
#include <unistd.h>

#include "auth/dkim_verify.h"
#include "crypto/lib.h"
#include "run/run.h"
#include "run/signing_key.h"
#include "sys/file.h"
#include "sys/say.h"
#include "sys/secret.h"

struct args {
	struct run_opts run;
	const char *domain, *selector, *key;
};

enum { LIST_MAX = 1 << 20 };

#define ROW_AT(field) .at = offsetof(struct args, field)

static const struct opt checking[] = {
	{ .name = "domain", .letter = 'd', .arg = "DOMAIN",
	  .help = "signing domain", .kind = OPT_STR, ROW_AT(domain) },
	{ .name = "selector", .letter = 's', .arg = "SELECTOR",
	  .help = "selector", .kind = OPT_STR, ROW_AT(selector) },
	{ .name = "key", .letter = 'k', .arg = "FILE",
	  .help = "private key whose public half should be published",
	  .kind = OPT_STR, ROW_AT(key) },
};

static const struct opt_chunk chunks[] = {
	{ .title = "The key", .rows = checking,
	  .n = sizeof(checking) / sizeof(checking[0]) },
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

static const struct opt_spec spec = {
	.tool = "dkim-sign check",
	.usage = "-d DOMAIN -s SELECTOR -k FILE",
	.about = "Does DNS publish this key?",
	.chunks = chunks,
	.n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EX_USAGE,
};

/* Whether one of the published keys is the private key's public half. */
static bool
is_published(const struct dkim_lookup *found, const struct key *key)
{
	struct buf ours = BUF(16384), theirs = BUF(16384);
	bool same = false;

	key_public(key, &ours);
	for (size_t i = 0; i < found->n && !same; i++) {
		if (found->key[i]->key == NULL)
			continue;
		buf_reset(&theirs);
		key_public(found->key[i]->key, &theirs);
		same = span_eq(buf_get0(&ours), buf_get0(&theirs));
	}
	buf_free(&ours);
	buf_free(&theirs);
	return same;
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
	if (!is_published(found, key))
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

static int
check(const struct args *a, struct run *run, const struct key *key)
{
	struct dkim_keys *keys = dkim_keys_new(env_seed(&run->env));
	struct findings fs = { 0 };
	struct buf name = BUF(1024), out = BUF(1 << 20);
	struct dkim_lookup found;
	int status = EX_OK;

	dkim_lookup(run->env.dns, keys, span_str(a->selector),
	    span_str(a->domain), &found);
	buf_printf(&name, "%s._domainkey.%s", a->selector, a->domain);
	buf_byte(&name, '\0');
	judge(&found, key, (const char *)name.p, &fs);
	if (a->run.ignore != NULL)
		findings_ignore(&fs, span_str(a->run.ignore));
	render(a, run, &fs, &out);
	status = exit_of_findings(&fs, (enum fail_on)a->run.fail_on);
	if (!file_write_all(STDOUT_FILENO, buf_get0(&out)) ||
	    !file_close_stdout())
		status = EX_IOERR;
	buf_free(&name);
	buf_free(&out);
	findings_free(&fs);
	dkim_keys_free(keys);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct sandbox want = { .network = true };
	static const char *const areas[] = { "key", NULL };
	struct args a = { .run = RUN_OPTS_DEFAULT };
	struct opt_result res;
	struct run run;
	struct key *key = NULL;
	enum sandbox_state got = SANDBOX_NONE;
	int status = 0;

	if (opt_parse(&spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	if (a.run.list_codes) {
		res.text = BUF(LIST_MAX);
		run_list_codes(areas, &res.text);
		return opt_end(&res);
	}
	if (a.domain == NULL || a.selector == NULL || a.key == NULL) {
		opt_wrong(&spec, &res, "give -d, -s and -k");
		return opt_end(&res);
	}
	run_speak("dkim-sign", &a.run);
	secret_process();
	crypto_start();
	key = run_signing_key(a.key, true);
	if (key == NULL)
		return EX_NOINPUT;
	status = run_open(&run, &a.run, false);
	if (status != 0)
		return status;
	if (!sandbox_enter(&want, (enum sandbox_mode)a.run.sandbox, &got)) {
		say_error("sandbox: this kernel cannot close it all");
		return run_close(&run, EX_SOFTWARE);
	}
	status = run_close(&run, check(&a, &run, key));
	key_free(key);
	return status;
}
