/* What came of a message's signatures, and how it is told; see mail.h. */
#include "base/date.h"
#include "mail.h"
#include "mail/author.h"
#include "pgp/valid.h"
#include "sys/jw.h"

/* Whether a user ID that holds in the signer's certificate has the address. */
static bool
is_signers(const struct verdict *v, struct span addr)
{
	for (size_t i = 1; i < v->cert->n; i++)
		if (valid_user(v->cert, i, v->sig.created) &&
		    user_id_has_addr(v->cert->v[i].id, addr))
			return true;
	return false;
}

static void
judge_author(const struct mailbox *from, struct mail_result *out)
{
	struct buf addr = BUF(1024);
	bool match = false;

	buf_printf(&addr, "%s@%s", from->local, from->domain);
	for (size_t i = 0; i < out->n && !match; i++)
		match = out->verdicts[i].why == NULL &&
		    is_signers(&out->verdicts[i], buf_get0(&addr));
	out->from = match ? "match" : "mismatch";
	if (!match && out->good > 0)
		finding_add(&out->findings, F_PGP_FROM_MISMATCH, NULL,
		    "%.*s", (int)addr.n, (const char *)addr.p);
	buf_free(&addr);
}

static void
judge_from(const struct header *h, struct mail_result *out)
{
	struct mailboxes from = { .n = 0 };

	switch (author_of(h, &from)) {
	case AUTHOR_ONE:
		judge_author(&from.v[0], out);
		break;
	case AUTHOR_NONE:
		out->from = "none";
		finding_add(&out->findings, F_PGP_MANY_FROM, NULL,
		    "there is none");
		break;
	case AUTHOR_MANY:
		out->from = "many-from";
		finding_add(&out->findings, F_PGP_MANY_FROM, NULL, NULL);
		break;
	}
	mailboxes_free(&from);
}

static void
judge_header(const struct header *outer, const struct header *inner,
    struct mail_result *out)
{
	const char *name = NULL, *doubt = header_doubt(outer);

	if (doubt != NULL)
		finding_add(&out->findings, F_PGP_MALFORMED_HEADER, NULL,
		    "%s", doubt);
	if (inner == NULL || !protect_is_claimed(inner)) {
		finding_add(&out->findings, F_PGP_NOT_PROTECTED, NULL, NULL);
		return;
	}
	for (size_t at = 0; (name = protect_uncovered(outer, inner, &at)) !=
	    NULL;)
		finding_add(&out->findings, F_PGP_NOT_PROTECTED, name, NULL);
	for (size_t at = 0; (name = protect_changed(outer, inner,
	    out->encrypted, &at)) != NULL;)
		finding_add(&out->findings, F_PGP_HEADER_CHANGED, name, NULL);
}

/* A key that came with the message says only who wrote it the last time. */
static void
judge_origin(const struct files *certs, struct mail_result *out)
{
	for (size_t i = 0; i < out->n; i++)
		for (size_t j = 0; j < certs->n; j++)
			if (out->verdicts[i].why == NULL &&
			    certs->from[j].of_message &&
			    out->verdicts[i].cert->file ==
			    certs->v[j].file)
				finding_add(&out->findings,
				    F_PGP_AUTOCRYPT_KEY, NULL, NULL);
}

void
mail_judge(const struct files *certs, const struct signatures *sigs,
    const struct hasher *h, const struct verifier *v,
    const struct header *outer, const struct header *inner,
    struct mail_result *out)
{
	bool unknown = false;

	out->n = sigs->n;
	out->good = signatures_verify(sigs, h, v, out->verdicts);
	out->is_protected = inner != NULL &&
	    protect_covers(inner, SPAN("From"));
	for (size_t i = 0; i < out->n; i++) {
		if (out->verdicts[i].why != NULL)
			finding_add(&out->findings, F_PGP_SIGNATURE, NULL,
			    "%s", out->verdicts[i].why);
		unknown |= out->verdicts[i].unknown;
	}
	if (out->good == 0 && unknown)
		finding_add(&out->findings, F_PGP_NOT_READ, NULL, NULL);
	else if (out->good == 0)
		finding_add(&out->findings, F_PGP_NO_SIGNATURE, NULL, NULL);
	judge_origin(certs, out);
	judge_from(inner != NULL ? protect_author0(outer, inner) : outer,
	    out);
	judge_header(outer, inner, out);
}

static void
json_signature(struct jw *j, const struct verdict *v)
{
	char hex[KEY_HEX] = "";

	jw_object(j, NULL);
	jw_str(j, "result", v->why == NULL ? "pass" : v->unknown ? "unknown" :
	    "fail");
	jw_str(j, "reason", v->why);
	if (v->read && v->sig.has_created)
		jw_time(j, "time", v->sig.created);
	else
		jw_null(j, "time");
	jw_str(j, "key", v->key ? key_hex(v->key, hex) : NULL);
	jw_str(j, "certificate", v->cert ?
	    key_hex(&v->cert->v[0].key, hex) : NULL);
	jw_str(j, "file", v->cert ? v->cert->file : NULL);
	jw_end(j);
}

void
mail_result_json(const struct mail *m, const struct mail_result *res,
    struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_str(&j, "message", "-");
	jw_object(&j, "pgp-lite");
	jw_str(&j, "schema", "pgp-lite-mail/1");
	jw_str(&j, "version", MSGSEC_VERSION);
	jw_time(&j, "time", m->r.now);
	jw_str(&j, "verdict", findings_verdict(&res->findings));
	run_assumed(&m->r.a.find, &j);
	jw_bool(&j, "encrypted", res->encrypted);
	jw_bool(&j, "header_protected", res->is_protected);
	jw_str(&j, "from", res->from);
	jw_array(&j, "signatures");
	for (size_t i = 0; i < res->n; i++)
		json_signature(&j, &res->verdicts[i]);
	jw_end(&j);
	jw_findings(&j, "findings", &res->findings);
	jw_end(&j);
	jw_end(&j);
	buf_byte(out, '\n');
}

void
mail_result_text(const struct mail *m, const struct mail_result *res,
    struct buf *out)
{
	char hex[KEY_HEX], date[DATE_RFC3339_SIZE];

	run_assumed_text(&m->r.a.find, out);
	for (size_t i = 0; i < res->n; i++) {
		const struct verdict *v = &res->verdicts[i];

		if (v->why == NULL)
			buf_printf(out, "signed %s by %s\n",
			    date_rfc3339(date, v->sig.created),
			    key_hex(&v->cert->v[0].key, hex));
	}
	buf_printf(out, "from: %s\n", res->from);
	for (size_t i = 0; i < res->findings.n; i++) {
		const struct finding *f = &res->findings.v[i];
		const struct finding_info *info = finding_info(f->code);

		buf_printf(out, "%s: %s", severity_name(info->sev),
		    info->text);
		if (f->where[0] != '\0')
			buf_printf(out, " (%s)", f->where);
		if (f->detail[0] != '\0')
			buf_printf(out, ": %s", f->detail);
		buf_byte(out, '\n');
	}
	buf_printf(out, "verdict: %s\n", findings_verdict(&res->findings));
}
