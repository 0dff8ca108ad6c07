/* Which policy is in force: RFC 8461 sections 3.3 and 5.1; see inquiry.h. */
#include "mtasts/inquiry.h"

#include "base/hash.h"
#include "mtasts/fetched.h"

/* What the steps tell each other. */
struct steps {
	const struct sts_ways *ways;
	struct span domain;
	struct findings *fs;
	int64_t now;
	bool fetched;		/* "policy" was fetched just now */
	bool unknown;		/* no fetch, but perhaps another time */
	struct sts_policy policy;
};

/* --- what is remembered */

static void
recall(struct steps *s, struct sts_inquiry *q)
{
	enum memory_result r = s->ways->lost;

	if (s->ways->memory != NULL)
		r = memory_get(s->ways->memory, s->domain, &q->remembered);
	if (r == MEMORY_OK)
		return;
	q->memory_failed = true;
	finding_add(s->fs, F_MTASTS_MEMORY, NULL, "%s", memory_why(r));
}

static bool
is_remembered(const struct steps *s, const struct sts_inquiry *q)
{
	return q->remembered.known && s->now < q->remembered.expires;
}

/* Ids have no order: they are the same, or they are not. */
static bool
is_same_id(const struct sts_inquiry *q)
{
	return q->remembered.known && q->record.how == STS_FOUND &&
	    span_eq(span_str(q->remembered.id), q->record.record.id);
}

/* --- fetching, where there is a reason to */

/* Below "range", another for each domain and time, and always the same. */
static int64_t
spread(const char *domain, int64_t at, int64_t range)
{
	return range > 0 ? (int64_t)(hash_of((uint64_t)at,
	    span_str(domain)) % (uint64_t)range) : 0;
}

int64_t
sts_refresh_due(const struct memory_entry *e)
{
	int64_t period = (e->expires - e->fetched) / 2;

	if (period > STS_REFRESH)
		period = STS_REFRESH;
	return e->fetched + period -
	    spread(e->domain, e->fetched, period / 4);
}

/* RFC 8461 section 3.3: five minutes at least. */
static int64_t
back_off_until(const struct memory_entry *e)
{
	return e->failed_at + STS_BACK_OFF +
	    spread(e->domain, e->failed_at, STS_BACK_OFF_SPREAD);
}

/* What a fetch is for: the id that is published, else that of the memory. */
static struct span
wanted_id(const struct sts_inquiry *q)
{
	return q->record.how == STS_FOUND ? q->record.record.id :
	    span_str(q->remembered.id);
}

static bool
backs_off(const struct steps *s, const struct sts_inquiry *q)
{
	return q->remembered.failed &&
	    span_eq(span_str(q->remembered.failed_id), wanted_id(q)) &&
	    s->now < back_off_until(&q->remembered) &&
	    s->now >= q->remembered.failed_at;
}

/* Fetched by a clock that was wrong, by more than a day. */
static bool
is_ahead(const struct steps *s, const struct sts_inquiry *q)
{
	return s->now < q->remembered.fetched - STS_REFRESH;
}

/*
 * A policy that is in force and has the id that is published need not be
 * fetched, but now and then it is, whatever the DNS says by then: who blocks
 * the record must not let the policy run out (section 10.2).
 */
static bool
wants_fetch(const struct steps *s, const struct sts_inquiry *q)
{
	if (!is_remembered(s, q))
		return q->record.how == STS_FOUND;
	if (q->record.how == STS_FOUND && !is_same_id(q))
		return true;
	return s->ways->refresh || s->now >= sts_refresh_due(&q->remembered) ||
	    is_ahead(s, q);
}

static void
note(struct steps *s, struct sts_inquiry *q, enum memory_kind kind)
{
	struct memory_change c = {
		.kind = kind, .domain = s->domain, .at = s->now,
		.id = wanted_id(q),
	};

	if (kind == MEMORY_FETCHED) {
		c.body = buf_get0(&q->fetch.body);
		c.max_age = s->policy.max_age;
	} else if (!s->unknown) {
		c.why = q->problem;
	}
	if (c.id.n > 0)
		memory_change_add(&q->changes, &c);
}

/*
 * What came of the last try stands meanwhile: a policy that cannot be used is
 * no reason to hold mail back.
 */
static void
back_off(struct steps *s, struct sts_inquiry *q)
{
	q->problem = q->remembered.failed_why;
	s->unknown = q->problem == TLSRPT_NONE;
	if (s->unknown)
		finding_add(s->fs, F_MTASTS_BACK_OFF, NULL, NULL);
	else
		finding_add(s->fs, F_POLICY_FAILED_LATELY, NULL, "%s",
		    tlsrpt_result_name(q->problem));
}

static void
fetch(struct steps *s, struct sts_inquiry *q)
{
	if (!wants_fetch(s, q))
		return;
	/* who asks for it by hand has waited, or mended what was broken */
	if (!s->ways->refresh && backs_off(s, q)) {
		back_off(s, q);
		return;
	}
	s->fetched = fetched_policy(s->ways, s->domain, q, &s->policy,
	    &s->unknown, s->fs);
	if (s->fetched) {
		note(s, q, MEMORY_FETCHED);
		if (is_same_id(q) && !span_eq(buf_get0(&q->fetch.body),
		    buf_get0(&q->remembered.body)))
			finding_add(s->fs, F_MTASTS_ID_KEPT, NULL, "%s",
			    q->remembered.id);
	} else if (fetched_is_theirs(&q->fetch)) {
		note(s, q, MEMORY_NOT_FETCHED);
	}
}

