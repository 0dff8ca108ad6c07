/* The words that both renderings share; see render.h. */
#include "render.h"

#include "judge.h"

const char *
target_verdict(const struct target *t)
{
	enum mx_status s = t->mx.status;
	bool nothing = t->has_mx && t->servers.n == 0 &&
	    (s == MX_NULL || s == MX_NONE || s == MX_NXDOMAIN);

	return nothing && findings_worst(&t->findings) == SEV_INFO ? "none" :
	    findings_verdict(&t->findings);
}

const char *
family_name(size_t i)
{
	static const char *const names[] = { "ipv4", "ipv6" };

	return names[i];
}

const char *
family_verdict(const struct family *f)
{
	return f->addresses == 0 ? "none" : severity_verdict(f->worst);
}

const char *
dane_word(const struct server *s, const struct address *a)
{
	if (s->dane.status >= DANE_UNUSABLE && !dane_applies(s))
		return dane_status_name(DANE_INSECURE);
	if (s->dane.status != DANE_PRESENT)
		return dane_status_name(s->dane.status);
	return dane_status_name(a->shown_n > 0 ? a->dane.status :
	    DANE_UNKNOWN);
}

static void
talk_error(const struct probe *p, struct buf *out)
{
	static const char *const at[] = {
		[HAIL_GREETING] = "greeting",
		[HAIL_CAPABILITIES] = "capabilities",
		[HAIL_STARTTLS] = "STARTTLS",
	};

	buf_printf(out, "%s: %s", at[p->hail.at], step_name(p->hail.step));
	if (p->hail.code > 0)
		buf_printf(out, " (%u)", p->hail.code);
}

static void
handshake_error(const struct probe *p, struct buf *out)
{
	char room[TLS_NAME_SIZE];

	buf_printf(out, "handshake: %s",
	    session_result_name(p->session.result));
	if (p->session.result == SESSION_ALERT)
		buf_printf(out, " %s", tls_alert_name(room,
		    p->session.alert));
	else if (p->why.n > 0)
		buf_printf(out, " (%.*s)", (int)p->why.n,
		    (const char *)p->why.p);
}

bool
error_text(const struct address *a, struct buf *out)
{
	static const char *const ends[] = {
		[VISIT_MADE] = "not looked at",
		[VISIT_CRASHED] = "the worker crashed",
		[VISIT_TIMED_OUT] = "not done in time",
		[VISIT_NOT_MADE] = "not looked at",
		[VISIT_LEFT_OUT] = "more than there is room for",
		[VISIT_LOST] = "what was found could not be kept",
	};

	if (!a->seen)
		buf_str(out, ends[a->how]);
	else if (a->probe.reach == PROBE_NO_CONNECTION)
		buf_printf(out, "connection: %s",
		    dial_result_name(a->probe.dial));
	else if (a->probe.reach == PROBE_NO_TLS)
		talk_error(&a->probe, out);
	else if (a->probe.reach == PROBE_NO_HANDSHAKE)
		handshake_error(&a->probe, out);
	else
		return false;
	return true;
}
