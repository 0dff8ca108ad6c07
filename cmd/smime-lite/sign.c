/*
 * smime-lite sign: the message on stdin, signed with each of the keys. Its
 * fields stand once more inside of what is signed (RFC 9788).
 */
#include "smime-lite.h"

#include <sysexits.h>

#include "cms/cert.h"
#include "mail/author.h"
#include "mail/mime_7bit.h"
#include "sys/file.h"
#include "sys/say.h"

enum { HEADER_MAX = 4 << 20, SIGNATURE_MAX = 4 << 20 };

static bool
each_of_message(void *arg, void (*fn)(void *arg, struct span s), void *to)
{
	return onward_body(arg, fn, to);
}

struct cms_source
source_of_message(struct onward *o)
{
	return (struct cms_source){ each_of_message, o };
}

bool
header_fits(const struct buf *head)
{
	if (head->over)
		say_error("stdin: its header is too long to be written anew");
	return !head->over;
}

/* What is signed goes to the signer and, beside its signature, out. */
struct both {
	struct signing *s;
	struct cms_writer *w;
	bool eight_bit;
};

/* Of octets that are known to be 7-bit. */
static void
known_to_both(void *arg, struct span s)
{
	struct both *b = arg;

	cms_write(b->w, s);
	if (b->s->form == CMS_SIGN_DETACHED)
		b->s->to(b->s->arg, s);
}

static void
to_both(void *arg, struct span s)
{
	struct both *b = arg;

	b->eight_bit = b->eight_bit || !span_is_ascii(s);
	known_to_both(b, s);
}

static bool
is_leaf(const struct header *h)
{
	size_t type = header_find(h, SPAN("Content-Type"), 0);
	struct mime_type t;

	return type == h->n || (mime_type_parse(h->v[type].value, &t) &&
	    mime_type_is_leaf(&t));
}

/*
 * The body on its way to its signature. Beside that it is 7-bit, since relays
 * may change all else (RFC 8551 section 3.1.3).
 */
struct payload {
	struct both *to;
	const struct cms_source *body;
	struct mime_7bit parts;		/* of a multipart */
	enum { AS_IT_IS, AS_QP, AS_PARTS } how;
};

static void
into_parts(void *mime_7bit, struct span s)
{
	mime_7bit_add(mime_7bit, s);
}

/* What must be known of the body before its header is written. */
static bool
look_at_body(struct payload *p, const struct header *h)
{
	const char *why = NULL;
	bool ok = false;

	if (p->to->s->form != CMS_SIGN_DETACHED)
		return true;
	if (is_leaf(h)) {
		p->how = mime_is_plain(h) ? AS_QP : AS_IT_IS;
		return true;
	}
	p->how = AS_PARTS;
	mime_7bit_start(&p->parts, h, p->to->s->env);
	ok = p->body->each(p->body->arg, into_parts, &p->parts);
	why = mime_7bit_read(&p->parts);
	if (why != NULL)
		say_error("stdin: %s", why);
	return ok && why == NULL;
}

static bool
sign_body(struct payload *p)
{
	struct to_crlf lines = { to_both, p->to, false };
	struct mime_qp qp;
	bool ok = false;

	switch (p->how) {
	case AS_PARTS:
		ok = mime_7bit_write(&p->parts, to_both, p->to);
		if (!ok)
			say_error("spool: the message cannot be kept");
		break;
	case AS_QP:
		mime_qp_start(&qp, known_to_both, p->to);
		ok = p->body->each(p->body->arg, into_qp, &qp);
		mime_qp_end(&qp);
		break;
	case AS_IT_IS:
		ok = p->body->each(p->body->arg, into_crlf, &lines);
		break;
	}
	return ok;
}

/* How the payload says it is encoded; NULL: as the message does. */
static const char *
payload_encoding(const struct payload *p)
{
	if (p->how == AS_QP)
		return "quoted-printable";
	return p->how == AS_PARTS && p->parts.changes ? "7bit" : NULL;
}

/* The payload: protected fields, an empty line, the body. */
static bool
sign_payload(struct both *b, const struct header *h,
    const struct cms_source *body)
{
	struct payload p = { .to = b, .body = body };
	struct buf head = BUF(HEADER_MAX);
	bool ok = look_at_body(&p, h);

	if (ok && !protect_payload(h, b->s->kind, payload_encoding(&p), false,
	    &head)) {
		say_error("stdin: its header cannot be protected: it says "
		    "that it is already, or is malformed");
		ok = false;
	}
	buf_str(&head, "\r\n");
	ok = ok && header_fits(&head);
	to_both(b, buf_get0(&head));
	buf_free_wipe(&head);
	ok = ok && sign_body(&p);
	mime_7bit_free(&p.parts);
	if (ok && b->s->form == CMS_SIGN_DETACHED && b->eight_bit) {
		say_error("stdin: it has 8-bit octets where they cannot be "
		    "encoded (in a header, in base64, or in a part that is "
		    "signed), and a relay may change them");
		say_hint("sign with --opaque");
		ok = false;
	}
	return ok;
}

static void
put(struct signing *s, const struct buf *text)
{
	s->to(s->arg, buf_get0(text));
}

static bool
sign_opaque(struct signing *s, const struct header *h,
    const struct cms_source *body, int64_t now)
{
	struct mime_b64 b64 = { .to = s->to, .arg = s->arg };
	struct both b = { .s = s };
	bool ok = false;

	s->to(s->arg, SPAN("Content-Type: application/pkcs7-mime; "
	    "smime-type=signed-data;\r\n name=smime.p7m\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename=smime.p7m\r\n\r\n"));
	b.w = cms_sign_open(s->ids->v, s->ids->n, CMS_SIGN_OPAQUE, now,
	    into_b64, &b64);
	ok = b.w != NULL && sign_payload(&b, h, body);
	ok = cms_close(b.w) && ok;
	mime_b64_encode_end(&b64);
	return ok;
}

