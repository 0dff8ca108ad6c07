/* The figures that are followed from run to run. */
#include "posture-report.h"

#define BIT(answer) (1U << (answer))

const struct trend trends[TRENDS] = {
	{ "STARTTLS", CHECK_STARTTLS, BIT(STARTTLS_YES) },
	{ "TLS 1.3", CHECK_TLS, BIT(TLS_13) },
	{ "Valid certificate", CHECK_CERT, BIT(CERT_VALID) },
	{ "DANE", CHECK_DANE, BIT(DANE_MATCH) | BIT(DANE_SOME) },
	{ "MTA-STS enforce", CHECK_MTASTS, BIT(STS_ENFORCE) },
	{ "MTA-STS testing", CHECK_MTASTS, BIT(STS_TESTING) },
	{ "TLSRPT", CHECK_TLSRPT, BIT(RPT_YES) },
	{ "SPF -all or ~all", CHECK_SPF, BIT(SPF_MINUS) | BIT(SPF_TILDE) },
	{ "DKIM key found", CHECK_DKIM, BIT(KEYS_FOUND) },
	{ "DMARC reject", CHECK_DMARC, BIT(DMARC_REJECT) },
	{ "DMARC quarantine", CHECK_DMARC, BIT(DMARC_QUARANTINE) },
	{ "DMARC none", CHECK_DMARC, BIT(DMARC_WATCH) },
};

int
trend_at(const struct trend *t, const struct figures *f)
{
	uint64_t of = figures_answered(f, t->check), n = 0;

	for (int a = ANSWER_OWN; a < ANSWERS_MAX; a++)
		if (t->answers & BIT(a))
			n += f->answers[t->check][a];
	return of == 0 ? -1 : (int)figures_share(n, of);
}
