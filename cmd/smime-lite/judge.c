/* What came of a message's signatures; see smime-lite.h. */
#include "smime-lite.h"

#include <stdlib.h>
#include <string.h>

#include "cms/cert.h"
#include "mail/author.h"
#include "mail/shown.h"
#include "sys/say.h"

bool
say_spool(const struct vault *v)
{
	say_error("spool: %s", strerror(v->error));
	return false;
}

bool
read_layer(struct layer *l, const struct header *h,
    const struct cms_source *from, bool secret, const struct env *env)
{
	bool ok = layer_read(l, h, from, secret, env);

	if (!ok && l->error != 0)
		say_error("spool: %s", strerror(l->error));
	return ok;
}

enum {
	CLOCK_SLACK = 300,	/* a clock may be so far off */
	AUTHOR_MAX = 1024,
	TOLD_MAX = 256,		/* of another's address */
};

/* Who a finding is about; owned. A name may be longer than there is room. */
static char *
name_signer(const struct cms_signature *s)
{
	struct buf name = BUF(64 * 1024);

	if (s->cert != NULL)
		cms_cert_subject(s->cert, &name);
	return buf_take_str(&name);
}

static enum finding_code
code_of_result(const struct cms_signature *s)
{
	switch (s->result) {
	case CMS_SIG_WEAK:
		return F_SMIME_WEAK;
	case CMS_SIG_NO_CERT:
		return F_SMIME_NO_CERTIFICATE;
	case CMS_SIG_NOT_READ:
		return F_SMIME_NOT_READ;
	default:
		return F_SMIME_SIGNATURE;
	}
}

static enum finding_code
code_of_trust(const struct cms_signature *s)
{
	switch (s->trust) {
	case CMS_UNTRUSTED:
		return F_SMIME_UNTRUSTED;
	case CMS_INCOMPLETE:
		return F_SMIME_INCOMPLETE;
	case CMS_EXPIRED:
		return s->was_trusted ? F_SMIME_EXPIRED_SINCE :
		    F_SMIME_EXPIRED;
	case CMS_NOT_YET:
		return F_SMIME_NOT_YET;
	case CMS_REVOKED:
		return F_SMIME_REVOKED;
	case CMS_NO_CRL:
		return F_SMIME_NO_CRL;
	case CMS_WRONG_USE:
		return F_SMIME_WRONG_USE;
	case CMS_WEAK_CHAIN:
		return F_SMIME_WEAK_CHAIN;
	default:
		return F_SMIME_CHAIN;
	}
}

/* Whether it holds and is trusted. */
static bool
judge_signature(const struct cms_signature *s, int64_t now,
    struct findings *out)
{
	char *who = name_signer(s);
	bool good = s->result == CMS_SIG_GOOD && s->trust == CMS_TRUSTED;

	if (s->result != CMS_SIG_GOOD)
		finding_add(out, code_of_result(s), who, "%s", s->why);
	else if (!good)
		finding_add(out, code_of_trust(s), who, "%s", s->detail);
	if (s->result == CMS_SIG_GOOD && s->has_time &&
	    (s->time > now + CLOCK_SLACK || !cms_cert_holds_at(s->cert,
	    s->time)))
		finding_add(out, F_SMIME_TIME, who, NULL);
	free(who);
	return good;
}

static bool
signer_has(void *cert, struct span local, struct span domain)
{
	return cms_cert_has_addr(cert, local, domain) != CMS_ADDR_ABSENT;
}

/*
 * Whether any signature holds, and how its signer has the address, and each
 * other that the From field shows: most readers show the display name alone.
 * *other gets one that the last of them has not.
 */
static bool
best_match(const struct verdict *v, struct span field,
    const struct mailbox *from, enum cms_has_addr *best, struct buf *other)
{
	bool any = false;

	for (size_t i = 0; i < v->sigs.n; i++) {
		const struct cms_signature *s = &v->sigs.v[i];
		enum cms_has_addr has = CMS_ADDR_ABSENT;

		/* whose signature does not hold could be anybody */
		if (s->result != CMS_SIG_GOOD)
			continue;
		any = true;
		buf_reset(other);
		has = cms_cert_has_addr(s->cert, span_str(from->local),
		    span_str(from->domain));
		if (has > *best && !shown_stranger(field, from, signer_has,
		    s->cert, other))
			*best = has;
	}
	return any;
}

static void
judge_author(struct span field, const struct mailbox *from,
    struct verdict *out)
{
	enum cms_has_addr best = CMS_ADDR_ABSENT;
	struct buf other = BUF(field.n * SHOWN_GROWTH);
	bool any = best_match(out, field, from, &best, &other);