/* --- which one counts */

static void
in_force(struct sts_inquiry *q, enum sts_source source,
    struct sts_policy policy, struct span body)
{
	q->standing = STS_IN_FORCE;
	q->source = source;
	q->policy = policy;
	q->body = body;
}

/* Section 3.3: an unexpired policy is applied when no live one is found. */
static bool
settle_remembered(struct steps *s, struct sts_inquiry *q)
{
	struct sts_policy policy = { 0 };
	struct span body = buf_get0(&q->remembered.body);

	if (!is_remembered(s, q))
		return false;
	if (!sts_policy_parse(body, &policy, s->fs)) {
		q->memory_failed = true;
		finding_add(s->fs, F_MTASTS_MEMORY, NULL,
		    "a policy in it is none");
		return false;
	}
	in_force(q, STS_FROM_MEMORY, policy, body);
	finding_add(s->fs, F_MTASTS_REMEMBERED, NULL, "%s", q->remembered.id);
	if (policy.mode == SENDER_POLICY_NONE)
		return true;
	/* no alert while a domain retires (sections 3.3 and 10.2) */
	if (q->asked && fetched_is_theirs(&q->fetch))
		finding_add(s->fs, F_MTASTS_REFRESH, NULL, "%s",
		    q->fetch.result == FETCH_OK ? "no policy" :
		    fetch_result_name(q->fetch.result));
	if (q->record.how == STS_ABSENT || q->record.how == STS_BAD)
		finding_add(s->fs, F_MTASTS_GONE, NULL, NULL);
	return true;
}

/* Below everything that was discovered or remembered. */
static bool
settle_preload(struct steps *s, struct sts_inquiry *q)
{
	if (s->ways->preload == NULL ||
	    !preload_find(s->ways->preload, s->domain, &q->preload))
		return false;
	if (preload_expired(s->ways->preload, s->now)) {
		finding_add(s->fs, F_PRELOAD_EXPIRED, NULL, NULL);
		return false;
	}
	in_force(q, STS_FROM_PRELOAD, q->preload.policy,
	    span_of(NULL, 0));
	q->preload.policy = (struct sts_policy){ 0 };
	return true;
}

static bool
has_pattern(const struct sts_policy *p, struct span pattern)
{
	for (size_t i = 0; i < p->mx.n; i++)
		if (span_ieq(p->mx.v[i], pattern))
			return true;
	return false;
}

static bool
is_same_policy(const struct sts_policy *a, const struct sts_policy *b)
{
	for (size_t i = 0; i < a->mx.n; i++)
		if (!has_pattern(b, a->mx.v[i]))
			return false;
	return a->mode == b->mode && a->mx.n == b->mx.n;
}

/* The list against what counts more. */
static void
compare_preload(const struct steps *s, const struct sts_inquiry *q)
{
	struct preload_policy listed;

	if (s->ways->preload == NULL || q->source == STS_FROM_PRELOAD ||
	    q->standing != STS_IN_FORCE ||
	    preload_expired(s->ways->preload, s->now) ||
	    !preload_find(s->ways->preload, s->domain, &listed))
		return;
	if (!is_same_policy(&q->policy, &listed.policy))
		finding_add(s->fs, F_PRELOAD_DIFFERS, NULL, NULL);
	preload_policy_free(&listed);
}

static void
settle(struct steps *s, struct sts_inquiry *q)
{
	if (s->fetched)
		in_force(q, STS_FROM_FETCH, s->policy,
		    buf_get0(&q->fetch.body));
	else if (settle_remembered(s, q) || settle_preload(s, q))
		return;
	else if (q->record.how == STS_DNS_FAILED || s->unknown)
		q->standing = STS_UNKNOWN;
	else if (q->memory_failed)
		q->standing = STS_UNKNOWN;
	else
		q->standing = q->record.how == STS_FOUND ? STS_USELESS :
		    STS_WITHOUT;
}

void
sts_inquire(const struct sts_ways *ways, struct span domain,
    struct sts_inquiry *out, struct findings *fs)
{
	struct steps s = {
		.ways = ways, .domain = domain, .fs = fs,
		.now = env_now(ways->env),
	};

	*out = (struct sts_inquiry){ .changes = BUF(4 * STS_BODY_MAX) };
	sts_discover(ways->env->dns, domain, &out->record, fs);
	recall(&s, out);
	fetch(&s, out);
	settle(&s, out);
	compare_preload(&s, out);
}

void
sts_inquiry_free(struct sts_inquiry *q)
{
	sts_discovered_free(&q->record);
	memory_entry_free(&q->remembered);
	host_free(&q->host);
	fetch_answer_free(&q->fetch);
	preload_policy_free(&q->preload);
	sts_policy_free(&q->policy);
	buf_free(&q->changes);
}

const char *
sts_source_name(enum sts_source s)
{
	static const char *const names[] = {
		"none", "fetched", "cache", "preload"
	};

	return names[s];
}

struct sender_policy
sts_sender_policy(const struct sts_inquiry *q)
{
	struct sender_policy p = { .mode = SENDER_POLICY_NONE };

	if (q->standing == STS_IN_FORCE)
		p.mode = q->policy.mode;
	else if (q->standing == STS_UNKNOWN)
		p.mode = SENDER_POLICY_UNKNOWN;
	else
		p.problem = q->problem;
	return p;
}
