/* Connection, dialogue and handshake: did TLS come about? See judge.h. */
#include "judge.h"

#include "mtasts/seen.h"
#include "render.h"
#include "tls/names.h"

static void
say(struct view *v, enum finding_code code)
{
	finding_add(v->fs, code, v->where, NULL);
}

/* With what the server said last, when it said something. */
static void
quote(struct view *v, enum finding_code code)
{
	const struct hail *h = &v->address->probe.hail;

	if (h->said.n > 0 && h->code > 0)
		finding_add(v->fs, code, v->where, "%u %.*s", h->code,
		    (int)h->said.n, (const char *)h->said.p);
	else if (h->said.n > 0)
		finding_add(v->fs, code, v->where, "%.*s", (int)h->said.n,
		    (const char *)h->said.p);
	else
		say(v, code);
}

static void
starttls(struct view *v)
{
	const struct hail *h = &v->address->probe.hail;

	if (v->address->probe.flapping) {
		say(v, F_STARTTLS_UNSTABLE);
		return;
	}
	switch (h->starttls) {
	case STARTTLS_ABSENT:
		say(v, F_STARTTLS_ABSENT);
		break;
	case STARTTLS_REFUSED:
		quote(v, F_STARTTLS_REFUSED);
		break;
	case STARTTLS_STRIPPED:
		if (h->clear.mangled.n > 0)
			finding_add(v->fs, F_STARTTLS_STRIPPED, v->where,
			    "%.*s", (int)h->clear.mangled.n,
			    (const char *)h->clear.mangled.p);
		else
			quote(v, F_STARTTLS_STRIPPED);
		break;
	case STARTTLS_UNKNOWN:	/* seen_cut_short */
	case STARTTLS_OFFERED: case STARTTLS_IMPLICIT:
		break;
	}
}

static void
handshake(struct view *v)
{
	const struct probe *p = &v->address->probe;
	char room[TLS_NAME_SIZE];

	switch (p->session.result) {
	case SESSION_ALERT:
		finding_add(v->fs, F_TLS_REFUSED, v->where, "alert %s",
		    tls_alert_name(room, p->session.alert));
		break;
	case SESSION_REFUSED:
		finding_add(v->fs, F_TLS_REFUSED, v->where, "%.*s",
		    (int)p->why.n, (const char *)p->why.p);
		break;
	case SESSION_GARBAGE:
		say(v, F_TLS_GARBAGE);
		break;
	case SESSION_CLOSED:
		say(v, F_TLS_CLOSED);
		break;
	case SESSION_TIMEOUT: case SESSION_FAILED:	/* seen_cut_short */
	case SESSION_OK:
		break;
	}
}

/* RFC 3207 section 4.2: the dialogue begins anew inside of TLS. */
static void
inside(struct view *v)
{
	const struct hail *h = &v->address->probe.hail;

	if (h->second != STEP_DONE ||
	    service_info(v->server->service)->protocol != PROTOCOL_SMTP)
		return;
	if (h->esmtp && !h->esmtp_inside)
		finding_add(v->fs, F_SMTP_NO_ESMTP, v->where,
		    "inside of TLS");
	if (v->server->service != SERVICE_SMTP && h->inside.auth.n == 0)
		say(v, F_AUTH_NOT_OFFERED);
}

/* Passwords before TLS: AUTH, LOGIN, USER (RFC 8314 section 3). */
static void
passwords(struct view *v)
{
	const struct hail *h = &v->address->probe.hail;

	if (h->starttls == STARTTLS_IMPLICIT || !h->clear.known)
		return;
	if (h->clear.bares)
		finding_add(v->fs, F_AUTH_IN_CLEAR, v->where, "%.*s",
		    (int)h->clear.auth.n, (const char *)h->clear.auth.p);
	else if (h->clear.login)
		finding_add(v->fs, F_AUTH_IN_CLEAR, v->where,
		    v->server->service == SERVICE_POP3 ? "USER" : "LOGIN");
}

static void
manners(struct view *v)
{
	const struct hail *h = &v->address->probe.hail;

	if (h->preauth && h->starttls != STARTTLS_UNKNOWN)
		say(v, F_IMAP_PREAUTH);
	if (h->clear.requiretls)
		say(v, F_REQUIRETLS_IN_CLEAR);
	if (h->leaked_n > 0)
		finding_add(v->fs, F_STARTTLS_LEAKED, v->where,
		    "%zu octets: %.*s", h->leaked_n, (int)h->leaked.n,
		    (const char *)h->leaked.p);
	if (h->notes & TALK_BARE_LF)
		say(v, F_SMTP_BARE_LF);
	if (h->inside.known && h->inside.starttls)
		say(v, F_STARTTLS_AGAIN);
	if (service_info(v->server->service)->protocol == PROTOCOL_SMTP &&
	    h->clear.known && !h->esmtp)
		say(v, F_SMTP_NO_ESMTP);
}

static void
mail_in_clear(struct view *v)
{
	enum smtp_tls_need need = v->address->probe.mail_in_clear;

	if (v->server->service == SERVICE_SMTP && need == SMTP_TLS_NEEDED)
		say(v, F_SMTP_REQUIRES_TLS);
	if (v->server->service == SERVICE_SUBMISSION &&
	    need == SMTP_TLS_NOT_NEEDED)
		say(v, F_SMTP_MAIL_IN_CLEAR);
}

static void
active(struct view *v)
{
	const struct active *a = &v->address->probe.active;

	if (a->inject == INJECT_VULNERABLE || a->inject == INJECT_DELAYED)
		finding_add(v->fs, F_SMTP_INJECTION, v->where, "%.*s",
		    (int)a->seen.n, (const char *)a->seen.p);
	else if (a->inject == INJECT_SUSPECT)
		say(v, F_SMTP_INJECTION_SUSPECT);
	else if (a->inject == INJECT_UNKNOWN)
		finding_add(v->fs, F_SMTP_INJECTION_UNKNOWN, v->where, "%s",
		    inject_lack_text(a->lack));
	if (a->alive == ALIVE_NO)
		say(v, F_SMTP_UNSTABLE);
	for (int i = 0; i < MISUSES; i++)
		if (a->misuse[i] == MISUSED_ACCEPTED)
			finding_add(v->fs, F_SMTP_LENIENT, v->where, "%s",
			    misuse_name((enum misuse)i));
}

static void
left(struct view *v)
{
	const struct probe *p = &v->address->probe;

	if (p->used_up || p->out_of_time || has_gaps(v->job, v->address))
		say(v, F_PROBE_NOT_ASKED);
}

void
judge_talk(struct view *v)
{
	const struct address *a = v->address;

	if (!a->seen)
		seen_not_made(a->visit == NO_VISIT ? VISIT_LEFT_OUT : a->how,
		    v->where, v->fs);
	else if (a->probe.reach == PROBE_NO_CONNECTION)
		seen_silence(&a->probe, v->where, v->fs);
	if (!a->seen || a->probe.reach == PROBE_NO_CONNECTION)
		return;
	seen_cut_short(&a->probe, v->where, v->fs);
	starttls(v);
	if (a->probe.reach == PROBE_NO_HANDSHAKE)
		handshake(v);
	if (a->probe.reach == PROBE_TLS)
		inside(v);
	passwords(v);
	manners(v);
	mail_in_clear(v);
	active(v);
	left(v);
}
