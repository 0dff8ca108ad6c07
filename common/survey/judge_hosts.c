/*
 * The columns of the mail hosts: each is answered for all addresses at once,
 * the weakest first, since a sender meets any of them. Addresses of which
 * nothing is known do not count while something is known of others.
 */
#include "survey/judge.h"

#include "sys/jget.h"

/* What the addresses have, counted. */
struct hosts {
	size_t n;
	size_t offered, refused;	/* STARTTLS; the rest is unknown */
	size_t tls[TLS_NONE];		/* by the version negotiated */
	size_t certs, unjudged, expired, untrusted, misnamed;
	size_t dane[DANE_NO + 1];
};

static int
version_of(struct span name)
{
	if (span_eq(name, SPAN("TLSv1.3")))
		return TLS_13;
	return span_eq(name, SPAN("TLSv1.2")) ? TLS_12 : TLS_OLD;
}

static int
dane_of(struct span status)
{
	static const struct {
		struct span status;
		int answer;
	} known[] = {
		{ SPAN("match"), DANE_MATCH },
		{ SPAN("mismatch"), DANE_WRONG },
		{ SPAN("bogus"), DANE_FORGED },
		{ SPAN("unusable"), DANE_NO_USE },
		{ SPAN("insecure"), DANE_NO_USE },
		{ SPAN("none"), DANE_NO },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_eq(known[i].status, status))
			return known[i].answer;
	return ANSWER_UNKNOWN;
}

static void
count_starttls(struct span status, struct hosts *h)
{
	h->offered += span_eq(status, SPAN("offered")) ||
	    span_eq(status, SPAN("implicit"));
	h->refused += span_eq(status, SPAN("absent")) ||
	    span_eq(status, SPAN("refused")) ||
	    span_eq(status, SPAN("stripped"));
}

static void
count_chain(struct span chain, struct hosts *h)
{
	if (span_eq(chain, SPAN("unknown")))
		h->unjudged++;
	else if (span_eq(chain, SPAN("expired")))
		h->expired++;
	else if (!span_eq(chain, SPAN("ok")))
		h->untrusted++;
}

static void
count_address(const json_t *a, struct hosts *h)
{
	const json_t *negotiated = json_object_get(a, "negotiated");
	const json_t *cert = NULL;
	size_t i = 0;

	h->n++;
	count_starttls(jget_span(a, "starttls"), h);
	if (json_is_object(negotiated))
		h->tls[version_of(jget_span(negotiated, "version"))]++;
	json_array_foreach(json_object_get(a, "certificates"), i, cert) {
		h->certs++;
		count_chain(jget_span(cert, "chain"), h);
		h->misnamed += !jget_true(cert, "name_match");
	}
	h->dane[dane_of(jget_span(json_object_get(a, "dane"), "status"))]++;
}

static void
count_list(const json_t *hosts, struct hosts *h)
{
	const json_t *host = NULL, *address = NULL;
	size_t i = 0, k = 0;

	json_array_foreach(hosts, i, host)
		json_array_foreach(json_object_get(host, "addresses"), k,
		    address)
			count_address(address, h);
}

static int
starttls(const struct hosts *h)
{
	if (h->offered == 0)
		return h->refused > 0 ? STARTTLS_NO : ANSWER_UNKNOWN;
	return h->refused > 0 ? STARTTLS_SOME : STARTTLS_YES;
}

/* No TLS with any: not offered, or every handshake that began failed. */
static bool
without_tls(const struct hosts *h, const struct survey_said *said)
{
	return h->certs == 0 && (said->fail[CHECK_TLS] ||
	    (h->offered == 0 && h->refused > 0));
}

static int
version(const struct hosts *h, const struct survey_said *said)
{
	for (int v = TLS_OLD; v >= TLS_13; v--)
		if (h->tls[v] > 0)
			return v;
	return without_tls(h, said) ? TLS_NONE : ANSWER_UNKNOWN;
}

static int
certificate(const struct hosts *h, const struct survey_said *said)
{
	if (h->certs == 0)
		return without_tls(h, said) ? CERT_NO_TLS : ANSWER_UNKNOWN;
	if (said->cert_expired || h->expired > 0)
		return CERT_OLD;
	if (h->untrusted > 0)
		return CERT_NOT_TRUSTED;
	if (h->misnamed > 0)
		return CERT_NAMED_WRONG;
	return h->unjudged > 0 ? ANSWER_UNKNOWN : CERT_VALID;
}

static int
dane(const struct hosts *h)
{
	if (h->dane[DANE_WRONG] > 0)
		return DANE_WRONG;
	if (h->dane[DANE_FORGED] > 0)
		return DANE_FORGED;
	if (h->dane[DANE_MATCH] > 0)
		return h->dane[DANE_NO] + h->dane[DANE_NO_USE] > 0 ?
		    DANE_SOME : DANE_MATCH;
	if (h->dane[DANE_NO_USE] > 0)
		return DANE_NO_USE;
	return h->dane[ANSWER_UNKNOWN] > 0 ? ANSWER_UNKNOWN : DANE_NO;
}

bool
survey_takes_no_mail(const json_t *member)
{
	struct span status = jget_span(member, "mx_status");

	return span_eq(status, SPAN("null")) ||
	    span_eq(status, SPAN("none")) ||
	    span_eq(status, SPAN("nxdomain"));
}

/* Without an address: is that so, or could it not be found out? */
static bool
nothing_to_judge(const json_t *member, const struct survey_said *said)
{
	if (said->no_domain || survey_takes_no_mail(member))
		return true;
	return span_eq(jget_span(member, "mx_status"), SPAN("ok")) &&
	    json_is_array(json_object_get(member, "mx")) &&
	    !said->unknown_else[TOOL_PROBE];
}

void
survey_judge_hosts(struct survey_row *row, const struct survey_said *said)
{
	const json_t *m = row->members[TOOL_PROBE];
	struct survey_cell *cells = row->cells;
	struct hosts h = { 0 };

	count_list(json_object_get(m, "mx"), &h);
	if (h.n == 0)
		count_list(json_object_get(m, "services"), &h);
	if (h.n == 0) {
		bool nothing = nothing_to_judge(m, said);

		for (int c = CHECK_STARTTLS; c <= CHECK_DANE; c++)
			cells[c].answer = nothing ? ANSWER_NOTHING :
			    ANSWER_UNKNOWN;
		return;
	}
	cells[CHECK_STARTTLS].answer = (unsigned char)starttls(&h);
	cells[CHECK_TLS].answer = (unsigned char)version(&h, said);
	cells[CHECK_CERT].answer = (unsigned char)certificate(&h, said);
	cells[CHECK_DANE].answer = (unsigned char)dane(&h);
}
