/*
 * Signing the message on stdin. The message is held back until it is whole
 * and signed, so that whoever reads our output never takes half a message
 * for one; whatever goes wrong is answered with 75, and the mail waits.
 */
#include "dkim-sign.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "dns/idn.h"
#include "run/run_opts.h"
#include "run/signing_key.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/say.h"

enum { NAMES_MAX = 256 * 1024 };

struct job {
	const struct args *a;
	struct wants wants;
	struct table table;
	struct onward mail;
	struct body *body;
	struct dkim_lint lint;
};

/* -d, -s and -k go together in the order they were given. */
static bool
wants_of_options(struct job *j)
{
	const struct args *a = j->a;

	for (size_t i = 0; i < a->key.n; i++) {
		struct dkim_want *w = VEC_PUSH(&j->wants);

		w->domain = a->domain.v[i];
		w->selector = a->selector.v[i];
		w->key = run_signing_key(a->key.v[i], a->allow_weak);
		if (w->key == NULL)
			return false;
	}
	return a->key_table == NULL || table_read(a->key_table, &j->table);
}

/* The folders of the table's keys, which are read after the header. */
static const char **
key_folders(const struct table *t)
{
	struct { const char **v; size_t n, cap; } list = { 0 };
	const char **end = NULL;

	for (size_t i = 0; i < t->n; i++) {
		char *slash = strrchr(t->v[i].path, '/');
		char *folder = slash ? span_dup(span_of(t->v[i].path,
		    (size_t)(slash - t->v[i].path) + 1)) : xstrdup(".");

		if (list.n > 0 && strcmp(list.v[list.n - 1], folder) == 0)
			free(folder);
		else
			*VEC_PUSH(&list) = folder;
	}
	end = VEC_PUSH(&list);
	*end = NULL;
	return list.v;
}

static bool
give_up_power(struct job *j)
{
	const char **read = key_folders(&j->table);
	const char *write[] = { file_temp_dir(), NULL };
	struct sandbox want = { .read = read, .write = write };

	return run_enter_sandbox(&want, j->a->sandbox);
}

/* What is wrong with the message; false when --strict refuses it. */
static bool
lint(const struct job *j)
{
	struct findings fs = { 0 };
	bool ok = true;

	dkim_lint_header(&j->mail.msg.header, j->wants.v, j->wants.n, &fs);
	dkim_lint_end(&j->lint, &j->mail.msg.header, &fs);
	for (size_t i = 0; i < fs.n; i++) {
		const struct finding_info *f = finding_info(fs.v[i].code);
		bool refuse = j->a->strict && f->sev == SEV_FAIL;

		(refuse ? say_error : say_warn)("%s: %s%s%s (%s)",
		    fs.v[i].where, f->text, fs.v[i].detail[0] ? ": " : "",
		    fs.v[i].detail, f->clause);
		ok &= !refuse;
	}
	findings_free(&fs);
	return ok;
}

static bool
make_fields(struct job *j)
{
	const struct header *header = &j->mail.msg.header;
	struct header_index *index = NULL;
	struct buf names = BUF(NAMES_MAX);
	bool ok = true;
	struct env env;

	if (j->a->clock >= 0)
		env_fixed(&env, j->a->clock);
	else
		env_system(&env);
	index = header_index_new(header, env_seed(&env));
	dkim_choose(header, &j->a->choice, &names);
	for (size_t i = 0; ok && i < j->wants.n; i++)
		ok = !names.over && dkim_sign_field(&j->wants.v[i], j->body,
		    index, buf_get0(&names), env_now(&env),
		    header->lf == 0, &j->mail.top);
	if (!ok)
		say_error("the signature cannot be made");
	buf_free(&names);
	header_index_free(index);
	return ok;
}

static void
see_piece(void *arg, struct span piece)
{
	struct job *j = arg;

	body_add(j->body, piece);
	dkim_lint_body(&j->lint, piece);
}

/* A signature that no verifier can accept is worse than none. */
static bool
want_fits(const struct dkim_want *w)
{
	struct span id = span_str(w->identity);
	size_t at = span_rchr(id, '@');

	if (!dkim_is_tag_word(w->domain) ||
	    !dkim_is_tag_word(w->selector)) {
		say_error("%s, %s: no domain and selector", w->domain,
		    w->selector);
		return false;
	}
	if (w->identity == NULL || (at < id.n && idn_is_below(
	    span_from(id, at + 1), span_str(w->domain))))
		return true;
	say_error("%s: no identity at or below %s (RFC 6376 section 3.5)",
	    w->identity, w->domain);
	return false;
}

static bool
complete_wants(struct job *j)
{
	bool ok = true;

	for (size_t i = 0; i < j->wants.n; i++) {
		struct dkim_want *w = &j->wants.v[i];

		w->header_canon = j->a->header_canon;
		w->body_canon = j->a->body_canon;
		w->identity = j->a->identity;
		w->expire = j->a->expire;
		ok &= want_fits(w);
	}
	dkim_sign_start(j->wants.v, j->wants.n, j->body);
	return ok;
}

/* The keys that the header asks for; false after having said why. */
static bool
pick_keys(struct job *j)
{
	if (j->table.n > 0 && !table_pick(&j->table, &j->mail.msg.header,
	    j->a, &j->wants))
		return false;
	if (j->wants.n > 0)
		return true;
	say_warn("no key for this From domain: %s", j->a->require_key ?
	    "not signed (--require-key)" : "left unsigned");
	return !j->a->require_key;
}

/* True when j->mail.top is what the message should get. */
static bool
sign_message(struct job *j)
{
	bool ok = pick_keys(j);

	if (!ok)
		return false;
	j->body = body_new();
	ok = complete_wants(j);
	ok = onward_body(&j->mail, see_piece, j) && ok;
	body_end(j->body);
	if (ok && j->wants.n > 0)
		ok = lint(j) && make_fields(j);
	body_free(j->body);
	return ok;
}

static enum opt_next
check_options(const struct args *a, struct opt_result *res)
{
	if (a->key.n != a->domain.n || a->key.n != a->selector.n)
		return opt_wrong(&sign_spec, res,
		    "give -d, -s and -k equally often");
	if (a->key.n == 0 && a->key_table == NULL)
		return opt_wrong(&sign_spec, res,
		    "give -d, -s and -k, or --key-table");
	if (!dkim_is_name_list(a->choice.headers) ||
	    !dkim_is_name_list(a->choice.oversign))
		return opt_wrong(&sign_spec, res,
		    "--headers, --oversign: field names with colons between");
	return onward_check(&sign_spec, res);
}

int
sign_main(int argc, char **argv)
{
	struct args a = { .header_canon = CANON_RELAXED,
	    .body_canon = CANON_RELAXED, .clock = -1 };
	struct job j = { .a = &a };
	struct opt_result res;
	bool ready = false;

	if (opt_parse(&sign_spec, argc, argv, &a, &res) == OPT_END ||
	    check_options(&a, &res) == OPT_END)
		return opt_end(&res);
	say_level(a.quiet ? -1 : a.verbose);
	if (!onward_start(&j.mail, &a.onward, res.command))
		return EX_TEMPFAIL;
	run_keep_secrets();
	crypto_start();
	ready = wants_of_options(&j) && give_up_power(&j);
	/* without a key the header is read all the same: --on-error=pass */
	return onward_finish(&j.mail, onward_header(&j.mail) && ready &&
	    sign_message(&j));
}
