/*
 * Splicing a member into a hostile record: the output is a record again,
 * holds the new member once, and removing the member gives the octets back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "sys/rec.h"
#include "sys/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct span name = { (const unsigned char *)"t", 1 };

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static size_t
members_called_so(struct span text)
{
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0, n = 0;

	must(scan_object(text, &o, &why, &at));
	for (size_t i = 0; i < o.n; i++)
		n += scan_spells(o.v[i].key, name);
	free(o.v);
	return n;
}

static void
splice(struct span in, struct span member, struct buf *out)
{
	const char *why = NULL;
	size_t at = 0;

	must(rec_splice(in, name, member, out, &why, &at));
	must(!out->over);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n);
	struct buf bare = BUF(n + 64), with = BUF(n + 64), back = BUF(n + 64);
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;

	if (!scan_object(in, &o, &why, &at)) {
		must(why != NULL && at <= n);
		must(!rec_splice(in, name, SPAN("1"), &bare, &why, &at));
		must(bare.n == 0);
		buf_free(&bare);
		return 0;
	}
	free(o.v);
	splice(in, SPAN(""), &bare);
	must(members_called_so(buf_get0(&bare)) == 0);
	splice(buf_get0(&bare), SPAN("{\"x\":[1]}"), &with);
	must(members_called_so(buf_get0(&with)) == 1);
	splice(buf_get0(&with), SPAN(""), &back);
	must(span_eq(buf_get0(&back), buf_get0(&bare)));
	if (members_called_so(in) == 0)
		must(span_eq(in, buf_get0(&bare)));
	buf_free(&bare);
	buf_free(&with);
	buf_free(&back);
	return 0;
}
