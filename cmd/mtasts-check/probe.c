/* Connecting to the MX hosts; see probe.h. */
#include "probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mtasts/seen.h"
#include "sys/file.h"
#include "sys/say.h"

enum { SMTP_PORT = 25, SECONDS = 30, NAME_SIZE = 256, PLACE_ROOM = 512 };

/* RFC 5321 section 4.1.1.1 wants a name; this host's is the best there is. */
static const char *
host_name(void)
{
	static char name[NAME_SIZE];

	if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0')
		return "localhost";
	return name;
}

int
probe_open(struct job *j)
{
	const struct run_opts *o = &j->args->run;
	const char *why = "";

	j->scratch = file_unnamed();
	if (j->scratch < 0) {
		say_error("%s: %s", file_temp_dir(), strerror(errno));
		return EXIT_CANNOT_CREATE;
	}
	/* offline nothing was needed so far that roots are for */
	if (j->trust == NULL)
		j->trust = trust_open(o->ca_file, &why);
	if (j->trust == NULL) {
		say_error("%s: %s", o->ca_file ? o->ca_file :
		    "certificate authorities", why);
		return EXIT_NO_INPUT;
	}
	j->run.env.dial = o->offline || o->zone != NULL ? dial_none() :
	    dial_live(NULL, o->allow_private);
	j->probe = (struct probe_ctx){
		.env = &j->run.env, .trust = j->trust,
		.session = session_ctx_new(),
	};
	return EXIT_HOLDS;
}

void
probe_close(struct job *j)
{
	if (j->scratch >= 0)
		close(j->scratch);
	dial_free(j->run.env.dial);
	session_ctx_free(j->probe.session);
}

/* SNI is the host, or the TLSA base domain where DANE is on (RFC 7672 8.1). */
static struct probe_place
place_of(const struct sts_hosts *h, size_t i, size_t address)
{
	const struct sts_host *host = &h->v[i];
	struct probe_place place = {
		.service = SERVICE_SMTP, .port = SMTP_PORT,
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
	const struct probe_ask ask = {
		.helo = host_name(),
		.time = (o->timeout ? o->timeout : SECONDS) * 1000,
	};
	struct probe_place place;
	struct probe p;

	if (!place_unpack(octets, &place))
		return;
	probe_address(&j->probe, &ask, &place, &p);
	probe_pack(&p, found);
	probe_free(&p);
}

/* --- judging */

/*
 * The visit that was made to the place. The DNS may have changed its mind in
 * between, so the place is looked for, and may not be there.
 */
static struct span
found_at(const struct planned *p, const struct probe_place *place)
{
	struct buf octets = BUF(PLACE_ROOM);
	struct cur c = cur_of(p->keep);
	struct span found = { NULL, 0 };

	place_pack(place, &octets);
	for (size_t i = 0; i < p->n && found.n == 0; i++)
		if (span_eq(cur_counted(&c), buf_get0(&octets)))
			found = p->v[i].found;
	buf_free(&octets);
	return found;
}

static void
explain_silence(const struct probe *p, const char *where,
    struct findings *fs)
{
	static const enum finding_code codes[] = {
		[DIAL_OK] = F_CONNECT_FAILED,
		[DIAL_REFUSED] = F_CONNECT_REFUSED,
		[DIAL_TIMEOUT] = F_CONNECT_TIMEOUT,
		[DIAL_UNREACHABLE] = F_CONNECT_UNREACHABLE,
		[DIAL_NOT_PUBLIC] = F_ADDR_NOT_PUBLIC,
		[DIAL_OFFLINE] = F_CONNECT_OFFLINE,
		[DIAL_FAILED] = F_CONNECT_FAILED,
	};

	finding_add(fs, codes[p->dial], where, NULL);
}

/* All addresses of one host: a sender may meet any that answers. */
struct meeting {
	const struct job *j;
	struct audit *a;
	size_t i;		/* the host's index */
	bool any, reached;
	struct sender_row rows[SENDERS];
};

static void
meet(struct meeting *m, const struct probe *p)
{
	const struct sts_hosts *h = &m->a->hosts;
	const struct sts_host *host = &h->v[m->i];
	struct sender_policy policy = sts_sender_policy(&m->a->inquiry);
	struct sender_host facts = {
		.matched = host->matched, .dane = sts_host_dane(h, m->i),
	};
	char *base = dns_name_str(&host->dane.base);
	const struct span names[] = {
		span_str(base), span_str(host->mx->text), m->a->domain,
	};

	seen_judge(p, span_str(host->mx->text), &host->dane, names, 3,
	    env_now(&m->j->run.env), &facts);
	for (enum sender who = 0; who < SENDERS; who++) {
		struct sender_row row = sender_judge(who, &policy, &facts);

		m->rows[who] = m->any ? sender_join(m->rows[who], row) : row;
	}
	m->any = true;
	free(base);
}

static void
take_address(struct meeting *m, const struct planned *planned, size_t k)
{
	struct probe_place place = place_of(&m->a->hosts, m->i, k);
	char where[PLACE_TEXT_SIZE];
	struct probe p;

	probe_init(&p);
	if (!probe_unpack(found_at(planned, &place), &p)) {
		finding_add(&m->a->findings, F_PROBE_CRASHED,
		    place_text(where, &place), NULL);
	} else if (!seen_reached(&p)) {
		explain_silence(&p, place_text(where, &place),
		    &m->a->findings);
	} else {
		/* one that answers outweighs those that did not */
		m->any = m->any && m->reached;
		m->reached = true;
		meet(m, &p);
	}
	if (!m->reached && !m->any)
		meet(m, &p);
	probe_free(&p);
}

/* What no sender can deliver to is no matter of what was opted into. */
static void
judge_rows(const struct sts_host *host, const struct sender_policy *policy,
    struct findings *fs)
{
	const struct sender_row *r = host->rows;

	if (r[SENDER_OPPORTUNISTIC].outcome != OUTCOME_DELIVER)
		return;
	if (r[SENDER_DANE].outcome == OUTCOME_DEFER)
		finding_add(fs, F_SENDER_DANE, host->mx->text, "%s",
		    tlsrpt_result_name(r[SENDER_DANE].result));
	/* that no pattern matches was said already */
	if (!host->matched)
		return;
	if (r[SENDER_MTA_STS].outcome == OUTCOME_DEFER)
		finding_add(fs, F_SENDER_MTA_STS, host->mx->text, "%s",
		    tlsrpt_result_name(r[SENDER_MTA_STS].result));
	else if (policy->mode == SENDER_POLICY_TESTING &&
	    r[SENDER_MTA_STS].result != TLSRPT_NONE)
		finding_add(fs, F_SENDER_MTA_STS_TESTING, host->mx->text,
		    "%s", tlsrpt_result_name(r[SENDER_MTA_STS].result));
}

void
probe_judge(const struct job *j, const struct planned *p, struct audit *a)
{
	struct sender_policy policy = sts_sender_policy(&a->inquiry);

	for (size_t i = 0; i < a->hosts.mx.n; i++) {
		struct sts_host *host = &a->hosts.v[i];
		struct meeting m = { .j = j, .a = a, .i = i };

		for (size_t k = 0; k < host->addresses.n; k++)
			take_address(&m, p, k);
		if (m.any)
			memcpy(host->rows, m.rows, sizeof(m.rows));
		judge_rows(host, &policy, &a->findings);
	}
}
