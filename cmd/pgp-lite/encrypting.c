/* Encrypting; see encrypting.h. */
#include "encrypting.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "find.h"
#include "pgp/armor.h"
#include "pgp/packet.h"
#include "pgp/packet_out.h"
#include "pgp/padding.h"
#include "pgp/seipd.h"

enum { HEAD_MAX = 16 << 20 };

/* rfc9580 and rfc4880 decide it; otherwise all recipients must read v2. */
static bool
choose_version(struct encryption *e)
{
	const char *p = e->r->a.profile;

	if (p == NULL || strcmp(p, "default") == 0)
		e->version = e->r->a.passwords.n > 0 ? 1 :
		    recipients_version(&e->to);
	else if (strcmp(p, "rfc9580") == 0)
		e->version = 2;
	else if (strcmp(p, "rfc4880") == 0)
		e->version = 1;
	else
		return run_fail(e->r, SOP_UNSUPPORTED_PROFILE,
		    "%s: no such profile", p);
	return true;
}

bool
encryption_read(struct encryption *e, const struct opt_list *certs)
{
	struct run *r = e->r;
	const struct opt_list *pw = &r->a.passwords;
	const struct opt_list *keys = &r->a.sign_with;
	bool ok = e->find ? find_read(r, certs->v, certs->n, &e->certs) &&
	    run_read_secrets(r, keys->v, keys->n, &e->keys) :
	    run_read_files(r, certs->v, certs->n, &e->certs) &&
	    run_read_files(r, keys->v, keys->n, &e->keys) &&
	    run_passwords(r);

	e->passwords = xcalloc(pw->n + 1, sizeof(*e->passwords));
	for (size_t i = 0; ok && i < pw->n; i++)
		ok = run_new_password(r, pw->v[i], &e->passwords[i]);
	return ok;
}

bool
encryption_choose(struct encryption *e)
{
	struct run *r = e->r;
	unsigned type = r->a.as == AS_TEXT ? SIG_TEXT : SIG_BINARY;

	if (!(e->find ? find_parse(r, &e->certs) :
	    run_parse_files(r, false, &e->certs)) ||
	    !run_unite(r, NULL, &e->certs) ||
	    !run_parse_files(r, true, &e->keys) ||
	    !keys_recipients(r, &e->certs, &e->to) || !choose_version(e) ||
	    !keys_signers(r, &e->keys, type, &e->signers))
		return false;
	/* the signature would name all of them to each of them */
	for (size_t i = 0; i < e->to.n && !r->a.hide_recipients; i++)
		if (i == 0 || e->to.v[i].primary != e->to.v[i - 1].primary)
			signers_recipient(&e->signers, e->to.v[i].primary);
	e->session = (struct session){ .sym = recipients_cipher(&e->to,
	    e->version) };
	algo_sym(e->session.sym, &e->session.n);
	r->env.random(r->env.arg, e->session.key, e->session.n);
	return true;
}

/* The session key for everybody: PKESK and SKESK packets. */
static bool
write_keys(struct encryption *e, struct sink *to)
{
	struct run *r = e->r;
	struct buf head = BUF(HEAD_MAX);
	bool ok = true;

	for (size_t i = 0; ok && i < e->to.n; i++)
		ok = pkesk_write(e->version == 2 ? 6 : 3, e->to.v[i].key,
		    r->a.hide_recipients, &e->session, &r->env, &head) ||
		    run_fail(r, SOP_CERT_CANNOT_ENCRYPT,
		    "a certificate's key is malformed");
	for (size_t i = 0; ok && i < r->a.passwords.n; i++)
		skesk_write(e->version == 2 ? 6 : 4, e->passwords[i],
		    &e->session, &r->env, &head);
	if (ok && head.over)
		ok = run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "too many recipients");
	sink_write(to, buf_get0(&head));
	buf_free(&head);
	return ok;
}

static bool
write_message(struct encryption *e, struct sink *to)
{
	struct packet_out p;
	struct seipd_out s;
	struct sink body, inside;
	bool ok = write_keys(e, to);

	if (!ok)
		return false;
	packet_out_start(&p, TAG_SEIPD, false, to, &body);
	seipd_start(&s, e->version, &e->session, &e->r->env, &body, &inside);
	ok = signed_message(e->r, &e->signers, e->feed, e->arg, &inside);
	/* readers of version 1 may never have heard of it */
	if (ok && e->version == 2)
		padding_write(s.total, &e->r->env, &inside);
	sink_end(&inside);
	return ok;
}

bool
encryption_write(struct encryption *e, bool armored, struct sink *to)
{
	struct armor_out a;
	struct sink text;
	bool ok = false;

	if (!armored)
		return write_message(e, to);
	armor_start(&a, ARMOR_MESSAGE, e->version == 1, to, &text);
	ok = write_message(e, &text);
	sink_end(&text);
	return ok;
}

void
encryption_free(struct encryption *e)
{
	signers_free(&e->signers);
	run_free_files(&e->certs);
	run_free_files(&e->keys);
	free(e->to.v);
	free(e->passwords);
	OPENSSL_cleanse(&e->session, sizeof(e->session));
}
