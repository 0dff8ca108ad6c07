/* The command lines of ratchet-chat's verbs. */
#include "ratchet-chat.h"

#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "relay/relay.h"
#include "sys/exit.h"

#define ROW_AT(field) .at = offsetof(struct args, field)

enum { LOCK_TIMEOUT = 10, BUNDLES_MAX = 1000, EXPIRES = 30,
	MAILBOX_BUNDLES = 50 };

static const struct opt state_rows[] = {
	{ .name = "state", .arg = "DIR", .kind = OPT_STR, ROW_AT(state),
	  .help = "where the state lies" },
	{ .name = "key-file", .arg = "FILE", .kind = OPT_STR,
	  ROW_AT(key_file), .help = "the key it is encrypted with (DIR/key)" },
	{ .name = "passphrase-file", .arg = "FILE", .kind = OPT_STR,
	  ROW_AT(passphrase_file), .help = "a passphrase in its place" },
	{ .name = "lock-timeout", .arg = "SECONDS", .kind = OPT_INT,
	  ROW_AT(lock_timeout), .min = 0, .max = 3600,
	  .help = "how long to wait for other processes (10)" },
};

static const struct opt init_rows[] = {
	{ .name = "name", .letter = 'n', .arg = "NAME", .kind = OPT_STR,
	  ROW_AT(name), .help = "what others call us" },
};

#define REQUIRE_PQ { .name = "require-pq", .kind = OPT_FLAG, \
	ROW_AT(require_pq), \
	.help = "only sessions that quantum computers do not open" }

static const struct opt bundle_rows[] = {
	{ .name = "count", .letter = 'c', .arg = "N", .kind = OPT_INT,
	  ROW_AT(count), .min = 1, .max = BUNDLES_MAX,
	  .help = "how many bundles (1)" },
	{ .name = "expires", .arg = "DAYS", .kind = OPT_INT, ROW_AT(expires),
	  .min = 1, .max = PARTY_BUNDLE_LIFE / 86400,
	  .help = "how long they may be used (30)" },
	{ .name = "without-one-time", .kind = OPT_FLAG, ROW_AT(without),
	  .help = "one that may be used by many" },
	REQUIRE_PQ,
};

#define RELAY(words) { .name = "relay", .arg = "URL", .kind = OPT_STR, \
	ROW_AT(relay), .help = words }

static const struct opt start_rows[] = {
	{ .name = "foreign", .kind = OPT_FLAG, ROW_AT(foreign),
	  .help = "take a bundle that another program made" },
	{ .name = "no-pq", .kind = OPT_FLAG, ROW_AT(no_pq),
	  .help = "version 3 of the protocol, whatever the bundle offers" },
	REQUIRE_PQ,
	RELAY("take a bundle from this mailbox, not from stdin"),
};

#define PAD(words) { .name = "pad", .kind = OPT_FLAG, ROW_AT(pad), \
	.help = words }

#define STREAM(words) { .name = "stream", .kind = OPT_FLAG, \
	ROW_AT(stream), .help = words }
#define SEALED { .name = "sealed", .kind = OPT_FLAG, ROW_AT(sealed), \
	.help = "hide from the carrier who sends it" }, \
	{ .name = "sealed-version", .arg = "1|2", .kind = OPT_CHOICE, \
	ROW_AT(sealed_version), \
	.help = "of sealed messages; 2 needs OpenSSL 3.2 (1)" }

static const struct opt send_rows[] = {
	SEALED,
	{ .name = "raw", .kind = OPT_FLAG, ROW_AT(raw),
	  .help = "write the message's octets alone" },
	{ .name = "lines", .kind = OPT_FLAG, ROW_AT(lines),
	  .help = "each line of the input is a message" },
	STREAM("the input may be of any size"),
	PAD("hide the length: up to a multiple of 160 octets"),
	REQUIRE_PQ,
	{ .name = "again", .kind = OPT_FLAG, ROW_AT(again),
	  .help = "write the last output for this peer once more" },
};

static const struct opt recv_rows[] = {
	{ .name = "raw", .kind = OPT_FLAG, ROW_AT(raw),
	  .help = "the input is the message's octets alone" },
	{ .name = "lines", .kind = OPT_FLAG, ROW_AT(lines),
	  .help = "each line of the input is a message" },
	STREAM("the input is a stream"),
	PAD("take send's --pad away"),
	{ .name = "json", .kind = OPT_FLAG, ROW_AT(json),
	  .help = "write a record with plaintext and what is known of it" },
	REQUIRE_PQ,
};

#define COUNT_BOX { .name = "count", .letter = 'c', .arg = "N", \
	.kind = OPT_INT, ROW_AT(count), .min = 0, \
	.max = RELAY_BUNDLES_MAX - 1, \
	.help = "how many bundles a new mailbox gets (50)" }

