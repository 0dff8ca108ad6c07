/* Validating ARC chains (RFC 8617 section 5.2); see arc.h. */
#include "auth/arc.h"

#include <stdlib.h>

#include "base/cur.h"
#include "base/mem.h"
#include "mail/lex.h"

enum { SCOPE_MAX = 64 * 1024 * 1024 };

const char *
arc_cv_name(enum arc_cv cv)
{
	static const char *const names[] = { "none", "pass", "fail" };

	return names[cv];
}

static void
failed(struct arc_verify *a, unsigned at, const char *reason)
{
	if (a->cv == ARC_FAIL)
		return;
	a->cv = ARC_FAIL;
	a->reason = reason;
	a->reason_at = at;
}

/* ARC-Authentication-Results starts with "i=" instance ";" (4.1.1). */
static unsigned
aar_instance(struct span value)
{
	struct cur c = cur_of(value);
	uint64_t i = 0;

	lex_cfws(&c, NULL);
	cur_expect(&c, 'i');
	lex_cfws(&c, NULL);
	cur_expect(&c, '=');
	lex_cfws(&c, NULL);
	i = cur_dec(&c, ARC_SETS_MAX);
	lex_cfws(&c, NULL);
	cur_expect(&c, ';');
	return c.bad ? 0 : (unsigned)i;
}

/* The set that the instance belongs to; counts it as seen. */
static struct arc_set *
set_of(struct arc_verify *a, unsigned instance)
{
	if (instance == 0)
		return NULL;
	/* most messages have no chain, and the sets are large */
	if (a->set == NULL)
		a->set = xcalloc(ARC_SETS_MAX, sizeof(*a->set));
	if (instance > a->n)
		a->n = instance;
	return &a->set[instance - 1];
}

static void
place(struct arc_verify *a, unsigned instance, const struct field *f,
    const struct field **slot, const char *twice)
{
	if (*slot != NULL)
		failed(a, instance, twice);
	*slot = f;
}

static void
collect_aar(struct arc_verify *a, const struct field *f)
{
	unsigned i = aar_instance(f->value);
	struct arc_set *set = set_of(a, i);

	if (set == NULL)
		failed(a, 0, "ARC-Authentication-Results without a valid i=");
	else
		place(a, i, f, &set->aar,
		    "two ARC-Authentication-Results of one instance");
}

static void
collect_ams(struct arc_verify *a, const struct field *f)
{
	struct dkim_sig sig;
	const char *problem = dkim_sig_parse(f, ARC_MESSAGE_SIGNATURE, &sig);
	struct arc_set *set = set_of(a, sig.instance);

	if (set == NULL || set->ams != NULL) {
		failed(a, sig.instance, set == NULL ?
		    "ARC-Message-Signature without a valid i=" :
		    "two ARC-Message-Signatures of one instance");
		dkim_sig_free(&sig);
		return;
	}
	set->ams = f;
	set->message = sig;
	set->message_problem = problem;
	if (problem == NULL)
		set->want = body_want(a->body, sig.body_canon, -1);
	if (problem == NULL && sig.no_canon)
		set->want_relaxed = body_want(a->body, CANON_RELAXED, -1);
}

static const char *
seal_cv(struct arc_set *set)
{
	for (int cv = ARC_NONE; cv <= ARC_FAIL; cv++) {
		if (!span_eq(set->seal.cv,
		    span_str(arc_cv_name((enum arc_cv)cv))))
			continue;
		set->cv = (enum arc_cv)cv;
		return NULL;
	}
	return "ARC-Seal without a valid cv=";
}

static void
collect_as(struct arc_verify *a, const struct field *f)
{
	struct dkim_sig sig;
	const char *problem = dkim_sig_parse(f, ARC_SEAL, &sig);
	struct arc_set *set = set_of(a, sig.instance);

	if (set == NULL || set->as != NULL) {
		failed(a, sig.instance, set == NULL ?
		    "ARC-Seal without a valid i=" :
		    "two ARC-Seals of one instance");
		dkim_sig_free(&sig);
		return;
	}
	set->as = f;
	set->seal = sig;
	set->seal_problem = problem ? problem : seal_cv(set);
}

