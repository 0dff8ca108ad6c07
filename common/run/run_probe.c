/* Visiting mail hosts: the options; see run_probe.h. */
#include "run/run_probe.h"

#include <errno.h>
#include <unistd.h>

#include "sys/inet.h"

#define AT(field) .at = offsetof(struct run_probe_opts, field)

/* Else each connection would fail, and none could say why. */
static bool
is_of_this_machine(const char *address, bool v6)
{
	struct buf text = BUF(128);
	struct sockaddr_storage at;
	socklen_t n = 0;
	bool known = false, absent = false;
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	buf_printf(&text, v6 ? "[%s]:0" : "%s:0", address);
	known = inet_read(buf_get0(&text), &at, &n);
	absent = known && fd >= 0 &&
	    bind(fd, (const struct sockaddr *)&at, n) != 0 &&
	    (errno == EADDRNOTAVAIL || errno == EINVAL);
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return !absent;
}

static bool
take_source(void *field, const char *value, struct buf *why)
{
	struct ip_addr *ip = field;

	if (!ip_parse(span_str(value), ip))
		buf_str(why, "is no IP address");
	else if (!is_of_this_machine(value, ip->family == 6))
		buf_str(why, "is no address of this machine");
	return why->n == 0;
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
