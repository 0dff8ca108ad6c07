/* libunbound as the DNS process's resolver; see upstream.h. */
#include "upstream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <unbound.h>
#include <unbound-event.h>

#include "anchor.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "dns/message.h"
#include "dns/servers.h"

enum { CLASS_IN = 1 };

/* What libunbound makes of an answer. */
enum { SEC_INSECURE, SEC_BOGUS, SEC_SECURE };

struct upstream {
	struct ub_ctx *ctx;
	void (*done)(void *arg, struct dns_answer *a);
	enum dns_trust trust;
	bool ends;
};

/* One question under way; libunbound keeps it until it is answered. */
struct flight {
	struct upstream *up;
	void *arg;
	struct dns_question q;
};

struct option {
	const char *name, *value;
};

static bool
set_rows(struct ub_ctx *ctx, const struct option *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ub_ctx_set_option(ctx, rows[i].name, rows[i].value) != 0)
			return false;
	return true;
}

/*
 * For a run over a million domains, which are asked for once each: what is
 * asked for again are keys and the zones above, and these fit in a few MiB,
 * so that memory is the same however long the run. Without the aggressive use
 * of NSEC, since libunbound's table for it makes each answer of a large signed
 * zone dearer than the one before. Servers on this machine are asked like any
 * other: whoever runs the tool named them.
 */
static bool
set_options(struct ub_ctx *ctx, bool validate)
{
	static const struct option rows[] = {
		{ "msg-cache-size:", "1m" },
		{ "rrset-cache-size:", "4m" },
		{ "key-cache-size:", "2m" },
		{ "neg-cache-size:", "0" },
		{ "aggressive-nsec:", "no" },
		{ "msg-cache-slabs:", "1" },
		{ "rrset-cache-slabs:", "1" },
		{ "infra-cache-slabs:", "1" },
		{ "key-cache-slabs:", "1" },
		{ "outgoing-range:", "900" },
		{ "num-queries-per-thread:", "2048" },
		{ "cache-max-ttl:", "86400" },
		{ "edns-buffer-size:", "1232" },
		{ "do-not-query-localhost:", "no" },
		{ "unblock-lan-zones:", "yes" },
		{ "insecure-lan-zones:", "yes" },
		{ "minimal-responses:", "yes" },
	};

	return set_rows(ctx, rows, sizeof(rows) / sizeof(rows[0])) &&
	    ub_ctx_set_option(ctx, "module-config:",
	    validate ? "validator iterator" : "iterator") == 0;
}

/*
 * For a run over a mailbox, whose messages ask for the same names again and
 * again: they are told the same each time, and the DNS is asked once, however
 * short a TTL. There is room for some hundred thousand names, and what a
 * signature vouches for still ends with it.
 */
static bool
set_keep(struct ub_ctx *ctx)
{
	static const struct option rows[] = {
		{ "msg-cache-size:", "64m" },
		{ "rrset-cache-size:", "128m" },
		{ "cache-min-ttl:", "86400" },
	};

	return set_rows(ctx, rows, sizeof(rows) / sizeof(rows[0]));
}

/* "ADDR[%SCOPE]@PORT": a link-local server is found by its interface alone. */
static char *
forward_text(const struct dns_server *server)
{
	const struct sockaddr_in *v4 =
	    (const struct sockaddr_in *)(const void *)&server->addr;
	const struct sockaddr_in6 *v6 =
	    (const struct sockaddr_in6 *)(const void *)&server->addr;
	char address[INET6_ADDRSTRLEN] = "";

	if (server->addr.ss_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, address, sizeof(address));
		return xasprintf("%s@%u", address, ntohs(v4->sin_port));
	}
	inet_ntop(AF_INET6, &v6->sin6_addr, address, sizeof(address));
	if (v6->sin6_scope_id == 0)
		return xasprintf("%s@%u", address, ntohs(v6->sin6_port));
	return xasprintf("%s%%%u@%u", address, (unsigned)v6->sin6_scope_id,
	    ntohs(v6->sin6_port));
}

/* libunbound takes it as dns_server_parse does, but checks later. */
static bool
forward(struct ub_ctx *ctx, const struct dns_server *server)
{
	char *text = forward_text(server);
	bool ok = ub_ctx_set_fwd(ctx, text) == 0;

	free(text);
	return ok;
}

/* No servers at all: libunbound asks the DNS itself then. */
static bool
find_servers(const char *resolver, struct dns_servers *servers)
{
	servers->n = 0;
	if (resolver != NULL && span_eq(span_str(resolver), SPAN("recurse")))
		return true;
	return dns_servers_find(resolver, servers);
}

/* What can be known, from this anchor (or none) and by these servers. */
static enum dns_trust
find_trust(const struct upstream_config *config, const char *anchor,
    struct dns_servers *servers)
{
	struct dns_name zone;

	if (anchor == NULL)
		return config->dnssec ? DNS_NO_ANCHOR : DNS_UNCHECKED;
	if (servers->n > 0 && anchor_zone(anchor, &zone) &&
	    !anchor_servers(&zone, servers))
		return DNS_STRIPPED;
	return DNS_CHECKED;
}

