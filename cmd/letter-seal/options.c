/* The command lines of letter-seal's verbs. */
#include "letter-seal.h"

#include "base/cur.h"
#include "crypto/lib.h"

#define AT(field) .at = offsetof(struct args, field)
#define SPEECH RUN_SPEECH(offsetof(struct args, run))
#define SANDBOX RUN_SANDBOX(offsetof(struct args, run))
#define CHUNKS_OF(table) .chunks = table, .n = sizeof(table) / sizeof(table[0])

static bool
take_number(struct number *n, const char *value, uint64_t max,
    struct buf *why)
{
	if (!span_dec(span_str(value), max, &n->v)) {
		buf_printf(why, "is not a number from 0 to %llu",
		    (unsigned long long)max);
		return false;
	}
	n->given = true;
	return true;
}

static bool
take_u32(void *field, const char *value, struct buf *why)
{
	return take_number(field, value, UINT32_MAX, why);
}

static bool
take_counter(void *field, const char *value, struct buf *why)
{
	return take_number(field, value, INT64_MAX, why);
}

static bool
take_mid(void *field, const char *value, struct buf *why)
{
	if (letter_mid_kind(span_str(value)) == 0) {
		buf_str(why, "is no MID: u, c or r and 32 digits of 0-9a-f");
		return false;
	}
	*(const char **)field = value;
	return true;
}

#define KEY_ROW \
	{ .name = "key", .letter = 'k', .arg = "FILE", .kind = OPT_STR, \
	    AT(key), .help = "own private key, PEM or base64" }
#define PEER_ROW \
	{ .name = "peer-key", .letter = 'p', .arg = "KEY", .kind = OPT_STR, \
	    AT(peer_key), \
	    .help = "the other's public key, in base64 or a file" }
#define OUTPUT_ROW(text) \
	{ .name = "output", .letter = 'o', .arg = "FILE", .kind = OPT_STR, \
	    AT(out), .help = text }
#define FORCE_ROW \
	{ .name = "force", .letter = 'f', .kind = OPT_FLAG, AT(force), \
	    .help = "replace an older FILE" }