static const struct opt mailbox_rows[] = {
	RELAY("make a mailbox at this relay (https://HOST[:PORT])"),
	{ .name = "pin", .arg = "sha256//BASE64", .kind = OPT_STR,
	  ROW_AT(pin),
	  .help = "believe this key of the relay's, no authority" },
	COUNT_BOX,
	{ .name = "drop", .kind = OPT_FLAG, ROW_AT(drop),
	  .help = "delete the mailbox with this address" },
};

static const struct opt push_rows[] = {
	STREAM("the input is one stream"),
	{ .name = "skip", .arg = "N", .kind = OPT_INT, ROW_AT(skip), .min = 0,
	  .max = INT_MAX,
	  .help = "so many fragments of it are there already (0)" },
};

static const struct opt fetch_rows[] = {
	STREAM("print a stream, the first that is whole"),
	{ .name = "wait", .letter = 'w', .arg = "SECONDS", .kind = OPT_INT,
	  ROW_AT(wait), .min = 0, .max = 86400,
	  .help = "how long to wait for the first message (0)" },
	{ .name = "max", .letter = 'm', .arg = "N", .kind = OPT_INT,
	  ROW_AT(max), .min = 1, .max = 1000000,
	  .help = "take no more when so many have come" },
};

static const struct opt chat_rows[] = {
	RELAY("the peer's mailbox, or a relay for one of ours"),
	COUNT_BOX,
	{ .name = "wait", .letter = 'w', .arg = "SECONDS", .kind = OPT_INT,
	  ROW_AT(wait), .min = 0, .max = 86400,
	  .help = "after the end of a pipe, read on for so long (0)" },
	SEALED,
	REQUIRE_PQ,
};

static const struct opt raw_rows[] = {
	{ .name = "raw", .kind = OPT_FLAG, ROW_AT(raw),
	  .help = "the message's octets alone, without JSON around them" },
};

static const struct opt safety_rows[] = {
	{ .name = "qr", .kind = OPT_FLAG, ROW_AT(qr),
	  .help = "as a QR code, too" },
};

static const struct opt reset_rows[] = {
	{ .name = "rolled-back", .kind = OPT_FLAG, ROW_AT(rolled_back),
	  .help = "every session and prekey of a state that was put back" },
	{ .name = "strangers", .kind = OPT_FLAG, ROW_AT(strangers),
	  .help = "all who wrote first and had no answer" },
	{ .name = "mail", .kind = OPT_FLAG, ROW_AT(mail),
	  .help = "what was fetched and is not read" },
};

static const struct opt format_rows[] = {
	{ .name = "format", .arg = "text|json", .kind = OPT_CHOICE,
	  ROW_AT(run.format),
	  .help = "for people, or one JSON object a line (text on a "
	  "terminal, else json)" },
};

#define COMMON OPT_CHUNK("The state", state_rows), \
	RUN_SANDBOX(offsetof(struct args, run)), \
	RUN_SPEECH(offsetof(struct args, run))

static const struct opt_chunk init_chunks[] = {
	OPT_CHUNK("The identity", init_rows), COMMON };
static const struct opt_chunk bundle_chunks[] = {
	OPT_CHUNK("Bundles", bundle_rows), COMMON };
static const struct opt_chunk start_chunks[] = {
	OPT_CHUNK("The bundle", start_rows),
	RUN_CONNECT(offsetof(struct args, run)), COMMON };
static const struct opt_chunk send_chunks[] = {
	OPT_CHUNK("Sending", send_rows), COMMON };
static const struct opt_chunk recv_chunks[] = {
	OPT_CHUNK("Receiving", recv_rows), COMMON };
static const struct opt_chunk safety_chunks[] = {
	OPT_CHUNK("The number", safety_rows), COMMON };
static const struct opt_chunk plain_chunks[] = { COMMON };
static const struct opt_chunk reset_chunks[] = {
	OPT_CHUNK("What to forget", reset_rows), COMMON };
static const struct opt_chunk list_chunks[] = {
	OPT_CHUNK("Output", format_rows), COMMON };
static const struct opt nudge_rows[] = {
	SEALED,
	{ .name = "raw", .kind = OPT_FLAG, ROW_AT(raw),
	  .help = "write the message's octets alone" },
	{ .name = "address", .kind = OPT_FLAG, ROW_AT(with_address),
	  .help = "tell the peer where our mailbox is" },
	PAD("hide that it is empty"),
	REQUIRE_PQ,
};

static const struct opt ca_rows[] = {
	{ .name = "expires", .arg = "DAYS", .kind = OPT_INT, ROW_AT(expires),
	  .min = 1, .max = 3650,
	  .help = "how long the certificate may be used (30)" },
};

