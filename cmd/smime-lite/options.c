/* The command lines of smime-lite's verbs. */
#include "smime-lite.h"

#include <sysexits.h>

#include "crypto/lib.h"

#define ROW_AT(field) .at = offsetof(struct args, field)

#define KEY { .name = "key", .letter = 'k', .arg = "FILE", \
	  .help = "private key, PEM or PKCS #12; may be repeated", \
	  .kind = OPT_LIST, ROW_AT(key) }
#define CERT { .name = "cert", .letter = 'c', .arg = "FILE", \
	  .help = "its certificate, if it is not in the key's file", \
	  .kind = OPT_LIST, ROW_AT(cert) }
#define CERTS { .name = "cert", .letter = 'c', .arg = "FILE", \
	  .help = "certificates of the keys and of signers", \
	  .kind = OPT_LIST, ROW_AT(cert) }
#define PASSPHRASE { .name = "passphrase", .letter = 'p', .arg = "FILE", \
	  .help = "the first line of FILE opens the keys", \
	  .kind = OPT_STR, ROW_AT(passphrase) }
#define CHAIN { .name = "chain", .arg = "FILE", \
	  .help = "certificates between a signer's and an authority's", \
	  .kind = OPT_LIST, ROW_AT(chain) }
#define OPAQUE { .name = "opaque", \
	  .help = "the text inside of the signature, not beside it", \
	  .kind = OPT_FLAG, ROW_AT(opaque) }
#define CA_FILE { .name = "ca-file", .arg = "FILE", \
	  .help = "trust these authorities (PEM), not the system's", \
	  .kind = OPT_STR, ROW_AT(run.ca_file) }
#define CRL_FILE { .name = "crl-file", .arg = "FILE", \
	  .help = "what authorities have revoked; without one none is asked", \
	  .kind = OPT_LIST, ROW_AT(crl_file) }

static const struct opt signing[] = { KEY, CERT, PASSPHRASE, CHAIN, OPAQUE };

static const struct opt signing_inside[] = { KEY, CERTS, PASSPHRASE, CHAIN,
	OPAQUE };

static const struct opt encrypting[] = {
	{ .name = "recipient", .letter = 'r', .arg = "FILE",
	  .help = "certificates to encrypt to; may be repeated",
	  .kind = OPT_LIST, ROW_AT(recipient) },
	{ .name = "authenticated",
	  .help = "AES-GCM, whatever the certificates say",
	  .kind = OPT_FLAG, ROW_AT(authenticated) },
};

static const struct opt decrypting[] = {
	KEY, PASSPHRASE, CERTS, CHAIN, CA_FILE, CRL_FILE,
	{ .name = "unauthenticated",
	  .help = "release what anybody may have changed",
	  .kind = OPT_FLAG, ROW_AT(unauthenticated) },
	{ .name = "result-out", .arg = "FILE",
	  .help = "write there what came of the signatures",
	  .kind = OPT_STR, ROW_AT(result_out) },
};

static const struct opt verifying[] = {
	{ .name = "cert", .letter = 'c', .arg = "FILE",
	  .help = "certificates of signers that did not send theirs",
	  .kind = OPT_LIST, ROW_AT(cert) },
	CHAIN, CA_FILE, CRL_FILE,
};

static const struct opt making[] = {
	{ .name = "email", .letter = 'e', .arg = "ADDRESS",
	  .help = "whose it is; may be repeated", .kind = OPT_LIST,
	  ROW_AT(email) },
	{ .name = "name", .letter = 'n', .arg = "NAME",
	  .help = "the common name (the first address)", .kind = OPT_STR,
	  ROW_AT(name) },
	{ .name = "algorithm", .letter = 'a', .arg = "p256|p384|rsa",
	  .help = "kind of key (p256)", .kind = OPT_CHOICE,
	  ROW_AT(algorithm) },
	{ .name = "bits", .letter = 'b', .arg = "BITS",
	  .help = "size of an RSA key (3072)", .kind = OPT_INT,
	  ROW_AT(bits), .min = 2048, .max = 8192 },
	{ .name = "days", .letter = 'd', .arg = "DAYS",
	  .help = "how long the certificate is valid (730)",
	  .kind = OPT_INT, ROW_AT(days), .min = 1, .max = 36500 },
	{ .name = "request",
	  .help = "a request for an authority, not a certificate",
	  .kind = OPT_FLAG, ROW_AT(request) },
	{ .name = "output", .letter = 'o', .arg = "FILE",
	  .help = "where the private key goes, readable by you alone",
	  .kind = OPT_STR, ROW_AT(output) },
	{ .name = "force", .letter = 'f', .help = "replace an older FILE",
	  .kind = OPT_FLAG, ROW_AT(force) },
};

