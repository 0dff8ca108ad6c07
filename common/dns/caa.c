/* CAA records; see caa.h. */
#include "dns/caa.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/cur.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { TEXT_ROOM = 4096, VALUE_MAX = 256 };

/* RFC 8659 section 4.1: flags, a tag of at least one octet, a value. */
static bool
read_record(struct span rdata, struct buf *out)
{
	struct cur c = cur_of(rdata);
	unsigned flags = cur_u8(&c);
	struct span tag = cur_take(&c, cur_u8(&c));

	if (c.bad || tag.n == 0)
		return false;
	buf_printf(out, "%u ", flags);
	utf8_clean(out, tag);
	buf_byte(out, ' ');
	utf8_clean(out, span_first(cur_left(&c), VALUE_MAX));
	return true;
}

static void
take(const struct dns_answer *a, struct caa_set *out)
{
	out->v = xcalloc(CAA_RECORDS_MAX, sizeof(*out->v));
	for (size_t i = 0; i < a->n; i++) {
		struct buf text = BUF(TEXT_ROOM);

		if (out->n < CAA_RECORDS_MAX &&
		    read_record(a->rdata[i], &text))
			out->v[out->n++] = buf_take_str(&text);
		else
			out->left_out++;
		buf_free(&text);
	}
	out->status = CAA_PRESENT;
}

/* Section 3: from the name up, but not to the root itself. */
void
caa_find(struct dns *dns, const struct dns_name *host, struct caa_set *out)
{
	struct caa_set s = { .status = CAA_ABSENT, .at = *host };

	while (s.status == CAA_ABSENT && s.at.n > 1) {
		struct dns_answer *a = dns_query_name(dns, &s.at, DNS_CAA);

		if (dns_failed(a->status))
			s.status = CAA_UNKNOWN;
		else if (a->status == DNS_OK)
			take(a, &s);
		else
			dns_name_up(&s.at);
		dns_answer_free(a);
	}
	*out = s;
}

void
caa_free(struct caa_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
	*s = (struct caa_set){ .v = NULL };
}