#define ONLINE RUN_CONNECT(offsetof(struct args, run))

static const struct opt_chunk mailbox_chunks[] = {
	OPT_CHUNK("The mailbox", mailbox_rows), ONLINE, COMMON };
static const struct opt_chunk push_chunks[] = {
	OPT_CHUNK("Streams", push_rows), ONLINE, COMMON };
static const struct opt_chunk fetch_chunks[] = {
	OPT_CHUNK("Fetching", fetch_rows), ONLINE, COMMON };
static const struct opt_chunk metadata_chunks[] = {
	OPT_CHUNK("Output", format_rows), ONLINE, COMMON };
static const struct opt_chunk chat_chunks[] = {
	OPT_CHUNK("The chat", chat_rows), ONLINE, COMMON };
static const struct opt_chunk nudge_chunks[] = {
	OPT_CHUNK("Sending", nudge_rows), COMMON };
static const struct opt_chunk ca_chunks[] = {
	OPT_CHUNK("Certificates", ca_rows), COMMON };
static const struct opt_chunk inspect_chunks[] = {
	OPT_CHUNK("Input", raw_rows), OPT_CHUNK("Output", format_rows),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};
static const struct opt_chunk explain_chunks[] = {
	OPT_CHUNK("Input", raw_rows), OPT_CHUNK("Output", format_rows),
	COMMON };

static void
version(struct buf *out)
{
	crypto_version(out);
	buf_printf(out, "libsodium %s\nSQLite %s\n", sodium_version_string(),
	    sqlite3_libversion());
	if (!kyber_available())
		buf_str(out, "version 4 of the protocol (PQXDH) needs "
		    "OpenSSL 3.5\n");
}

#define SPEC(verb, line, words, table) { .tool = "ratchet-chat " verb, \
	.usage = line, .about = words, .chunks = table, \
	.n = sizeof(table) / sizeof((table)[0]), \
	.usage_status = EXIT_USAGE, .version = version }

/* In the order of verbs[]. */
const struct command commands[] = {
	{ SPEC("init", "-n NAME [OPTIONS]",
	    "Make an identity and the state that it lives in.",
	    init_chunks), 0, 0, init_run },
	{ SPEC("bundle", "[-c N] [OPTIONS] > bundles",
	    "Print prekey bundles, one JSON object a line.", bundle_chunks),
	    0, 0, bundle_run },
	{ SPEC("start", "PEER [OPTIONS] < bundle",
	    "Start a session with the peer whose bundle is on stdin.",
	    start_chunks), 1, 1, start_run },
	{ SPEC("send", "PEER [OPTIONS] < plaintext > message",
	    "Encrypt stdin to the peer.", send_chunks), 1, 1, send_run },
	{ SPEC("recv", "[PEER] [OPTIONS] < message > plaintext",
	    "Decrypt the message on stdin.", recv_chunks), 0, 1, recv_run },
	{ SPEC("safety", "PEER [OPTIONS]",
	    "Print the safety number to compare with the peer.",
	    safety_chunks), 1, 1, safety_run },
	{ SPEC("verify", "PEER DIGITS...",
	    "Is this the safety number of the peer?", plain_chunks), 2, 13,
	    verify_run },
	{ SPEC("peers", "[OPTIONS]", "List whom we know.", list_chunks), 0, 0,
	    peers_run },
	{ SPEC("accept", "PEER [DIGITS...]",
	    "Believe the identity that the peer has now.", plain_chunks), 1,
	    13, accept_run },
	{ SPEC("reset", "PEER | --rolled-back | --strangers | --mail",
	    "Forget the sessions with the peer, all of a state that was "
	    "put back, who had no answer, or what was fetched.",
	    reset_chunks), 0, 1, reset_run },
	{ SPEC("nudge", "PEER [OPTIONS] > message",
	    "Send an empty message: the peer's answer brings new keys.",
	    nudge_chunks), 1, 1, nudge_run },
	{ SPEC("inspect", "[OPTIONS] < message",
	    "Show what everybody sees of a message.", inspect_chunks), 0, 0,
	    inspect_run },
	{ SPEC("explain", "[PEER] [OPTIONS] < message",
	    "Say whether a message can be read, and why not. Changes "
	    "nothing.", explain_chunks), 0, 1, explain_run },
	{ SPEC("session", "export PEER > record\nimport PEER < record",
	    "Hand the sessions with a peer over, in libsignal's format.",
	    plain_chunks), 2, 2, session_run },
	{ SPEC("ca", "init > root\ncert NAME KEY > certificate\n"
	    "use ROOT < certificate",
	    "Certify who sends sealed messages, and use what is certified.",
	    ca_chunks), 1, 3, ca_run },
	{ SPEC("mailbox", "[--relay URL | --drop ADDRESS] [OPTIONS]",
	    "Make a mailbox at a relay and print its address, list ours, or "
	    "drop one.", mailbox_chunks), 0, 1, mailbox_run },
	{ SPEC("address", "PEER [ADDRESS]",
	    "Say where a peer's mailbox is, or print it.", plain_chunks), 1, 2,
	    address_run },
	{ SPEC("push", "[OPTIONS] < messages",
	    "Leave messages in their peers' mailboxes, bundles in ours.",
	    push_chunks), 0, 0, push_run },
	{ SPEC("fetch", "[OPTIONS] > messages",
	    "Fetch what is in our mailboxes, and print it until it is read.",
	    fetch_chunks), 0, 0, fetch_run },
	{ SPEC("metadata", "[OPTIONS]",
	    "Ask the relay what it knows of us.", metadata_chunks), 0, 0,
	    metadata_run },
	{ SPEC("chat", "PEER [--relay URL] [OPTIONS]",
	    "Talk with a peer over relays, line by line.", chat_chunks), 1, 1,
	    chat_run },
};

