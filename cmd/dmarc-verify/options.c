/* The command line of dmarc-verify for messages. */
#include "dmarc-verify.h"

#include <sysexits.h>

#include "base/vec.h"
#include "crypto/lib.h"

#define ROW_AT(field) .at = offsetof(struct args, field)

static bool
set_ip(void *field, const char *value, struct buf *why)
{
	struct connection *c = field;

	c->ip = value;
	if (ip_parse(span_str(value), &c->addr))
		return true;
	buf_str(why, "is no IP address");
	return false;
}

static bool
add_hops(void *field, const char *value, struct buf *why)
{
	struct connection *c = field;
	struct span rest = span_str(value), one = { NULL, 0 };

	while (span_split(&rest, ',', &one)) {
		struct ip_net *net = VEC_PUSH(&c->trusted_hops);

		if (!ip_net_parse(span_trim(one), net)) {
			buf_str(why, "is no list of networks like "
			    "192.0.2.0/24,2001:db8::/32");
			return false;
		}
	}
	return true;
}

static bool
add_by(void *field, const char *value, struct buf *why)
{
	struct connection *c = field;

	(void)why;
	*VEC_PUSH(&c->trusted_by) = value;
	return true;
}

static const struct opt connection[] = {
	{ .name = "ip", .letter = 'i', .arg = "ADDRESS",
	  .help = "the client's address", .kind = OPT_CALL,
	  ROW_AT(connection), .call = set_ip },
	{ .name = "helo", .arg = "NAME",
	  .help = "what the client called itself", .kind = OPT_STR,
	  ROW_AT(connection.helo) },
	{ .name = "mail-from", .arg = "ADDRESS",
	  .help = "the envelope sender; empty for the null sender",
	  .kind = OPT_STR, ROW_AT(connection.mail_from) },
	{ .name = "trusted-hops", .arg = "CIDR,...",
	  .help = "relays of ours, passed over in Received fields",
	  .kind = OPT_CALL, ROW_AT(connection), .call = add_hops },
	{ .name = "trusted-by", .arg = "NAME",
	  .help = "our host that wrote the boundary Received field",
	  .kind = OPT_CALL, ROW_AT(connection), .call = add_by },
	{ .name = "at", .arg = "now|received",
	  .help = "judge dates as of now, or as of the receipt",
	  .kind = OPT_CHOICE, ROW_AT(at) },
};

static const struct opt output[] = {
	{ .name = "explain", .letter = 'e',
	  .help = "find and prove why a signature fails",
	  .kind = OPT_FLAG, ROW_AT(explain) },
	{ .name = "header",
	  .help = "print the Authentication-Results field alone",
	  .kind = OPT_FLAG, ROW_AT(header) },
	{ .name = "prepend",
	  .help = "print the message with that field on top",
	  .kind = OPT_FLAG, ROW_AT(prepend) },
	{ .name = "authserv-id", .arg = "ID",
	  .help = "who says so in the field (for --header: the host's name)",
	  .kind = OPT_STR, ROW_AT(authserv_id) },
	{ .name = "mbox", .help = "each FILE is an mbox of messages",
	  .kind = OPT_FLAG, ROW_AT(mbox) },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("The connection", connection),
	OPT_CHUNK("Output", output),
	ONWARD_CHUNK(offsetof(struct args, onward)),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_BULK(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

const struct opt_spec message_spec = {
	.tool = "dmarc-verify",
	.usage = "[OPTIONS] [FILE...]\n"
	    "[OPTIONS] < message\n"
	    "--prepend --authserv-id ID [OPTIONS] [-- COMMAND...] < message",
	.about = "Verify who sent a message: SPF, DKIM, ARC and DMARC.",
	.chunks = chunks,
	.n = sizeof(chunks) / sizeof(chunks[0]),
	.verbs = verbs,
	.takes_command = true,
	.usage_status = EX_USAGE,
	.version = crypto_version,
};
