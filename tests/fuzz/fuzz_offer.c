/* An offer between processes: what is taken is written the same again. */
#include "fuzz.h"

#include "tls/offer.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tls_offer o = { 0 };
	struct buf back = BUF(TLS_OFFER_PACKED_MAX);

	if (!tls_offer_unpack(span_of(data, n), &o))
		return 0;
	tls_offer_pack(&back, &o);
	must(back.over || span_eq(buf_get0(&back), span_of(data, n)));
	for (size_t i = 0; i < o.dhs; i++)
		must(o.dh[i].prime < (int)dh_primes_n);
	tls_offer_free(&o);
	buf_free(&back);
	return 0;
}
