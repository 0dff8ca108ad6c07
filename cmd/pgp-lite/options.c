/* The command lines of pgp-lite's subcommands. */
#include "pgp-lite.h"

#include <string.h>

#include "base/date.h"
#include "sys/say.h"

#define MEMORY_MAX ((uint64_t)1 << 40)
enum { DECOMPRESSED_MAX = 1 << 20 };	/* MiB, which is as much */

#define ROW_AT(field) .at = offsetof(struct args, field)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* "now" and "-" (no limit) stand for times of their own. */
static bool
set_date(void *field, const char *value, struct buf *why)
{
	struct span s = span_str(value);

	if (span_eq(s, SPAN("-")))
		*(int64_t *)field = DATE_UNBOUND;
	else if (span_eq(s, SPAN("now")))
		*(int64_t *)field = DATE_NOW;
	else if (!date_parse(s, field)) {
		buf_str(why, "is no time, no \"now\" and no \"-\"");
		return false;
	}
	return true;
}

/* Octets, or so many times 1024 of them to a power. */
static bool
set_memory(void *field, const char *value, struct buf *why)
{
	static const char units[] = "KMG";
	struct span s = span_str(value);
	uint64_t n = 0, scale = 1;
	const char *unit = s.n > 0 ? strchr(units, s.p[s.n - 1]) : NULL;

	if (unit != NULL) {
		scale <<= 10 * (unit - units + 1);
		s.n--;
	}
	if (!span_dec(s, MEMORY_MAX / scale, &n)) {
		buf_str(why, "is no size");
		return false;
	}
	*(uint64_t *)field = n * scale / 1024;
	return true;
}

static const struct opt common[] = {
	{ .name = "debug", .help = "say more on stderr", .kind = OPT_FLAG,
	  ROW_AT(debug) },
};

static const struct opt packets[] = {
	{ .name = "armor", .help = "write ASCII armor (the default)",
	  .kind = OPT_FLAG, ROW_AT(armor) },
	{ .name = "no-armor", .help = "write binary packets",
	  .kind = OPT_FLAG, ROW_AT(no_armor) },
};

static const struct opt unlock[] = {
	{ .name = "with-key-password", .arg = "PASSWORD",
	  .help = "unlocks secret keys; may be repeated",
	  .kind = OPT_LIST, ROW_AT(key_passwords) },
};

static const struct opt deriving[] = {
	{ .name = "max-s2k-memory", .arg = "SIZE",
	  .help = "what a passphrase may ask for: 64M, 2G (2G)",
	  .kind = OPT_CALL, ROW_AT(s2k_kib), .call = set_memory },
};

static const struct opt reading[] = {
	{ .name = "max-decompressed", .arg = "MIB", .kind = OPT_INT,
	  .min = 1, .max = DECOMPRESSED_MAX, ROW_AT(max_decompressed),
	  .help = "what may come of compressed data, if it is more than 100 "
	  "times as much (1024)" },
};

static const struct opt profile[] = {
	{ .name = "profile", .arg = "PROFILE",
	  .help = "one of list-profiles", .kind = OPT_STR, ROW_AT(profile) },
};

static const struct opt making[] = {
	{ .name = "with-key-password", .arg = "PASSWORD",
	  .help = "locks the new key", .kind = OPT_STR,
	  ROW_AT(key_password_new) },
	{ .name = "signing-only", .help = "no subkey that encrypts",
	  .kind = OPT_FLAG, ROW_AT(signing_only) },
};

static const struct opt changing[] = {
	{ .name = "new-key-password", .arg = "PASSWORD",
	  .help = "locks the key anew; without it, it is unlocked",
	  .kind = OPT_STR, ROW_AT(key_password_new) },
	{ .name = "old-key-password", .arg = "PASSWORD",
	  .help = "unlocks it; may be repeated", .kind = OPT_LIST,
	  ROW_AT(key_passwords) },
};

static const struct opt signing[] = {
	{ .name = "as", .arg = "binary|text",
	  .help = "text: line ends do not count (binary)",
	  .kind = OPT_CHOICE, ROW_AT(as) },
	{ .name = "micalg-out", .arg = "FILE",
	  .help = "the hash, as PGP/MIME wants it", .kind = OPT_STR,
	  ROW_AT(micalg_out) },
};

