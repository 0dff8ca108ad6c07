/* Visiting mail hosts: the options; see run_probe.h. */
#include "run/run_probe.h"

#define AT(field) .at = offsetof(struct run_probe_opts, field)

static bool
take_source(void *field, const char *value, struct buf *why)
{
	if (ip_parse(span_str(value), field))
		return true;
	buf_str(why, "is no IP address");
	return false;
}

static bool
take_helo(void *field, const char *value, struct buf *why)
{
	struct span name = span_str(value);

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			name.n = 0;
	if (name.n == 0 || name.n > 255) {
		buf_str(why, "is no name for EHLO");
		return false;
	}
	*(const char **)field = value;
	return true;
}

const struct opt run_probe_rows[RUN_PROBE_ROWS] = {
	{ .name = "helo", .arg = "NAME", .kind = OPT_CALL, AT(helo),
	    .call = take_helo,
	    .help = "name to give in EHLO (default: this host's)" },
	{ .name = "source", .arg = "ADDRESS", .kind = OPT_CALL, AT(source),
	    .call = take_source, .help = "connect from this address" },
	{ .name = "max-conn", .arg = "N", .kind = OPT_INT, AT(max_conn),
	    .min = 1, .max = 10000,
	    .help = "make no more connections to an address" },
	{ .name = "gap", .arg = "SECONDS", .kind = OPT_INT, AT(gap),
	    .min = 0, .max = 86400,
	    .help = "leave an address alone for so long between two" },
};

struct probe_ask
run_probe_ask(const struct run_probe_opts *o, int seconds)
{
	return (struct probe_ask){
		/* RFC 5321 section 4.1.1.1 wants a name, if no better one */
		.helo = o->helo != NULL ? o->helo : env_host_name(),
		.connections = (unsigned)o->max_conn,
		.gap = (int64_t)o->gap * 1000,
		.time = (int64_t)seconds * 1000,
	};
}
