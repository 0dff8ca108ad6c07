/* encrypt. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pgp-lite.h"
#include "pgp/armor.h"
#include "pgp/packet.h"
#include "pgp/packet_out.h"
#include "pgp/seipd.h"
#include "pgp/session.h"

enum { HEAD_MAX = 16 << 20, SIGS_MAX = HASHER_MAX * SIG_BODY_MAX };

struct job {
	struct run r;
	struct files certs, keys;
	struct recipients to;
	struct signers signers;
	struct stage out;
	struct span *passwords;		/* trimmed */
	struct session session;
	unsigned version;		/* of SEIPD */
};

/* rfc9580 and rfc4880 decide it; otherwise all recipients must read v2. */
static bool
choose_version(struct job *j)
{
	const char *p = j->r.a.profile;

	if (p == NULL || strcmp(p, "default") == 0)
		j->version = j->to.n > 0 && j->to.seipd2 &&
		    j->r.a.passwords.n == 0 ? 2 : 1;
	else if (strcmp(p, "rfc9580") == 0)
		j->version = 2;
	else if (strcmp(p, "rfc4880") == 0)
		j->version = 1;
	else
		return run_fail(&j->r, SOP_UNSUPPORTED_PROFILE,
		    "%s: no such profile", p);
	return true;
}

static bool
read_arguments(struct job *j, struct buf **session_out)
{
	struct run *r = &j->r;
	const struct opt_list *pw = &r->a.passwords;
	bool ok = run_output(r, r->a.session_key_out, session_out) &&
	    run_read_files(r, r->res.operands.v, r->res.operands.n,
	    &j->certs) && run_read_files(r, r->a.sign_with.v,
	    r->a.sign_with.n, &j->keys);

	j->passwords = xcalloc(pw->n + 1, sizeof(*j->passwords));
	for (size_t i = 0; ok && i < pw->n; i++)
		ok = run_new_password(r, pw->v[i], &j->passwords[i]);
	return ok && run_passwords(r);
}

static bool
choose_keys(struct job *j)
{
	struct run *r = &j->r;
	unsigned type = r->a.as == AS_TEXT ? SIG_TEXT : SIG_BINARY;

	if (!run_parse_files(r, false, &j->certs) ||
	    !run_parse_files(r, true, &j->keys) ||
	    !keys_recipients(r, &j->certs, &j->to) || !choose_version(j) ||
	    !keys_signers(r, &j->keys, type, &j->signers))
		return false;
	for (size_t i = 0; i < j->to.n; i++)
		if (i == 0 || j->to.v[i].primary != j->to.v[i - 1].primary)
			signers_recipient(&j->signers, j->to.v[i].primary);
	return true;
}

/* The session key for everybody: PKESK and SKESK packets. */
static bool
write_keys(struct job *j, struct sink *to)
{
	struct run *r = &j->r;
	struct buf head = BUF(HEAD_MAX);
	bool ok = true;

	for (size_t i = 0; ok && i < j->to.n; i++)
		ok = pkesk_write(j->version == 2 ? 6 : 3, j->to.v[i].key,
		    &j->session, &r->env, &head) ||
		    run_fail(r, SOP_CERT_CANNOT_ENCRYPT,
		    "a certificate's key is malformed");
	for (size_t i = 0; ok && i < r->a.passwords.n; i++)
		skesk_write(j->version == 2 ? 6 : 4, j->passwords[i],
		    &j->session, &r->env, &head);
	if (ok && head.over)
		ok = run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "too many recipients");
	sink_write(to, buf_get0(&head));
	buf_free(&head);
	return ok;
}

/* What is encrypted: one-pass signatures, literal data, signatures. */
static bool
write_inside(struct job *j, struct sink *to)
{
	struct buf part = BUF(SIGS_MAX);
	struct packet_out p;
	struct sink literal;
	bool text = j->r.a.as == AS_TEXT, ok = false;

	signers_begin(&j->signers, &part);
	sink_write(to, buf_get0(&part));
	packet_out_start(&p, TAG_LITERAL, false, to, &literal);
	sink_write(&literal, text ? SPAN("u\0\0\0\0\0") :
	    SPAN("b\0\0\0\0\0"));
	ok = signed_stdin(&j->r, text, &j->signers, &literal);
	sink_end(&literal);
	buf_reset(&part);
	ok = ok && (signers_end(&j->signers, &part) ||
	    run_fail(&j->r, SOP_KEY_CANNOT_SIGN, "a key cannot sign"));
	sink_write(to, buf_get0(&part));
	buf_free(&part);
	return ok;
}

static bool
write_message(struct job *j, struct sink *to)
{
	struct packet_out p;
	struct seipd_out e;
	struct sink body, inside;
	bool ok = write_keys(j, to);

	if (!ok)
		return false;
	packet_out_start(&p, TAG_SEIPD, false, to, &body);
	seipd_start(&e, j->version, &j->session, &j->r.env, &body, &inside);
	ok = write_inside(j, &inside);
	sink_end(&inside);
	return ok;
}

static bool
write_armored(struct job *j)
{
	struct armor_out a;
	struct sink armored;
	bool ok = false;

	if (j->r.a.no_armor)
		return write_message(j, &j->out.sink);
	armor_start(&a, ARMOR_MESSAGE, j->version == 1, &j->out.sink,
	    &armored);
	ok = write_message(j, &armored);
	sink_end(&armored);
	return ok;
}

static void
tell_session_key(const struct job *j, struct buf *out)
{
	buf_printf(out, "%u:", j->session.sym);
	for (size_t i = 0; i < j->session.n; i++)
		buf_printf(out, "%02X", j->session.key[i]);
	buf_byte(out, '\n');
}

static bool
encrypt(struct job *j)
{
	struct run *r = &j->r;
	struct buf *session_out = NULL;

	if (r->res.operands.n == 0 && r->a.passwords.n == 0)
		return run_fail(r, SOP_MISSING_ARG,
		    "neither a certificate nor a passphrase to encrypt to");
	if (!read_arguments(j, &session_out) || !run_close_in(r) ||
	    !choose_keys(j))
		return false;
	j->session = (struct session){ .sym = SYM_AES256, .n = 32 };
	r->env.random(r->env.arg, j->session.key, j->session.n);
	if (session_out != NULL)
		tell_session_key(j, session_out);
	return write_armored(j) && stage_finish(&j->out, r);
}

int
encrypt_main(int argc, char **argv)
{
	struct job *j = xcalloc(1, sizeof(*j));
	int status = 0;

	stage_start(&j->out, &j->r.env);
	if (run_start(&j->r, SPEC_ENCRYPT, argc, argv, 0, SIZE_MAX))
		encrypt(j);
	stage_free(&j->out);
	signers_free(&j->signers);
	run_free_files(&j->certs);
	run_free_files(&j->keys);
	free(j->to.v);
	free(j->passwords);
	status = run_end(&j->r);
	OPENSSL_cleanse(j, sizeof(*j));
	free(j);
	return status;
}
