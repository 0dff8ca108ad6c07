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

static void
records_of(const struct server *s, struct buf *out)
{
	for (size_t a = 0; a < s->n; a++)
		for (size_t k = 0; k < s->v[a].shown_n; k++)
			if (is_new(s, a, k))
				record(s, &s->v[a].shown[k].chain.v[0], out);
}

/* What is served at the address is not known, or not all of it. */
static bool
is_lacking(const struct address *a)
{
	return a->shown_n == 0 || a->probe.used_up || a->probe.out_of_time;
}

static void
explain(const struct server *s, const struct address *a)
{
	struct buf why = BUF(WHY_MAX);
	char at[PLACE_TEXT_SIZE];

	if (a->shown_n > 0)
		buf_str(&why, "not asked for every kind of key");
	else if (!error_text(a, &why))
		buf_str(&why, "no certificate");
	say_error("%s: %s: %.*s", s->name, place_text(at, &a->place),
	    (int)why.n, (const char *)why.p);
	buf_free(&why);
}

/*
 * Say what the records of the server leave out: a sender that meets it finds
 * no match. False when there is something.
 */
static bool
is_all(const struct server *s)
{
	bool all = s->n > 0 && s->host.left_out == 0 && !host_failed(&s->host);

	if (!all)
		say_error("%s:%u: %s", s->name, s->port,
		    host_failed(&s->host) ?
		    "the DNS could not be asked for all of its addresses" :
		    s->n == 0 ? "no address" : "too many addresses");
	for (size_t i = 0; i < s->n; i++)
		if (is_lacking(&s->v[i])) {
			explain(s, &s->v[i]);
			all = false;
		}
	return all;
}

int
tlsa_records(const struct target *t, struct buf *out)
{
	int status = EXIT_HOLDS;

	for (size_t i = 0; i < t->servers.n; i++) {
		records_of(&t->servers.v[i], out);
		if (!is_all(&t->servers.v[i]))
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
