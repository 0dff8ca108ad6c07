/*
 * A server's flight: whole and in pieces it gives the same; what is done has
 * a hello; certificates lie in their list and fill it. The first octet says
 * which version was offered, the second how large the pieces are.
 */
#include "fuzz.h"

#include "tls/flight.h"
#include "tls/names.h"

static void
feed(struct tls_flight *f, uint16_t offered, struct span in, size_t piece)
{
	tls_flight_init(f, offered);
	do {
		enum flight_state before = f->state;

		tls_flight_feed(f, span_first(in, piece));
		must(before == FLIGHT_MORE || f->state == before);
		in = span_from(in, piece);
	} while (in.n > 0);
}

static void
check_chain(const struct tls_flight *f)
{
	struct span list = buf_get0(&f->chain), whole = list, der;
	size_t n = 0;

	while (tls_chain_next(&list, &der)) {
		inside(der, whole);
		n += 3 + der.n;
	}
	must(n == whole.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tls_flight whole, pieces;
	struct span in = { NULL, 0 };
	uint16_t offered = 0;

	if (n < 2)
		return 0;
	offered = tls_version_at(data[0] % TLS_VERSIONS);
	in = span_of(data + 2, n - 2);
	feed(&whole, offered, in, in.n + 1);
	feed(&pieces, offered, in, 1 + data[1] % 64);
	must(whole.state == pieces.state && whole.why == pieces.why);
	must(whole.hello == pieces.hello && whole.ext == pieces.ext);
	must(whole.version == pieces.version && whole.suite == pieces.suite);
	must(whole.group == pieces.group && whole.scheme == pieces.scheme);
	must(whole.dh.bits == pieces.dh.bits && whole.curve == pieces.curve);
	must(span_eq(buf_get0(&whole.chain), buf_get0(&pieces.chain)));
	must(whole.state != FLIGHT_DONE || whole.hello);
	must((whole.state == FLIGHT_BAD) == (whole.why != NULL));
	must(!whole.hello || whole.version <= offered);
	must(whole.dh.prime < (int)dh_primes_n && whole.dh.prime >= -1);
	check_chain(&whole);
	tls_flight_free(&whole);
	tls_flight_free(&pieces);
	return 0;
}
