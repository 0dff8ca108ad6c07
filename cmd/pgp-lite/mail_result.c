/* What came of a message's signatures, and how it is told; see mail.h. */
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "mail.h"
#include "mail/author.h"
#include "mail/shown.h"
#include "pgp/valid.h"
#include "sys/jw.h"

enum { AUTHOR_MAX = 1024, TOLD_MAX = 256 };

/* Whether a user ID that holds in the signer's certificate has the address. */
static bool
is_signers(const struct verdict *v, struct span addr)
{
	for (size_t i = 1; i < v->cert->n; i++)
		if (user_id_has_addr(v->cert->v[i].id, addr) &&
		    valid_user(v->cert, i, v->sig.created))
			return true;
	return false;
}

static bool
signer_has(void *verdict, struct span local, struct span domain)
{
	struct buf addr = BUF(local.n + domain.n + 1);
	bool is = false;

	buf_span(&addr, local);
	buf_byte(&addr, '@');
	buf_span(&addr, domain);
	is = is_signers(verdict, buf_get0(&addr));
	buf_free(&addr);
	return is;
}

/*
 * The address in From is the signer's, and so is any other that the field
 * shows: most readers show the display name alone.
 */
static void
judge_author(struct span field, const struct mailbox *from,
    struct mail_result *out)
{
	struct buf other = BUF(field.n * SHOWN_GROWTH);
	struct span addr = { NULL, 0 };
	bool match = false;

	buf_printf(&out->author, "%s@%s", from->local, from->domain);
	addr = buf_get0(&out->author);
	for (size_t i = 0; i < out->n; i++) {
		struct verdict *v = &out->verdicts[i];

		buf_reset(&other);
		out->matches[i] = v->why == NULL && is_signers(v, addr) &&
		    !shown_stranger(field, from, signer_has, v, &other);
		match |= out->matches[i];
	}
	out->from = match ? "match" : "mismatch";
	if (!match && other.n > 0)
		finding_add(&out->findings, F_PGP_FROM_MISMATCH, NULL,
		    "%.*s, which From shows beside %.*s",
		    (int)span_first(buf_get0(&other), TOLD_MAX).n,
		    (const char *)other.p, (int)addr.n,
		    (const char *)addr.p);
	else if (!match && out->good > 0)
		finding_add(&out->findings, F_PGP_FROM_MISMATCH, NULL,
		    "%.*s", (int)addr.n, (const char *)addr.p);
	buf_free(&other);
}

static void
judge_from(const struct header *h, struct mail_result *out)
{
	struct mailboxes from = { .n = 0 };

	switch (author_of(h, &from)) {
	case AUTHOR_ONE:
		judge_author(h->v[header_find(h, SPAN("From"), 0)].value,
		    &from.v[0], out);
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

	out->author = BUF(AUTHOR_MAX);
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

void
mail_result_free(struct mail_result *res)
{
	findings_free(&res->findings);
	buf_free(&res->author);
}

static const char *
result_name(const struct verdict *v)
{
	return v->why == NULL ? "pass" : v->unknown ? "unknown" : "fail";
}

static void
json_signature(struct jw *j, const struct verdict *v)
{
	char hex[KEY_HEX] = "";

	jw_object(j, NULL);
	jw_str(j, "result", result_name(v));
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

/*
 * A line in the style of Authentication-Results (RFC 8601 section 2.2). Of a
 * signature that does not count it does not say whether From is its signer's:
 * who looks for "from=match" finds none that means nothing.
 */
static void
text_signature(const struct mail_result *res, size_t i, struct buf *out)
{
	const struct verdict *v = &res->verdicts[i];
	char hex[KEY_HEX];

	buf_printf(out, "pgp-lite; sig=%s", result_name(v));
	if (v->cert != NULL)
		buf_printf(out, " key=%s", key_hex(&v->cert->v[0].key, hex));
	if (v->why == NULL)
		buf_printf(out, " from=%s", res->matches[i] ||
		    strcmp(res->from, "match") != 0 ? res->from : "mismatch");
	buf_byte(out, '\n');
}

/* Those that count first: one line may be all that is read. */
static void
text_signatures(const struct mail_result *res, struct buf *out)
{
	for (size_t i = 0; i < res->n; i++)
		if (res->verdicts[i].why == NULL)
			text_signature(res, i, out);
	for (size_t i = 0; i < res->n; i++)
		if (res->verdicts[i].why != NULL)
			text_signature(res, i, out);
	if (res->n == 0)
		buf_str(out, "pgp-lite; sig=none\n");
}

void
mail_result_text(const struct mail *m, const struct mail_result *res,
    struct buf *out)
{
	char hex[KEY_HEX], date[DATE_RFC3339_SIZE];

	text_signatures(res, out);
	run_assumed_text(&m->r.a.find, out);
	for (size_t i = 0; i < res->n; i++) {
		const struct verdict *v = &res->verdicts[i];

		if (v->why == NULL)
			buf_printf(out, "signed %s by %s\n",
			    date_rfc3339(date, v->sig.created),
			    key_hex(&v->cert->v[0].key, hex));
	}
	buf_printf(out, "from: %s", res->from);
	if (res->author.n > 0) {
		buf_byte(out, ' ');
		utf8_clean(out, buf_get0(&res->author));
	}
	buf_byte(out, '\n');
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
