/* From a probe to a sender's facts; see seen.h. */
#include "mtasts/seen.h"

#include "tls/cert_name.h"
#include "tls/names.h"

bool
seen_reached(const struct probe *p)
{
	return p->reach != PROBE_NO_CONNECTION;
}

void
seen_silence(const struct probe *p, const char *where, struct findings *fs)
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

void
seen_not_made(enum visit_end how, const char *where, struct findings *fs)
{
	static const enum finding_code codes[] = {
		[VISIT_MADE] = F_PROBE_CRASHED,
		[VISIT_CRASHED] = F_PROBE_CRASHED,
		[VISIT_TIMED_OUT] = F_PROBE_TIMEOUT,
		[VISIT_NOT_MADE] = F_EGRESS_BLOCKED,
		[VISIT_LEFT_OUT] = F_PROBE_HOSTS_LEFT_OUT,
		[VISIT_LOST] = F_PROBE_LOST,
	};

	finding_add(fs, codes[how], where, NULL);
}

static enum finding_code
code_of(enum step step)
{
	static const enum finding_code codes[] = {
		[STEP_NOT_TRIED] = F_CONNECT_FAILED,
		[STEP_DONE] = F_CONNECT_FAILED,
		[STEP_REFUSED] = F_SMTP_REFUSED,
		[STEP_TEMPORARY] = F_SMTP_TEMPORARY,
		[STEP_MALFORMED] = F_SMTP_MALFORMED,
		[STEP_CLOSED] = F_SMTP_CLOSED,
		[STEP_RESET] = F_SMTP_CLOSED,
		[STEP_TOO_LONG] = F_SMTP_TOO_LONG,
		[STEP_TIMEOUT] = F_SMTP_TIMEOUT,
		[STEP_ERROR] = F_CONNECT_FAILED,
	};

	return codes[step];
}

/* With what the server said last, where that is what ended it. */
static void
add_step(const struct hail *h, enum finding_code code, enum step step,
    const char *when, const char *where, struct findings *fs)
{
	bool reply = step == STEP_REFUSED || step == STEP_TEMPORARY ||
	    step == STEP_MALFORMED;
	int n = reply ? (int)h->said.n : 0;
	const char *sep = *when != '\0' && n > 0 ? ": " : "";

	if (n > 0 && h->code > 0)
		finding_add(fs, code, where, "%s%s%u %.*s", when, sep,
		    h->code, n, (const char *)h->said.p);
	else
		finding_add(fs, code, where, "%s%s%.*s", when, sep, n,
		    (const char *)h->said.p);
}

void
seen_cut_short(const struct probe *p, const char *where, struct findings *fs)
{
	const struct hail *h = &p->hail;
	enum finding_code code = code_of(h->step);

	if (p->reach == PROBE_NO_HANDSHAKE) {
		if (p->session.result == SESSION_TIMEOUT)
			finding_add(fs, F_TLS_TIMEOUT, where, NULL);
		if (p->session.result == SESSION_FAILED)
			finding_add(fs, F_CONNECT_FAILED, where, NULL);
	} else if (seen_put_off(p)) {
		add_step(h, h->second == STEP_ERROR ? F_SMTP_CLOSED :
		    code_of(h->second), h->second, "inside of TLS", where,
		    fs);
	} else if (p->reach == PROBE_NO_TLS &&
	    h->starttls == STARTTLS_UNKNOWN) {
		if (h->step == STEP_TEMPORARY && h->at == HAIL_STARTTLS)
			code = F_STARTTLS_TEMPORARY;
		if (code == F_CONNECT_FAILED && h->preauth)
			code = F_IMAP_PREAUTH;
		add_step(h, code, h->step, "", where, fs);
	}
}

/*
 * OpenSSL 3 as it comes, which Postfix and many others take, ends a handshake
 * in which the server does not secure renegotiation (RFC 5746 section 4.1).
 */
static bool
is_broken_off(const struct session *s)
{
	return s->version < TLS_1_3 && !s->secure_renegotiation;
}

enum sender_tls
seen_tls(const struct probe *p)
{
	/*
	 * A sender that meets the wrong one of a farm's servers gets none, and
	 * nobody sends a STARTTLS that was not listed, though a probe does.
	 */
	if (p->flapping || p->hail.starttls == STARTTLS_STRIPPED)
		return SENDER_TLS_ABSENT;
	switch (p->reach) {
	case PROBE_NO_CONNECTION:
		return SENDER_TLS_UNKNOWN;
	case PROBE_NO_TLS:
		return p->hail.starttls == STARTTLS_UNKNOWN ?
		    SENDER_TLS_UNKNOWN : SENDER_TLS_ABSENT;
	case PROBE_NO_HANDSHAKE:
		return p->session.result == SESSION_TIMEOUT ||
		    p->session.result == SESSION_FAILED ?
		    SENDER_TLS_UNKNOWN : SENDER_TLS_FAILED;
	case PROBE_TLS:
		break;
	}
	return is_broken_off(&p->session) ? SENDER_TLS_FAILED :
	    SENDER_TLS_DONE;
}

