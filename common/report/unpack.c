/* Unpacking; see unpack.h. */
#include "report/unpack.h"

#include "base/buf.h"
#include "sys/zmem.h"

/*
 * deflate reaches 1032 to one on zeros; reports of one receiver that say the
 * same a million times stay below 200. Small ones may do as they like.
 */
enum {
	RATIO_MAX = 400, RATIO_FREE = 1 << 20, PIECE = 65536,
	/* APPNOTE.TXT 4.3.7: the head of a file in a zip */
	ZIP_HEAD = 30, ZIP_NAMES_MAX = 2 * 65535,
	ZIP_ENCRYPTED = 1, ZIP_DESCRIPTOR = 8, ZIP_STORED = 0,
	ZIP_DEFLATED = 8, ZIP_EXTRA64 = 1,
};

enum stage {
	FIRST,			/* which form is it? */
	COPY,			/* plain, or stored in a zip */
	INFLATE,
	ZIP_HEADS,		/* before a file of a zip */
	ZIP_SUMS,		/* the descriptor behind it */
	BEHIND,			/* the central directory, or whatever comes */
};

struct unpack {
	uint64_t max;
	void (*to)(void *, struct span);
	void *arg;
	enum stage stage;
	enum unpack_form form;
	enum unpack_result result;
	const char *why;
	struct buf head;	/* octets of what is not whole yet */
	z_stream z;
	bool z_open;
	uint64_t in, out, trailing;
	uint64_t stored;	/* octets of a stored file still to come */
	bool has_file, described;
	bool passed_over;	/* the file at hand is not the one */
	bool zip64;		/* its sizes have eight octets */
	uint32_t want_crc, crc;
	uint64_t want_size, size;
};

struct unpack *
unpack_new(uint64_t max, void (*to)(void *, struct span), void *arg)
{
	struct unpack *u = xcalloc(1, sizeof(*u));

	u->max = max;
	u->to = to;
	u->arg = arg;
	u->head = BUF(ZIP_HEAD + ZIP_NAMES_MAX);
	u->z = (z_stream)ZMEM_STREAM;
	return u;
}

static void
fail(struct unpack *u, enum unpack_result r, const char *why)
{
	if (u->result != UNPACK_OK)
		return;
	u->result = r;
	u->why = why;
}

static void
give(struct unpack *u, struct span s)
{
	if (s.n > u->max - u->out) {
		fail(u, UNPACK_LIMIT, "it is larger than --max-size");
		return;
	}
	u->out += s.n;
	if (u->form != UNPACK_PLAIN && u->out > RATIO_FREE &&
	    u->out / RATIO_MAX > u->in) {
		fail(u, UNPACK_LIMIT, "it grows beyond measure");
		return;
	}
	if (u->form == UNPACK_ZIP) {
		u->crc = (uint32_t)crc32(u->crc, s.p, (uInt)s.n);
		u->size += s.n;
	}
	if (s.n > 0 && !u->passed_over)
		u->to(u->arg, s);
}

