/* One look-up answered; see serve.h. */
#include <stdlib.h>

#include "base/ip.h"
#include "base/mem.h"
#include "base/vec.h"
#include "dns/idn.h"
#include "mtasts/hosts.h"
#include "mtasts/postfix.h"
#include "serve.h"
#include "sys/say.h"

enum { DOMAIN_ROOM = 1024, REPLY_MAX = 1 << 18, CHANGE_ROOM = 1024 };

/*
 * The policy domain of a next-hop (RFC 8461 section 3.4). "[host]" is met
 * without an MX look-up, ".domain" is Postfix's own search for a parent, and
 * an address has no policy.
 */
static bool
policy_domain(struct span key, struct buf *out)
{
	struct ip_addr unused;
	size_t colon = span_rchr(key, ':');

	if (span_starts(key, SPAN("[")) || span_starts(key, SPAN(".")) ||
	    ip_parse(key, &unused))
		return false;
	return idn_to_ascii(span_first(key, colon), out) && !out->over;
}

/* What the hosts' TLSA records come to for the whole domain. */
static enum sender_dane
dane_of(const struct sts_hosts *h)
{
	enum sender_dane all = SENDER_DANE_ABSENT;

	/* said when the service was started: DANE is left to Postfix */
	if (h->trust == DNS_NO_ANCHOR || h->trust == DNS_STRIPPED)
		return SENDER_DANE_ABSENT;
	for (size_t i = 0; i < h->mx.n; i++) {
		enum sender_dane one = sts_host_dane(h, i);

		if (one == SENDER_DANE_USABLE)
			return one;
		if (one == SENDER_DANE_UNKNOWN || one == SENDER_DANE_BOGUS)
			all = SENDER_DANE_UNKNOWN;
		else if (one == SENDER_DANE_UNUSABLE &&
		    all == SENDER_DANE_ABSENT)
			all = one;
	}
	return all;
}

/* Why it could not be found out, in a few words. */
static void
temporary(struct buf *out, const struct findings *fs)
{
	struct buf why = BUF(DOMAIN_ROOM);

	for (size_t i = 0; i < fs->n && why.n == 0; i++) {
		const struct finding_info *info = finding_info(fs->v[i].code);

		if (info->sev >= SEV_UNKNOWN)
			buf_printf(&why, "%s: %s", info->code, info->text);
	}
	socketmap_reply(out, "TEMP", why.n > 0 ? buf_get0(&why) :
	    SPAN("it could not be found out"));
	buf_free(&why);
}

static void
decide(const struct sts_inquiry *q, const struct sts_hosts *h,
    const struct findings *fs, struct buf *out)
{
	enum sender_dane dane = dane_of(h);
	bool enforced = q->standing == STS_IN_FORCE &&
	    q->policy.mode == SENDER_POLICY_ENFORCE;
	struct buf policy = BUF(REPLY_MAX);

	if (h->mx.status == MX_BOGUS || h->mx.status == MX_UNKNOWN ||
	    dane == SENDER_DANE_UNKNOWN) {
		temporary(out, fs);
	} else if (dane == SENDER_DANE_USABLE) {
		socketmap_reply(out, "OK", SPAN("dane-only"));
	} else if (q->standing == STS_UNKNOWN) {
		temporary(out, fs);
	} else if (enforced) {
		postfix_policy(&q->policy, h, &policy);
		socketmap_reply(out, "OK", buf_get0(&policy));
	} else if (dane == SENDER_DANE_UNUSABLE) {
		socketmap_reply(out, "OK", SPAN("encrypt"));
	} else {
		socketmap_reply(out, "NOTFOUND", SPAN(""));
	}
	buf_free(&policy);
}

/* Section 3.3: whoever runs the service learns of refreshes that fail. */
static void
alert(struct span domain, const struct findings *fs)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->v[i].code == F_MTASTS_REFRESH ||
		    fs->v[i].code == F_MTASTS_MEMORY)
			say_warn("%.*s: %s: %s", (int)domain.n,
			    (const char *)domain.p,
			    finding_info(fs->v[i].code)->text,
			    fs->v[i].detail);
}

/* Of a look-up that begins now: a tenth of --timeout is left for its answer. */
static int64_t
begin(struct job *j)
{
	run_subject(&j->run);
	return env_monotonic_ms() + (int64_t)j->args->run.timeout * 900;
}

static void
inquire(struct job *j, const struct worker *w, struct span domain,
    int64_t deadline, struct sts_inquiry *q, struct findings *fs)
{
	struct sts_ways ways;

	/* Postfix keeps a connection for as long as it likes */
	worker_look_again(j);
	ways = job_ways(j, w, deadline);
	sts_inquire(&ways, domain, q, fs);
	job_note(j, buf_get0(&q->changes));
	job_keep(j);
	alert(domain, fs);
}

void
serve_answer(struct job *j, const struct worker *w, struct span key,
    struct buf *out)
{
	struct buf domain = BUF(DOMAIN_ROOM);
	struct findings fs = { 0 };
	struct sts_hosts hosts = { .v = NULL };
	struct sts_inquiry q;
	int64_t deadline = 0;

	if (!policy_domain(key, &domain)) {
		socketmap_reply(out, "NOTFOUND", SPAN(""));
		buf_free(&domain);
		return;
	}
	deadline = begin(j);
	sts_hosts_find(&j->run.env, buf_get0(&domain), &hosts, &fs);
	inquire(j, w, buf_get0(&domain), deadline, &q, &fs);
	sts_hosts_match(&hosts, buf_get0(&domain), &q, &fs);
	decide(&q, &hosts, &fs, out);
	say_detail("%.*s: %.*s", (int)domain.n, (const char *)domain.p,
	    (int)out->n, (const char *)out->p);
	sts_inquiry_free(&q);
	sts_hosts_free(&hosts);
	findings_free(&fs);
	buf_free(&domain);
}

/* --- refreshing */

struct due {
	struct { char **v; size_t n, cap; } domains;
	int64_t now;
};

static bool
collect(void *arg, const struct memory_entry *e)
{
	struct due *due = arg;

	if (due->now < e->expires && due->now >= sts_refresh_due(e))
		*VEC_PUSH(&due->domains) = xstrdup(e->domain);
	return true;
}

/* Whoever can have names looked up would fill the disk, bit by bit. */
static void
forget_expired(struct job *j, int64_t now)
{
	struct buf change = BUF(CHANGE_ROOM);

	memory_change_add(&change, &(struct memory_change){
		.kind = MEMORY_FORGET_EXPIRED, .at = now,
	});
	job_note(j, buf_get0(&change));
	job_keep(j);
	buf_free(&change);
}

void
serve_refresh(struct job *j, const struct worker *w)
{
	struct due due = { .now = env_now(&j->run.env) };

	if (w->memory != NULL)
		memory_each(w->memory, collect, &due);
	for (size_t i = 0; i < due.domains.n; i++) {
		struct findings fs = { 0 };
		struct sts_inquiry q;

		inquire(j, w, span_str(due.domains.v[i]), begin(j), &q, &fs);
		sts_inquiry_free(&q);
		findings_free(&fs);
		free(due.domains.v[i]);
	}
	free(due.domains.v);
	if (w->memory != NULL)
		forget_expired(j, due.now);
}
