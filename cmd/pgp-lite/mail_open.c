/*
 * mail verify and mail decrypt. A message is signed or encrypted as a whole
 * or not at all: only its root is looked at, which must have exactly two
 * parts (RFC 3156 sections 4 and 5). What stands between and around them is
 * never printed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "find.h"
#include "mail.h"
#include "mail/legacy.h"
#include "pgp/armor.h"
#include "pgp/decrypt.h"

enum { CONTROL_MAX = 4 << 20, HEAD_MAX = 1 << 20, FIELDS_MAX = 10000,
	WRITE = 65536 };

struct opened {
	struct mail *m;
	struct files certs, keys;
	struct mime_parts parts;
	struct buf control;	/* the part that is small: version, signature */
	size_t control_part;
	struct vault content;	/* the signed part as CRLF, or the plaintext */
	struct to_crlf lines;
	int cipher;		/* the encrypted part: an unnamed file */
	struct buf waiting;	/* what the file does not have yet */
	int error;
	struct buf head;	/* what the content starts with */
	struct header inner;
	size_t skip;		/* octets of it before its body */
	struct pgp_msg msg;	/* digests and signatures of either kind */
	struct decrypter decrypter;
	struct mail_result res;
};

/* Content that may not be seen yet; its start is kept for its header. */
static void
keep_content(void *arg, struct span s)
{
	struct opened *o = arg;

	vault_add(&o->content, s);
	if (o->head.n < HEAD_MAX)
		buf_span(&o->head, span_first(s, HEAD_MAX - o->head.n));
}

static void
write_cipher(struct opened *o)
{
	if (o->waiting.n > 0 &&
	    !file_write_all(o->cipher, buf_get0(&o->waiting)))
		o->error = errno;
	buf_reset(&o->waiting);
}

/* A part comes line by line, which would be a call of the kernel each. */
static void
keep_cipher(struct opened *o, struct span s)
{
	if (s.n > WRITE - o->waiting.n)
		write_cipher(o);
	buf_span(&o->waiting, s);
}

static void
take_part(void *arg, size_t part, struct span s)
{
	struct opened *o = arg;

	if (part == o->control_part)
		buf_span(&o->control, s);
	else if (part > 1)
		return;
	else if (o->cipher < 0)
		to_crlf_add(&o->lines, s);
	else
		keep_cipher(o, s);
}

static void
to_parts(void *arg, struct span s)
{
	mime_parts_add(arg, s);
}

/* The root must be "type" with the protocol; its two parts go apart. */
static bool
open_root(struct opened *o, struct span subtype, struct span protocol)
{
	struct mail *m = o->m;
	struct buf value = BUF(256);
	struct mime_type t;
	bool ok = mail_type(m, &m->msg.header, &t) &&
	    mime_type_is(&t, SPAN("multipart"), subtype) &&
	    mime_param(&t, SPAN("protocol"), &value) &&
	    span_ieq(buf_get0(&value), protocol);
	bool closed = false;

	buf_reset(&value);
	ok = ok && mime_param(&t, SPAN("boundary"), &value) &&
	    mime_parts_start(&o->parts, buf_get0(&value), take_part, o);
	buf_free(&value);
	if (!ok)
		return run_fail(&m->r, SOP_BAD_DATA, "stdin: its root is not "
		    "multipart/%.*s of OpenPGP", (int)subtype.n,
		    (const char *)subtype.p);
	ok = mail_body(m, to_parts, &o->parts);
	closed = mime_parts_end(&o->parts);
	write_cipher(o);
	/* no part missing, none too many */
	if ((!closed || o->parts.part != 2) && ok)
		ok = run_fail(&m->r, SOP_BAD_DATA,
		    "stdin: it has not exactly two parts");
	if (o->parts.stray && ok)
		ok = run_fail(&m->r, SOP_BAD_DATA, "stdin: a bare CR or NUL "
		    "stands beside its first part");
	if (o->error != 0)
		ok = run_fail(&m->r, SOP_UNSPECIFIED_FAILURE,
		    "it cannot be kept: %s", strerror(o->error));
	return ok;
}

