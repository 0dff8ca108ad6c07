/* Places as octets and text; see place.h. */
#include "probe/place.h"

#include <stdio.h>
#include <string.h>

#include "base/cur.h"

bool
place_set_sni(struct probe_place *p, struct span name)
{
	p->sni[0] = '\0';
	if (name.n > PLACE_NAME_MAX || span_chr(name, '\0') < name.n)
		return false;
	memcpy(p->sni, name.p, name.n);
	p->sni[name.n] = '\0';
	return true;
}

void
place_pack(const struct probe_place *p, struct buf *out)
{
	buf_byte(out, (unsigned char)p->service);
	buf_u16(out, p->port);
	buf_byte(out, p->address.family);
	buf_add(out, p->address.b, ip_octets(&p->address));
	buf_str(out, p->sni);
}

bool
place_unpack(struct span in, struct probe_place *out)
{
	struct cur c = cur_of(in);
	struct probe_place p = { .service = (enum service)cur_u8(&c) };
	struct span octets = { NULL, 0 };

	p.port = cur_u16(&c);
	octets = cur_take(&c, cur_u8(&c) == 4 ? 4 : 16);
	if (c.bad || p.service >= SERVICES)
		return false;
	p.address.family = octets.n == 4 ? 4 : 6;
	memcpy(p.address.b, octets.p, octets.n);
	if (!place_set_sni(&p, cur_left(&c)))
		return false;
	*out = p;
	return true;
}

char *
place_text(char out[static PLACE_TEXT_SIZE], const struct probe_place *p)
{
	char ip[IP_TEXT_SIZE];

	snprintf(out, PLACE_TEXT_SIZE, p->address.family == 6 ? "[%s]:%u" :
	    "%s:%u", ip_text(ip, &p->address), p->port);
	return out;
}
