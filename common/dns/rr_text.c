/* RDATA to text that can be read back; see rr_text.h. */
#include "dns/rr_text.h"

#include <arpa/inet.h>

#include "base/ascii.h"
#include "base/cur.h"

enum {
	TYPE_SPF = 99,		/* RFC 4408; TXT by another number */
	TEXT_MAX = 32768,	/* what ldns surely reads as one RDATA */
};

static void
generic(struct buf *out, struct span rdata)
{
	buf_printf(out, "\\# %zu", rdata.n);
	if (rdata.n > 0)
		buf_byte(out, ' ');
	buf_hex(out, rdata);
}

static bool
address(struct buf *out, int family, struct span rdata)
{
	char text[INET6_ADDRSTRLEN];

	if (rdata.n != (family == AF_INET ? 4 : 16) ||
	    inet_ntop(family, rdata.p, text, sizeof(text)) == NULL)
		return false;
	buf_str(out, text);
	return true;
}

/*
 * The octets as they came: struct dns_name would fold their case. ldns takes a
 * name whose first label is "@" for the origin, escaped or not.
 */
static bool
name(struct buf *out, struct span wire)
{
	struct dns_name checked, raw;

	if (!dns_name_wire(wire, &checked) || span_starts(wire, SPAN("\1@")))
		return false;
	raw.n = wire.n;
	memcpy(raw.wire, wire.p, wire.n);
	dns_name_text(out, &raw, true);
	if (raw.n > 1)
		buf_byte(out, '.');
	return true;
}

static bool
mx(struct buf *out, struct span rdata)
{
	struct cur c = cur_of(rdata);

	buf_printf(out, "%u ", cur_u16(&c));
	return !c.bad && name(out, cur_left(&c));
}

static void
string(struct buf *out, struct span s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_is_print(s.p[i]))
			buf_printf(out, "\\%03u", s.p[i]);
		else if (s.p[i] == '"' || s.p[i] == '\\')
			buf_printf(out, "\\%c", s.p[i]);
		else
			buf_byte(out, s.p[i]);
	}
	buf_byte(out, '"');
}

static bool
txt(struct buf *out, struct span rdata)
{
	struct cur c = cur_of(rdata);

	do {
		if (c.at > 0)
			buf_byte(out, ' ');
		string(out, cur_take(&c, cur_u8(&c)));
	} while (!c.bad && !cur_done(&c));
	return !c.bad;
}

static bool
readable(struct buf *out, enum dns_type type, struct span rdata)
{
	switch ((int)type) {
	case DNS_A:
		return address(out, AF_INET, rdata);
	case DNS_AAAA:
		return address(out, AF_INET6, rdata);
	case DNS_NS: case DNS_CNAME: case DNS_PTR:
		return name(out, rdata);
	case DNS_MX:
		return mx(out, rdata);
	case DNS_TXT: case TYPE_SPF:
		return txt(out, rdata);
	default:
		return false;
	}
}

void
dns_rr_text(struct buf *out, enum dns_type type, struct span rdata)
{
	struct buf text = BUF(TEXT_MAX);

	if (readable(&text, type, rdata) && !text.over)
		buf_span(out, buf_get0(&text));
	else
		generic(out, rdata);
	buf_free(&text);
}
