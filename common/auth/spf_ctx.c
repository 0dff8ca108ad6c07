/*
 * What checks share: parsed records by their text, the search for the one
 * record of a domain (RFC 7208 section 4.5), questions under the time limit.
 */
#include <stdlib.h>

#include "auth/spf_int.h"
#include "base/mem.h"

/* Enough for any mail server's day; past it everything is forgotten. */
enum { RECORDS_MAX = 16384, RECORD_OCTETS_MAX = 16 << 20 };

struct spf_limits
spf_limits_default(void)
{
	return (struct spf_limits){ .voids = 2, .seconds = 20 };
}

struct spf_ctx *
spf_new(const struct env *env, const struct spf_limits *limits)
{
	struct spf_ctx *ctx = xcalloc(1, sizeof(*ctx));

	ctx->env = env;
	ctx->limits = limits ? *limits : spf_limits_default();
	ctx->records = map_new(env_seed(env));
	ctx->txt = BUF(SPF_RECORD_MAX);
	ctx->expanded = BUF(SPF_EXPANDED_MAX);
	ctx->sender = BUF(SPF_EXPANDED_MAX);
	return ctx;
}

int64_t
spf_clock(const struct spf_ctx *ctx)
{
	return ctx->limits.clock ? ctx->limits.clock() : env_monotonic();
}

static void
release(void *record)
{
	spf_record_free(record);
}

void
spf_free(struct spf_ctx *ctx)
{
	if (ctx == NULL)
		return;
	map_free(ctx->records, release);
	buf_free(&ctx->txt);
	buf_free(&ctx->expanded);
	buf_free(&ctx->sender);
	free(ctx);
}

void
spf_forget_records(struct spf_ctx *ctx)
{
	if (map_count(ctx->records) < RECORDS_MAX &&
	    ctx->record_octets < RECORD_OCTETS_MAX)
		return;
	map_clear(ctx->records, release);
	ctx->record_octets = 0;
}

static struct spf_record *
parsed(struct spf_ctx *ctx, struct span text)
{
	struct spf_record *rec = map_get0(ctx->records, text);

	if (rec == NULL) {
		rec = spf_record_new(text);
		map_put(ctx->records, text, rec);
		ctx->record_octets += 2 * text.n + sizeof(*rec) +
		    rec->terms.cap * sizeof(*rec->terms.v);
	}
	return rec;
}

enum spf_found
spf_select(struct spf_ctx *ctx, const struct dns_answer *a,
    struct spf_record **out)
{
	struct spf_record *rec = NULL;

	if (dns_failed(a->status))
		return SPF_FOUND_UNKNOWN;
	for (size_t i = 0; i < a->n; i++) {
		buf_reset(&ctx->txt);
		if (!dns_rr_txt(a->rdata[i], &ctx->txt) || ctx->txt.over ||
		    !spf_is_record(buf_get0(&ctx->txt)))
			continue;
		if (rec != NULL)
			return SPF_FOUND_SEVERAL;
		rec = parsed(ctx, buf_get0(&ctx->txt));
	}
	if (rec == NULL)
		return SPF_FOUND_NONE;
	*out = rec;
	return SPF_FOUND;
}

bool
spf_is_late(const struct spf_eval *ev)
{
	return spf_clock(ev->ctx) > ev->deadline;
}

/*
 * A question past the deadline is not asked: that is what a timeout is. One
 * before it has what is left, to a second.
 */
static struct dns_answer *
in_time(struct spf_eval *ev, struct span name, const struct dns_name *wire,
    enum dns_type type)
{
	struct dns *dns = ev->ctx->env->dns;
	int64_t left = ev->deadline - spf_clock(ev->ctx) + 1;
	struct dns_answer *a = NULL;

	if (left <= 0)
		return dns_answer_empty(DNS_TIMEOUT, 0);
	dns_set_timeout(dns, left < DNS_QUESTION_SECONDS ? (unsigned)left :
	    DNS_QUESTION_SECONDS);
	a = wire != NULL ? dns_query_name(dns, wire, type) :
	    dns_query(dns, name, type);
	dns_set_timeout(dns, 0);
	return a;
}

static struct dns_answer *
traced(struct spf_eval *ev, struct span name, const struct dns_name *wire,
    enum dns_type type)
{
	size_t node = spf_trace_add(ev, SPF_NODE_QUERY, name,
	    (struct span){ NULL, 0 });
	struct dns_answer *a = in_time(ev, name, wire, type);

	if (node > 0) {
		struct spf_node *at = &ev->out->trace.v[node - 1];

		at->type = type;
		at->answers = a->n;
		at->outcome = dns_status_name(a->status);
	}
	return a;
}

struct dns_answer *
spf_ask(struct spf_eval *ev, struct span name, enum dns_type type)
{
	return traced(ev, name, NULL, type);
}

struct dns_answer *
spf_ask_name(struct spf_eval *ev, const struct dns_name *name,
    enum dns_type type)
{
	struct buf text = BUF(4 * DNS_NAME_MAX);
	struct dns_answer *a = NULL;

	if (ev->ctx->limits.trace)
		dns_name_text(&text, name, true);
	a = traced(ev, buf_get0(&text), name, type);
	buf_free(&text);
	return a;
}
