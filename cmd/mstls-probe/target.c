/* From a subject to addresses; see target.h. */
#include "target.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/vec.h"
#include "dns/srv.h"
#include "mstls-probe.h"

enum {
	NAME_ROOM = 1 << 20,
	REVERSE_SECONDS = 5,	/* for all names of a subject's addresses */
};

const char *
server_source_name(enum server_source s)
{
	static const char *const names[] = { "mx", "srv", "given", "default" };

	return names[s];
}

static struct server *
add_server(struct target *t, enum server_source source, enum service service,
    uint16_t port, const char *name)
{
	struct server *s = VEC_PUSH(&t->servers);

	s->source = source;
	s->service = service;
	s->port = port;
	s->name = xstrdup(name);
	s->named = DNS_SECURE;
	return s;
}

static bool
wanted(const struct args *args, const struct ip_addr *ip)
{
	return !(args->v4 || args->v6) || (ip->family == 4 ? args->v4 :
	    args->v6);
}

static struct address *
add_address(struct server *s, const struct ip_addr *ip)
{
	struct address *a = VEC_PUSH(s);

	a->place.service = s->service;
	a->place.address = *ip;
	a->place.port = s->port;
	a->visit = NO_VISIT;
	return a;
}

/*
 * SNI is the TLSA base domain where there is one (RFC 7672 section 8.1),
 * else the name by which the host is known (RFC 8461 section 4.2).
 */
static void
look_up(struct dns *dns, const struct args *args, struct server *s)
{
	struct buf sni = BUF(NAME_ROOM);
	struct dns_name name;

	if (!dns_text_is_domain(span_str(s->name)) ||
	    !dns_name_parse(span_str(s->name), &name)) {
		s->no_host = true;
		return;
	}
	host_find(dns, &name, &s->host);
	dane_find(dns, &s->host, s->port, &s->dane);
	if (s->dane.status >= DANE_UNUSABLE && s->named == DNS_SECURE)
		dns_name_text(&sni, &s->dane.base, false);
	else
		buf_str(&sni, s->name);
	for (size_t i = 0; i < s->host.n; i++)
		if (wanted(args, &s->host.v[i]))
			place_set_sni(&add_address(s, &s->host.v[i])->place,
			    buf_get0(&sni));
	buf_free(&sni);
	s->looked_up = args->depth == 1;
	if (s->looked_up)
		caa_find(dns, &name, &s->caa);
}

/*
 * What the addresses of mail hosts are called, which no sender asks for:
 * after all else, and where their zones do not answer, not for long.
 */
static void
look_back(struct dns *dns, struct target *t)
{
	struct dns *brief = dns_budget_within(dns, REVERSE_SECONDS);

	for (size_t i = 0; i < t->servers.n; i++) {
		struct server *s = &t->servers.v[i];

		if (!s->looked_up || s->source != SOURCE_MX)
			continue;
		for (size_t k = 0; k < s->n; k++)
			reverse_find(brief, &s->v[k].place.address,
			    &s->v[k].reverse);
	}
	dns_free(brief);
}

static void
find_mx(struct dns *dns, const struct args *args, struct target *t)
{
	size_t most = (size_t)args->max_hosts;

	mx_find(dns, buf_get0(&t->name), &t->mx);
	t->has_mx = true;
	for (size_t i = 0; i < t->mx.n; i++) {
		const struct mx_host *h = &t->mx.v[i];
		struct server *s = add_server(t, SOURCE_MX, SERVICE_SMTP,
		    service_info(SERVICE_SMTP)->port, h->text);

		s->preference = h->preference;
		s->named = t->mx.security;
		s->no_host = h->kind != MX_HOST;
		s->left_out = i >= most;
		if (!s->no_host && !s->left_out)
			look_up(dns, args, s);
	}
}

static void
take_srv(struct dns *dns, const struct args *args, enum service service,
    const struct srv_set *set, struct target *t)
{
	for (size_t i = 0; i < set->n; i++) {
		struct server *s = add_server(t, SOURCE_SRV, service,
		    set->v[i].port, set->v[i].text);

		s->named = set->security;
		look_up(dns, args, s);
	}
	if (set->left_out > 0)
		finding_add(&t->findings, F_PROBE_HOSTS_LEFT_OUT,
		    service_info(service)->name, "%zu SRV records",
		    set->left_out);
}

/* RFC 6186: SRV tells where; without one, the domain itself is tried. */
static void
find_service(struct dns *dns, const struct args *args, enum service service,
    struct target *t)
{
	const struct service_info *info = service_info(service);
	struct srv_set set = { 0 };