/* Part a part into its header and its body; the type must be that. */
static bool
part_body(struct opened *o, struct span part, struct span type,
    struct span subtype, struct span *body)
{
	struct header h = { .n = 0 };
	struct mime_type t;
	size_t scan = 0, end = 0, blank = 0;
	bool ok = header_end(part, &scan, &end, &blank) &&
	    header_split(span_first(part, end), FIELDS_MAX, &h) ==
	    HEADER_OK && mail_type(o->m, &h, &t) &&
	    mime_type_is(&t, type, subtype);
	size_t at = 0;

	/* a transfer encoding would have to be decoded; nobody uses one */
	at = ok ? header_find(&h, SPAN("Content-Transfer-Encoding"), 0) : 0;
	if (ok && at < h.n)
		ok = span_ieq(span_trim(h.v[at].value), SPAN("7bit")) ||
		    span_ieq(span_trim(h.v[at].value), SPAN("8bit"));
	if (ok)
		*body = span_from(part, end + blank);
	header_free(&h);
	return ok || run_fail(&o->m->r, SOP_BAD_DATA, "stdin: a part is not "
	    "%.*s/%.*s as it is", (int)type.n, (const char *)type.p,
	    (int)subtype.n, (const char *)subtype.p);
}

/* The header that stands at the start of the content. */
static bool
split_content(struct opened *o)
{
	struct span s = buf_get0(&o->head);
	size_t scan = 0, end = 0, blank = 0;

	if (!header_end(s, &scan, &end, &blank))
		return run_fail(&o->m->r, SOP_BAD_DATA,
		    "stdin: its content is no MIME part");
	o->skip = end + blank;
	return header_split(span_first(s, end), FIELDS_MAX, &o->inner) ==
	    HEADER_OK || run_fail(&o->m->r, SOP_BAD_DATA,
	    "stdin: its content has too many fields");
}

static void
judge(struct opened *o, bool encrypted)
{
	struct verifier v;

	signed_bounds(&o->m->r, &o->certs, &v);
	v.encrypted = encrypted;
	v.recipient = o->decrypter.recipient;
	mail_judge(&o->certs, &o->msg.sigs, &o->msg.hasher, &v,
	    &o->m->msg.header, &o->inner, &o->res);
}

static bool
hash_piece(void *arg, struct span s)
{
	hasher_add(arg, s);
	return true;
}

static bool
read_signature(struct opened *o)
{
	struct run *r = &o->m->r;
	struct span body = { NULL, 0 };
	const char *why = NULL;
	struct in in;

	if (o->control.over)
		return run_fail(r, SOP_BAD_DATA,
		    "stdin: its signature is too long");
	if (!part_body(o, buf_get0(&o->control), SPAN("application"),
	    SPAN("pgp-signature"), &body))
		return false;
	in_of_span(&in, body, &r->error);
	signatures_read(&in, &o->msg.hasher, &o->msg.sigs, &why);
	in_free(&in);
	if (!run_fail_error(r, "stdin", SOP_BAD_DATA))
		return false;
	return vault_each(&o->content, hash_piece, &o->msg.hasher) ==
	    SPOOL_OK || run_fail(r, SOP_UNSPECIFIED_FAILURE,
	    "the content cannot be kept");
}

static struct opened *
opened_new(struct mail *m, size_t control_part)
{
	struct opened *o = xcalloc(1, sizeof(*o));

	o->m = m;
	o->control = BUF(CONTROL_MAX);
	o->control_part = control_part;
	o->head = BUF(HEAD_MAX);
	o->cipher = -1;
	o->waiting = BUF(WRITE);
	o->lines = (struct to_crlf){ keep_content, o, false };
	vault_init(&o->content, &m->r.env, false);
	return o;
}

