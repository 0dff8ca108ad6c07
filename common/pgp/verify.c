/* Judging signatures; see verify.h. */
#include "pgp/verify.h"

#include "base/date.h"
#include "pgp/armor.h"
#include "pgp/packet.h"
#include "pgp/valid.h"
#include "sys/jw.h"

/* What can be said without a key; *early is only written with its reason. */
static const char *
by_itself(const struct verifier *v, const struct sig *s, int64_t *early)
{
	if (s->refused != NULL)
		return s->refused;
	if (s->type != SIG_BINARY && s->type != SIG_TEXT)
		return "it is no signature over data";
	if (!s->has_created)
		return "it does not say when it was made";
	if (!algo_hash_strong(s->hash))
		return "its hash is too weak, or not known";
	if (!algo_pk_signs(s->pk))
		return algo_pk_refusal(s->pk);
	if (s->created > v->now + VERIFY_SKEW) {
		*early = s->created - v->now;
		return "it is from the future";
	}
	if (s->created < v->not_before)
		return "it is older than allowed";
	if (s->created > v->not_after)
		return "it is newer than allowed";
	if (s->expires > 0 && v->now >= s->created + s->expires)
		return "it has expired";
	return NULL;
}

/*
 * Section 5.2.3.36: if it names recipients, it counts in what was encrypted,
 * and we must be one of them.
 */
static const char *
for_us(const struct verifier *v, const struct sig *s)
{
	if (!s->has_recipients)
		return NULL;
	if (!v->encrypted)
		return "it was made for the recipients of an encrypted "
		    "message";
	if (v->recipient == NULL)
		return NULL;
	for (size_t i = 0; i < v->recipient->n; i++)
		if (component_is_key(&v->recipient->v[i]) &&
		    sig_is_for(s, &v->recipient->v[i].key))
			return NULL;
	return "it was made for other recipients";
}

/* Try key i of the certificate: NULL if the signature counts. */
static const char *
by_key(const struct verifier *v, const struct sig *s,
    const struct digest *d, struct cert *c, size_t i)
{
	const char *why = NULL;

	if (key_refusal(&c->v[i].key) != NULL)
		return key_refusal(&c->v[i].key);
	why = sig_unfit(s, &c->v[i].key);
	if (why != NULL)
		return why;
	if (d == NULL || !sig_check(s, &c->v[i].key, d))
		return "it is not authentic";
	/* only now, since this takes more signatures to look at */
	why = valid_key(c, i, s->created, KEY_SIGN);
	return why != NULL ? why : for_us(v, s);
}

/* Whether it says at all whose it is. */
static bool
says_whose(const struct sig *s)
{
	return s->issuer_fpr.n + s->issuer_id.n > 0;
}

/* The first key that it says to be of: only its word, so far. */
static void
claimed(const struct verifier *v, const struct sig *s, struct verdict *out)
{
	for (size_t i = 0; says_whose(s) && i < v->n; i++)
		for (size_t j = 0; j < v->files[i].n; j++) {
			struct cert *c = &v->files[i].v[j];

			for (size_t k = 0; k < c->n && out->key == NULL; k++)
				if (component_is_key(&c->v[k]) &&
				    sig_names(s, &c->v[k].key)) {
					out->cert = c;
					out->key = &c->v[k].key;
				}
		}
}

static void
in_cert(const struct verifier *v, const struct sig *s,
    const struct digest *d, struct cert *c, struct verdict *out)
{
	for (size_t i = 0; i < c->n && out->why != NULL; i++) {
		const struct component *k = &c->v[i];

		if (!component_is_key(k) || !sig_names(s, &k->key))
			continue;
		out->why = by_key(v, s, d, c, i);
		/* of one that does not say whose it is, who it could be */
		if (out->why == NULL || says_whose(s)) {
			out->cert = c;
			out->key = &k->key;
		}
		out->unknown = out->why != NULL &&
		    (key_needs_library(&c->v[i].key) ||
		    key_needs_library(cert_primary(c)));
	}
}

void
verify_sig(const struct verifier *v, const struct sig *s,
    const struct digest *d, struct verdict *out)
{
	*out = (struct verdict){ .sig = *s, .read = true };
	claimed(v, s, out);
	out->why = by_itself(v, s, &out->early);
	if (out->why != NULL)
		return;
	out->why = "no certificate of its issuer was given";
	for (size_t i = 0; i < v->n; i++)
		for (size_t j = 0; j < v->files[i].n; j++)
			if (out->why != NULL)
				in_cert(v, s, d, &v->files[i].v[j], out);
}