	srv_find(dns, info->srv, buf_get0(&t->name), &set);
	if (set.status == SRV_OK) {
		take_srv(dns, args, service, &set, t);
	} else if (set.status == SRV_ABSENT) {
		char *name = span_dup(buf_get0(&t->name));

		look_up(dns, args, add_server(t, SOURCE_DEFAULT, service,
		    info->port, name));
		free(name);
	} else if (set.status == SRV_UNKNOWN) {
		finding_add(&t->findings, F_SERVICE_DNS, info->name, NULL);
	} else {
		finding_add(&t->findings, F_SERVICE_NOT_OFFERED, info->name,
		    NULL);
	}
	srv_free(&set);
}

static enum service
service_of(const struct args *args, uint16_t port)
{
	enum service s = service_at(port);

	for (int i = 0; i < SERVICES && args->any_service; i++)
		if (args->service[i])
			return (enum service)i;
	return s == SERVICES ? SERVICE_SMTP : s;
}

static void
find_endpoint(struct dns *dns, const struct args *args, struct target *t)
{
	char *name = span_dup(buf_get0(&t->name));
	struct server *s = add_server(t, SOURCE_GIVEN,
	    service_of(args, t->port), t->port, name);
	struct ip_addr ip;

	if (ip_parse(buf_get0(&t->name), &ip))
		add_address(s, &ip);
	else
		look_up(dns, args, s);
	free(name);
}

/* Number what is to be visited, the best hosts first. */
static void
number_visits(struct target *t)
{
	int n = 0;

	for (size_t i = 0; i < t->servers.n; i++)
		for (size_t k = 0; k < t->servers.v[i].n &&
		    n < PLAN_VISITS_MAX; k++)
			t->servers.v[i].v[k].visit = n++;
}

void
target_find(struct dns *dns, const struct args *args,
    const struct subject *s, struct target *out)
{
	*out = (struct target){ .name = BUF(NAME_ROOM) };
	out->is_endpoint = subject_endpoint(s, &out->name, &out->port);
	if (out->is_endpoint)
		find_endpoint(dns, args, out);
	else
		out->is_domain = subject_domain(s, &out->name,
		    &out->findings);
	if (!out->is_domain) {
		number_visits(out);
		return;
	}
	if (!args->any_service || args->service[SERVICE_SMTP])
		find_mx(dns, args, out);
	for (int i = 0; i < SERVICES; i++)
		if (i != SERVICE_SMTP && args->service[i])
			find_service(dns, args, (enum service)i, out);
	look_back(dns, out);
	number_visits(out);
}

void
target_plan(const struct target *t, struct plan *p)
{
	struct buf place = BUF(PLAN_PLACE_MAX);

	for (size_t i = 0; i < t->servers.n; i++) {
		const struct server *s = &t->servers.v[i];

		for (size_t k = 0; k < s->n; k++) {
			const struct probe_place *at = &s->v[k].place;

			if (s->v[k].visit == NO_VISIT)
				continue;
			buf_reset(&place);
			place_pack(at, &place);
			plan_visit(p, span_of(at->address.b,
			    ip_octets(&at->address)), buf_get0(&place));
		}
	}
	buf_free(&place);
}

void
target_take(struct target *t, const struct planned *p)
{
	for (size_t i = 0; i < t->servers.n; i++) {
		struct server *s = &t->servers.v[i];

		for (size_t k = 0; k < s->n; k++) {
			struct address *a = &s->v[k];

			a->how = VISIT_NOT_MADE;
			if (a->visit == NO_VISIT || (size_t)a->visit >= p->n)
				continue;
			a->how = p->v[a->visit].how;
			a->seen = a->how == VISIT_MADE && probe_unpack(
			    p->v[a->visit].found, &a->probe);
		}
	}
}

static void
address_free(struct address *a)
{
	if (a->seen)
		probe_free(&a->probe);
	for (size_t i = 0; i < a->shown_n; i++)
		cert_chain_free(&a->shown[i].chain);
	free(a->shown);
	reverse_free(&a->reverse);
}

static void
addresses_free(struct server *s)
{
	for (size_t k = 0; k < s->n; k++)
		address_free(&s->v[k]);
	free(s->v);
	s->v = NULL;
	s->n = s->cap = 0;
}

void
target_shorten(struct target *t)
{
	for (size_t i = 0; i < t->servers.n; i++)
		addresses_free(&t->servers.v[i]);
	finding_add(&t->findings, F_RECORD_TRUNCATED, NULL, NULL);
	t->shortened = true;
}

void
target_free(struct target *t)
{
	for (size_t i = 0; i < t->servers.n; i++) {
		struct server *s = &t->servers.v[i];

		addresses_free(s);
		free(s->name);
		host_free(&s->host);
		dane_free(&s->dane);
		caa_free(&s->caa);
	}
	free(t->servers.v);
	mx_free(&t->mx);
	buf_free(&t->name);
	findings_free(&t->findings);
}
