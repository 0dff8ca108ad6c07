/*
 * Header sections: the fields are the section, octet for octet, and where it
 * ends does not depend on how it comes in.
 */
#include "fuzz.h"

#include "base/ascii.h"
#include "mail/header.h"

static void
check_field(const struct field *f, struct span raw)
{
	inside(f->raw, raw);
	inside(f->name, f->raw);
	inside(f->value, f->raw);
	must(f->raw.n > 0);
	for (size_t i = 0; i < f->name.n; i++)
		must(!ascii_is_fws(f->name.p[i]) && f->name.p[i] != ':');
}

static void
split(struct span raw)
{
	struct header h = { 0 };
	const unsigned char *at = raw.p;

	if (header_split(raw, 500, &h) == HEADER_TOO_MANY) {
		header_free(&h);
		return;
	}
	for (size_t i = 0; i < h.n; i++) {
		check_field(&h.v[i], raw);
		must(i == 0 || h.v[i].raw.p == at);
		at = h.v[i].raw.p + h.v[i].raw.n;
		if (h.v[i].name.n > 0)
			must(header_find(&h, h.v[i].name, i) == i);
	}
	must(h.n == 0 || at == raw.p + raw.n);
	must(header_find(&h, SPAN("From"), 0) == h.n ||
	    header_count(&h, SPAN("From")) > 0);
	header_free(&h);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	size_t scan = 0, end = 0, blank = 0, end2 = 0, blank2 = 0;
	bool found = header_end(in, &scan, &end, &blank), later = false;

	scan = 0;
	for (size_t i = 0; i <= n && !later; i++)
		later = header_end(span_first(in, i), &scan, &end2, &blank2);
	must(found == later);
	must(!found || (end == end2 && blank == blank2));
	must(!found || (blank >= 1 && blank <= 2 && end + blank <= n));
	split(found ? span_first(in, end) : in);
	return 0;
}
