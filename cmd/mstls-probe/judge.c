/* The whole of a target; see judge.h. */
#include "judge.h"

#include <stdio.h>
#include <string.h>

static struct view
view_of(const struct job *job, struct target *t, struct server *s,
    struct address *a)
{
	struct view v = {
		.job = job, .target = t, .server = s, .address = a,
		.fs = &t->findings,
	};
	char ip[IP_TEXT_SIZE];

	ip_text(ip, &a->place.address);
	if (strcmp(ip, s->name) == 0)
		place_text(v.where, &a->place);
	else
		snprintf(v.where, sizeof(v.where), "%.*s[%s]:%u",
		    PLACE_NAME_MAX, s->name, ip, s->port);
	return v;
}

/* What one address offers and another of the same host does not. */
static bool
differs(const struct address *a, const struct address *b)
{
	const struct session *x = &a->probe.session, *y = &b->probe.session;

	return a->probe.hail.starttls != b->probe.hail.starttls ||
	    x->version != y->version || a->shown_n != b->shown_n ||
	    (a->shown_n > 0 && memcmp(a->shown[0].chain.v[0].sha256,
	    b->shown[0].chain.v[0].sha256, SHA256_SIZE) != 0);
}

static void
judge_drift(struct target *t, const struct server *s)
{
	const struct address *first = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct address *a = &s->v[i];

		if (!a->seen || a->probe.reach == PROBE_NO_CONNECTION)
			continue;
		if (first == NULL)
			first = a;
		else if (differs(first, a))
			finding_add(&t->findings, F_HOST_DRIFT, s->name,
			    NULL);
	}
}

/* Full depth: what no sender minds, but for where mail comes from. */
static void
judge_names(struct target *t, const struct server *s)
{
	if (s->looked_up && s->caa.status == CAA_ABSENT)
		finding_add(&t->findings, F_CERT_NO_CAA, s->name, NULL);
	for (size_t i = 0; i < s->n && s->source == SOURCE_MX; i++) {
		const struct reverse *r = &s->v[i].reverse;
		char ip[IP_TEXT_SIZE];

		if (s->looked_up && (r->status == REVERSE_NONE ||
		    r->status == REVERSE_FALSE))
			finding_add(&t->findings, F_ADDR_NO_NAME,
			    ip_text(ip, &s->v[i].place.address), "%s",
			    r->name ? r->name : "");
	}
}

static void
judge_server(const struct job *job, struct target *t, struct server *s)
{
	if (s->left_out)
		finding_add(&t->findings, F_PROBE_HOSTS_LEFT_OUT, s->name,
		    NULL);
	if (s->no_host && s->source != SOURCE_MX)
		finding_add(&t->findings, F_MX_NOT_A_HOST, s->name,
		    "as an SRV has it");
	if (s->no_host || s->left_out)
		return;
	if (s->host.name.n > 0)
		host_findings(&s->host, &t->findings);
	if (s->n == 0 && s->host.n > 0)
		finding_add(&t->findings, F_PROBE_OTHER_FAMILY, s->name,
		    NULL);
	if (s->host.left_out > 0)
		finding_add(&t->findings, F_PROBE_HOSTS_LEFT_OUT, s->name,
		    "%zu addresses", s->host.left_out);
	for (size_t i = 0; i < s->n; i++) {
		struct view v = view_of(job, t, s, &s->v[i]);

		judge_talk(&v);
		if (s->v[i].seen) {
			judge_tls(&v);
			judge_certs(&v);
		}
	}
	judge_names(t, s);
	judge_dane(s, &t->findings);
	judge_drift(t, s);
}

void
judge_target(const struct job *job, const struct policy *policy,
    struct target *t)
{
	if (t->has_mx)
		mx_findings(&t->mx, &t->findings);
	if (t->mx.left_out > 0)
		finding_add(&t->findings, F_PROBE_HOSTS_LEFT_OUT, "",
		    "%zu MX hosts", t->mx.left_out);
	for (size_t i = 0; i < t->servers.n; i++)
		judge_server(job, t, &t->servers.v[i]);
	judge_senders(policy, t);
}
