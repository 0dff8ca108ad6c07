/* The command line of mstls-probe; see mstls-probe.h. */
#include "mstls-probe.h"

#include "tls/version.h"

#define ROW_AT(field) .at = offsetof(struct args, field)

static bool
take_service(void *field, const char *value, struct buf *why)
{
	struct args *args = field;
	enum service s = service_named(span_str(value));

	if (s == SERVICES) {
		buf_str(why, "is none of smtp, submission, submissions, "
		    "imap, imaps, pop3, pop3s");
		return false;
	}
	args->service[s] = args->any_service = true;
	return true;
}

static const struct opt what[] = {
	{ .name = "depth", .arg = "delivery|full", .kind = OPT_CHOICE,
	    ROW_AT(depth),
	    .help = "look as one delivery does, or from all sides (default: "
	    "delivery)" },
	{ .name = "active", .kind = OPT_FLAG, ROW_AT(active),
	    .help = "also try injection, renegotiation, malformed input" },
	{ .name = "service", .arg = "NAME", .kind = OPT_CALL, .at = 0,
	    .call = take_service,
	    .help = "look at this service instead of smtp; repeatable" },
	{ .name = "ipv4", .letter = '4', .kind = OPT_FLAG, ROW_AT(v4),
	    .help = "look at IPv4 addresses alone" },
	{ .name = "ipv6", .letter = '6', .kind = OPT_FLAG, ROW_AT(v6),
	    .help = "look at IPv6 addresses alone" },
	{ .name = "max-hosts", .arg = "N", .kind = OPT_INT,
	    ROW_AT(max_hosts), .min = 1, .max = 100,
	    .help = "look at no more MX hosts of a domain (default: 32)" },
	{ .name = "valid-for", .arg = "DAYS", .kind = OPT_INT,
	    ROW_AT(valid_for), .min = 1, .max = 3650,
	    .help = "warn of certificates that do not hold for so long" },
	{ .name = "self-test", .arg = "HOST", .kind = OPT_STR,
	    ROW_AT(self_test),
	    .help = "first see that port 25 of HOST can be reached" },
};

static const struct opt tlsa_rows[] = {
	{ .name = "service", .arg = "NAME", .kind = OPT_CALL, .at = 0,
	    .call = take_service,
	    .help = "speak this protocol there (default: by the port)" },
};

static const struct opt_chunk tlsa_chunks[] = {
	OPT_CHUNK("What to speak", tlsa_rows),
	{ "How to connect", run_probe_rows, 1, offsetof(struct args, probe) },
	RUN_CONNECT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
};

const struct opt_spec tlsa_spec = {
	.tool = "mstls-probe tlsa",
	.usage = "[OPTIONS] HOST:PORT...",
	.about = "Print the TLSA records for what is served there.",
	.chunks = tlsa_chunks, .n = sizeof(tlsa_chunks) /
	    sizeof(tlsa_chunks[0]),
	.usage_status = EXIT_USAGE, .version = tls_version,
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("What to look at", what),
	RUN_PROBE(offsetof(struct args, probe)),
	RUN_CONNECT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_BULK(offsetof(struct args, run)),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
};

const struct opt_spec probe_spec = {
	.tool = "mstls-probe",
	.usage = "[OPTIONS] [DOMAIN | HOST:PORT ... | -]",
	.about = "See what TLS mail hosts offer, and what senders make of it.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.verbs = probe_verbs,
	.usage_status = EXIT_USAGE, .version = tls_version,
};