static void
opened_free(struct opened *o)
{
	if (o->cipher >= 0)
		close(o->cipher);
	header_free(&o->inner);
	pgp_msg_free(&o->msg);
	run_free_files(&o->certs);
	run_free_files(&o->keys);
	mail_result_free(&o->res);
	vault_free(&o->content);
	buf_free(&o->control);
	buf_free(&o->waiting);
	buf_free_wipe(&o->head);
	buf_free(&o->parts.line);
	free(o);
}

static bool
print_result(struct opened *o)
{
	struct run *r = &o->m->r;
	struct buf text = BUF(1 << 20);
	bool ok = false;

	if (wants_text(r))
		mail_result_text(o->m, &o->res, &text);
	else
		mail_result_json(o->m, &o->res, &text);
	ok = file_write_all(STDOUT_FILENO, buf_get0(&text)) ||
	    run_fail_stdout(r);
	buf_free(&text);
	return ok;
}

/*
 * A revocation that was given counts for what comes with the message, too. It
 * does not go the other way: the message would say which user IDs belong to a
 * certificate that was given.
 */
static bool
take_autocrypt(struct opened *o)
{
	struct run *r = &o->m->r;
	struct files *f = &o->certs;
	size_t given = f->n;
	bool ok = !r->a.from_autocrypt ||
	    find_autocrypt(r, &o->m->msg.header, f);

	for (size_t i = 0; ok && f->n > given && i < f->v[given].n; i++)
		ok = run_learn(r, &f->v[given].v[i], f->v, given);
	return ok;
}

bool
mail_verify(struct mail *m)
{
	struct run *r = &m->r;
	struct opened *o = opened_new(m, 1);
	bool ok = r->res.operands.n > 0 || r->a.from_autocrypt ||
	    run_fail(r, SOP_MISSING_ARG, "mail verify: no certificate");

	ok = ok && find_read(r, r->res.operands.v, r->res.operands.n,
	    &o->certs) && run_close_in(r) && find_parse(r, &o->certs) &&
	    run_unite(r, NULL, &o->certs) &&
	    mail_header(m) && take_autocrypt(o) &&
	    open_root(o, SPAN("signed"), SPAN("application/pgp-signature")) &&
	    read_signature(o) && split_content(o);
	if (ok) {
		judge(o, false);
		ok = print_result(o);
		if (ok)
			run_verdict(r, findings_worst(&o->res.findings));
	}
	opened_free(o);
	return ok;
}

/* "Version: 1", and blanks (RFC 3156 section 4). */
static bool
check_version(struct opened *o)
{
	struct span body = { NULL, 0 };

	return part_body(o, buf_get0(&o->control), SPAN("application"),
	    SPAN("pgp-encrypted"), &body) &&
	    (span_ieq(span_trim(body), SPAN("Version: 1")) ||
	    run_fail(&o->m->r, SOP_BAD_DATA,
	    "stdin: not version 1 of PGP/MIME"));
}

/* The encrypted part from its file: a short header, then the armor. */
static bool
skip_part_header(struct opened *o, struct in *in)
{
	struct span s = in_peek(in, IN_WINDOW), body = { NULL, 0 };

	if (!part_body(o, s, SPAN("application"), SPAN("octet-stream"),
	    &body))
		return false;
	in_skip(in, (size_t)(body.p - s.p));
	return true;
}

static bool
decrypt_part(struct opened *o)
{
	struct run *r = &o->m->r;
	struct armor a;
	struct in in, plain;
	bool ok = lseek(o->cipher, 0, SEEK_SET) == 0;

	decrypt_with(r, &o->keys, &o->decrypter, &o->msg);
	o->msg.data = keep_content;
	o->msg.arg = o;
	in_of_fd(&in, o->cipher, &r->error);
	ok = ok && skip_part_header(o, &in);
	if (ok) {
		armor_open(&a, &in, false, &plain);
		pgp_msg_read(&o->msg, &plain);
		in_free(&plain);
	}
	in_free(&in);
	return ok && run_fail_error(r, "stdin", SOP_BAD_DATA) &&
	    (o->msg.encrypted || run_fail(r, SOP_BAD_DATA,
	    "stdin: its second part is not encrypted"));
}

