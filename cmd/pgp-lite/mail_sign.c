/*
 * mail sign and mail encrypt. What is signed is 7-bit and has no blank at a
 * line end (RFC 3156 sections 3 and 5): a text is made quoted-printable for
 * it, and of a multipart those parts that are not so.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "encrypting.h"
#include "mail.h"
#include "mail/legacy.h"
#include "mail/mime_7bit.h"
#include "pgp/armor.h"

enum { HEAD_MAX = 4 << 20 };

struct job {
	struct mail *m;
	struct signers signers;
	struct files keys;
	struct to_eol eol;	/* signed octets on their way out */
	struct mime_7bit seven;	/* the body of a multipart */
	bool leaf, encode, eight_bit;
};

static void
to_out(void *arg, struct span s)
{
	struct mail *m = arg;

	sink_write(&m->out.sink, s);
}

/* Signed as CRLF, written with the message's own line ends. */
static void
signed_octets(void *arg, struct span s)
{
	struct job *j = arg;

	for (size_t i = 0; i < s.n; i++)
		j->eight_bit |= s.p[i] >= 0x80;
	signers_data(&j->signers, s);
	to_eol_add(&j->eol, s);
}

static void
to_qp(void *arg, struct span s)
{
	mime_qp_add(arg, s);
}

static void
to_lines(void *arg, struct span s)
{
	to_crlf_add(arg, s);
}

static bool
sign_body(struct job *j)
{
	struct to_crlf lines = { signed_octets, j, false };
	struct mime_qp qp;
	bool ok = false;

	if (!j->leaf) {
		ok = mime_7bit_write(&j->seven, signed_octets, j) ||
		    run_fail(&j->m->r, SOP_UNSPECIFIED_FAILURE,
		    "the message cannot be kept");
	} else if (!j->encode) {
		ok = mail_body(j->m, to_lines, &lines);
	} else {
		mime_qp_start(&qp, signed_octets, j);
		ok = mail_body(j->m, to_qp, &qp);
		mime_qp_end(&qp);
	}
	to_eol_end(&j->eol);
	return ok && (!j->eight_bit || run_fail(&j->m->r, SOP_BAD_DATA,
	    "stdin: it has 8-bit octets where they cannot be encoded (in a "
	    "header, in base64, or in a part that is signed), and a relay "
	    "may change them"));
}

/* The outer header and the line that begins the signed part. */
static void
signed_head(struct job *j, const char *boundary, struct buf *out)
{
	struct mail *m = j->m;
	struct buf micalg = BUF(64);

	signers_micalg(&j->signers, &micalg);
	mail_add_autocrypt(m, &j->keys, m->eol, out);
	protect_outer(&m->msg.header, PROTECT_CLEAR, m->eol, out);
	buf_printf(out, "MIME-Version: 1.0%sContent-Type: multipart/signed;"
	    "%s protocol=\"application/pgp-signature\";", m->eol, m->eol);
	if (micalg.n > 0)
		buf_printf(out, "%s micalg=\"%.*s\";", m->eol,
		    (int)micalg.n, (const char *)micalg.p);
	buf_printf(out, "%s boundary=\"%s\"%s%s--%s%s", m->eol, boundary,
	    m->eol, m->eol, boundary, m->eol);
	buf_free(&micalg);
}

static bool
signature_part(struct job *j, const char *boundary)
{
	struct mail *m = j->m;
	struct buf sigs = BUF(SIGS_MAX), text = BUF(2 * SIGS_MAX);
	struct to_eol eol = { to_out, m, m->eol, false };
	bool ok = signed_end(&m->r, &j->signers, &sigs);

	buf_printf(&text, "\n--%s\nContent-Type: application/pgp-signature; "
	    "name=\"signature.asc\"\n\n", boundary);
	armor_write(&text, ARMOR_SIGNATURE, buf_get0(&sigs));
	buf_printf(&text, "\n--%s--\n", boundary);
	to_eol_add(&eol, buf_get0(&text));
	buf_free(&sigs);
	buf_free(&text);
	return ok;
}

/* How the payload says it is encoded; NULL: as the message does. */
static const char *
payload_encoding(const struct job *j)
{
	if (j->encode)
		return "quoted-printable";
	return !j->leaf && j->seven.changes ? "7bit" : NULL;
}

static void
to_seven(void *arg, struct span s)
{
	mime_7bit_add(arg, s);
}

static bool
read_parts(struct job *j)
{
	struct mail *m = j->m;
	const char *why = NULL;
	bool ok = false;

	mime_7bit_start(&j->seven, &m->msg.header, &m->r.env);
	ok = mail_body(m, to_seven, &j->seven);
	why = mime_7bit_read(&j->seven);
	return ok && (why == NULL ||
	    run_fail(&m->r, SOP_BAD_DATA, "stdin: %s", why));
}

/* What must be known of the body before its header is written. */
static bool
look_at_body(struct job *j)
{
	struct mail *m = j->m;
	struct mime_type t;

	if (!mail_type(m, &m->msg.header, &t))
		return false;
	j->leaf = mime_type_is_leaf(&t);
	j->encode = j->leaf && mime_is_plain(&m->msg.header);
	return j->leaf || read_parts(j);
}