static const struct opt inline_signing[] = {
	{ .name = "as", .arg = "binary|text|clearsigned",
	  .help = "the form of the message (binary)",
	  .kind = OPT_CHOICE, ROW_AT(as) },
};

static const struct opt times[] = {
	{ .name = "not-before", .arg = "DATE",
	  .help = "refuse older signatures (-)", .kind = OPT_CALL,
	  ROW_AT(not_before), .call = set_date },
	{ .name = "not-after", .arg = "DATE",
	  .help = "refuse newer signatures (now)", .kind = OPT_CALL,
	  ROW_AT(not_after), .call = set_date },
};

static const struct opt verifications[] = {
	{ .name = "verifications-out", .arg = "FILE",
	  .help = "a line for each signature that counts",
	  .kind = OPT_STR, ROW_AT(verifications_out) },
};

static const struct opt detaching[] = {
	{ .name = "signatures-out", .arg = "FILE",
	  .help = "where the signatures go", .kind = OPT_STR,
	  ROW_AT(signatures_out) },
};

#define HIDE_ROW(verb) { .name = "hide-recipients", \
	  .help = verb "say nowhere in it for whom it is", \
	  .kind = OPT_FLAG, ROW_AT(hide_recipients) }

static const struct opt encrypting[] = {
	{ .name = "as", .arg = "binary|text",
	  .help = "text must be UTF-8 (binary)", .kind = OPT_CHOICE,
	  ROW_AT(as) },
	{ .name = "for", .arg = "any|storage|communications",
	  .help = "which of the recipients' subkeys (any)",
	  .kind = OPT_CHOICE, ROW_AT(purpose) },
	{ .name = "with-password", .arg = "PASSWORD",
	  .help = "whoever knows it can decrypt; may be repeated",
	  .kind = OPT_LIST, ROW_AT(passwords) },
	{ .name = "sign-with", .arg = "KEYS",
	  .help = "sign, too; may be repeated", .kind = OPT_LIST,
	  ROW_AT(sign_with) },
	HIDE_ROW(""),
	{ .name = "session-key-out", .arg = "FILE",
	  .help = "the key of this message", .kind = OPT_STR,
	  ROW_AT(session_key_out) },
};

static const struct opt decrypting[] = {
	{ .name = "session-key-out", .arg = "FILE",
	  .help = "the key of this message", .kind = OPT_STR,
	  ROW_AT(session_key_out) },
	{ .name = "with-session-key", .arg = "SESSIONKEY",
	  .help = "the key itself; may be repeated", .kind = OPT_LIST,
	  ROW_AT(session_keys) },
	{ .name = "with-password", .arg = "PASSWORD",
	  .help = "the message's own; may be repeated", .kind = OPT_LIST,
	  ROW_AT(passwords) },
	{ .name = "stream",
	  .help = "write parts of version 2 before the end is seen",
	  .kind = OPT_FLAG, ROW_AT(stream) },
	{ .name = "verify-with", .arg = "CERTS",
	  .help = "whose signatures count; may be repeated",
	  .kind = OPT_LIST, ROW_AT(verify_with) },
	{ .name = "verify-out", .arg = "FILE",
	  .help = "older name of --verifications-out", .kind = OPT_STR,
	  ROW_AT(verifications_out) },
	{ .name = "verify-not-before", .arg = "DATE",
	  .help = "refuse older signatures (-)", .kind = OPT_CALL,
	  ROW_AT(not_before), .call = set_date },
	{ .name = "verify-not-after", .arg = "DATE",
	  .help = "refuse newer signatures (now)", .kind = OPT_CALL,
	  ROW_AT(not_after), .call = set_date },
};

static const struct opt certifying[] = {
	{ .name = "userid", .arg = "USERID",
	  .help = "what to vouch for; may be repeated", .kind = OPT_LIST,
	  ROW_AT(user_ids) },
	{ .name = "no-require-self-sig",
	  .help = "even if its owner does not claim it", .kind = OPT_FLAG,
	  ROW_AT(no_self_sig) },
};

static const struct opt validating[] = {
	{ .name = "addr-spec-only",
	  .help = "USERID is a mail address, and only that must fit",
	  .kind = OPT_FLAG, ROW_AT(addr_spec_only) },
	{ .name = "validate-at", .arg = "DATE",
	  .help = "as of that time (now)", .kind = OPT_CALL,
	  ROW_AT(not_after), .call = set_date },
};

