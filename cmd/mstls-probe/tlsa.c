/*
 * mstls-probe tlsa HOST:PORT: the records to publish for what is served there
 * now, as lines of a zone file: 3 1 1 for each kind of key (RFC 7671 section
 * 5.1), which outlives a renewed certificate of the same key.
 */
#include <string.h>

#include "base/utf8.h"
#include "judge.h"
#include "mstls-probe.h"
#include "run/coord.h"
#include "render.h"
#include "sys/say.h"

enum { WHY_MAX = 1024, HOST_ROOM = 1 << 20 };

static void
record(const struct server *s, const struct cert *c, struct buf *out)
{
	buf_printf(out, "_%u._tcp.%s. IN TLSA 3 1 1 ", s->port, s->name);
	buf_hex(out, span_of(c->spki_sha256, sizeof(c->spki_sha256)));
	buf_printf(out, " ; %s %u, ", tls_key_name(c->key), c->key_bits);
	utf8_clean(out, span_str(c->subject));
	buf_byte(out, '\n');
}

/* Each key once, however many addresses serve it. */
static bool
is_new(const struct server *s, size_t address, size_t shown)
{
	const unsigned char *key =
	    s->v[address].shown[shown].chain.v[0].spki_sha256;

	for (size_t i = 0; i <= address; i++)
		for (size_t k = 0; k < (i == address ? shown :
		    s->v[i].shown_n); k++)
			if (memcmp(s->v[i].shown[k].chain.v[0].spki_sha256,
			    key, SHA256_SIZE) == 0)
				return false;
	return true;
}

static size_t
records_of(const struct server *s, struct buf *out)
{
	size_t n = 0;

	for (size_t a = 0; a < s->n; a++)
		for (size_t k = 0; k < s->v[a].shown_n; k++) {
			if (!is_new(s, a, k))
				continue;
			record(s, &s->v[a].shown[k].chain.v[0], out);
			n++;
		}
	return n;
}

static void
explain(const struct server *s)
{
	struct buf why = BUF(WHY_MAX);

	if (s->n == 0)
		buf_str(&why, "no address");
	else if (!error_text(&s->v[0], &why))
		buf_str(&why, "no certificate");
	say_error("%s:%u: %.*s", s->name, s->port, (int)why.n,
	    (const char *)why.p);
	buf_free(&why);
}

int
tlsa_records(const struct target *t, struct buf *out)
{
	int status = EXIT_HOLDS;

	for (size_t i = 0; i < t->servers.n; i++) {
		if (records_of(&t->servers.v[i], out) > 0)
			continue;
		explain(&t->servers.v[i]);
		status = EXIT_UNKNOWN;
	}
	return status;
}

/* TLSA records stand at names: an address has none. */
static bool
is_host(const char *operand)
{
	const struct subject s = { .text = span_str(operand) };
	struct buf host = BUF(HOST_ROOM);
	struct ip_addr ip;
	uint16_t port = 0;
	bool ok = subject_endpoint(&s, &host, &port) &&
	    !ip_parse(buf_get0(&host), &ip);

	buf_free(&host);
	return ok;
}

int
tlsa_main(int argc, char **argv)
{
	struct args args = { .run = RUN_OPTS_DNSSEC, .tlsa = true,
		.depth = 1 };
	struct opt_result res = { 0 };
	int status = EXIT_HOLDS;

	if (opt_parse(&tlsa_spec, argc, argv, &args, &res) == OPT_END)
		return opt_end(&res);
	run_speak("mstls-probe", &args.run);
	for (size_t i = 0; i < res.operands.n; i++)
		if (!is_host(res.operands.v[i])) {
			opt_wrong(&tlsa_spec, &res, "%s is no HOST:PORT",
			    res.operands.v[i]);
			return opt_end(&res);
		}
	if (res.operands.n == 0) {
		opt_wrong(&tlsa_spec, &res, "say which HOST:PORT");
		return opt_end(&res);
	}
	status = audit(&args, &res.operands);
	opt_result_free(&res);
	return status;
}
