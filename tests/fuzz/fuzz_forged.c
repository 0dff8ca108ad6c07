/*
 * Fields that pretend to be our results: of a header from which they are left
 * out, nobody reads results of ours any more, whichever octets he takes for
 * line ends. The first line is the authserv-id.
 */
#include "fuzz.h"

#include "mail/authres.h"

enum { FIELDS_MAX = 1000 };

/* The header section, without the empty line that ends it. */
static struct span
section(struct span in)
{
	size_t scan = 0, end = 0, blank = 0;

	return header_end(in, &scan, &end, &blank) ? span_first(in, end) : in;
}

/* What stays, a CR alone as a line end, too. */
static void
put_rest(const struct header *h, struct span id, struct buf *out)
{
	for (size_t i = 0; i < h->n; i++) {
		struct span raw = h->v[i].raw;

		if (authres_forged(&h->v[i], id) != AUTHRES_OTHER)
			continue;
		for (size_t k = 0; k < raw.n; k++)
			if (raw.p[k] != '\r')
				buf_byte(out, raw.p[k]);
			else if (k + 1 == raw.n || raw.p[k + 1] != '\n')
				buf_byte(out, '\n');
	}
}

static void
check_none(struct span header, struct span id)
{
	struct header h = { .n = 0 };

	must(header_split(section(header), 1 << 14, &h) == HEADER_OK);
	for (size_t i = 0; i < h.n; i++)
		must(!span_ieq(h.v[i].name, SPAN("Authentication-Results")) ||
		    !authres_claims(h.v[i].value, id));
	header_free(&h);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), id = { NULL, 0 };
	struct buf rest = BUF(1 << 16);
	struct header h = { .n = 0 };

	if (n > 1 << 14)
		return 0;
	span_split(&in, '\n', &id);
	if (header_split(section(in), FIELDS_MAX, &h) == HEADER_OK) {
		put_rest(&h, id, &rest);
		check_none(buf_get0(&rest), id);
	}
	header_free(&h);
	buf_free(&rest);
	return 0;
}
