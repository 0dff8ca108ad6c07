/* Decompression; see inflate.h. */
#include "pgp/inflate.h"

#include "sys/zmem.h"

enum { RATIO_MAX = 100 };

const char inflate_over[] = "compressed data grows beyond measure";

struct inflate {
	struct packet *from;
	const struct inflate *outermost;	/* itself, if it is */
	unsigned algo;
	bool started, ended, encrypted;
	z_stream z;
	uint64_t in, out, ceiling;
};

static size_t
fails(struct inflate *z, enum pgp_result r, const char *why)
{
	pgp_fail(z->from->in->error, r, why);
	return 0;
}

static void
feed(struct inflate *z, struct span s)
{
	zmem_feed(&z->z, s);
	z->in += s.n;
}

/*
 * All of the body belongs to the stream, but that Sequoia hides a message's
 * length by octets behind one of ZIP. Who encrypted it put them there.
 */
static void
at_end(struct inflate *z)
{
	z->ended = true;
	if (z->encrypted && z->algo == 1)
		while (packet_piece(z->from, SIZE_MAX).n > 0)
			;
	else if (z->z.avail_in > 0 || packet_piece(z->from, 1).n > 0)
		fails(z, PGP_BAD, "something stands behind compressed data");
}

static size_t
read_inflated(void *arg, unsigned char *p, size_t n)
{
	struct inflate *z = arg;
	int r = Z_OK;
	size_t got = 0;

	if (z->algo == 0) {
		got = packet_read(z->from, p, n);
		z->in += got;
		return got;
	}
	while (got == 0 && !z->ended) {
		if (z->z.avail_in == 0)
			feed(z, packet_piece(z->from, IN_WINDOW));
		z->z.next_out = p;
		z->z.avail_out = (uInt)n;
		r = inflate(&z->z, Z_NO_FLUSH);
		got = n - z->z.avail_out;
		z->out += got;
		if (r == Z_STREAM_END)
			at_end(z);
		else if (r != Z_OK)
			return fails(z, PGP_BAD,
			    "compressed data is malformed");
		if (z->out > z->outermost->ceiling &&
		    z->out > RATIO_MAX * z->outermost->in)
			return fails(z, PGP_LIMIT, inflate_over);
	}
	return got;
}

struct inflate *
inflate_open(struct packet *p, const struct inflate *outer,
    uint64_t ceiling, bool encrypted, struct in *out)
{
	struct inflate *z = xcalloc(1, sizeof(*z));
	struct span s = packet_piece(p, 1);

	z->from = p;
	z->outermost = outer != NULL ? outer->outermost : z;
	z->ceiling = ceiling;
	z->encrypted = encrypted;
	z->algo = s.n > 0 ? s.p[0] : 0;
	z->z = (z_stream)ZMEM_STREAM;
	in_init(out, read_inflated, z, p->in->error);
	if (s.n == 0)
		fails(z, PGP_BAD, "compressed data without an algorithm");
	else if (z->algo == 1 || z->algo == 2)
		z->started = inflateInit2(&z->z, z->algo == 1 ? -MAX_WBITS :
		    MAX_WBITS) == Z_OK;
	else if (z->algo != 0)
		fails(z, PGP_UNSUPPORTED, z->algo == 3 ?
		    "it is compressed by bzip2, which is not read" :
		    "it is compressed in an unknown way");
	return z;
}

void
inflate_close(struct inflate *z)
{
	if (z == NULL)
		return;
	if (z->started)
		inflateEnd(&z->z);
	free(z);
}
