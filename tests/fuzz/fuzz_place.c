/*
 * Places from another process of the run: what is taken is of a known service
 * and family, has a text, and packed again it is taken as the same.
 */
#include "fuzz.h"

#include <string.h>

#include "probe/place.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct buf packed = BUF(1024);
	struct probe_place p, again;
	char text[PLACE_TEXT_SIZE];

	if (!place_unpack(in, &p))
		return 0;
	must(p.service < SERVICES);
	must(p.address.family == 4 || p.address.family == 6);
	must(strlen(p.sni) <= PLACE_NAME_MAX);
	place_text(text, &p);
	must(strlen(text) < sizeof(text) && strchr(text, ':') != NULL);
	place_pack(&p, &packed);
	must(!packed.over && packed.n == in.n);
	must(place_unpack(buf_get0(&packed), &again));
	must(again.service == p.service && again.port == p.port &&
	    ip_eq(&again.address, &p.address) &&
	    strcmp(again.sni, p.sni) == 0);
	buf_free(&packed);
	return 0;
}
