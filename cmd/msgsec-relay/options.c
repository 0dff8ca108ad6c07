/* The options of msgsec-relay. */
#include "msgsec-relay.h"

#include <sqlite3.h>

#include "crypto/lib.h"

#define ROW_AT(field) .at = offsetof(struct args, field)
#define NUMBER(named, what, field, from, to, words) \
	{ .name = named, .arg = what, .kind = OPT_INT, ROW_AT(field), \
	  .min = from, .max = to, .help = words }
#define WORD(named, what, field, words) \
	{ .name = named, .arg = what, .kind = OPT_STR, ROW_AT(field), \
	  .help = words }

static const struct opt place_rows[] = {
	WORD("state", "DIR", state, "where the database lies"),
	WORD("listen", "ADDRESS:PORT", listen,
	    "where to listen (127.0.0.1:8443)"),
	WORD("cert", "FILE", cert, "certificate chain, PEM (DIR/cert.pem)"),
	WORD("key", "FILE", key, "its private key, PEM (DIR/key.pem)"),
	WORD("make-cert", "NAME,...", make_cert,
	    "where there is none, make one for these names or addresses"),
	WORD("metrics", "FILE", metrics,
	    "write counts there every ten seconds, for Prometheus"),
};

static const struct opt mailbox_rows[] = {
	NUMBER("ttl", "SECONDS", ttl, 1, 31536000,
	    "how long a message is kept (30 days)"),
	NUMBER("mailbox-ttl", "DAYS", mailbox_ttl, 1, 3650,
	    "how long a mailbox is kept that is not fetched (180)"),
	NUMBER("messages", "N", messages, 1, 100000,
	    "messages that a mailbox holds (1000)"),
	NUMBER("mailbox-size", "KIB", mailbox_size, 1, 1048576,
	    "KiB that it holds (16384)"),
	NUMBER("stock", "N", stock, 0, 10000,
	    "one-time bundles that it holds (200)"),
	NUMBER("takes", "N", takes, 0, 1000000,
	    "of them that may be taken an hour (60); 0: any"),
};

static const struct opt bound_rows[] = {
	NUMBER("mailboxes", "N", mailboxes, 1, 100000000,
	    "mailboxes that there may be (100000)"),
	NUMBER("disk", "MIB", disk, 0, 16777216,
	    "MiB that the database may have (0: any)"),
	NUMBER("connections", "N", connections, 1, 1000000,
	    "connections at a time (4096)"),
	NUMBER("per-address", "N", per_address, 0, 1000000,
	    "of them from one address (64); 0: any"),
	NUMBER("rate", "N", rate, 0, 1000000,
	    "requests a second from one address (50); 0: any"),
	NUMBER("makes", "N", makes, 0, 1000000,
	    "mailboxes that one address may make an hour (60); 0: any"),
	NUMBER("idle", "SECONDS", idle, 1, 3600,
	    "for a request to be whole, or the next one to begin (60)"),
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("The place", place_rows),
	OPT_CHUNK("Mailboxes", mailbox_rows),
	OPT_CHUNK("Bounds", bound_rows),
	RUN_NOW(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

const struct args relay_defaults = {
	.run = RUN_OPTS_DEFAULT,
	.listen = "127.0.0.1:8443",
	.ttl = 30 * 86400, .mailbox_ttl = 180, .messages = 1000,
	.mailbox_size = 16384, .stock = 200, .takes = 60,
	.mailboxes = 100000, .connections = 4096, .per_address = 64,
	.rate = 50, .makes = 60, .idle = 60,
};

static void
version(struct buf *out)
{
	buf_printf(out, "libevent %s\nsqlite %s\n", event_get_version(),
	    sqlite3_libversion());
	crypto_version(out);
}

const struct opt_spec relay_spec = {
	.tool = "ratchet-chat relay",
	.usage = "--state DIR [OPTIONS]",
	.about = "Keep messages that it cannot read until they are fetched.",
	.chunks = chunks,
	.n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
	.version = version,
};