/* "YYYYMMDDHHMMSS", as RRSIGs have it. */
static bool
set_date(struct ub_ctx *ctx, int64_t now)
{
	char text[DATE_RFC3339_SIZE], digits[DATE_RFC3339_SIZE];
	size_t n = 0;

	date_rfc3339(text, now);
	for (const char *p = text; *p != '\0'; p++)
		if (ascii_is_digit((unsigned char)*p))
			digits[n++] = *p;
	digits[n] = '\0';
	return ub_ctx_set_option(ctx, "val-override-date:", digits) == 0;
}

static bool
set_up(struct upstream *up, const struct upstream_config *config,
    const struct dns_servers *servers)
{
	bool validate = up->trust == DNS_CHECKED;

	/* its own words would go to stderr without our name */
	if (ub_ctx_debugout(up->ctx, NULL) != 0 ||
	    !set_options(up->ctx, validate) ||
	    (config->keep && !set_keep(up->ctx)))
		return false;
	for (size_t i = 0; i < servers->n; i++)
		if (!forward(up->ctx, &servers->v[i]))
			return false;
	return !validate || !config->has_now || set_date(up->ctx, config->now);
}

/*
 * What is under test. (RFC 6761) is for the server to say. This comes last,
 * since it freezes the configuration and reads the anchor.
 */
static bool
freeze(struct ub_ctx *ctx)
{
	return ub_ctx_zone_add(ctx, "test.", "nodefault") == 0;
}

struct upstream *
upstream_open(const struct upstream_config *config, struct event_base *base,
    void (*done)(void *arg, struct dns_answer *a), const char **what,
    const char **why)
{
	struct upstream *up = xcalloc(1, sizeof(*up));
	const char *anchor = config->anchor != NULL ? config->anchor :
	    config->dnssec ? anchor_find0() : NULL;
	struct dns_servers servers;

	up->done = done;
	*what = config->resolver;
	*why = "not an address of a name server (ADDR or ADDR@PORT)";
	if (!find_servers(config->resolver, &servers))
		goto fail;
	up->trust = find_trust(config, anchor, &servers);
	*what = NULL;
	*why = "libunbound does not start";
	up->ctx = ub_ctx_create_event(base);
	if (up->ctx == NULL || !set_up(up, config, &servers))
		goto fail;
	if (anchor != NULL) {
		*what = anchor;
		*why = "not a trust anchor";
		if (ub_ctx_add_ta_file(up->ctx, anchor) != 0)
			goto fail;
	}
	if (freeze(up->ctx))
		return up;
fail:
	upstream_free(up);
	return NULL;
}

enum dns_trust
upstream_trust(const struct upstream *up)
{
	return up->trust;
}

/* It has followed all aliases: where nothing stands at their end is no data. */
static struct dns_answer *
nothing_at(const struct dns_name *name)
{
	struct dns_answer *a = dns_answer_empty(DNS_NODATA, 0);

	a->canonical = *name;
	return a;
}

static struct dns_answer *
answer_of(const struct flight *f, struct span packet, int security)
{
	struct dns_reading r = { .answer = NULL };
	enum dns_reply reply = security == SEC_BOGUS ? REPLY_FAILED :
	    dns_message_read(packet, &f->q, &r);

	if (security == SEC_BOGUS)
		return dns_answer_empty(DNS_BOGUS, 0);
	if (reply == REPLY_ALIAS)
		r.answer = nothing_at(&r.next);
	else if (reply != REPLY_ANSWER)
		return dns_answer_empty(DNS_SERVFAIL, 0);
	r.answer->security = f->up->trust != DNS_CHECKED ? DNS_INDETERMINATE :
	    security == SEC_SECURE ? DNS_SECURE : DNS_INSECURE;
	return r.answer;
}

/* The packet is libunbound's, and what is wrong with it does not matter. */
static void
on_result(void *arg, int rcode, void *packet, int n, int security,
    char *why_bogus, int was_ratelimited)
{
	struct flight *f = arg;

	(void)why_bogus;
	(void)was_ratelimited;
	if (!f->up->ends)
		f->up->done(f->arg, rcode == 0 && packet != NULL && n > 0 ?
		    answer_of(f, span_of(packet, (size_t)n), security) :
		    dns_answer_empty(DNS_SERVFAIL, 0));
	free(f);
}

bool
upstream_ask(struct upstream *up, const struct dns_name *name,
    enum dns_type type, void *arg)
{
	struct buf text = BUF(DNS_NAME_MAX * 4 + 2);
	struct flight *f = xmalloc(sizeof(*f));
	bool ok = false;

	*f = (struct flight){ up, arg, { .type = type, .name = *name } };
	dns_name_text(&text, name, true);
	if (name->n > 1)
		buf_byte(&text, '.');
	buf_byte(&text, '\0');
	ok = ub_resolve_event(up->ctx, (const char *)text.p, (int)type,
	    CLASS_IN, f, on_result, NULL) == 0;
	if (!ok)
		free(f);
	buf_free(&text);
	return ok;
}

void
upstream_free(struct upstream *up)
{
	if (up == NULL)
		return;
	/* what is under way ends now, and has not failed */
	up->ends = true;
	ub_ctx_delete(up->ctx);
	free(up);
}