static const struct opt updating[] = {
	{ .name = "signing-only", .help = "add no subkey that encrypts",
	  .kind = OPT_FLAG, ROW_AT(signing_only) },
	{ .name = "no-added-capabilities",
	  .help = "add no subkey at all", .kind = OPT_FLAG,
	  ROW_AT(no_added) },
	{ .name = "revoke-deprecated-keys",
	  .help = "revoke subkeys that are too weak", .kind = OPT_FLAG,
	  ROW_AT(revoke_deprecated) },
	{ .name = "merge-certs", .arg = "CERTS",
	  .help = "take over what these have; may be repeated",
	  .kind = OPT_LIST, ROW_AT(merge_certs) },
};

static const struct opt mailing[] = {
	{ .name = "sign-with", .arg = "KEYS",
	  .help = "encrypt: sign, too; may be repeated", .kind = OPT_LIST,
	  ROW_AT(sign_with) },
	HIDE_ROW("encrypt: "),
	{ .name = "verify-with", .arg = "CERTS",
	  .help = "decrypt: whose signatures count; may be repeated",
	  .kind = OPT_LIST, ROW_AT(verify_with) },
	{ .name = "add-autocrypt", .arg = "nopreference|mutual",
	  .help = "sign, encrypt: hand out the signing key's certificate",
	  .kind = OPT_CHOICE, ROW_AT(add_autocrypt) },
	{ .name = "add-gossip",
	  .help = "encrypt: hand out the recipients' certificates to them",
	  .kind = OPT_FLAG, ROW_AT(add_gossip) },
	{ .name = "gossip-out", .arg = "FILE",
	  .help = "decrypt: the other recipients' certificates from inside",
	  .kind = OPT_STR, ROW_AT(gossip_out) },
	{ .name = "no-legacy-display",
	  .help = "encrypt: no hidden fields as text for older readers",
	  .kind = OPT_FLAG, ROW_AT(no_legacy_display) },
	{ .name = "explain",
	  .help = "encrypt: only tell who could read what",
	  .kind = OPT_FLAG, ROW_AT(explain) },
	{ .name = "result-out", .arg = "FILE",
	  .help = "decrypt: what came of the signatures, as --format says",
	  .kind = OPT_STR, ROW_AT(result_out) },
	{ .name = "format", .arg = "text|json",
	  .help = "verify, decrypt: for people, or one JSON object",
	  .kind = OPT_CHOICE, ROW_AT(format) },
};

static const struct opt autocrypt[] = {
	{ .name = "from-autocrypt",
	  .help = "take the certificate that the message hands out",
	  .kind = OPT_FLAG, ROW_AT(from_autocrypt) },
};

static const struct opt folders[] = {
	{ .name = "cert-dir", .arg = "DIR",
	  .help = "look there first for ADDRESS.asc, .pgp, .cert or .gpg",
	  .kind = OPT_LIST, ROW_AT(cert_dirs) },
};

static const struct opt telling[] = {
	{ .name = "format", .arg = "text|json",
	  .help = "for people, or one JSON object a line",
	  .kind = OPT_CHOICE, ROW_AT(format) },
};

static const struct opt version[] = {
	{ .name = "backend", .help = "the libraries below",
	  .kind = OPT_FLAG, ROW_AT(backend) },
	{ .name = "extended", .help = "all of it", .kind = OPT_FLAG,
	  ROW_AT(extended) },
	{ .name = "sop-spec", .help = "the draft that is followed",
	  .kind = OPT_FLAG, ROW_AT(sop_spec) },
	{ .name = "sopv", .help = "the verifying subset that is followed",
	  .kind = OPT_FLAG, ROW_AT(sopv) },
};

static const struct opt before[] = {
	{ .name = "sandbox", .arg = "auto|require|off",
	  .help = "give up power before reading (auto)",
	  .kind = OPT_CHOICE, ROW_AT(sandbox) },
};

static const struct opt_chunk top_chunks[] = {
	OPT_CHUNK("Options", before),
};

const struct opt_spec top_spec = {
	.tool = "pgp-lite",
	.usage = "[--sandbox=auto|require|off] SUBCOMMAND [OPTIONS]...\n"
	    "generate-key 'NAME <ADDRESS>' > KEY\n"
	    "extract-cert < KEY > CERT\n"
	    "encrypt CERT < DATA > CIPHERTEXT\n"
	    "decrypt KEY < CIPHERTEXT > DATA",
	.about = "OpenPGP, as a Stateless OpenPGP command.",
	.chunks = top_chunks, .n = 1, .verbs = verbs, .verb_required = true,
	.usage_status = SOP_UNSUPPORTED_SUBCOMMAND,
	.version = pgp_version,
};