	buf_printf(&out->author, "%s@%s", from->local, from->domain);
	out->from = !any ? "unknown" : best == CMS_ADDR_ABSENT ? "mismatch" :
	    "match";
	if (best == CMS_ADDR_CASE)
		finding_add(&out->findings, F_SMIME_FROM_CASE, NULL,
		    "%s@%s", from->local, from->domain);
	else if (any && best == CMS_ADDR_ABSENT && other.n > 0)
		finding_add(&out->findings, F_SMIME_FROM_MISMATCH, NULL,
		    "%.*s, which From shows beside %s@%s",
		    (int)span_first(buf_get0(&other), TOLD_MAX).n,
		    (const char *)other.p, from->local, from->domain);
	else if (any && best == CMS_ADDR_ABSENT)
		finding_add(&out->findings, F_SMIME_FROM_MISMATCH, NULL,
		    "%s@%s", from->local, from->domain);
	buf_free(&other);
}

static void
judge_from(const struct header *h, struct verdict *out)
{
	struct mailboxes from = { .n = 0 };

	out->author = BUF(AUTHOR_MAX);
	switch (author_of(h, &from)) {
	case AUTHOR_ONE:
		judge_author(h->v[header_find(h, SPAN("From"), 0)].value,
		    &from.v[0], out);
		break;
	case AUTHOR_NONE:
		out->from = "none";
		finding_add(&out->findings, F_SMIME_MANY_FROM, NULL,
		    "there is none");
		break;
	case AUTHOR_MANY:
		out->from = "many-from";
		finding_add(&out->findings, F_SMIME_MANY_FROM, NULL, NULL);
		break;
	}
	mailboxes_free(&from);
}

static void
judge_header(const struct header *outer, const struct header *inner,
    struct verdict *out)
{
	const char *name = NULL, *doubt = header_doubt(outer);

	if (doubt != NULL)
		finding_add(&out->findings, F_SMIME_MALFORMED_HEADER, NULL,
		    "%s", doubt);
	out->is_protected = protect_covers(inner, SPAN("From"));
	if (!protect_is_claimed(inner)) {
		finding_add(&out->findings, F_SMIME_NOT_PROTECTED, NULL,
		    NULL);
		return;
	}
	for (size_t at = 0; (name = protect_uncovered(outer, inner, &at)) !=
	    NULL;)
		finding_add(&out->findings, F_SMIME_NOT_PROTECTED, name,
		    NULL);
	for (size_t at = 0; (name = protect_changed(outer, inner,
	    out->cipher != NULL, &at)) != NULL;)
		finding_add(&out->findings, F_SMIME_HEADER_CHANGED, name,
		    NULL);
}

static bool
feed_piece(void *verifier, struct span s)
{
	cms_verify_add(verifier, s);
	return true;
}

/*
 * The signatures of one layer; *good gets how many hold and are trusted. None
 * come out where they cannot be read, which is a finding.
 */
static bool
judge_signatures(struct layer *l, struct judging *j, int64_t now,
    struct findings *findings, struct cms_signatures *out, size_t *good)
{
	struct cms_verifier *v = NULL;

	if (!judging_trust(j))
		return false;
	v = cms_verify_open(&l->parts, j->given);
	if (v == NULL) {
		finding_add(findings, F_SMIME_MALFORMED, NULL,
		    "its signatures cannot be read");
		return true;
	}
	if (vault_each(&l->content.octets, feed_piece, v) != SPOOL_OK) {
		cms_verifier_free(v);
		return say_spool(&l->content.octets);
	}
	cms_verify_end(v, &j->by, now, out);
	for (size_t i = 0; i < out->n; i++)
		*good += judge_signature(&out->v[i], now, findings);
	return true;
}

bool
judge_layer(struct layer *l, const struct header *outer, struct judging *j,
    int64_t now, struct verdict *out)
{
	if (!judge_signatures(l, j, now, &out->findings, &out->sigs,
	    &out->good))
		return false;
	out->is_signed = out->sigs.n > 0;
	if (!out->is_signed)
		return true;
	if (layer_says_encrypted(&l->content.header))
		finding_add(&out->findings, F_SMIME_AROUND, NULL, NULL);
	judge_header(outer, &l->content.header, out);
	judge_from(protect_author0(outer, &l->content.header), out);
	return true;
}

bool
judge_around(struct layer *l, struct judging *j, int64_t now,
    struct verdict *out)
{
	size_t good = 0;

	if (!judge_signatures(l, j, now, &out->findings, &out->around, &good))
		return false;
	finding_add(&out->findings, F_SMIME_AROUND, NULL, NULL);
	return true;
}

bool
verdict_is_whole(const struct verdict *v)
{
	return v->is_signed && v->sigs.n > 0 && v->good == v->sigs.n;
}

void
verdict_free(struct verdict *v)
{
	findings_free(&v->findings);
	buf_free(&v->author);
	cms_signatures_free(&v->sigs);
	cms_signatures_free(&v->around);
}