bool
seen_put_off(const struct probe *p)
{
	return p->reach == PROBE_TLS && p->hail.second != STEP_DONE;
}

enum sender_cert
seen_cert(enum chain_result chain, bool name_match)
{
	switch (chain) {
	case CHAIN_OK:
		return name_match ? SENDER_CERT_OK : SENDER_CERT_WRONG_NAME;
	case CHAIN_EXPIRED:
		return SENDER_CERT_EXPIRED;
	case CHAIN_MALFORMED:
		return SENDER_CERT_OTHER;
	case CHAIN_UNKNOWN:
		return name_match ? SENDER_CERT_UNKNOWN :
		    SENDER_CERT_WRONG_NAME;
	default:
		/* RFC 8460 section 4.3.1 names chain errors of all kinds */
		return SENDER_CERT_UNTRUSTED;
	}
}

enum sender_dane
seen_dane(enum dane_status s, enum dns_security named)
{
	static const enum sender_dane of[] = {
		[DANE_NONE] = SENDER_DANE_ABSENT,
		[DANE_INSECURE] = SENDER_DANE_INSECURE,
		[DANE_BOGUS] = SENDER_DANE_BOGUS,
		[DANE_UNKNOWN] = SENDER_DANE_UNKNOWN,
		[DANE_UNUSABLE] = SENDER_DANE_UNUSABLE,
		[DANE_PRESENT] = SENDER_DANE_USABLE,
		[DANE_MATCH] = SENDER_DANE_MATCH,
		[DANE_MISMATCH] = SENDER_DANE_MISMATCH,
	};

	if (named == DNS_INSECURE && s != DANE_NONE)
		return SENDER_DANE_INSECURE;
	if (named == DNS_INDETERMINATE && s >= DANE_UNUSABLE)
		return SENDER_DANE_UNKNOWN;
	return of[s];
}

enum sender_cert
seen_dane_cert(const struct dane_verdict *v)
{
	if (v->status != DANE_MISMATCH)
		return SENDER_CERT_UNKNOWN;
	switch (v->reason) {
	case DANE_TA_NAME:
		return SENDER_CERT_WRONG_NAME;
	case DANE_TA_DATES:
		return SENDER_CERT_EXPIRED;
	default:
		return SENDER_CERT_UNKNOWN;
	}
}

static enum sender_cert
cert_of(const struct probe *p, struct span host)
{
	const struct cert_chain *chain = &p->session.chain;

	if (chain->n == 0)
		return SENDER_CERT_UNKNOWN;
	return seen_cert(p->chain.result,
	    cert_name_of0(&chain->v[0], host, NAME_DNS_ID) != NULL);
}

static void
compare(const struct probe *p, const struct dane_set *dane,
    const struct span *names, size_t n, int64_t now, struct sender_host *out)
{
	struct dane_verdict v = { .status = DANE_NONE };

	if (out->tls != SENDER_TLS_DONE || p->session.chain.n == 0 ||
	    out->dane_elective != SENDER_DANE_USABLE)
		return;
	dane_judge(dane, &p->session.chain, names, n, now, &v);
	if (v.status == DANE_UNKNOWN)
		return;
	out->dane_elective = seen_dane(v.status, DNS_SECURE);
	if (out->dane == SENDER_DANE_USABLE)
		out->dane = out->dane_elective;
	out->dane_cert = seen_dane_cert(&v);
}

void
seen_judge(const struct probe *p, struct span host,
    const struct dane_set *dane, const struct span *names, size_t n,
    int64_t now, struct sender_host *out)
{
	out->tls = seen_tls(p);
	out->cert = cert_of(p, host);
	out->obsolete = p->reach == PROBE_TLS && p->session.version < TLS_1_2;
	out->put_off = seen_put_off(p);
	compare(p, dane, names, n, now, out);
}

void
seen_dane_open(const struct probe *p, const struct dane_set *dane,
    const struct sender_host *judged, const char *where, struct findings *fs)
{
	if (judged->dane != SENDER_DANE_USABLE ||
	    judged->tls != SENDER_TLS_DONE || p->session.chain.n == 0)
		return;
	if (dane->left_out > 0)
		finding_add(fs, F_DANE_TOO_MANY, where, "%zu left out",
		    dane->left_out);
	else
		finding_add(fs, F_CERT_CHAIN_UNKNOWN, where, "DANE-TA");
}
