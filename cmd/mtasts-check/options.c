/* The command lines of mtasts-check; see mtasts-check.h. */
#include "mtasts-check.h"

#include <curl/curl.h>
#include <sqlite3.h>

#include "crypto/lib.h"

#define ROW_AT(field) .at = offsetof(struct args, field)
#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static bool
set_cache(void *field, const char *value, struct buf *why)
{
	struct cache_opt *cache = field;

	*cache = (struct cache_opt){ true, value };
	if (value == NULL || *value != '\0')
		return true;
	buf_str(why, "is no file name");
	return false;
}

const struct opt cache_rows[1] = {
	{ .name = "cache", .arg = "[FILE]", .kind = OPT_CALL, ROW_AT(cache),
	    .call = set_cache,
	    .help = "the memory of policies that were fetched (default: in "
	    "the state folder)" },
};

static const struct opt check_rows[] = {
	{ .name = "refresh", .kind = OPT_FLAG, ROW_AT(refresh),
	    .help = "fetch policies anew, whatever is remembered" },
	{ .name = "each-family", .kind = OPT_FLAG, ROW_AT(each_family),
	    .help = "fetch over IPv4 and IPv6, and compare" },
	{ .name = "host-tls", .kind = OPT_FLAG, ROW_AT(host_tls),
	    .help = "see which TLS versions the policy host speaks" },
	{ .name = "valid-for", .arg = "DAYS", .kind = OPT_INT,
	    ROW_AT(valid_for), .min = 1, .max = 3650,
	    .help = "warn of a policy host's certificate that does not hold "
	    "for so long" },
	{ .name = "preload", .arg = "FILE", .kind = OPT_STR, ROW_AT(preload),
	    .help = "a STARTTLS Everywhere list, for domains without a "
	    "policy" },
	{ .name = "probe", .kind = OPT_FLAG, ROW_AT(probe),
	    .help = "connect to the MX hosts, and see what senders would" },
};

static const struct opt_chunk check_chunks[] = {
	OPT_CHUNK("What to go by", cache_rows),
	OPT_CHUNK("Policies", check_rows),
	RUN_PROBE(offsetof(struct args, manner)),
	RUN_CONNECT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_BULK(offsetof(struct args, run)),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
};

static void
version(struct buf *out)
{
	crypto_version(out);
	buf_printf(out, "libcurl %s\nsqlite %s\n",
	    curl_version_info(CURLVERSION_NOW)->version,
	    sqlite3_libversion());
}

const struct opt_spec check_spec = {
	.tool = "mtasts-check",
	.usage = "[OPTIONS] [DOMAIN... | -]",
	.about = "Check MTA-STS and TLSRPT as a sender with a memory does.",
	.chunks = check_chunks, .n = ROWS(check_chunks), .verbs = verbs,
	.usage_status = EXIT_USAGE, .version = version,
};

static const struct opt serve_rows[] = {
	{ .name = "socketmap", .arg = "ADDRESS", .kind = OPT_STR,
	    ROW_AT(socketmap),
	    .help = "listen at unix:PATH or inet:HOST:PORT" },
	{ .name = "preload", .arg = "FILE", .kind = OPT_STR, ROW_AT(preload),
	    .help = "a STARTTLS Everywhere list, for domains without a "
	    "policy" },
	{ .name = "jobs", .letter = 'j', .arg = "N", .kind = OPT_INT,
	    ROW_AT(run.jobs), .min = 1, .max = 400,
	    .help = "connections at a time (default: 100)" },
};

static const struct opt_chunk serve_chunks[] = {
	OPT_CHUNK("Service", serve_rows),
	OPT_CHUNK("What to go by", cache_rows),
	RUN_CONNECT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
};

const struct opt_spec serve_spec = {
	.tool = "mtasts-check serve",
	.usage = "[OPTIONS] --socketmap ADDRESS",
	.about = "Answer Postfix's smtp_tls_policy_maps look-ups.",
	.chunks = serve_chunks, .n = ROWS(serve_chunks),
	.usage_status = EXIT_USAGE, .version = version,
};

const char *const check_areas[] = {
	"input", "record", "run", "domain", "mtasts", "policy", "lint",
	"tlsrpt", "preload", "mx", "dnssec", "addr", "egress",
	"connect", "probe", "smtp", "imap", "starttls", "tls", "cert",
	"dane", "sender", NULL
};