const struct opt_spec chat_spec = {
	.tool = "ratchet-chat",
	.usage = "init -n NAME\n"
	    "bundle > bundle\n"
	    "start PEER < bundle\n"
	    "send PEER < plaintext > message\n"
	    "recv < message > plaintext\n"
	    "VERB [OPTIONS] [PEER]",
	.about = "Conversations with forward secrecy over anything that "
	    "carries octets.",
	.chunks = plain_chunks,
	.n = sizeof(plain_chunks) / sizeof(plain_chunks[0]),
	.verbs = verbs,
	.verb_required = true,
	.usage_status = EXIT_USAGE,
	.version = version,
};

/* Whether the argument is an option of all verbs whose value follows it. */
static bool
takes_next(const char *arg)
{
	if (strncmp(arg, "--", 2) != 0)
		return false;
	for (size_t i = 0; i < sizeof(state_rows) / sizeof(state_rows[0]); i++)
		if (strcmp(arg + 2, state_rows[i].name) == 0)
			return true;
	return strcmp(arg, "--sandbox") == 0;
}

char **
verb_first(int argc, char **argv)
{
	static char **out;
	int verb = 1;

	out = xcalloc((size_t)argc + 1, sizeof(*out));
	memcpy(out, argv, (size_t)argc * sizeof(*out));
	while (verb < argc && argv[verb][0] == '-')
		verb += takes_next(argv[verb]) ? 2 : 1;
	if (verb >= argc)
		return out;
	out[1] = argv[verb];
	memcpy(out + 2, argv + 1, (size_t)(verb - 1) * sizeof(*out));
	return out;
}

static const struct command *
command_of(const char *verb)
{
	size_t i = 0;

	while (strcmp(verbs[i].name, verb) != 0)
		i++;
	return &commands[i];
}

/* Whether nothing is lost with what nobody reads: the state stays as it is. */
static bool
only_tells(const struct command *c)
{
	return c->run == inspect_run || c->run == explain_run ||
	    c->run == safety_run || c->run == peers_run;
}

static enum opt_next
check_operands(const struct command *c, struct opt_result *res)
{
	if (res->operands.n < c->min)
		return opt_wrong(&c->spec, res, "%s is missing",
		    res->operands.n == 0 ? "PEER" : "an operand");
	if (res->operands.n > c->max)
		return opt_wrong(&c->spec, res, "%s: one operand too many",
		    res->operands.v[c->max]);
	return OPT_RUN;
}

int
verb_main(int argc, char **argv)
{
	struct args a = { .run = RUN_OPTS_DEFAULT,
	    .lock_timeout = LOCK_TIMEOUT, .count = -1, .expires = EXPIRES,
	    .max = 1000000 };
	const struct command *c = command_of(argv[0]);
	struct opt_result res;
	struct job j = { .a = &a, .verb = argv[0] };
	int status = EXIT_USAGE;

	if (opt_parse(&c->spec, argc, argv, &a, &res) == OPT_END ||
	    check_operands(c, &res) == OPT_END)
		return opt_end(&res);
	run_speak("ratchet-chat", &a.run);
	/* a reader that went away is an error that the state must know of */
	if (!only_tells(c))
		signal(SIGPIPE, SIG_IGN);
	run_keep_secrets();
	crypto_start();
	curve_start();
	env_system(&j.env);
	j.operands = res.operands.v;
	j.n = res.operands.n;
	/* a mailbox wants a stock, a list of bundles one */
	if (a.count < 0)
		a.count = c->run == bundle_run ? 1 : MAILBOX_BUNDLES;
	status = c->run(&j);
	chat_close(&j);
	opt_result_free(&res);
	return status;
}
