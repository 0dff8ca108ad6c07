/*
 * smime-lite encrypt: the message on stdin, to each of the recipients, with
 * its Subject inside (RFC 9788). AES-GCM where all of them can read it; AES
 * in CBC mode, which anybody on the way can change, only where a signature
 * in it shows that nobody did (EFAIL): ours, or one that is there and holds.
 */
#include "smime-lite.h"

#include <sysexits.h>

#include "base/mem.h"
#include "cms/cert.h"
#include "sys/file.h"
#include "sys/say.h"

enum { HEADER_MAX = 4 << 20 };

struct job {
	struct args a;
	struct run run;
	struct idents ids;
	STACK_OF(X509) *to, *signers;	/* --cert: of signatures in it */
	struct before before;
	struct onward mail;
	struct vault out;
	struct to_eol eol;
	struct mime_b64 b64;
	struct cms_writer *w;
	struct to_crlf lines;
	bool authenticated;
};

static bool
check_recipients(struct job *j)
{
	bool ok = true;

	for (int i = 0; i < sk_X509_num(j->to); i++) {
		X509 *x = sk_X509_value(j->to, i);
		const char *why = cms_cert_problem(x, CMS_USE_ENCRYPT,
		    env_now(&j->run.env));
		struct buf name = BUF(HEADER_MAX);

		cms_cert_subject(x, &name);
		if (why != NULL)
			say_error("%.*s: %s", (int)name.n,
			    (const char *)name.p, why);
		buf_free(&name);
		ok &= why == NULL;
	}
	return ok;
}

static bool
all_are_capable(const struct job *j)
{
	for (int i = 0; i < sk_X509_num(j->to); i++)
		if (!cms_cert_is_capable(sk_X509_value(j->to, i),
		    CMS_OID_AES256_GCM))
			return false;
	return true;
}

/* Whose signature shows changes; NULL: nobody's does. */
static const char *
protecting(const struct job *j)
{
	if (j->ids.n > 0)
		return "the signature protects it";
	return j->before.is && j->before.why == NULL ? "its signature protects "
	    "it for whoever trusts the signer" : NULL;
}

static bool
choose_cipher(struct job *j)
{
	const char *by = protecting(j);

	j->authenticated = j->a.authenticated || all_are_capable(j);
	if (!j->authenticated && by != NULL)
		say_warn("AES-256-CBC: not every recipient's certificate says "
		    "that it reads AES-GCM; %s", by);
	if (j->authenticated || by != NULL)
		return true;
	if (j->before.why != NULL)
		say_error("stdin: it says that it is signed, but %s",
		    j->before.why);
	say_error("not every recipient's certificate says that it reads "
	    "AES-GCM, and without it only a signature shows changes");
	say_hint("give --key to sign, or --authenticated if you know that "
	    "they can read it");
	return false;
}

static bool
write_head(struct job *j, enum protect kind)
{
	struct buf head = BUF(HEADER_MAX);
	bool ok = false;

	protect_outer(&j->mail.msg.header, kind, "\r\n", &head);
	buf_printf(&head, "MIME-Version: 1.0\r\nContent-Type: "
	    "application/pkcs7-mime; smime-type=%s;\r\n name=smime.p7m\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename=smime.p7m\r\n\r\n",
	    cms_type_name(j->authenticated ? CMS_AUTH_ENVELOPED :
	    CMS_ENVELOPED));
	into_eol(&j->eol, buf_get0(&head));
	ok = header_fits(&head);
	buf_free(&head);
	return ok;
}

/* The Content fields alone: the payload is further inside, and signed. */
static void
put_structural(const struct header *h, struct buf *out)
{
	for (size_t i = 0; i < h->n; i++)
		if (span_istarts(h->v[i].name, SPAN("Content-")))
			buf_span(out, h->v[i].raw);
}

static bool
encrypt_plain(struct job *j, const struct cms_source *body)
{
	const struct header *h = &j->mail.msg.header;
	struct buf head = BUF(HEADER_MAX);
	bool ok = true;

	if (j->before.is)
		put_structural(h, &head);
	else
		ok = protect_payload(h, PROTECT_CIPHER, NULL, false,
		    &head);
	if (!ok)
		say_error("stdin: its header cannot be protected: it says "
		    "that it is already, or is malformed");
	buf_str(&head, "\r\n");
	to_crlf_add(&j->lines, buf_get0(&head));
	ok = ok && header_fits(&head);
	buf_free_wipe(&head);
	return body->each(body->arg, into_crlf, &j->lines) && ok;
}

