/*
 * Sealed files, of pictures and of streams: [key material, 32 octets][step]
 * and what is the file. What is not authentic is not opened; what was sealed
 * opens in pieces of any size, and after one change it does not.
 */
#include "fuzz.h"

#include <string.h>

#include "base/cur.h"
#include "ratchet/stream.h"
#include "seal/media.h"

enum { ROOM = 1 << 20 };

/* Whether the file under the material is whole; then it is opened. */
static bool
open_media(const unsigned char *material, struct span file, size_t step,
    struct buf *out)
{
	struct media *m = media_new(material);
	struct span sealed = span_first(file, file.n - MEDIA_MAC_SIZE);
	bool ok = false;

	for (size_t i = 0; i < sealed.n; i += step)
		media_check(m, span_first(span_from(sealed, i), step));
	ok = media_authentic(m, span_from(file, sealed.n).p);
	for (size_t i = 0; ok && i < sealed.n; i += step)
		media_open(m, span_first(span_from(sealed, i), step), out);
	media_free(m);
	return ok;
}

static void
media(const unsigned char *material, struct span in, size_t step)
{
	struct buf file = BUF(ROOM), out = BUF(ROOM);
	unsigned char mac[MEDIA_MAC_SIZE];
	struct media *m = media_new(material);

	if (in.n >= MEDIA_MAC_SIZE)
		must(!open_media(material, in, step, &out));
	media_seal(m, in, &file);
	media_seal_end(m, mac);
	media_free(m);
	buf_add(&file, mac, sizeof(mac));
	must(open_media(material, buf_get0(&file), step, &out));
	must(span_eq(buf_get0(&out), in));
	file.p[step % file.n] ^= 1;
	must(!open_media(material, buf_get0(&file), step, &out));
	buf_free(&file);
	buf_free(&out);
}

static void
stream(const unsigned char *key, struct span in, bool last)
{
	struct pieces sealing = { .n = 0 }, opening = { .n = 0 };
	struct buf sealed = BUF(ROOM), out = BUF(ROOM);

	must(!pieces_of(in, &opening) || in.n > STREAM_KEY);
	memcpy(sealing.key, key, STREAM_KEY);
	opening = sealing;
	must(!pieces_open(&opening, in, last, &out) && out.n == 0);
	opening = sealing;
	pieces_seal(&sealing, in, last, &sealed);
	must(!pieces_open(&opening, buf_get0(&sealed), !last, &out));
	opening.n = 0;
	must(pieces_open(&opening, buf_get0(&sealed), last, &out));
	must(span_eq(buf_get0(&out), in));
	/* the same chunk in the next one's place */
	must(!pieces_open(&opening, buf_get0(&sealed), last, &out));
	buf_free(&sealed);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cur c = cur_of(span_of(data, n));
	struct span material = cur_take(&c, MEDIA_MATERIAL_SIZE);
	size_t step = 1u + cur_u8(&c);

	if (c.bad || n > STREAM_CHUNK)
		return 0;
	media(material.p, cur_left(&c), step);
	stream(material.p, cur_left(&c), step % 2 == 0);
	return 0;
}
