/*
 * Sealing the message on stdin: the chain that it has is validated in the
 * same pass in which its body is hashed for the new set.
 */
#include "arc-seal.h"

#include <sysexits.h>

#include "auth/arc_seal.h"
#include "run/signing_key.h"
#include "sys/file.h"
#include "sys/sandbox.h"
#include "sys/say.h"

enum { KEYS_SECONDS = 20 };	/* at most, for the keys of the whole chain */

struct job {
	struct onward mail;
	struct arc_sealer sealer;
	struct arc_verify chain;
	struct header_index *index;
	struct body *body;
};

static void
see_piece(void *arg, struct span piece)
{
	struct job *j = arg;

	body_add(j->body, piece);
}

static void
tell_cv(const struct arc_verify *chain, enum arc_cv cv)
{
	if (cv == ARC_FAIL)
		say_warn("the chain is broken: i=%u: %s", chain->reason_at,
		    chain->reason);
	else if (chain->cv == ARC_FAIL)
		say_detail("the chain passed on arrival, and the message was "
		    "changed since: i=%u: %s", chain->reason_at,
		    chain->reason);
}

/* Whether the outcome is what the message should leave with. */
static bool
tell(enum arc_seal_status status, const struct arc_sealer *s,
    const struct arc_verify *chain, enum arc_cv cv)
{
	switch (status) {
	case ARC_SEALED:
		tell_cv(chain, cv);
		return true;
	case ARC_NOT_ADDED:
		say_warn("the chain has failed before: no set is added "
		    "(RFC 8617 section 5.1)");
		return true;
	case ARC_FULL:
		say_warn("the chain has 50 sets: none is added "
		    "(RFC 8617 section 4.2.1)");
		return true;
	case ARC_UNTRUSTED_AR:
		say_error("ar.untrusted: Authentication-Results of %s stand "
		    "below a Received field", s->authserv_id);
		say_hint("remove forged fields when mail comes in: "
		    "dmarc-verify --prepend does");
		return false;
	case ARC_NO_AR:
		say_error("ar.absent: no Authentication-Results of %s",
		    s->authserv_id);
		say_hint("dmarc-verify --prepend --authserv-id makes them");
		return false;
	case ARC_NOT_KNOWN:
		say_error("the chain could not be checked: i=%u: %s",
		    chain->reason_at, chain->reason);
		return false;
	default:
		say_error("the seal cannot be made");
		return false;
	}
}

/* Names in the chain are whoever's: their servers may not hold the mail. */
static void
validate(struct job *j, struct dns *dns, struct dkim_keys *keys)
{
	struct dns *brief = dns_budget_within(dns, KEYS_SECONDS);

	dns_set_timeout(brief, DNS_QUESTION_SECONDS);
	arc_end(&j->chain, brief, keys, j->sealer.now);
	dns_free(brief);
}

static bool
seal_message(struct job *j, struct run *run)
{
	const struct header *header = &j->mail.msg.header;
	struct dkim_keys *keys = dkim_keys_new(env_seed(&run->env));
	enum arc_seal_status status = ARC_CANNOT_SIGN;
	enum arc_cv cv = ARC_NONE;
	bool ok = false;

	j->index = header_index_new(header, env_seed(&run->env));
	j->body = body_new();
	j->sealer.crlf = header->lf == 0;
	arc_start(&j->chain, header, j->index, j->body);
	arc_sealer_start(&j->sealer, j->body);
	if (!onward_body(&j->mail, see_piece, j))
		goto out;
	body_end(j->body);
	validate(j, run->env.dns, keys);
	status = arc_seal(&j->sealer, &j->chain, header, j->index, j->body,
	    &cv, &j->mail.top);
	ok = tell(status, &j->sealer, &j->chain, cv);
out:
	arc_free(&j->chain);
	header_index_free(j->index);
	body_free(j->body);
	dkim_keys_free(keys);
	return ok;
}

static bool
give_up_power(const struct args *a)
{
	const char *write[] = { file_temp_dir(), NULL };
	const struct sandbox want = { .write = write,
	    .network = run_is_live(&a->run) };

	return run_enter_sandbox(&want, a->run.sandbox);
}

int
seal_stdin(const struct args *a, struct run *run, char **command)
{
	struct job j = { .sealer = {
		.domain = a->domain, .selector = a->selector,
		.authserv_id = a->authserv_id, .headers = a->headers,
		.standardize = a->standardize, .now = env_now(&run->env),
	} };
	bool ready = false;

	if (!onward_start(&j.mail, &a->onward, command))
		return EX_TEMPFAIL;
	j.sealer.key = run_signing_key(a->key, a->allow_weak);
	ready = j.sealer.key != NULL && give_up_power(a);
	return onward_finish(&j.mail, onward_header(&j.mail) && ready &&
	    seal_message(&j, run));
}
