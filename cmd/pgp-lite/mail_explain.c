/*
 * mail encrypt --explain: who could read the message that would be written,
 * in which form, and what every server on the way could. Nothing is encrypted.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "encrypting.h"
#include "find.h"
#include "mail.h"
#include "pgp/valid.h"
#include "sys/jw.h"
#include "sys/rec.h"

enum {
	RECORD_MAX = 16 << 20,
	LINE_REST = 256,	/* what stands around the member */
	HEAD_MAX = 4 << 20,
	FIELDS_MAX = 10000,
};

struct explain {
	struct mail *m;
	struct encryption *e;
	struct findings findings;
	struct recipients all;
	struct buf outside;	/* the header as it would be written */
	struct header outer;
	struct buf out;
	struct jw j;
	bool text;
};

/* --- who */

static void
tell_key(struct explain *x, const struct pgp_key *k)
{
	char hex[KEY_HEX];

	if (x->text) {
		buf_printf(&x->out, "  with %s %s\n", key_hex(k, hex),
		    algo_pk_name(k->algo));
		return;
	}
	jw_object(&x->j, NULL);
	jw_str(&x->j, "fingerprint", key_hex(k, hex));
	jw_str(&x->j, "algorithm", algo_pk_name(k->algo));
	jw_end(&x->j);
}

static void
tell_users(struct explain *x, struct cert *c)
{
	for (size_t i = 1; i < c->n; i++) {
		if (!valid_user(c, i, x->m->r.now))
			continue;
		if (x->text) {
			buf_str(&x->out, "  ");
			utf8_clean(&x->out, c->v[i].id);
			buf_byte(&x->out, '\n');
		} else {
			jw_span(&x->j, NULL, c->v[i].id);
		}
	}
}

/* Of a certificate: whose, from where, to which keys or why to none. */
static void
begin_cert(struct explain *x, struct cert *c, const struct origin *from,
    const char *why)
{
	char hex[KEY_HEX];
	const char *way = from->address == NULL ? "file" : from->way;

	key_hex(cert_primary(c), hex);
	if (x->text) {
		buf_printf(&x->out, "%s: %s (%s)%s%s\n", c->file, hex, way,
		    why ? ": cannot read it: " : " can read it", why ?
		    why : "");
		tell_users(x, c);
		return;
	}
	jw_object(&x->j, NULL);
	jw_text(&x->j, "argument", span_str(c->file));
	jw_str(&x->j, "source", way);
	jw_str(&x->j, "where", from->path);
	jw_str(&x->j, "certificate", hex);
	jw_array(&x->j, "user_ids");
	tell_users(x, c);
	jw_end(&x->j);
	jw_str(&x->j, "refused", why);
	jw_array(&x->j, "keys");
}

static void
tell_cert(struct explain *x, struct cert *c, const struct origin *from)
{
	const char *why = "it has no key for that";
	size_t before = x->all.n;
	bool seipd2 = x->all.seipd2;

	if (keys_of_cert(&x->m->r, c, &x->all, &why))
		why = NULL;
	else
		finding_add(&x->findings, F_PGP_RECIPIENT, c->file, "%s",
		    why);
	if (why == NULL && seipd2 && !x->all.seipd2)
		finding_add(&x->findings, F_PGP_CERT_SEIPD2, c->file, NULL);
	begin_cert(x, c, from, why);
	for (size_t i = before; i < x->all.n; i++)
		tell_key(x, x->all.v[i].key);
	if (!x->text) {
		jw_end(&x->j);
		jw_end(&x->j);
	}
}

static void
tell_recipients(struct explain *x)
{
	struct files *f = &x->e->certs;

	recipients_init(&x->all);
	if (!x->text)
		jw_array(&x->j, NULL);
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->v[i].n; k++)
			tell_cert(x, &f->v[i].v[k], &f->from[i]);
	if (!x->text)
		jw_end(&x->j);
}

/* --- what */

/* Whether the field stands outside as it does inside. */
static bool
is_outside(const struct explain *x, const struct field *f)
{
	size_t at = header_find(&x->outer, f->name, 0);

	for (; at < x->outer.n; at = header_find(&x->outer, f->name, at + 1))
		if (span_eq(span_trim(x->outer.v[at].value),
		    span_trim(f->value)))
			return true;
	return false;
}