/* The message, with its signature of now or of before, into the writer. */
static bool
encrypt_entity(struct job *j, const struct cms_source *body)
{
	struct signing s = { .ids = &j->ids, .env = &j->run.env,
	    .form = j->a.opaque ? CMS_SIGN_OPAQUE : CMS_SIGN_DETACHED,
	    .kind = PROTECT_CIPHER, .to = into_cms, .arg = j->w };

	j->lines = (struct to_crlf){ into_cms, j->w, false };
	return j->ids.n > 0 ?
	    sign_entity(&s, &j->mail.msg.header, body) :
	    encrypt_plain(j, body);
}

static bool
encrypt_body(struct job *j, const struct cms_source *body)
{
	bool ok = false;

	j->eol = (struct to_eol){ into_vault, &j->out, onward_eol(&j->mail),
	    false };
	j->b64 = (struct mime_b64){ .to = into_eol, .arg = &j->eol };
	if (!write_head(j, j->before.is ? PROTECT_CLEAR : PROTECT_CIPHER))
		return false;
	j->w = cms_encrypt_open(j->to, j->authenticated, into_b64, &j->b64);
	if (j->w == NULL) {
		say_error("libcrypto cannot encrypt to these recipients");
		return false;
	}
	ok = encrypt_entity(j, body);
	ok = cms_close(j->w) && ok;
	mime_b64_encode_end(&j->b64);
	to_eol_end(&j->eol);
	return ok && j->out.state == SPOOL_OK;
}

static bool
encrypt_message(struct job *j)
{
	struct cms_source body = source_of_message(&j->mail);
	const struct header *h = &j->mail.msg.header;

	if (j->ids.n == 0 && layer_says_signed(h)) {
		if (!before_read(&j->before, h, &body, j->signers,
		    &j->run.env))
			return false;
		body = before_body(&j->before);
	}
	if (!choose_cipher(j))
		return false;
	if (j->before.is)
		say_warn("the Subject stays to be read: it was signed before; "
		    "encrypt --key does both at once and hides it");
	return encrypt_body(j, &body);
}

static enum opt_next
check_options(struct args *a, struct opt_result *res)
{
	if (a->recipient.n == 0)
		return opt_wrong(&encrypt_spec, res, "give --recipient");
	/* it would send what was to be encrypted as it is */
	if (a->onward.on_error == ON_ERROR_PASS)
		return opt_wrong(&encrypt_spec, res,
		    "--on-error=pass is not for what must be encrypted");
	return onward_check(&encrypt_spec, res);
}

int
encrypt_main(int argc, char **argv)
{
	struct job j = { .a = { .run = RUN_OPTS_DEFAULT },
	    .before = BEFORE };
	struct opt_result res;
	bool ready = false;
	int status = EX_TEMPFAIL;

	if (opt_parse(&encrypt_spec, argc, argv, &j.a, &res) == OPT_END ||
	    check_options(&j.a, &res) == OPT_END)
		return opt_end(&res);
	/* a ciphertext is no secret */
	if (!start(&j.a, res.command, true, &j.run, &j.mail, &j.out))
		return EX_TEMPFAIL;
	j.to = sk_X509_new_null();
	j.signers = sk_X509_new_null();
	if (j.to == NULL || j.signers == NULL)
		mem_exhausted();
	ready = certs_load(&j.a.recipient, j.to) && check_recipients(&j) &&
	    idents_load(&j.a, &j.ids) && certs_load(&j.a.cert, j.signers) &&
	    give_up_power(&j.a, NULL);
	status = onward_finish(&j.mail, onward_header(&j.mail) && ready &&
	    encrypt_message(&j));
	idents_free(&j.ids);
	sk_X509_pop_free(j.to, X509_free);
	sk_X509_pop_free(j.signers, X509_free);
	before_free(&j.before);
	vault_free(&j.out);
	return status;
}