static uint16_t
le16(const unsigned char *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t
le32(const unsigned char *p)
{
	return le16(p) | (uint32_t)le16(p + 2) << 16;
}

static uint64_t
le64(const unsigned char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

static void
open_inflate(struct unpack *u, int bits)
{
	u->z_open = inflateInit2(&u->z, bits) == Z_OK;
	if (!u->z_open)
		fail(u, UNPACK_BAD, "zlib does not start");
	u->stage = INFLATE;
}

static void
end_inflate(struct unpack *u)
{
	inflateEnd(&u->z);
	u->z_open = false;
	u->stage = u->form == UNPACK_ZIP && u->described ? ZIP_SUMS : BEHIND;
}

/* A file of a zip is there: it must be what its author packed. */
static void
check_file(struct unpack *u)
{
	if (u->crc != u->want_crc || u->size != u->want_size)
		fail(u, UNPACK_BAD, "the file in the zip is damaged");
}

static struct span
add_inflate(struct unpack *u, struct span s)
{
	unsigned char piece[PIECE];
	int r = Z_OK;

	zmem_feed(&u->z, s);
	while (r == Z_OK && u->result == UNPACK_OK &&
	    (u->z.avail_in > 0 || u->z.avail_out == 0)) {
		u->z.next_out = piece;
		u->z.avail_out = sizeof(piece);
		r = inflate(&u->z, Z_NO_FLUSH);
		give(u, span_of(piece, sizeof(piece) - u->z.avail_out));
	}
	s = span_from(s, s.n - u->z.avail_in);
	if (r == Z_STREAM_END) {
		end_inflate(u);
		if (u->stage == BEHIND && u->form == UNPACK_ZIP)
			check_file(u);
	} else if (r != Z_OK && r != Z_BUF_ERROR) {
		fail(u, UNPACK_BAD, "the compressed data is damaged");
	}
	u->z.avail_out = 0;
	return s;
}

/* Fill "head" to n octets; what is left of s. */
static struct span
fill(struct unpack *u, struct span s, size_t n)
{
	struct span some = span_first(s, n > u->head.n ? n - u->head.n : 0);

	buf_span(&u->head, some);
	return span_from(s, some.n);
}

static bool
is_zip_head(const struct buf *b)
{
	return b->n >= 4 && le32(b->p) == 0x04034b50;
}

static struct span
add_first(struct unpack *u, struct span s)
{
	s = fill(u, s, 4);
	if (u->head.n >= 2 && le16(u->head.p) == 0x8b1f) {
		struct buf head = u->head;

		u->form = UNPACK_GZIP;
		u->head = BUF(ZIP_HEAD + ZIP_NAMES_MAX);
		open_inflate(u, 16 + MAX_WBITS);
		add_inflate(u, buf_get0(&head));
		buf_free(&head);
	} else if (is_zip_head(&u->head)) {
		u->form = UNPACK_ZIP;
		u->stage = ZIP_HEADS;
	} else if (u->head.n == 4) {
		u->stage = COPY;
		u->stored = UINT64_MAX;
		give(u, buf_get0(&u->head));
		buf_reset(&u->head);
	}
	return s;
}

static struct span
add_copy(struct unpack *u, struct span s)
{
	struct span some = span_first(s, u->stored < s.n ? (size_t)u->stored :
	    s.n);

	give(u, some);
	if (u->stored != UINT64_MAX)
		u->stored -= some.n;
	if (u->stored == 0) {
		check_file(u);
		u->stage = BEHIND;
	}
	return span_from(s, some.n);
}

/*
 * APPNOTE.TXT 4.5.3: the sizes of a file that may be large, in place of those
 * that are all ones. Who writes into a pipe announces every file so.
 */
static void
take_extra(struct unpack *u, struct span extra)
{
	u->zip64 = false;
	while (extra.n >= 4 && !u->zip64) {
		struct span field = span_first(span_from(extra, 4),
		    le16(extra.p + 2));

		u->zip64 = le16(extra.p) == ZIP_EXTRA64;
		extra = span_from(extra, 4 + field.n);
		if (u->zip64 && u->want_size == UINT32_MAX && field.n >= 8) {
			u->want_size = le64(field.p);
			field = span_from(field, 8);
		}
		if (u->zip64 && u->stored == UINT32_MAX && field.n >= 8)
			u->stored = le64(field.p);
	}
}

/* The head is whole: names end in "/" for folders, which hold nothing. */
static void
begin_file(struct unpack *u)
{
	const unsigned char *h = u->head.p;
	unsigned flags = le16(h + 6), method = le16(h + 8);
	struct span name = span_of(h + ZIP_HEAD, le16(h + 26));
	bool folder = span_ends(name, SPAN("/"));

	u->described = (flags & ZIP_DESCRIPTOR) != 0;
	u->want_crc = le32(h + 14);
	u->want_size = le32(h + 22);
	u->stored = le32(h + 18);
	u->crc = 0;
	u->size = 0;
	/* what macOS adds to a file: its attributes, as a file */
	u->passed_over = span_starts(name, SPAN("__MACOSX/"));
	take_extra(u, span_from(buf_get0(&u->head), ZIP_HEAD + name.n));
	buf_reset(&u->head);
	if (folder && u->stored == 0 && !u->described)
		return;
	if (u->has_file && !u->passed_over)
		fail(u, UNPACK_BAD, "there are several files in the zip");
	else if ((flags & ZIP_ENCRYPTED) != 0)
		fail(u, UNPACK_BAD, "the file in the zip is encrypted");
	else if (method == ZIP_DEFLATED)
		open_inflate(u, -MAX_WBITS);
	else if (method != ZIP_STORED || u->described)
		fail(u, UNPACK_BAD, "the zip is packed in no way that is read");
	else
		u->stage = COPY;
	u->has_file |= !u->passed_over;
}

static struct span
add_heads(struct unpack *u, struct span s)
{
	s = fill(u, s, ZIP_HEAD);
	if (u->head.n >= 4 && !is_zip_head(&u->head)) {
		u->stage = BEHIND;
		return s;
	}
	if (u->head.n < ZIP_HEAD)
		return s;
	s = fill(u, s, (size_t)ZIP_HEAD + le16(u->head.p + 26) +
	    le16(u->head.p + 28));
	if (u->head.n == (size_t)ZIP_HEAD + le16(u->head.p + 26) +
	    le16(u->head.p + 28))
		begin_file(u);
	return s;
}

/* APPNOTE.TXT 4.3.9: its signature may be missing. */
static struct span
add_sums(struct unpack *u, struct span s)
{
	size_t skip = 0, sums = u->zip64 ? 20 : 12;

	s = fill(u, s, 12);
	if (u->head.n >= 4 && le32(u->head.p) == 0x08074b50)
		skip = 4;
	s = fill(u, s, sums + skip);
	if (u->head.n < sums + skip)
		return s;
	u->want_crc = le32(u->head.p + skip);
	u->want_size = u->zip64 ? le64(u->head.p + skip + 12) :
	    le32(u->head.p + skip + 8);
	check_file(u);
	buf_reset(&u->head);
	u->stage = BEHIND;
	return s;
}

/* A further member may follow (RFC 1952 section 2.2). */
static struct span
behind_gzip(struct unpack *u, struct span s)
{
	s = fill(u, s, 2);
	if (u->head.n == 2 && le16(u->head.p) == 0x8b1f) {
		open_inflate(u, 16 + MAX_WBITS);
		add_inflate(u, buf_get0(&u->head));
		buf_reset(&u->head);
	} else if (u->head.n == 2) {
		u->trailing += s.n;
		s = span_from(s, s.n);
	}
	return s;
}

/* A further file may follow; the directory does in the end. */
static struct span
behind_zip(struct unpack *u, struct span s)
{
	s = fill(u, s, 4);
	if (is_zip_head(&u->head))
		u->stage = ZIP_HEADS;
	else if (u->head.n >= 4)
		s = span_from(s, s.n);
	return s;
}

static struct span
add_behind(struct unpack *u, struct span s)
{
	return u->form == UNPACK_ZIP ? behind_zip(u, s) : behind_gzip(u, s);
}

bool
unpack_add(struct unpack *u, struct span s)
{
	static struct span (*const stages[])(struct unpack *, struct span) = {
		[FIRST] = add_first, [COPY] = add_copy,
		[INFLATE] = add_inflate, [ZIP_HEADS] = add_heads,
		[ZIP_SUMS] = add_sums, [BEHIND] = add_behind,
	};

	while (s.n > 0 && u->result == UNPACK_OK) {
		struct span piece = span_first(s, PIECE);

		s = span_from(s, piece.n);
		u->in += piece.n;
		while (piece.n > 0 && u->result == UNPACK_OK)
			piece = stages[u->stage](u, piece);
	}
	return u->result == UNPACK_OK;
}

enum unpack_result
unpack_end(struct unpack *u, const char **why, uint64_t *at)
{
	if (u->stage == FIRST && u->result == UNPACK_OK) {
		u->stage = COPY;
		u->stored = UINT64_MAX;
		give(u, buf_get0(&u->head));
	}
	if (u->stage != BEHIND && u->form != UNPACK_PLAIN)
		fail(u, UNPACK_BAD, "it is cut short");
	if (u->form == UNPACK_ZIP && !u->has_file)
		fail(u, UNPACK_BAD, "there is no file in the zip");
	*why = u->why;
	*at = u->in;
	return u->result;
}

enum unpack_form
unpack_form(const struct unpack *u)
{
	return u->form;
}

uint64_t
unpack_trailing(const struct unpack *u)
{
	return u->trailing + (u->form == UNPACK_GZIP ? u->head.n : 0);
}

void
unpack_free(struct unpack *u)
{
	if (u == NULL)
		return;
	if (u->z_open)
		inflateEnd(&u->z);
	buf_free(&u->head);
	free(u);
}