struct rest {
	struct to_eol eol;
	struct legacy legacy;
	size_t skip;
	bool omit;		/* legacy display elements */
};

static void
to_out(void *arg, struct span s)
{
	struct mail *m = arg;

	sink_write(&m->out.sink, s);
}

static bool
write_rest(void *arg, struct span s)
{
	struct rest *w = arg;
	size_t n = w->skip < s.n ? w->skip : s.n;

	w->skip -= n;
	if (w->omit)
		legacy_add(&w->legacy, span_from(s, n));
	else
		to_eol_add(&w->eol, span_from(s, n));
	return true;
}

static void
rest_octets(void *arg, struct span s)
{
	to_eol_add(arg, s);
}

/* Whether its author signed it: anybody can encrypt. */
static bool
is_believed(const struct opened *o)
{
	return o->res.good > 0 && strcmp(o->res.from, "match") == 0;
}

static bool
write_decrypted(struct opened *o)
{
	struct mail *m = o->m;
	struct buf head = BUF(2 * HEAD_MAX);
	struct rest w = { .eol = { to_out, m, m->eol, false },
	    .skip = o->skip, .omit = protect_is_cipher(&o->inner) };
	enum spool_result r = SPOOL_OK;
	bool fits = false;

	protect_merge(&m->msg.header, &o->inner, is_believed(o), m->eol,
	    &head);
	buf_str(&head, m->eol);
	fits = mail_head_fits(m, &head);
	to_out(m, buf_get0(&head));
	buf_free_wipe(&head);
	if (!fits)
		return false;
	if (w.omit)
		legacy_start(&w.legacy, &o->inner, SPAN(""), rest_octets,
		    &w.eol);
	r = vault_each(&o->content, write_rest, &w);
	if (w.omit)
		legacy_end(&w.legacy);
	to_eol_end(&w.eol);
	return r == SPOOL_OK || run_fail(&m->r, SOP_UNSPECIFIED_FAILURE,
	    "the content cannot be kept");
}

static bool
decrypt_arguments(struct opened *o, struct buf **result,
    struct buf **gossip)
{
	struct run *r = &o->m->r;

	if (r->res.operands.n == 0)
		return run_fail(r, SOP_MISSING_ARG, "mail decrypt: no key");
	o->cipher = file_unnamed();
	if (o->cipher < 0)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "no file can be made in %s", file_temp_dir());
	return run_output(r, r->a.result_out, result) &&
	    run_output(r, r->a.gossip_out, gossip) &&
	    run_read_secrets(r, r->res.operands.v, r->res.operands.n,
	    &o->keys) && find_read(r, r->a.verify_with.v,
	    r->a.verify_with.n, &o->certs) && run_close_in(r) &&
	    run_parse_files(r, true, &o->keys) &&
	    find_parse(r, &o->certs) && run_unite(r, NULL, &o->certs);
}

bool
mail_decrypt(struct mail *m)
{
	struct opened *o = opened_new(m, 0);
	struct buf *result = NULL, *gossip = NULL;
	bool ok = decrypt_arguments(o, &result, &gossip) && mail_header(m) &&
	    take_autocrypt(o) &&
	    open_root(o, SPAN("encrypted"),
	    SPAN("application/pgp-encrypted")) && check_version(o) &&
	    decrypt_part(o) && split_content(o);

	if (ok) {
		o->res.encrypted = true;
		judge(o, true);
		if (result != NULL)
			(m->r.a.format == FORMAT_TEXT ? mail_result_text :
			    mail_result_json)(m, &o->res, result);
		if (gossip != NULL)
			mail_take_gossip(m, &o->inner, is_believed(o), gossip);
		ok = write_decrypted(o) && mail_deliver(m);
	}
	opened_free(o);
	return ok;
}