const struct opt_spec main_spec = {
	.tool = "letter-seal",
	.usage = "keygen -o FILE\n"
	    "seal -k FILE -p KEY ENVELOPE [OPTIONS] < text\n"
	    "open -k FILE -p KEY [OPTIONS] < record\n"
	    "audit [OPTIONS] < records\n"
	    "VERB [OPTIONS]",
	.about = "Seal, open and audit messages as LINE's Letter Sealing has "
	    "them.",
	.verbs = verbs, .verb_required = true,
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

/* --- keygen, public, fingerprint --- */

static const struct opt keygen_rows[] = {
	OUTPUT_ROW("where the private key goes, readable by you alone"),
	FORCE_ROW,
};

static const struct opt_chunk keygen_chunks[] = {
	OPT_CHUNK("Options", keygen_rows), SPEECH,
};

const struct opt_spec keygen_spec = {
	.tool = "letter-seal keygen",
	.usage = "-o FILE",
	.about = "Make a key pair; the public key goes to stdout in base64.",
	CHUNKS_OF(keygen_chunks),
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

static const struct opt public_rows[] = { KEY_ROW };

static const struct opt_chunk public_chunks[] = {
	OPT_CHUNK("Options", public_rows), SPEECH,
};

const struct opt_spec public_spec = {
	.tool = "letter-seal public",
	.usage = "-k FILE",
	.about = "Print the public half of a private key in base64.",
	CHUNKS_OF(public_chunks),
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

static const struct opt fingerprint_rows[] = { KEY_ROW, PEER_ROW };

static const struct opt_chunk fingerprint_chunks[] = {
	OPT_CHUNK("Options", fingerprint_rows), SPEECH,
};

const struct opt_spec fingerprint_spec = {
	.tool = "letter-seal fingerprint",
	.usage = "-k FILE | -p KEY [DIGITS...]",
	.about = "Print a key's fingerprint, or compare it with digits. It "
	    "is msgsec's own, not the one that LINE shows.",
	CHUNKS_OF(fingerprint_chunks),
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

/* --- seal, open --- */

#define ENVELOPE_ROWS \
	KEY_ROW, PEER_ROW, \
	{ .name = "from", .arg = "MID", .kind = OPT_CALL, AT(from), \
	    .call = take_mid, .help = "the sender" }, \
	{ .name = "to", .arg = "MID", .kind = OPT_CALL, AT(to), \
	    .call = take_mid, .help = "the receiver, or a group" }, \
	{ .name = "sender-key-id", .arg = "N", .kind = OPT_CALL, \
	    AT(sender), .call = take_u32, \
	    .help = "the number of the sender's key" }, \
	{ .name = "receiver-key-id", .arg = "N", .kind = OPT_CALL, \
	    AT(receiver), .call = take_u32, \
	    .help = "the number of the receiver's or the group's key" }, \
	{ .name = "version", .arg = "1|2", .kind = OPT_CHOICE, AT(version), \
	    .help = "of Letter Sealing (2)" }, \
	{ .name = "content-type", .arg = "N", .kind = OPT_CALL, \
	    AT(content_type), .call = take_u32, \
	    .help = "0 text, 15 location, 1 image, 2 video, 3 audio, " \
	    "14 file (0)" }

#define SHAPE_ROWS \
	{ .name = "raw", .kind = OPT_FLAG, AT(raw), \
	    .help = "the sealed octets as they are, not the text in them" }, \
	{ .name = "lines", .kind = OPT_FLAG, AT(lines), \
	    .help = "one message a line" }

static const struct opt envelope_rows[] = { ENVELOPE_ROWS };

static const struct opt seal_rows[] = {
	SHAPE_ROWS,
	{ .name = "counter", .arg = "N", .kind = OPT_CALL, AT(counter),
	    .call = take_counter,
	    .help = "the message's number in this chat (1)" },
};

static const struct opt open_rows[] = {
	SHAPE_ROWS,
	OUTPUT_ROW("where the plaintext goes, readable by you alone"),
	FORCE_ROW,
};

static const struct opt_chunk seal_chunks[] = {
	OPT_CHUNK("The envelope", envelope_rows),
	OPT_CHUNK("The message", seal_rows), SANDBOX, SPEECH,
};

const struct opt_spec seal_spec = {
	.tool = "letter-seal seal",
	.usage = "-k FILE -p KEY ENVELOPE [OPTIONS] < text",
	.about = "Seal the text on stdin; the record goes to stdout.",
	CHUNKS_OF(seal_chunks),
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

static const struct opt_chunk open_chunks[] = {
	OPT_CHUNK("The envelope", envelope_rows),
	OPT_CHUNK("The message", open_rows), SANDBOX, SPEECH,
};

const struct opt_spec open_spec = {
	.tool = "letter-seal open",
	.usage = "-k FILE -p KEY [ENVELOPE] [OPTIONS] < record",
	.about = "Open the sealed message on stdin, if it is authentic and "
	    "its envelope is as the options say.",
	CHUNKS_OF(open_chunks),
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

/* --- group, media: their verbs are told apart by their main functions --- */

static const struct opt_verb group_verbs[] = {
	{ "wrap", group_main, "wrap the group's private key for a member" },
	{ "unwrap", group_main, "take the group's private key out again" },
	{ NULL, NULL, NULL },
};

static const struct opt group_rows[] = {
	KEY_ROW, PEER_ROW,
	{ .name = "group-key", .arg = "FILE", .kind = OPT_STR, AT(group_key),
	    .help = "wrap: the group's private key (else on stdin)" },
	{ .name = "expect", .arg = "KEY", .kind = OPT_STR, AT(expect),
	    .help = "unwrap: the public half that it must have" },
	OUTPUT_ROW("unwrap: where the private key goes"),
	FORCE_ROW,
};

static const struct opt_chunk group_chunks[] = {
	OPT_CHUNK("Options", group_rows), SANDBOX, SPEECH,
};

const struct opt_spec group_spec = {
	.tool = "letter-seal group",
	.usage = "wrap -k FILE -p KEY --group-key FILE > wrapped\n"
	    "unwrap -k FILE -p KEY -o FILE [--expect KEY] < wrapped",
	.about = "Hand a group's private key to a member, in base64.",
	CHUNKS_OF(group_chunks), .verbs = group_verbs, .verb_required = false,
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

static const struct opt_verb media_verbs[] = {
	{ "seal", media_main, "seal stdin under new key material" },
	{ "open", media_main, "check stdin and open it" },
	{ NULL, NULL, NULL },
};

static const struct opt media_rows[] = {
	{ .name = "material", .letter = 'm', .arg = "FILE", .kind = OPT_STR,
	    AT(material),
	    .help = "key material: made by seal, read by open" },
	{ .name = "name", .arg = "NAME", .kind = OPT_STR, AT(name),
	    .help = "seal: the file name to go with the material" },
	FORCE_ROW,
};

static const struct opt_chunk media_chunks[] = {
	OPT_CHUNK("Options", media_rows), SANDBOX, SPEECH,
};

const struct opt_spec media_spec = {
	.tool = "letter-seal media",
	.usage = "seal -m FILE [--name NAME] < file > sealed\n"
	    "open -m FILE < sealed > file",
	.about = "Seal a picture or file of any size.",
	CHUNKS_OF(media_chunks), .verbs = media_verbs,
	.usage_status = EXIT_USAGE, .version = crypto_version,
};

/* --- audit --- */

static const struct opt audit_rows[] = {
	{ .name = "key", .letter = 'k', .arg = "FILE", .kind = OPT_LIST,
	    AT(keys),
	    .help = "own private key; ID=FILE says its number" },
	{ .name = "peer-key", .letter = 'p', .arg = "KEY", .kind = OPT_LIST,
	    AT(peers),
	    .help = "another's public key; ID=KEY says its number" },
	{ .name = "seen", .arg = "FILE", .kind = OPT_LIST, AT(seen),
	    .help = "records of before, to compare with" },
};

static const struct opt_chunk audit_chunks[] = {
	OPT_CHUNK("The conversation", audit_rows),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)), SANDBOX, SPEECH,
};

const struct opt_spec audit_spec = {
	.tool = "letter-seal audit",
	.usage = "[-k [ID=]FILE... -p [ID=]KEY...] [OPTIONS] < records",
	.about = "Judge sealed messages, each alone and beside those before "
	    "it.",
	CHUNKS_OF(audit_chunks),
	.usage_status = EXIT_USAGE, .version = crypto_version,
};
