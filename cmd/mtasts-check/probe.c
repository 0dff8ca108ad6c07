/* Connecting to the MX hosts; see probe.h. */
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mtasts/meeting.h"
#include "mtasts/seen.h"
#include "run/run_connect.h"

enum { SECONDS = 30, PLACE_ROOM = 512 };

int
probe_open(struct job *j)
{
	const struct run_opts *o = &j->args->run;
	int status = run_open_scratch(&j->scratch);

	/* offline nothing was needed so far that roots are for */
	if (status == EXIT_HOLDS && j->web.trust == NULL)
		status = run_open_trust(o, &j->web.trust);
	if (status != EXIT_HOLDS)
		return status;
	j->probe = (struct probe_ctx){
		.env = &j->run.env, .trust = j->web.trust,
		.session = session_ctx_new(), .judged = chain_memo_new(),
	};
	return EXIT_HOLDS;
}

void
probe_close(struct job *j)
{
	if (j->scratch >= 0)
		close(j->scratch);
	session_ctx_free(j->probe.session);
	chain_memo_free(j->probe.judged);
}

/* SNI is the host, or the TLSA base domain where DANE is on (RFC 7672 8.1). */
static struct probe_place
place_of(const struct sts_hosts *h, size_t i, size_t address)
{
	const struct sts_host *host = &h->v[i];
	struct probe_place place = {
		.service = SERVICE_SMTP,
		.port = service_info(SERVICE_SMTP)->port,
		.address = host->addresses.v[address],
	};
	char *base = sts_host_dane(h, i) == SENDER_DANE_USABLE ?
	    dns_name_str(&host->dane.base) : NULL;

	place_set_sni(&place, span_str(base ? base : host->mx->text));
	free(base);
	return place;
}

void
probe_plan(const struct job *j, struct span domain, struct plan *p)
{
	struct findings unused = { 0 };
	struct sts_hosts h;

	sts_hosts_find(&j->run.env, domain, &h, &unused);
	for (size_t i = 0; i < h.mx.n; i++)
		for (size_t k = 0; k < h.v[i].addresses.n; k++) {
			struct probe_place place = place_of(&h, i, k);
			struct buf octets = BUF(PLACE_ROOM);

			place_pack(&place, &octets);
			if (plan_visit(p, span_of(place.address.b,
			    ip_octets(&place.address)), buf_get0(&octets)) !=
			    (size_t)-1)
				buf_counted(&p->keep, buf_get0(&octets));
			buf_free(&octets);
		}
	sts_hosts_free(&h);
	findings_free(&unused);
}

void
probe_visit(const struct job *j, struct span octets, struct buf *found)
{
	const struct run_opts *o = &j->args->run;
	const struct probe_ask ask = run_probe_ask(&j->args->manner,
	    o->timeout ? o->timeout : SECONDS);

	probe_packed(&j->probe, &ask, octets, found);
}

/* --- judging */

/*
 * The visit that was made to the place. The DNS may have changed its mind in
 * between, so the place is looked for, and may not be there.
 */
static struct visited
visit_to(const struct planned *p, const struct probe_place *place)
{
	struct buf octets = BUF(PLACE_ROOM);
	struct cur c = cur_of(p->keep);
	struct visited v = { .how = VISIT_LEFT_OUT };

	place_pack(place, &octets);
	for (size_t i = 0; i < p->n; i++)
		if (span_eq(cur_counted(&c), buf_get0(&octets))) {
			v = p->v[i];
			break;
		}
	buf_free(&octets);
	return v;
}

/* One host, address by address. */
struct look {
	const struct job *j;
	struct audit *a;
	size_t i;		/* the host's index */
	struct meeting met;
};

static void
meet(struct look *l, const struct probe *p, const char *where)
{
	const struct sts_hosts *h = &l->a->hosts;
	const struct sts_host *host = &h->v[l->i];
	struct sender_host facts = {
		.matched = host->matched, .dane = sts_host_dane(h, l->i),
		.dane_elective = seen_dane(host->dane.status, DNS_SECURE),
	};
	struct dane_names names;

	dane_names_of_mx(&host->dane, &h->mx, &names);
	seen_judge(p, span_str(host->mx->text), &host->dane, names.v, names.n,
	    env_now(&l->j->run.env), &facts);
	seen_dane_open(p, &host->dane, &facts, where, &l->a->findings);
	meeting_add(&l->met, &facts, seen_reached(p));
	dane_names_free(&names);
}

static void
take_address(struct look *l, const struct planned *planned, size_t k)
{
	struct probe_place place = place_of(&l->a->hosts, l->i, k);
	struct visited visit = visit_to(planned, &place);
	struct findings *fs = &l->a->findings;
	char where[PLACE_TEXT_SIZE];
	struct probe p;

	probe_init(&p);
	place_text(where, &place);
	if (visit.how != VISIT_MADE)
		seen_not_made(visit.how, where, fs);
	else if (!probe_unpack(visit.found, &p))
		seen_not_made(VISIT_CRASHED, where, fs);
	else if (!seen_reached(&p))
		seen_silence(&p, where, fs);
	else if (p.reach == PROBE_TLS && p.session.chain.n == 0)
		finding_add(fs, F_CERT_UNREADABLE, where, NULL);
	else if (p.reach == PROBE_TLS && p.chain.result == CHAIN_UNKNOWN)
		finding_add(fs, F_CERT_CHAIN_UNKNOWN, where, NULL);
	else
		seen_cut_short(&p, where, fs);
	meet(l, &p, where);
	probe_free(&p);
}

void
probe_judge(const struct job *j, const struct planned *p, struct audit *a)
{
	struct sender_policy policy = sts_sender_policy(&a->inquiry);

	for (size_t i = 0; i < a->hosts.mx.n; i++) {
		struct sts_host *host = &a->hosts.v[i];
		struct look l = { j, a, i, { .policy = &policy } };

		for (size_t k = 0; k < host->addresses.n; k++)
			take_address(&l, p, k);
		if (!l.met.any)
			continue;
		memcpy(host->rows, l.met.rows, sizeof(l.met.rows));
		meeting_dane_findings(&l.met, host->mx->text, &a->findings);
		/* that no pattern matches was said already */
		if (host->matched)
			meeting_sts_findings(&l.met, host->mx->text,
			    &a->findings);
		if (a->hosts.mx.null_not_alone)
			meeting_null_mx(host->rows);
	}
}
