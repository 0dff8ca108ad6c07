/* TLS versions at one address; see versions.h. */
#include "probe/versions.h"

#include "probe/way.h"

struct there {
	const struct env *env;
	const struct ip_addr *to;
	uint16_t port;
	int64_t deadline;
};

static enum tls_link
ask_one(void *arg, struct tls_question *q)
{
	const struct there *at = arg;
	int64_t now = env_monotonic_ms(), until = now + WAY_CONNECTION_TIME;
	struct stream *s = NULL;
	enum tls_link link = TLS_LINK_FAILED;
	int fd = -1;

	if (now >= at->deadline)
		return TLS_LINK_NONE;
	if (until > at->deadline)
		until = at->deadline;
	if (dial(at->env->dial, at->to, at->port, until, &fd) != DIAL_OK)
		return TLS_LINK_FAILED;
	s = stream_plain(fd);
	link = way_hello(s, q, until);
	stream_free(s);
	return link;
}

static void
ask(void *arg, struct tls_question *q, size_t n)
{
	tls_ask_each(ask_one, arg, q, n);
}

void
probe_versions(const struct env *env, const struct ip_addr *to,
    uint16_t port, struct span sni, int64_t deadline, struct tls_offer *out)
{
	struct there at = { env, to, port, deadline };
	const struct tls_asker via = {
		.ask = ask, .parallel = 1, .arg = &at, .env = env, .sni = sni,
	};

	tls_enumerate_versions(&via, out);
}