static bool
write_signed(struct job *j)
{
	struct mail *m = j->m;
	struct buf head = BUF(HEAD_MAX);
	char boundary[MIME_BOUNDARY];
	bool ok = look_at_body(j);

	if (!ok)
		return false;
	mime_boundary(&m->r.env, boundary);
	signed_head(j, boundary, &head);
	if (!mail_head_fits(m, &head)) {
		buf_free(&head);
		return false;
	}
	to_out(m, buf_get0(&head));
	buf_reset(&head);
	ok = protect_payload(&m->msg.header, PROTECT_CLEAR,
	    payload_encoding(j), false, &head) ||
	    run_fail(&m->r, SOP_BAD_DATA, "stdin: its header cannot be "
	    "protected: it says that it is already, or is malformed");
	buf_str(&head, "\r\n");
	ok = ok && mail_head_fits(m, &head);
	j->eol = (struct to_eol){ to_out, m, m->eol, false };
	signed_octets(j, buf_get0(&head));
	buf_free(&head);
	return ok && sign_body(j) && signature_part(j, boundary);
}

bool
mail_sign(struct mail *m)
{
	struct run *r = &m->r;
	struct job *j = xcalloc(1, sizeof(*j));
	bool ok = r->res.operands.n > 0 || run_fail(r, SOP_MISSING_ARG,
	    "mail sign: no key");

	j->m = m;
	ok = ok && run_read_secrets(r, r->res.operands.v,
	    r->res.operands.n, &j->keys) && run_close_in(r) &&
	    run_parse_files(r, true, &j->keys) &&
	    keys_signers(r, &j->keys, SIG_BINARY, &j->signers) &&
	    mail_header(m) && write_signed(j) && mail_deliver(m);
	signers_free(&j->signers);
	mime_7bit_free(&j->seven);
	run_free_files(&j->keys);
	free(j);
	return ok;
}

/* Encryption: the payload goes to the signers and into the message. */
struct payload {
	struct mail *m;
	struct encryption e;
	struct sink *to;
};

static void
payload_octets(void *arg, struct span s)
{
	struct payload *p = arg;

	signers_data(&p->e.signers, s);
	sink_write(p->to, s);
}

static void
to_legacy(void *arg, struct span s)
{
	legacy_add(arg, s);
}

static bool
feed_payload(void *arg, struct sink *to)
{
	struct payload *p = arg;
	struct encryption *e = &p->e;
	struct header *h = &p->m->msg.header;
	struct legacy legacy;
	struct to_crlf lines = { to_legacy, &legacy, false };
	struct buf head = BUF(HEAD_MAX), element = BUF(HEAD_MAX);
	bool ok = false;

	if (!e->r->a.no_legacy_display)
		legacy_element(h, &element);
	ok = protect_payload(h, PROTECT_CIPHER, NULL, legacy_fits(h,
	    buf_get0(&element)), &head) || run_fail(e->r, SOP_BAD_DATA,
	    "stdin: its header cannot be protected: it says that it is "
	    "already, or is malformed");
	p->to = to;
	mail_add_gossip(p->m, &e->certs, &head);
	buf_str(&head, "\r\n");
	ok = ok && mail_head_fits(p->m, &head);
	payload_octets(p, buf_get0(&head));
	legacy_start(&legacy, h, buf_get0(&element), payload_octets, p);
	ok = mail_body(p->m, to_lines, &lines) && ok;
	legacy_end(&legacy);
	buf_free(&head);
	buf_free(&element);
	return ok;
}

static void
to_eol_sink(void *arg, struct span s)
{
	to_eol_add(arg, s);
}

static bool
write_encrypted(struct payload *p)
{
	struct mail *m = p->m;
	struct buf head = BUF(HEAD_MAX);
	struct to_eol eol = { to_out, m, m->eol, false };
	struct sink text = { to_eol_sink, NULL, &eol };
	char boundary[MIME_BOUNDARY];
	bool ok = false;

	mime_boundary(&m->r.env, boundary);
	mail_drop_gossip(m);
	mail_add_autocrypt(m, &p->e.keys, "\n", &head);
	protect_outer(&m->msg.header, PROTECT_CIPHER, "\n", &head);
	buf_printf(&head, "MIME-Version: 1.0\nContent-Type: "
	    "multipart/encrypted;\n protocol=\"application/pgp-encrypted\";"
	    "\n boundary=\"%s\"\n\n--%s\nContent-Type: "
	    "application/pgp-encrypted\n\nVersion: 1\n\n--%s\nContent-Type: "
	    "application/octet-stream;\n name=\"encrypted.asc\"\n\n",
	    boundary, boundary, boundary);
	if (!mail_head_fits(m, &head)) {
		buf_free(&head);
		return false;
	}
	to_eol_add(&eol, buf_get0(&head));
	ok = encryption_write(&p->e, true, &text);
	buf_reset(&head);
	buf_printf(&head, "\n--%s--\n", boundary);
	to_eol_add(&eol, buf_get0(&head));
	buf_free(&head);
	return ok;
}

bool
mail_encrypt(struct mail *m)
{
	struct run *r = &m->r;
	struct payload *p = xcalloc(1, sizeof(*p));
	struct mime_type t;
	bool ok = r->res.operands.n > 0 || run_fail(r, SOP_MISSING_ARG,
	    "mail encrypt: no certificate");

	p->m = m;
	p->e = (struct encryption){ .r = r, .feed = feed_payload, .arg = p,
	    .find = true };
	ok = ok && encryption_read(&p->e, &r->res.operands) &&
	    run_close_in(r);
	if (r->a.explain)
		ok = ok && mail_explain(m, &p->e);
	else
		ok = ok && encryption_choose(&p->e) && mail_header(m) &&
		    mail_type(m, &m->msg.header, &t) && write_encrypted(p) &&
		    mail_deliver(m);
	encryption_free(&p->e);
	free(p);
	return ok;
}
