/* The command lines of dkim-sign and of its verbs. */
#include "dkim-sign.h"

#include <sysexits.h>

#include "base/cur.h"
#include "base/date.h"
#include "crypto/lib.h"

#define ROW_AT(field) .at = offsetof(struct args, field)

/* "relaxed/simple"; header_canon and body_canon stand side by side. */
static bool
set_canon(void *field, const char *value, struct buf *why)
{
	struct args *a = (struct args *)((char *)field -
	    offsetof(struct args, header_canon));
	struct span s = span_str(value);
	size_t slash = span_chr(s, '/');

	if (canon_named(span_first(s, slash), &a->header_canon) &&
	    (slash == s.n || canon_named(span_from(s, slash + 1),
	    &a->body_canon)))
		return true;
	buf_str(why, "is not simple or relaxed, or two of them with a /");
	return false;
}

static bool
set_expire(void *field, const char *value, struct buf *why)
{
	uint64_t v = 0;

	if (!span_dec(span_str(value), 1000000000, &v) || v == 0) {
		buf_str(why, "is no number of seconds from 1 to 1000000000");
		return false;
	}
	*(int64_t *)field = (int64_t)v;
	return true;
}

static bool
set_clock(void *field, const char *value, struct buf *why)
{
	if (date_parse(span_str(value), field))
		return true;
	buf_str(why, "is no RFC 3339 time and no @SECONDS");
	return false;
}

static const struct opt what[] = {
	{ .name = "domain", .letter = 'd', .arg = "DOMAIN",
	  .help = "signing domain (d=); may be repeated with -s and -k",
	  .kind = OPT_LIST, ROW_AT(domain) },
	{ .name = "selector", .letter = 's', .arg = "SELECTOR",
	  .help = "selector (s=)", .kind = OPT_LIST, ROW_AT(selector) },
	{ .name = "key", .letter = 'k', .arg = "FILE",
	  .help = "private key, PEM or DER, RSA or Ed25519",
	  .kind = OPT_LIST, ROW_AT(key) },
	{ .name = "key-table", .arg = "FILE",
	  .help = "pick domain, selector and key by the From domain",
	  .kind = OPT_STR, ROW_AT(key_table) },
	{ .name = "require-key",
	  .help = "no key for this From domain is an error (75)",
	  .kind = OPT_FLAG, ROW_AT(require_key) },
};

static const struct opt how[] = {
	{ .name = "canonicalization", .letter = 'c', .arg = "HEADER/BODY",
	  .help = "simple or relaxed each (relaxed/relaxed)",
	  .kind = OPT_CALL, ROW_AT(header_canon), .call = set_canon },
	{ .name = "identity", .letter = 'i', .arg = "IDENTITY",
	  .help = "agent or user (i=), at or below the domain",
	  .kind = OPT_STR, ROW_AT(identity) },
	{ .name = "expire", .letter = 'x', .arg = "SECONDS",
	  .help = "expire so long after now (x=)", .kind = OPT_CALL,
	  ROW_AT(expire), .call = set_expire },
	{ .name = "headers", .arg = "LIST",
	  .help = "fields to sign, colon-separated; From always is",
	  .kind = OPT_STR, ROW_AT(choice.headers) },
	{ .name = "oversign", .arg = "LIST",
	  .help = "fields that nobody may add; From always is",
	  .kind = OPT_STR, ROW_AT(choice.oversign) },
	{ .name = "strict",
	  .help = "refuse to sign what receivers will reject",
	  .kind = OPT_FLAG, ROW_AT(strict) },
	{ .name = "allow-weak", .help = "sign with RSA keys under 2048 bits",
	  .kind = OPT_FLAG, ROW_AT(allow_weak) },
};

static const struct opt running[] = {
	{ .name = "now", .arg = "TIME",
	  .help = "sign as of TIME: RFC 3339 or @SECONDS",
	  .kind = OPT_CALL, ROW_AT(clock), .call = set_clock },
	{ .name = "sandbox", .arg = "auto|require|off",
	  .help = "give up power before reading (auto)",
	  .kind = OPT_CHOICE, ROW_AT(sandbox) },
	{ .name = "quiet", .letter = 'q', .help = "say errors only",
	  .kind = OPT_FLAG, ROW_AT(quiet) },
	{ .name = "verbose", .letter = 'v', .help = "say more",
	  .kind = OPT_COUNT, ROW_AT(verbose) },
};

static const struct opt_chunk sign_chunks[] = {
	OPT_CHUNK("What to sign with", what),
	OPT_CHUNK("How to sign", how),
	ONWARD_CHUNK(offsetof(struct args, onward)),
	OPT_CHUNK("Running", running),
};

const struct opt_spec sign_spec = {
	.tool = "dkim-sign",
	.usage = "-d DOMAIN -s SELECTOR -k FILE [OPTIONS] [-- COMMAND...]"
	    " < message\n"
	    "--key-table FILE [OPTIONS] [-- COMMAND...] < message",
	.about = "Sign the message on stdin with DKIM.",
	.chunks = sign_chunks,
	.n = sizeof(sign_chunks) / sizeof(sign_chunks[0]),
	.verbs = verbs,
	.takes_command = true,
	.usage_status = EX_TEMPFAIL,
	.version = crypto_version,
};

static const struct opt making[] = {
	{ .name = "algorithm", .letter = 'a', .arg = "rsa|ed25519",
	  .help = "kind of key (rsa)", .kind = OPT_CHOICE,
	  ROW_AT(algorithm) },
	{ .name = "bits", .letter = 'b', .arg = "BITS",
	  .help = "size of an RSA key (2048)", .kind = OPT_INT,
	  ROW_AT(bits), .min = 1024, .max = 8192 },
	{ .name = "output", .letter = 'o', .arg = "FILE",
	  .help = "where the private key goes, readable by you alone",
	  .kind = OPT_STR, ROW_AT(out) },
	{ .name = "force", .letter = 'f', .help = "replace an older FILE",
	  .kind = OPT_FLAG, ROW_AT(force) },
	{ .name = "domain", .letter = 'd', .arg = "DOMAIN",
	  .help = "for the DNS record's name", .kind = OPT_LIST,
	  ROW_AT(domain) },
	{ .name = "selector", .letter = 's', .arg = "SELECTOR",
	  .help = "for the DNS record's name", .kind = OPT_LIST,
	  ROW_AT(selector) },
};

static const struct opt_chunk keygen_chunks[] = {
	OPT_CHUNK("Options", making),
};

const struct opt_spec keygen_spec = {
	.tool = "dkim-sign keygen",
	.usage = "[-d DOMAIN -s SELECTOR] -o FILE [OPTIONS] > record",
	.about = "Make a key pair; the DNS record goes to stdout.",
	.chunks = keygen_chunks,
	.n = 1,
	.usage_status = EX_USAGE,
	.version = crypto_version,
};