/* How certificates are found where a mail address is given. */
#define FINDING_CHUNKS OPT_CHUNK("Certificates of addresses", folders), \
	RUN_DNS(offsetof(struct args, find)), \
	RUN_CONNECT(offsetof(struct args, find)), \
	RUN_NOW(offsetof(struct args, find))

#define CHUNKS(name, ...) \
	static const struct opt_chunk name[] = { __VA_ARGS__, \
		OPT_CHUNK("Running", common) }

CHUNKS(version_chunks, OPT_CHUNK("What to tell", version));
static const struct opt_chunk plain_chunks[] = {
	OPT_CHUNK("Running", common),
};
CHUNKS(generate_chunks, OPT_CHUNK("The key", making),
    OPT_CHUNK("Layout", profile), OPT_CHUNK("Output", packets));
CHUNKS(change_chunks, OPT_CHUNK("The key", changing),
    OPT_CHUNK("Passphrases", deriving),
    OPT_CHUNK("Output", packets));
CHUNKS(revoke_chunks, OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving),
    OPT_CHUNK("Output", packets));
CHUNKS(certify_chunks, OPT_CHUNK("What to certify", certifying),
    OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving), OPT_CHUNK("Output", packets));
CHUNKS(validate_chunks, OPT_CHUNK("What counts", validating));
CHUNKS(update_chunks, OPT_CHUNK("Updating", updating),
    OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving), OPT_CHUNK("Output", packets));
CHUNKS(mail_chunks, OPT_CHUNK("Signing, encrypting, verifying", mailing),
    ONWARD_CHUNK(offsetof(struct args, onward)),
    OPT_CHUNK("Certificates of messages", autocrypt), FINDING_CHUNKS,
    OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving), OPT_CHUNK("Messages", reading));
CHUNKS(find_chunks, OPT_CHUNK("Certificates of messages", autocrypt),
    FINDING_CHUNKS, OPT_CHUNK("Output", packets));
CHUNKS(telling_chunks, OPT_CHUNK("Output", telling));
CHUNKS(packets_chunks, OPT_CHUNK("Output", packets));
CHUNKS(sign_chunks, OPT_CHUNK("Signing", signing),
    OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving), OPT_CHUNK("Output", packets));
CHUNKS(inline_sign_chunks, OPT_CHUNK("Signing", inline_signing),
    OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving), OPT_CHUNK("Output", packets));
CHUNKS(verify_chunks, OPT_CHUNK("What counts", times));
CHUNKS(inline_verify_chunks, OPT_CHUNK("What counts", times),
    OPT_CHUNK("Messages", reading), OPT_CHUNK("Output", verifications));
CHUNKS(detach_chunks, OPT_CHUNK("Signatures", detaching),
    OPT_CHUNK("Messages", reading), OPT_CHUNK("Output", packets));
CHUNKS(encrypt_chunks, OPT_CHUNK("Encrypting", encrypting),
    OPT_CHUNK("Form", profile), OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving),
    OPT_CHUNK("Output", packets));
CHUNKS(decrypt_chunks, OPT_CHUNK("Decrypting", decrypting),
    OPT_CHUNK("Output", verifications), OPT_CHUNK("Keys", unlock),
    OPT_CHUNK("Passphrases", deriving), OPT_CHUNK("Messages", reading));

#define SPEC(verb, forms, words, table, ...) { .tool = "pgp-lite " verb, \
	.usage = forms, .about = words, .chunks = table, \
	.n = COUNT(table), .usage_status = SOP_UNSUPPORTED_OPTION, \
	.version = pgp_version, __VA_ARGS__ }

