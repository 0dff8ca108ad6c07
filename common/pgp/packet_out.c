/* Packets in the making; see packet_out.h. */
#include "pgp/packet_out.h"

#include <stdlib.h>

#include "base/mem.h"
#include "pgp/packet.h"

enum { PARTIAL_64K = 224 + 16 };

/* One whole piece: what is held, and of s what it lacks. */
static struct span
partial(struct packet_out *p, struct span s)
{
	const unsigned char head[] = { (unsigned char)(0xc0 | p->tag),
	    PARTIAL_64K };
	size_t lacks = PACKET_PIECE - p->n;

	sink_write(p->to, p->begun ? span_of(head + 1, 1) : span_of(head, 2));
	sink_write(p->to, span_of(p->own, p->n));
	sink_write(p->to, span_first(s, lacks));
	p->begun = true;
	p->n = 0;
	return span_from(s, lacks);
}

/* A piece is written when it is known not to be the last. */
static void
write_some(void *arg, struct span s)
{
	struct packet_out *p = arg;

	while (s.n > PACKET_PIECE - p->n)
		s = partial(p, s);
	if (s.n > 0)
		memcpy(p->own + p->n, s.p, s.n);
	p->n += s.n;
}

static void
end(void *arg)
{
	struct packet_out *p = arg;
	struct buf head = BUF(16);

	packet_header(&head, p->tag, p->n);
	/* the last part has a length only */
	sink_write(p->to, span_from(buf_get0(&head), p->begun ? 1 : 0));
	sink_write(p->to, span_of(p->own, p->n));
	buf_free(&head);
	explicit_bzero(p->own, p->begun ? PACKET_PIECE : p->n);
	free(p->own);
	p->own = NULL;
	if (p->closes)
		sink_end(p->to);
}

void
packet_out_start(struct packet_out *p, unsigned tag, bool closes,
    struct sink *to, struct sink *out)
{
	*p = (struct packet_out){ .to = to, .tag = tag, .closes = closes,
	    .own = xmalloc(PACKET_PIECE) };
	*out = (struct sink){ write_some, end, p };
}
