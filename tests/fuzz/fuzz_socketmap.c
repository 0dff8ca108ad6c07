/*
 * Socketmap requests: what is taken lies in the input and uses up what its
 * length says; a request cut short is never taken, nor called bad; a reply
 * is a netstring.
 */
#include "fuzz.h"

#include "mtasts/postfix.h"

static void
replies(struct span text)
{
	struct buf out = BUF(1 << 20);
	struct socketmap_request again;

	socketmap_reply(&out, "OK", text);
	if (text.n + 3 <= SOCKETMAP_MAX) {
		must(socketmap_read(buf_get0(&out), &again) ==
		    SOCKETMAP_REQUEST);
		must(span_eq(again.map, SPAN("OK")));
		must(span_eq(again.key, text) && again.used == out.n);
	}
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct socketmap_request r, cut;

	if (socketmap_read(in, &r) == SOCKETMAP_REQUEST) {
		inside(r.map, in);
		inside(r.key, in);
		must(r.used <= n && in.p[r.used - 1] == ',');
		for (size_t i = 0; i < r.used; i++)
			must(socketmap_read(span_first(in, i), &cut) ==
			    SOCKETMAP_MORE);
	}
	replies(in);
	return 0;
}