bool
signatures_add(struct signatures *s, struct span body, struct hasher *h,
    int at)
{
	struct signature *v = &s->v[s->n];
	enum pgp_result r = PGP_OK;

	if (s->n == HASHER_MAX)
		return false;
	*v = (struct signature){ .body = BUF(SIG_BODY_MAX), .at = at };
	buf_span(&v->body, body);
	s->n++;
	r = sig_read(buf_get0(&v->body), &v->sig);
	if (r != PGP_OK) {
		v->why = r == PGP_BAD ? "it is malformed" :
		    algo_version_refusal(body.p[0]);
		return true;
	}
	if (v->at < 0)
		v->at = hasher_want(h, v->sig.hash, v->sig.type,
		    v->sig.salt);
	if (v->at < 0)
		v->why = "its hash is not supported";
	return true;
}

enum pgp_result
signatures_read(struct in *in, struct hasher *h, struct signatures *out,
    const char **why)
{
	struct armor armor;
	struct in plain;
	struct packet p;
	struct buf body = BUF(SIG_BODY_MAX);

	armor_open(&armor, in, true, &plain);
	while (packet_next(&plain, &p)) {
		buf_reset(&body);
		if (packet_ignored(p.tag)) {
			packet_skip(&p);
		} else if (p.tag != TAG_SIGNATURE) {
			pgp_fail(in->error, PGP_BAD,
			    "there is more than signatures");
		} else if (packet_body(&p, SIG_BODY_MAX, &body) &&
		    !signatures_add(out, buf_get0(&body), h, -1)) {
			pgp_fail(in->error, PGP_LIMIT,
			    "too many signatures");
		}
	}
	if (out->n == 0)
		pgp_fail(in->error, PGP_BAD, "there is no signature");
	buf_free(&body);
	in_free(&plain);
	*why = in->error->why;
	return in->error->result;
}

size_t
signatures_verify(const struct signatures *s, const struct hasher *h,
    const struct verifier *v, struct verdict *out)
{
	size_t good = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct signature *one = &s->v[i];

		if (one->why != NULL) {
			out[i] = (struct verdict){ .why = one->why,
			    .sig = one->sig };
			claimed(v, &one->sig, &out[i]);
		} else {
			verify_sig(v, &one->sig, hasher_get0(h, one->at),
			    &out[i]);
		}
		good += out[i].why == NULL;
	}
	return good;
}

void
signatures_free(struct signatures *s)
{
	for (size_t i = 0; i < s->n; i++)
		buf_free(&s->v[i].body);
	s->n = 0;
}

/* The names of all files that have the certificate, not of its first alone. */
static void
signers(const struct verifier *by, const struct cert *c, struct jw *j)
{
	jw_array(j, "signers");
	for (size_t i = 0; i < by->n; i++) {
		const struct certs *f = &by->files[i];
		size_t at = 0;

		while (at < f->n && !cert_same(&f->v[at], c))
			at++;
		if (at < f->n)
			jw_str(j, NULL, f->file);
	}
	jw_end(j);
}

void
verdict_line(const struct verifier *by, const struct verdict *v,
    struct buf *out)
{
	char date[DATE_RFC3339_SIZE], signing[KEY_HEX], primary[KEY_HEX];
	struct jw j = JW(out);

	buf_printf(out, "%s %s %s mode:%s ",
	    date_rfc3339(date, v->sig.created), key_hex(v->key, signing),
	    key_hex(&v->cert->v[0].key, primary),
	    v->sig.type == SIG_TEXT ? "text" : "binary");
	jw_object(&j, NULL);
	signers(by, v->cert, &j);
	jw_end(&j);
	buf_byte(out, '\n');
}

/* A fingerprint or key ID. */
static void
hex_of(struct span id, struct buf *out)
{
	for (size_t i = 0; i < id.n; i++)
		buf_printf(out, "%02X", id.p[i]);
}

static void
whose(const struct verdict *v, struct buf *out)
{
	if (!says_whose(&v->sig))
		buf_str(out, "nobody that it names");
	else if (v->key != NULL)
		hex_of(span_of(v->key->fpr, v->key->fpr_n), out);
	else
		hex_of(v->sig.issuer_fpr.n > 0 ? v->sig.issuer_fpr :
		    v->sig.issuer_id, out);
	if (says_whose(&v->sig) && v->key == NULL)
		buf_str(out, " (not given)");
}

void
verdict_reason(const struct verdict *v, struct buf *out)
{
	/* of a version that is not read, nobody knows what it says */
	if (v->sig.version != 0) {
		buf_str(out, ", of ");
		whose(v, out);
		buf_byte(out, ',');
	}
	buf_printf(out, " does not count: %s", v->why);
	if (v->early > 0)
		buf_printf(out, " by %lld s", (long long)v->early);
}
