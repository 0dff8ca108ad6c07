/* Packets in the making; see packet_out.h. */
#include "pgp/packet_out.h"

#include <stdlib.h>

#include "base/mem.h"
#include "pgp/packet.h"

enum { PARTIAL_64K = 224 + 16 };

static void
partial(struct packet_out *p, struct span piece)
{
	const unsigned char head[] = { (unsigned char)(0xc0 | p->tag),
	    PARTIAL_64K };

	sink_write(p->to, p->begun ? span_of(head + 1, 1) : span_of(head, 2));
	sink_write(p->to, piece);
	p->begun = true;
}

static void
write_some(void *arg, struct span s)
{
	struct packet_out *p = arg;

	while (s.n > 0) {
		size_t n = PACKET_PIECE - p->n;

		if (p->n == 0 && s.n > PACKET_PIECE) {
			partial(p, span_first(s, PACKET_PIECE));
			s = span_from(s, PACKET_PIECE);
			continue;
		}
		if (p->n == PACKET_PIECE) {
			partial(p, span_of(p->own, p->n));
			p->n = 0;
			continue;
		}
		if (n > s.n)
			n = s.n;
		memcpy(p->own + p->n, s.p, n);
		p->n += n;
		s = span_from(s, n);
	}
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