/* Steps 2 and 3 of section 5.2. */
static void
check_structure(struct arc_verify *a)
{
	for (unsigned i = a->n; i >= 1; i--) {
		const struct arc_set *set = &a->set[i - 1];

		if (set->aar == NULL || set->ams == NULL || set->as == NULL) {
			failed(a, i, "an instance lacks one of its fields");
		} else if (set->seal_problem != NULL) {
			failed(a, i, set->seal_problem);
		} else if (i == a->n && set->cv == ARC_FAIL) {
			failed(a, i, "the newest ARC-Seal says cv=fail");
		} else if (set->message_problem != NULL) {
			failed(a, i, set->message_problem);
		} else if (set->cv != (i == 1 ? ARC_NONE : ARC_PASS)) {
			failed(a, i, i == 1 ? "the first cv= is not none" :
			    "a later cv= is not pass");
		}
	}
}

void
arc_start(struct arc_verify *a, const struct header *header,
    const struct header_index *index, struct body *body)
{
	*a = (struct arc_verify){ .index = index, .body = body,
	    .reason = "" };
	for (size_t i = 0; i < header->n; i++) {
		const struct field *f = &header->v[i];

		if (!span_istarts(f->name, SPAN("ARC-")))
			continue;
		if (span_ieq(f->name, SPAN("ARC-Authentication-Results")))
			collect_aar(a, f);
		else if (span_ieq(f->name, SPAN("ARC-Message-Signature")))
			collect_ams(a, f);
		else if (span_ieq(f->name, SPAN("ARC-Seal")))
			collect_as(a, f);
	}
	check_structure(a);
}

/*
 * Look up the keys that may have made a signature; false with the result
 * when there is none. Once the DNS did not answer, the chain cannot be found
 * out: fifty sets of a hostile message must not have us wait for each.
 */
static bool
usable_keys(struct arc_verify *a, const struct dkim_sig *sig,
    struct dns *dns, struct dkim_keys *keys, struct dkim_lookup *found,
    enum dkim_result *result)
{
	size_t n = 0;

	*result = DKIM_TEMPERROR;
	if (a->unanswered)
		return false;
	dkim_lookup(dns, keys, sig->s, sig->d, found);
	a->unanswered = dns_failed(found->status);
	if (!a->unanswered)
		*result = DKIM_PERMERROR;
	for (size_t i = 0; i < found->n; i++)
		if (found->key[i]->status == DKIM_KEY_OK &&
		    dkim_key_fits(found->key[i], sig))
			found->key[n++] = found->key[i];
	found->n = n;
	return n > 0;
}

static bool
message_fits(const struct arc_verify *a, const struct dkim_sig *sig,
    size_t want, const struct dkim_key *k)
{
	return memcmp(body_digest(a->body, want), sig->bh,
	    SHA256_SIZE) == 0 && dkim_header_fits(a->index, sig, k);
}

/*
 * Without c=, DKIM's default is simple/simple, and RFC 8617 names no other;
 * the public validation suite and the sealers that it was made with take
 * relaxed/relaxed. Either proves that the sealer signed what is here.
 */
static void
verify_message(struct arc_verify *a, struct arc_set *set, struct dns *dns,
    struct dkim_keys *keys)
{
	struct dkim_lookup found;
	struct dkim_sig relaxed = set->message;
	bool ok = false;

	relaxed.header_canon = CANON_RELAXED;
	if (!usable_keys(a, &set->message, dns, keys, &found,
	    &set->message_result))
		return;
	for (size_t i = 0; i < found.n && !ok; i++)
		ok = message_fits(a, &set->message, set->want,
		    found.key[i]) || (set->message.no_canon &&
		    message_fits(a, &relaxed, set->want_relaxed,
		    found.key[i]));
	set->message_result = ok ? DKIM_PASS : DKIM_FAIL;
	/* section 4.1.2: the tags are DKIM's */
	if (ok && dkim_sig_expired(&set->message, a->now))
		set->message_result = DKIM_POLICY;
}

