/* The command line of arc-seal. */
#include "arc-seal.h"

#include <sysexits.h>

#include "crypto/lib.h"

#define ROW_AT(field) .at = offsetof(struct args, field)

static const struct opt sealing[] = {
	{ .name = "domain", .letter = 'd', .arg = "DOMAIN",
	  .help = "sealing domain (d=)", .kind = OPT_STR, ROW_AT(domain) },
	{ .name = "selector", .letter = 's', .arg = "SELECTOR",
	  .help = "selector (s=)", .kind = OPT_STR, ROW_AT(selector) },
	{ .name = "key", .letter = 'k', .arg = "FILE",
	  .help = "private key, PEM or DER, RSA or Ed25519",
	  .kind = OPT_STR, ROW_AT(key) },
	{ .name = "authserv-id", .arg = "ID",
	  .help = "whose Authentication-Results are sealed",
	  .kind = OPT_STR, ROW_AT(authserv_id) },
	{ .name = "headers", .arg = "LIST",
	  .help = "fields to sign, colon-separated",
	  .kind = OPT_STR, ROW_AT(headers) },
	{ .name = "allow-weak", .help = "seal with RSA keys under 2048 bits",
	  .kind = OPT_FLAG, ROW_AT(allow_weak) },
	{ .name = "standardize",
	  .help = "sorted tags, nothing folded: a predictable output",
	  .kind = OPT_FLAG, ROW_AT(standardize) },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("The seal", sealing),
	ONWARD_CHUNK(offsetof(struct args, onward)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

const struct opt_spec seal_spec = {
	.tool = "arc-seal",
	.usage = "-d DOMAIN -s SELECTOR -k FILE --authserv-id ID [OPTIONS] "
	    "[-- COMMAND...] < message",
	.about = "Add the next ARC set to the message on stdin.",
	.chunks = chunks,
	.n = sizeof(chunks) / sizeof(chunks[0]),
	.takes_command = true,
	.usage_status = EX_TEMPFAIL,
	.version = crypto_version,
};
