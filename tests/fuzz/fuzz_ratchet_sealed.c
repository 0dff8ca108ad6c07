/*
 * What a sealed message holds, and certificates: what is read lies in the
 * input; no certificate holds that this root has not signed.
 */
#include "fuzz.h"

#include "ratchet/cert.h"
#include "ratchet/sealed.h"
#include "ratchet/sealed2.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const unsigned char root[CURVE_PUBLIC] = { 5, 9 };
	struct span in = span_of(data, n);
	unsigned char sender[CURVE_PUBLIC];
	struct buf open = BUF(n + 1);
	struct curve_pair us;
	struct sealed s;
	struct scert c;

	curve_pair_of(root + 1, &us);
	if (sealed_read_inside(in, &s)) {
		inside(s.certificate, in);
		inside(s.content, in);
	}
	must(scert_check(in, root, 0, &c) != CERT_OK);
	must(!sealed_open(&us, in, sender, &open, &s));
	must(!sealed2_open(&us, in, &open));
	must(!sealed2_is_from(&us, in, us.pub));
	buf_free(&open);
	return 0;
}