static void
put_signature(struct signing *s, struct span der, const char *boundary)
{
	struct mime_b64 b64 = { .to = s->to, .arg = s->arg };
	struct buf text = BUF(1024);

	buf_printf(&text, "\r\n--%s\r\nContent-Type: "
	    "application/pkcs7-signature; name=smime.p7s\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename=smime.p7s\r\n\r\n",
	    boundary);
	put(s, &text);
	mime_b64_encode(&b64, der);
	mime_b64_encode_end(&b64);
	buf_reset(&text);
	buf_printf(&text, "\r\n--%s--\r\n", boundary);
	put(s, &text);
	buf_free(&text);
}

static bool
sign_detached(struct signing *s, const struct header *h,
    const struct cms_source *body, int64_t now)
{
	struct buf der = BUF(SIGNATURE_MAX), text = BUF(1024);
	char boundary[MIME_BOUNDARY];
	struct both b = { .s = s };
	bool ok = false;

	mime_boundary(s->env, boundary);
	buf_str(&text, "Content-Type: multipart/signed;\r\n "
	    "protocol=\"application/pkcs7-signature\"; micalg=\"");
	cms_micalg(s->ids->v, s->ids->n, &text);
	buf_printf(&text, "\";\r\n boundary=\"%s\"\r\n\r\n--%s\r\n",
	    boundary, boundary);
	put(s, &text);
	b.w = cms_sign_open(s->ids->v, s->ids->n, CMS_SIGN_DETACHED, now,
	    into_buf, &der);
	ok = b.w != NULL && sign_payload(&b, h, body);
	ok = cms_close(b.w) && ok && !der.over;
	if (ok)
		put_signature(s, buf_get0(&der), boundary);
	buf_free(&der);
	buf_free(&text);
	return ok;
}

/* Why a reader would not believe what this key signs of that author. */
static bool
check_signer(const struct cms_ident *id, const struct mailbox *from,
    int64_t now)
{
	const char *why = cms_cert_problem(id->cert, CMS_USE_SIGN, now);
	struct buf name = BUF(HEADER_MAX);

	cms_cert_subject(id->cert, &name);
	if (why != NULL)
		say_error("%.*s: %s", (int)name.n, (const char *)name.p, why);
	else if (from != NULL && cms_cert_has_addr(id->cert,
	    span_str(from->local), span_str(from->domain)) ==
	    CMS_ADDR_ABSENT)
		say_warn("%.*s: the certificate does not have the address in "
		    "From, %s@%s", (int)name.n, (const char *)name.p,
		    from->local, from->domain);
	buf_free(&name);
	return why == NULL;
}

static bool
check_signers(const struct signing *s, const struct header *h, int64_t now)
{
	struct mailboxes from = { .n = 0 };
	enum author author = author_of(h, &from);
	bool ok = true;

	for (size_t i = 0; i < s->ids->n; i++)
		ok &= check_signer(&s->ids->v[i], author == AUTHOR_ONE ?
		    &from.v[0] : NULL, now);
	mailboxes_free(&from);
	return ok;
}

bool
sign_entity(struct signing *s, const struct header *h,
    const struct cms_source *body)
{
	int64_t now = env_now(s->env);
	bool ok = check_signers(s, h, now) && (s->form == CMS_SIGN_OPAQUE ?
	    sign_opaque : sign_detached)(s, h, body, now);

	if (!ok)
		say_error("the message cannot be signed");
	return ok;
}

struct job {
	struct args a;
	struct run run;
	struct idents ids;
	struct onward mail;
	struct vault out;
	struct to_eol eol;
};

static bool
sign_message(struct job *j)
{
	struct cms_source body = source_of_message(&j->mail);
	struct signing s = { .ids = &j->ids, .env = &j->run.env,
	    .form = j->a.opaque ? CMS_SIGN_OPAQUE : CMS_SIGN_DETACHED,
	    .kind = PROTECT_CLEAR, .to = into_eol, .arg = &j->eol };
	const struct header *h = &j->mail.msg.header;
	struct buf head = BUF(HEADER_MAX);
	bool ok = false;

	j->eol = (struct to_eol){ into_vault, &j->out, onward_eol(&j->mail),
	    false };
	protect_outer(h, PROTECT_CLEAR, "\r\n", &head);
	buf_str(&head, "MIME-Version: 1.0\r\n");
	into_eol(&j->eol, buf_get0(&head));
	ok = header_fits(&head) && sign_entity(&s, h, &body);
	buf_free(&head);
	to_eol_end(&j->eol);
	return ok && j->out.state == SPOOL_OK;
}

int
sign_main(int argc, char **argv)
{
	struct job j = { .a = { .run = RUN_OPTS_DEFAULT } };
	struct opt_result res;
	bool ready = false;
	int status = EX_TEMPFAIL;

	if (opt_parse(&sign_spec, argc, argv, &j.a, &res) == OPT_END ||
	    (j.a.key.n == 0 && opt_wrong(&sign_spec, &res,
	    "give --key") == OPT_END) ||
	    onward_check(&sign_spec, &res) == OPT_END)
		return opt_end(&res);
	if (!start(&j.a, res.command, false, &j.run, &j.mail, &j.out))
		return EX_TEMPFAIL;
	ready = idents_load(&j.a, &j.ids) && give_up_power(&j.a, NULL);
	status = onward_finish(&j.mail, onward_header(&j.mail) && ready &&
	    sign_message(&j));
	idents_free(&j.ids);
	vault_free(&j.out);
	return status;
}