static const struct opt form[] = {
	{ .name = "format", .arg = "text|json", .kind = OPT_CHOICE,
	  ROW_AT(run.format),
	  .help = "for people, or one JSON object a line (default: text on "
	  "a terminal, else json)" },
};

#define RUN_AT offsetof(struct args, run)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CHUNKS_OF(table) .chunks = table, .n = COUNT(table)

static const struct opt_chunk sign_chunks[] = {
	OPT_CHUNK("What to sign with", signing),
	ONWARD_CHUNK(offsetof(struct args, onward)),
	RUN_NOW(RUN_AT), RUN_SPEECH(RUN_AT), RUN_SANDBOX(RUN_AT),
};

static const struct opt_chunk encrypt_chunks[] = {
	OPT_CHUNK("Whom to encrypt to", encrypting),
	OPT_CHUNK("What to sign with, in it", signing_inside),
	ONWARD_CHUNK(offsetof(struct args, onward)),
	RUN_NOW(RUN_AT), RUN_SPEECH(RUN_AT), RUN_SANDBOX(RUN_AT),
};

static const struct opt_chunk decrypt_chunks[] = {
	OPT_CHUNK("What to decrypt and to judge with", decrypting),
	ONWARD_CHUNK(offsetof(struct args, onward)),
	RUN_NOW(RUN_AT), RUN_SPEECH(RUN_AT), RUN_SANDBOX(RUN_AT),
};

static const struct opt_chunk verify_chunks[] = {
	OPT_CHUNK("What to judge with", verifying),
	RUN_VERDICT(RUN_AT),
	RUN_NOW(RUN_AT), RUN_SPEECH(RUN_AT), RUN_SANDBOX(RUN_AT),
};

static const struct opt_chunk inspect_chunks[] = {
	OPT_CHUNK("Output", form),
	RUN_SPEECH(RUN_AT), RUN_SANDBOX(RUN_AT),
};

static const struct opt_chunk generate_chunks[] = {
	OPT_CHUNK("What to make", making),
	RUN_NOW(RUN_AT), RUN_SPEECH(RUN_AT),
};

const struct opt_spec tool_spec = {
	.tool = "smime-lite",
	.usage = "generate-key -e ADDRESS -o KEY > CERT\n"
	    "sign -k KEY -c CERT [OPTIONS] < message\n"
	    "verify [OPTIONS] < message\n"
	    "encrypt -r CERT [OPTIONS] < message\n"
	    "decrypt -k KEY -c CERT [OPTIONS] < message\n"
	    "VERB [OPTIONS]",
	.about = "S/MIME over whole messages.",
	.verbs = verbs, .verb_required = true,
	.usage_status = EX_USAGE, .version = crypto_version,
};

const struct opt_spec sign_spec = {
	.tool = "smime-lite sign",
	.usage = "-k KEY [OPTIONS] [-- COMMAND...] < message",
	.about = "Sign the message on stdin.",
	CHUNKS_OF(sign_chunks),
	.takes_command = true, .usage_status = EX_TEMPFAIL,
	.version = crypto_version,
};

const struct opt_spec encrypt_spec = {
	.tool = "smime-lite encrypt",
	.usage = "-r CERT [OPTIONS] [-- COMMAND...] < message",
	.about = "Encrypt the message on stdin, and sign it with --key.",
	CHUNKS_OF(encrypt_chunks),
	.takes_command = true, .usage_status = EX_TEMPFAIL,
	.version = crypto_version,
};

const struct opt_spec decrypt_spec = {
	.tool = "smime-lite decrypt",
	.usage = "-k KEY [OPTIONS] [-- COMMAND...] < message",
	.about = "Decrypt the message on stdin, if nobody has changed it.",
	CHUNKS_OF(decrypt_chunks),
	.takes_command = true, .usage_status = EX_TEMPFAIL,
	.version = crypto_version,
};

const struct opt_spec verify_spec = {
	.tool = "smime-lite verify",
	.usage = "[OPTIONS] < message",
	.about = "Say who signed the message on stdin.",
	CHUNKS_OF(verify_chunks),
	.usage_status = EX_USAGE, .version = crypto_version,
};

const struct opt_spec inspect_spec = {
	.tool = "smime-lite inspect",
	.usage = "[OPTIONS] < message",
	.about = "Say what is in the message on stdin; verify nothing.",
	CHUNKS_OF(inspect_chunks),
	.usage_status = EX_USAGE, .version = crypto_version,
};

const struct opt_spec generate_spec = {
	.tool = "smime-lite generate-key",
	.usage = "-e ADDRESS -o KEYFILE [OPTIONS] > certificate",
	.about = "Make a key; its certificate, or a request for one, goes to "
	    "stdout.",
	CHUNKS_OF(generate_chunks),
	.usage_status = EX_USAGE, .version = crypto_version,
};