static void
tell_fields(struct explain *x, const char *title, bool outside)
{
	const struct header *h = &x->m->msg.header;
	const char *before = ": ";

	if (x->text)
		buf_str(&x->out, title);
	else
		jw_array(&x->j, title);
	for (size_t i = 0; i < h->n; i++) {
		if (h->v[i].name.n == 0 || is_outside(x, &h->v[i]) != outside
		    || protect_is_structural(h->v[i].name) ||
		    span_ieq(h->v[i].name, SPAN("Bcc")))
			continue;
		if (x->text) {
			buf_str(&x->out, before);
			utf8_clean(&x->out, h->v[i].name);
		} else {
			jw_span(&x->j, NULL, h->v[i].name);
		}
		before = ", ";
	}
	if (x->text)
		buf_byte(&x->out, '\n');
	else
		jw_end(&x->j);
}

static void
render_text(struct explain *x)
{
	run_assumed_text(&x->m->r.a.find, &x->out);
	tell_recipients(x);
	buf_printf(&x->out, "form: version %u of encrypted data\n",
	    recipients_version(&x->all));
	tell_fields(x, "every server on the way reads", true);
	tell_fields(x, "only they read the body, and", false);
	for (size_t i = 0; i < x->findings.n; i++) {
		const struct finding *f = &x->findings.v[i];
		const struct finding_info *info = finding_info(f->code);

		buf_printf(&x->out, "%s: %s: %s%s%s\n",
		    severity_name(info->sev), f->where, info->text,
		    f->detail[0] ? ": " : "", f->detail);
	}
	buf_printf(&x->out, "verdict: %s\n", findings_verdict(&x->findings));
}

static void
add_member(struct explain *x, struct span recipients, struct buf *member)
{
	struct jw *j = &x->j;

	*j = JW(member);
	jw_object(j, NULL);
	jw_str(j, "schema", "pgp-lite-explain/1");
	jw_str(j, "version", MSGSEC_VERSION);
	jw_time(j, "time", x->m->r.now);
	jw_str(j, "verdict", findings_verdict(&x->findings));
	run_assumed(&x->m->r.a.find, j);
	jw_int(j, "data_version", recipients_version(&x->all));
	jw_raw(j, "recipients", recipients);
	tell_fields(x, "readable", true);
	tell_fields(x, "hidden", false);
	jw_findings(j, "findings", &x->findings);
	jw_end(j);
}

/* Made to fit a line: a header and many certificates may be more. */
static void
render_json(struct explain *x)
{
	struct buf recipients = BUF(RECORD_MAX), member = BUF(RECORD_MAX);
	struct buf fitted = BUF(REC_MAX);
	struct jw *j = &x->j;

	/* the verdict, which stands first, is known only after them */
	*j = JW(&recipients);
	tell_recipients(x);
	add_member(x, buf_get0(&recipients), &member);
	x->out.over = recipients.over || !rec_truncate(buf_get0(&member),
	    REC_MAX - LINE_REST, &fitted);
	*j = JW(&x->out);
	jw_object(j, NULL);
	jw_str(j, "message", "-");
	jw_raw(j, "pgp-lite", buf_get0(&fitted));
	jw_end(j);
	buf_byte(&x->out, '\n');
	buf_free(&recipients);
	buf_free(&member);
	buf_free(&fitted);
}

static bool
print(struct explain *x)
{
	if (x->out.over)
		return run_fail(&x->m->r, SOP_UNSPECIFIED_FAILURE,
		    "there is more to tell than can be told");
	return file_write_all(STDOUT_FILENO, buf_get0(&x->out)) ||
	    run_fail_stdout(&x->m->r);
}

bool
mail_explain(struct mail *m, struct encryption *e)
{
	struct run *r = &m->r;
	struct explain x = { .m = m, .e = e, .text = wants_text(r),
	    .outside = BUF(HEAD_MAX), .out = BUF(RECORD_MAX) };
	bool ok = find_parse(r, &e->certs) &&
	    run_unite(r, NULL, &e->certs) && mail_header(m);

	if (ok) {
		protect_outer(&m->msg.header, PROTECT_CIPHER, m->eol,
		    &x.outside);
		header_split(buf_get0(&x.outside), FIELDS_MAX, &x.outer);
		(x.text ? render_text : render_json)(&x);
		ok = print(&x);
	}
	if (ok && findings_worst(&x.findings) == SEV_FAIL)
		r->status = SOP_NO_SIGNATURE;
	findings_free(&x.findings);
	header_free(&x.outer);
	free(x.all.v);
	buf_free(&x.outside);
	buf_free(&x.out);
	return ok;
}
