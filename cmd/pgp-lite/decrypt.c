/* decrypt. */
#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/decrypt.h"
#include "session_key.h"
#include "sys/say.h"

enum { SESSIONS_MAX = 64 };

struct job {
	struct run r;
	struct files keys, certs;
	struct session sessions[SESSIONS_MAX];
	size_t sessions_n;
	struct decrypter decrypter;
	struct pgp_msg msg;
	struct stage out;
	uint64_t early;		/* octets written before the end */
};

static bool
read_sessions(struct job *j)
{
	struct run *r = &j->r;

	for (size_t i = 0; i < r->a.session_keys.n; i++) {
		struct span s = { NULL, 0 };

		if (!run_input(r, r->a.session_keys.v[i], &s))
			return false;
		if (i == SESSIONS_MAX || !session_key_parse(s, &j->sessions[i]))
			return run_fail(r, SOP_BAD_DATA, "%s: no session key",
			    r->a.session_keys.v[i]);
		j->sessions_n++;
	}
	return true;
}

static bool
prepare(struct job *j, struct buf **session_out, struct buf **lines)
{
	struct run *r = &j->r;

	if ((r->a.verify_with.n > 0) != (r->a.verifications_out != NULL))
		return run_fail(r, SOP_INCOMPLETE_VERIFICATION,
		    "--verify-with and --verifications-out go together");
	if (r->res.operands.n == 0 && r->a.passwords.n == 0 &&
	    r->a.session_keys.n == 0)
		return run_fail(r, SOP_MISSING_ARG,
		    "no key, passphrase or session key to decrypt with");
	return run_output(r, r->a.session_key_out, session_out) &&
	    run_output(r, r->a.verifications_out, lines) &&
	    run_passwords(r) && read_sessions(j) &&
	    run_read_files(r, r->res.operands.v, r->res.operands.n,
	    &j->keys) && run_read_files(r, r->a.verify_with.v,
	    r->a.verify_with.n, &j->certs) && run_close_in(r) &&
	    run_parse_files(r, true, &j->keys) &&
	    run_parse_files(r, false, &j->certs) &&
	    run_unite(r, NULL, &j->certs);
}

/*
 * With --stream, octets of version 2 go out as they come: a chunk is only
 * handed on when its own tag holds.
 */
static void
write_early(struct job *j, struct span s)
{
	if (j->early == 0)
		say_warn("--stream: what is written is authentic, but only "
		    "status 0 says that it is all");
	j->early += s.n;
	if (j->r.status == SOP_OK && !file_write_all(STDOUT_FILENO, s))
		run_fail_stdout(&j->r);
}

static void
to_stage(void *arg, struct span s)
{
	struct job *j = arg;

	if (j->r.a.stream && j->decrypter.version == 2)
		write_early(j, s);
	else
		sink_write(&j->out.sink, s);
}

void
decrypt_with(struct run *r, const struct files *keys, struct decrypter *d,
    struct pgp_msg *m)
{
	*d = (struct decrypter){ .passwords = &r->passwords,
	    .key_passwords = &r->key_passwords, .files = keys->v,
	    .files_n = keys->n, .budget = &r->budget,
	    .key_budget = &r->key_budget, .env = &r->env };
	m->inflate_max = run_inflate_max(r);
	m->decrypt = decrypter_open;
	m->closed = decrypter_close;
	m->keys = d;
}

static bool
read_message(struct job *j)
{
	struct run *r = &j->r;
	struct armor a;
	struct in in, plain;

	decrypt_with(r, &j->keys, &j->decrypter, &j->msg);
	j->decrypter.sessions = j->sessions;
	j->decrypter.sessions_n = j->sessions_n;
	j->msg.data = to_stage;
	j->msg.arg = j;
	in_of_fd(&in, STDIN_FILENO, &r->error);
	armor_open(&a, &in, false, &plain);
	pgp_msg_read(&j->msg, &plain);
	in_free(&plain);
	in_free(&in);
	if (r->error.result == PGP_UNSUPPORTED || r->error.result ==
	    PGP_LIMIT)
		return run_fail_error(r, "stdin", SOP_CANNOT_DECRYPT);
	if (!run_fail_error(r, "stdin", SOP_BAD_DATA))
		return false;
	return j->msg.encrypted ||
	    run_fail(r, SOP_BAD_DATA, "stdin: it is not encrypted");
}

static bool
decrypt(struct job *j)
{
	struct run *r = &j->r;
	struct buf *session_out = NULL, *lines = NULL;
	struct verifier v;

	if (!prepare(j, &session_out, &lines))
		return false;
	if (!read_message(j)) {
		if (j->early > 0)
			say_warn("--stream: %" PRIu64 " octets of it have "
			    "been written", j->early);
		return false;
	}
	signed_bounds(r, &j->certs, &v);
	v.encrypted = true;
	v.recipient = j->decrypter.recipient;
	/* without a certificate nothing counts, and nobody asked */
	if (lines != NULL)
		signed_judge(&j->msg.sigs, &j->msg.hasher, &v, lines);
	if (session_out != NULL)
		session_key_write(&j->decrypter.session, session_out);
	return stage_finish(&j->out, r);
}

int
decrypt_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));
	int status = 0;

	stage_start(&j->out, &j->r.env, false);
	if (run_start(&j->r, SPEC_DECRYPT, argc, argv, 0, SIZE_MAX))
		decrypt(j);
	stage_free(&j->out);
	pgp_msg_free(&j->msg);
	run_free_files(&j->keys);
	run_free_files(&j->certs);
	status = run_end(&j->r);
	OPENSSL_cleanse(j, sizeof(*j));
	free(j);
	return status;
}
