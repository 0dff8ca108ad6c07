/* Certificates of sealed sender; see cert.h. */
#include "ratchet/cert.h"

#include "ratchet/pb.h"

/* Both kinds: { 1 what is signed, 2 signature } */
enum { SIGNED_PART = 1, SIGNED_SIGNATURE };
enum { SERVER_ID = 1, SERVER_KEY };
enum { SENDER_PHONE = 1, SENDER_DEVICE, SENDER_EXPIRES, SENDER_KEY,
	SENDER_SERVER, SENDER_NAME };

static void
put_signed(const struct env *env, const struct curve_pair *by,
    struct buf *part, struct buf *out)
{
	unsigned char signature[CURVE_SIGNATURE];

	curve_sign(env, by->priv, buf_get0(part), signature);
	pb_put_bytes(out, SIGNED_PART, buf_get0(part));
	pb_put_bytes(out, SIGNED_SIGNATURE, span_of(signature,
	    sizeof(signature)));
	buf_free(part);
}

void
scert_server_make(const struct env *env, const struct curve_pair *root,
    uint32_t id, const unsigned char server[static CURVE_PUBLIC],
    struct buf *out)
{
	struct buf part = BUF(CERT_MAX);

	pb_put_uint(&part, SERVER_ID, id);
	pb_put_bytes(&part, SERVER_KEY, span_of(server, CURVE_PUBLIC));
	put_signed(env, root, &part, out);
}

void
scert_make(const struct env *env, const struct curve_pair *server,
    struct span server_cert, const struct scert *what, struct buf *out)
{
	struct buf part = BUF(CERT_MAX);

	pb_put_uint(&part, SENDER_DEVICE, what->device);
	pb_put_fixed64(&part, SENDER_EXPIRES, what->expires);
	pb_put_bytes(&part, SENDER_KEY, what->key);
	pb_put_bytes(&part, SENDER_SERVER, server_cert);
	pb_put_bytes(&part, SENDER_NAME, what->name);
	put_signed(env, server, &part, out);
}

/* What is signed, and whether it is; "key" may come later. */
static bool
open_signed(struct span in, struct span *part, struct span *signature)
{
	struct cur c = cur_of(in);
	struct pb_field f;
	uint64_t seen = 0;

	if (in.n > CERT_MAX)
		return false;
	while (pb_next(&c, &f)) {
		if (f.number > SIGNED_SIGNATURE ||
		    !pb_once(&c, &seen, f.number))
			continue;
		if (f.number == SIGNED_PART)
			*part = pb_get_bytes(&c, &f, CERT_MAX);
		else
			*signature = pb_get_bytes(&c, &f, CURVE_SIGNATURE);
	}
	return cur_done(&c) && seen == (1 << SIGNED_PART |
	    1 << SIGNED_SIGNATURE);
}

/* The server's key, when the root has signed it. */
static enum cert_result
check_server(struct span in, const unsigned char *root, struct span *key)
{
	struct span part = { NULL, 0 }, signature = { NULL, 0 };
	struct cur c;
	struct pb_field f;
	uint64_t seen = 0;
	uint32_t id = 0;

	if (!open_signed(in, &part, &signature))
		return CERT_MALFORMED;
	c = cur_of(part);
	while (pb_next(&c, &f)) {
		if (f.number > SERVER_KEY || !pb_once(&c, &seen, f.number))
			continue;
		if (f.number == SERVER_ID)
			id = pb_get_u32(&c, &f);
		else
			*key = pb_get_bytes(&c, &f, CURVE_PUBLIC);
	}
	if (!cur_done(&c) || !curve_key_ok(*key))
		return CERT_MALFORMED;
	return id != CERT_SERVER_REVOKED && curve_verify(span_of(root,
	    CURVE_PUBLIC), part, signature) ? CERT_OK : CERT_FORGED;
}

static void
sender_field(struct cur *c, const struct pb_field *f, struct scert *out,
    struct span *server)
{
	switch (f->number) {
	case SENDER_DEVICE:
		out->device = pb_get_u32(c, f);
		break;
	case SENDER_EXPIRES:
		out->expires = pb_get_u64(c, f);
		break;
	case SENDER_KEY:
		out->key = pb_get_bytes(c, f, CURVE_PUBLIC);
		break;
	case SENDER_SERVER:
		*server = pb_get_bytes(c, f, CERT_MAX);
		break;
	case SENDER_NAME:
		out->name = pb_get_bytes(c, f, CERT_NAME_MAX);
		break;
	}
}

/* The parts of a sender's certificate. */
struct sender {
	struct scert cert;
	struct span part, signature, server;
};

static bool
read_sender(struct span in, struct sender *s)
{
	struct sender got = { .cert.device = 0 };
	struct cur c;
	struct pb_field f;
	uint64_t seen = 0;

	if (!open_signed(in, &got.part, &got.signature))
		return false;
	c = cur_of(got.part);
	while (pb_next(&c, &f))
		if (f.number <= SENDER_NAME && pb_once(&c, &seen, f.number))
			sender_field(&c, &f, &got.cert, &got.server);
	if (!cur_done(&c) || !curve_key_ok(got.cert.key) ||
	    got.cert.name.n == 0)
		return false;
	*s = got;
	return true;
}

bool
scert_read(struct span in, struct scert *out)
{
	struct sender s;

	if (!read_sender(in, &s))
		return false;
	*out = s.cert;
	return true;
}

enum cert_result
scert_check(struct span in, const unsigned char root[static CURVE_PUBLIC],
    int64_t now, struct scert *out)
{
	struct span server_key = { NULL, 0 };
	struct sender s;
	enum cert_result r = CERT_MALFORMED;

	if (!read_sender(in, &s))
		return CERT_MALFORMED;
	r = check_server(s.server, root, &server_key);
	if (r != CERT_OK)
		return r;
	if (!curve_verify(server_key, s.part, s.signature))
		return CERT_FORGED;
	if (now < 0 || s.cert.expires / 1000 < (uint64_t)now)
		return CERT_EXPIRED;
	*out = s.cert;
	return CERT_OK;
}
