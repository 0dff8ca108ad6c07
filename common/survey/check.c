/* The checks and their answers; see check.h. */
#include "survey/check.h"

const char *const survey_standings[STANDINGS] = {
	"good", "weak", "bad", "unknown", "absent", "nothing", "not-asked",
};

#define COMMON \
	{ "not-asked", "not asked", STANDING_NOT_ASKED }, \
	{ "nothing", "n/a", STANDING_NOTHING }, \
	{ "unknown", "unknown", STANDING_UNKNOWN }

const struct survey_check_info survey_checks[CHECKS] = {
	[CHECK_STARTTLS] = {
		"starttls", "STARTTLS", "offered by the mail hosts",
		"starttls smtp", NULL, {
			COMMON,
			{ "yes", "yes", STANDING_GOOD },
			{ "some", "some hosts", STANDING_BAD },
			{ "no", "no", STANDING_BAD },
		},
	},
	[CHECK_TLS] = {
		"tls", "TLS version", "the lowest that a delivery gets",
		"tls", NULL, {
			COMMON,
			{ "tls1.3", "TLS 1.3", STANDING_GOOD },
			{ "tls1.2", "TLS 1.2", STANDING_GOOD },
			{ "older", "older", STANDING_WEAK },
			{ "none", "no TLS", STANDING_ABSENT },
		},
	},
	[CHECK_CERT] = {
		"certificate", "Certificate",
		"trusted, and for the host's name", "cert", NULL, {
			COMMON,
			{ "valid", "valid", STANDING_GOOD },
			{ "wrong-name", "wrong name", STANDING_WEAK },
			{ "not-trusted", "not trusted", STANDING_WEAK },
			{ "expired", "expired", STANDING_WEAK },
			{ "none", "no TLS", STANDING_ABSENT },
		},
	},
	[CHECK_DANE] = {
		"dane", "DANE", "TLSA records that DNSSEC vouches for",
		"dane", NULL, {
			COMMON,
			{ "match", "match", STANDING_GOOD },
			{ "some", "some hosts", STANDING_WEAK },
			{ "mismatch", "mismatch", STANDING_BAD },
			{ "bogus", "bogus", STANDING_BAD },
			{ "unusable", "not usable", STANDING_WEAK },
			{ "no", "no", STANDING_ABSENT },
		},
	},
	[CHECK_MTASTS] = {
		"mta-sts", "MTA-STS", "the mode of the policy in force",
		"mtasts policy", "mtasts.none", {
			COMMON,
			{ "enforce", "enforce", STANDING_GOOD },
			{ "testing", "testing", STANDING_WEAK },
			{ "none", "none", STANDING_ABSENT },
			{ "broken", "no usable policy", STANDING_BAD },
			{ "no", "no", STANDING_ABSENT },
		},
	},
	[CHECK_TLSRPT] = {
		"tlsrpt", "TLSRPT", "reports about TLS are asked for",
		"tlsrpt", "tlsrpt.absent", {
			COMMON,
			{ "yes", "yes", STANDING_GOOD },
			{ "no", "no", STANDING_ABSENT },
		},
	},
	[CHECK_SPF] = {
		"spf", "SPF", "how the record ends", "spf",
		"spf.missing", {
			COMMON,
			{ "fail", "-all", STANDING_GOOD },
			{ "softfail", "~all", STANDING_GOOD },
			{ "neutral", "?all", STANDING_WEAK },
			{ "pass", "+all", STANDING_BAD },
			{ "open", "without all", STANDING_GOOD },
			{ "no", "no", STANDING_ABSENT },
		},
	},
	[CHECK_DKIM] = {
		"dkim", "DKIM", "a key, where one was looked for",
		"key", "key.none-found", {
			COMMON,
			{ "found", "found", STANDING_GOOD },
			{ "revoked", "revoked", STANDING_ABSENT },
			{ "none-found", "none found", STANDING_ABSENT },
		},
	},
	[CHECK_DMARC] = {
		"dmarc", "DMARC", "the policy for the domain itself", "dmarc",
		"dmarc.missing", {
			COMMON,
			{ "reject", "reject", STANDING_GOOD },
			{ "quarantine", "quarantine", STANDING_GOOD },
			{ "none", "none", STANDING_WEAK },
			{ "broken", "no usable record", STANDING_BAD },
			{ "no", "no", STANDING_ABSENT },
		},
	},
};
