/* From a probe to a sender's facts; see seen.h. */
#include "mtasts/seen.h"

#include "tls/cert_name.h"

enum { TLS_1_2_CODE = 0x0303 };

bool
seen_reached(const struct probe *p)
{
	return p->reach != PROBE_NO_CONNECTION;
}

static enum sender_tls
tls_of(const struct probe *p)
{
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
	return SENDER_TLS_DONE;
}

static enum sender_cert
cert_of(const struct probe *p, struct span host)
{
	if (p->session.chain.n == 0)
		return SENDER_CERT_UNKNOWN;
	switch (p->chain.result) {
	case CHAIN_OK:
		return cert_name_of0(&p->session.chain.v[0], host,
		    NAME_DNS_ID) != NULL ? SENDER_CERT_OK :
		    SENDER_CERT_WRONG_NAME;
	case CHAIN_EXPIRED: case CHAIN_NOT_YET_VALID:
		return SENDER_CERT_EXPIRED;
	case CHAIN_SELF_SIGNED: case CHAIN_UNKNOWN_ISSUER:
		return SENDER_CERT_UNTRUSTED;
	default:
		return SENDER_CERT_OTHER;
	}
}

static void
compare(const struct probe *p, const struct dane_set *dane,
    const struct span *names, size_t n, int64_t now, struct sender_host *out)
{
	struct dane_verdict v = { .status = DANE_NONE };

	if (out->tls != SENDER_TLS_DONE || out->dane != SENDER_DANE_USABLE)
		return;
	dane_judge(dane, &p->session.chain, names, n, now, &v);
	out->dane = v.status == DANE_MATCH ? SENDER_DANE_MATCH :
	    SENDER_DANE_MISMATCH;
	if (v.status == DANE_MISMATCH && v.reason == DANE_TA_NAME)
		out->dane_cert = SENDER_CERT_WRONG_NAME;
	if (v.status == DANE_MISMATCH && v.reason == DANE_TA_DATES)
		out->dane_cert = SENDER_CERT_EXPIRED;
}

void
seen_judge(const struct probe *p, struct span host,
    const struct dane_set *dane, const struct span *names, size_t n,
    int64_t now, struct sender_host *out)
{
	out->tls = tls_of(p);
	out->cert = cert_of(p, host);
	out->obsolete = p->reach == PROBE_TLS &&
	    p->session.version < TLS_1_2_CODE;
	compare(p, dane, names, n, now, out);
}
