/* Where a probe goes: what makes two visits the same. */
#ifndef PROBE_PLACE_H
#define PROBE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"
#include "base/span.h"
#include "net/service.h"

enum { PLACE_NAME_MAX = 253 };

struct probe_place {
	enum service service;
	struct ip_addr address;
	uint16_t port;
	/* the name asked for by SNI (A-label, no final dot); "" for none */
	char sni[PLACE_NAME_MAX + 1];
};

/* False when the name is too long for SNI; it then stays empty. */
bool place_set_sni(struct probe_place *p, struct span name);

/* The name, lent; NULL for none, as session_want has it. */
static inline const char *
place_sni0(const struct probe_place *p)
{
	return p->sni[0] != '\0' ? p->sni : NULL;
}

/* As octets, equal for equal places, and back; false when they are none. */
void place_pack(const struct probe_place *p, struct buf *out);
bool place_unpack(struct span in, struct probe_place *out);

/* "192.0.2.1:25", "[2001:db8::1]:25". */
enum { PLACE_TEXT_SIZE = IP_TEXT_SIZE + 9 };
char *place_text(char out[static PLACE_TEXT_SIZE],
    const struct probe_place *p);

#endif