const struct opt_spec specs[] = {
	[SPEC_VERSION] = SPEC("version", "[OPTION]",
	    "Tell the version.", version_chunks),
	[SPEC_LIST_PROFILES] = SPEC("list-profiles", "SUBCOMMAND",
	    "List the profiles of a subcommand, the default first.",
	    plain_chunks),
	[SPEC_GENERATE_KEY] = SPEC("generate-key",
	    "[OPTIONS] [--] [USERID...] > KEYS", "Make a secret key.",
	    generate_chunks),
	[SPEC_CHANGE_KEY_PASSWORD] = SPEC("change-key-password",
	    "[OPTIONS] < KEYS > KEYS", "Lock secret keys anew.",
	    change_chunks),
	[SPEC_REVOKE_KEY] = SPEC("revoke-key", "[OPTIONS] < KEYS > CERTS",
	    "Make revocation certificates.", revoke_chunks),
	[SPEC_MERGE_CERTS] = SPEC("merge-certs", "[OPTIONS] [--] [CERTS...]"
	    " < CERTS > CERTS", "Add to certificates what others have.",
	    packets_chunks),
	[SPEC_CERTIFY_USERID] = SPEC("certify-userid", "--userid=USERID..."
	    " [OPTIONS] [--] KEYS... < CERTS > CERTS",
	    "Vouch that user IDs belong to certificates.", certify_chunks),
	[SPEC_VALIDATE_USERID] = SPEC("validate-userid", "[OPTIONS] [--]"
	    " USERID CERTS... < CERTS", "Do authorities vouch for it?",
	    validate_chunks),
	[SPEC_UPDATE_KEY] = SPEC("update-key", "[OPTIONS] < KEYS > KEYS",
	    "Renew keys and mend what is weak in them.", update_chunks),
	[SPEC_MAIL] = SPEC("mail",
	    "sign [OPTIONS] KEYS... [-- COMMAND ARG...] < MESSAGE\n"
	    "encrypt [OPTIONS] CERTS... [-- COMMAND ARG...] < MESSAGE\n"
	    "decrypt [OPTIONS] KEYS... [-- COMMAND ARG...] < MESSAGE\n"
	    "verify [OPTIONS] CERTS... < MESSAGE",
	    "Whole messages as PGP/MIME, their headers protected.",
	    mail_chunks, .takes_command = true),
	[SPEC_INSPECT] = SPEC("inspect", "[OPTIONS] < DATA",
	    "Tell which packets there are, or what of a mail can be read.",
	    telling_chunks),
	[SPEC_LINT] = SPEC("lint", "[OPTIONS] < CERTS",
	    "Tell what is wrong with certificates.", telling_chunks),
	[SPEC_FIND] = SPEC("find", "[OPTIONS] ADDRESS... > CERTS\n"
	    "--from-autocrypt < MESSAGE > CERTS",
	    "Find the certificates of mail addresses.", find_chunks),
	[SPEC_EXTRACT_CERT] = SPEC("extract-cert",
	    "[OPTIONS] < KEYS > CERTS", "Extract the certificates of keys.",
	    packets_chunks),
	[SPEC_SIGN] = SPEC("sign", "[OPTIONS] [--] KEYS... < DATA"
	    " > SIGNATURES", "Make detached signatures.", sign_chunks),
	[SPEC_VERIFY] = SPEC("verify", "[OPTIONS] [--] SIGNATURES CERTS..."
	    " < DATA > VERIFICATIONS", "Check detached signatures.",
	    verify_chunks),
	[SPEC_ENCRYPT] = SPEC("encrypt", "[OPTIONS] [--] [CERTS...] < DATA"
	    " > CIPHERTEXT", "Encrypt a message.", encrypt_chunks),
	[SPEC_DECRYPT] = SPEC("decrypt", "[OPTIONS] [--] [KEYS...]"
	    " < CIPHERTEXT > DATA", "Decrypt a message.", decrypt_chunks),
	[SPEC_ARMOR] = SPEC("armor", "< DATA > ARMORED",
	    "Make OpenPGP data ASCII.", plain_chunks),
	[SPEC_DEARMOR] = SPEC("dearmor", "< ARMORED > DATA",
	    "Make OpenPGP data binary.", plain_chunks),
	[SPEC_INLINE_DETACH] = SPEC("inline-detach", "--signatures-out=FILE"
	    " [OPTIONS] < INLINESIGNED > DATA",
	    "Part a signed message from its signatures.", detach_chunks),
	[SPEC_INLINE_VERIFY] = SPEC("inline-verify", "[OPTIONS] [--] CERTS..."
	    " < INLINESIGNED > DATA", "Check a signed message.",
	    inline_verify_chunks),
	[SPEC_INLINE_SIGN] = SPEC("inline-sign", "[OPTIONS] [--] KEYS..."
	    " < DATA > INLINESIGNED", "Sign a message.",
	    inline_sign_chunks),
};