static void
add_relaxed(struct buf *out, const struct field *f)
{
	canon_field(out, CANON_RELAXED, f->raw);
}

void
arc_seal_scope(const struct arc_verify *a, unsigned n, struct buf *out)
{
	for (unsigned i = 0; i < n; i++) {
		add_relaxed(out, a->set[i].aar);
		add_relaxed(out, a->set[i].ams);
		add_relaxed(out, a->set[i].as);
	}
}

/*
 * Every seal is over all sets up to its own, so one growing buffer serves
 * them all: the seal's own field stands at its end without b=, and is then
 * put back whole for the next.
 */
static void
verify_seal(struct arc_verify *a, struct arc_set *set, struct buf *scope,
    struct dns *dns, struct dkim_keys *keys)
{
	struct dkim_lookup found;
	unsigned char digest[SHA256_SIZE];
	size_t mark = 0;

	add_relaxed(scope, set->aar);
	add_relaxed(scope, set->ams);
	mark = scope->n;
	if (usable_keys(a, &set->seal, dns, keys, &found,
	    &set->seal_result)) {
		dkim_sig_unsigned(set->as->raw, set->seal.b_raw,
		    CANON_RELAXED, scope);
		digest_of(DIGEST_SHA256, buf_get0(scope), digest);
		scope->n = mark;
		set->seal_result = DKIM_FAIL;
		for (size_t i = 0; i < found.n; i++)
			if (key_verify(found.key[i]->key, digest,
			    buf_get0(&set->seal.b)))
				set->seal_result = DKIM_PASS;
	}
	add_relaxed(scope, set->as);
}

static void
judge(struct arc_verify *a, unsigned i, enum dkim_result r, const char *bad)
{
	if (r == DKIM_PASS || a->cv == ARC_FAIL)
		return;
	a->temporary = r == DKIM_TEMPERROR;
	failed(a, i, a->temporary ? "key unavailable" :
	    r == DKIM_PERMERROR ? "no usable key" :
	    r == DKIM_POLICY ? "the newest ARC-Message-Signature expired" :
	    bad);
}

void
arc_end(struct arc_verify *a, struct dns *dns, struct dkim_keys *keys,
    int64_t now)
{
	struct buf scope = BUF(SCOPE_MAX);

	a->now = now;
	if (a->n == 0 || a->cv == ARC_FAIL)
		return;
	verify_message(a, &a->set[a->n - 1], dns, keys);
	judge(a, a->n, a->set[a->n - 1].message_result,
	    "the newest ARC-Message-Signature did not verify");
	for (unsigned i = 1; i <= a->n; i++) {
		verify_seal(a, &a->set[i - 1], &scope, dns, keys);
		judge(a, i, a->set[i - 1].seal_result,
		    "an ARC-Seal did not verify");
	}
	if (a->cv != ARC_FAIL)
		a->cv = ARC_PASS;
	/* last, since older ones do not decide */
	for (unsigned i = a->n - 1; i >= 1; i--)
		verify_message(a, &a->set[i - 1], dns, keys);
	for (unsigned i = a->n; i >= 1 && a->oldest_pass == 0; i--)
		if (a->set[i - 1].message_result != DKIM_PASS)
			a->oldest_pass = i + 1;
	buf_free(&scope);
}

bool
arc_seals_hold(const struct arc_verify *a)
{
	for (unsigned i = 0; i < a->n; i++)
		if (a->set[i].seal_result != DKIM_PASS)
			return false;
	return a->n > 0;
}

void
arc_free(struct arc_verify *a)
{
	for (unsigned i = 0; a->set != NULL && i < ARC_SETS_MAX; i++) {
		dkim_sig_free(&a->set[i].message);
		dkim_sig_free(&a->set[i].seal);
	}
	free(a->set);
	*a = (struct arc_verify){ 0 };
}
