/* ClientHellos as octets; see hello.h. */
#include "tls/hello.h"

#include <string.h>

#include "tls/names.h"

enum {
	/* record and message types: RFC 8446 sections 5.1 and 4 */
	RECORD_HANDSHAKE = 22,
	CLIENT_HELLO = 1,
	/* the signalling suites of RFC 5746 section 3.3, RFC 7507 section 2 */
	RENEGOTIATION_SCSV = 0x00ff,
	FALLBACK_SCSV = 0x5600,
	/* a group that is nobody's: RFC 8701 section 2 */
	GREASE_GROUP = 0x2a2a,
	/* RFC 7685 section 4: a hello of 256 to 511 octets hangs */
	HANGS_FROM = 256,
	HANGS_UNTIL = 512,
	SSL2_CHALLENGE = 16,
};

/* RFC 8446 section 4.2, RFC 6066, 7627, 7366, 5077, 5746, 8422, 7685. */
enum extension {
	EXT_SERVER_NAME = 0,
	EXT_STATUS_REQUEST = 5,
	EXT_SUPPORTED_GROUPS = 10,
	EXT_EC_POINT_FORMATS = 11,
	EXT_SIGNATURE_ALGORITHMS = 13,
	EXT_PADDING = 21,
	EXT_ENCRYPT_THEN_MAC = 22,
	EXT_EXTENDED_MASTER_SECRET = 23,
	EXT_SESSION_TICKET = 35,
	EXT_SUPPORTED_VERSIONS = 43,
	EXT_KEY_SHARE = 51,
	EXT_RENEGOTIATION_INFO = 0xff01,
};

void
tls_codes_add(struct tls_codes *c, uint32_t code)
{
	if (c->n < TLS_CODES_MAX && !tls_codes_has(c, code))
		c->v[c->n++] = code;
}

void
tls_codes_remove(struct tls_codes *c, uint32_t code)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i] != code)
			continue;
		c->n--;
		memmove(&c->v[i], &c->v[i + 1],
		    (c->n - i) * sizeof(c->v[0]));
		return;
	}
}

bool
tls_codes_has(const struct tls_codes *c, uint32_t code)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i] == code)
			return true;
	return false;
}

void
tls_codes_reverse(struct tls_codes *c)
{
	for (size_t i = 0; i < c->n / 2; i++) {
		uint32_t code = c->v[i];

		c->v[i] = c->v[c->n - 1 - i];
		c->v[c->n - 1 - i] = code;
	}
}

static void
put_u24(struct buf *out, size_t v)
{
	buf_byte(out, (unsigned char)(v >> 16));
	buf_u16(out, (uint16_t)v);
}

static void
put_codes(struct buf *out, const struct tls_codes *c)
{
	for (size_t i = 0; i < c->n; i++)
		buf_u16(out, (uint16_t)c->v[i]);
}

static void
put_ext(struct buf *out, enum extension type, struct span body)
{
	buf_u16(out, (uint16_t)type);
	buf_u16(out, (uint16_t)body.n);
	buf_span(out, body);
}

/* An extension whose body is one list of codes. */
static void
put_list_ext(struct buf *out, enum extension type, const struct tls_codes *c)
{
	buf_u16(out, (uint16_t)type);
	buf_u16(out, (uint16_t)(c->n * 2 + 2));
	buf_u16(out, (uint16_t)(c->n * 2));
	put_codes(out, c);
}

/* RFC 6066 section 3. */
static void
put_server_name(struct buf *out, struct span host)
{
	buf_u16(out, EXT_SERVER_NAME);
	buf_u16(out, (uint16_t)(host.n + 5));
	buf_u16(out, (uint16_t)(host.n + 3));
	buf_byte(out, 0);
	buf_u16(out, (uint16_t)host.n);
	buf_span(out, host);
}

/* RFC 8446 sections 4.2.1 and 4.2.8. */
static void
put_tls13(struct buf *out, enum tls_share share)
{
	put_ext(out, EXT_SUPPORTED_VERSIONS, SPAN("\x02\x03\x04"));
	if (share == TLS_SHARE_GREASE)
		put_ext(out, EXT_KEY_SHARE,
		    SPAN("\x00\x05\x2a\x2a\x00\x01\x00"));
	else
		put_ext(out, EXT_KEY_SHARE, SPAN("\x00\x00"));
}

static void
put_groups(struct buf *out, const struct tls_hello *h)
{
	struct tls_codes groups = { 0 };

	if (h->version == TLS_1_3 && h->share == TLS_SHARE_GREASE)
		tls_codes_add(&groups, GREASE_GROUP);
	for (size_t i = 0; i < h->groups->n; i++)
		tls_codes_add(&groups, h->groups->v[i]);
	put_list_ext(out, EXT_SUPPORTED_GROUPS, &groups);
	if (h->version != TLS_1_3)
		put_ext(out, EXT_EC_POINT_FORMATS, SPAN("\x01\x00"));
}

static void
put_extensions(struct buf *out, const struct tls_hello *h)
{
	if (h->sni.n > 0)
		put_server_name(out, h->sni);
	if (h->groups != NULL)
		put_groups(out, h);
	if (h->schemes != NULL && h->version >= TLS_1_2)
		put_list_ext(out, EXT_SIGNATURE_ALGORITHMS, h->schemes);
	if (h->version == TLS_1_3) {
		put_tls13(out, h->share);
	} else {
		put_ext(out, EXT_RENEGOTIATION_INFO, SPAN("\x00"));
		put_ext(out, EXT_EXTENDED_MASTER_SECRET, SPAN(""));
		put_ext(out, EXT_SESSION_TICKET, SPAN(""));
		put_ext(out, EXT_ENCRYPT_THEN_MAC, SPAN(""));
		put_ext(out, EXT_STATUS_REQUEST, SPAN("\x01\0\0\0\0"));
	}
}

static void
put_suites(struct buf *out, const struct tls_hello *h)
{
	struct tls_codes suites = *h->suites;

	if (h->version == TLS_SSL3)
		tls_codes_add(&suites, RENEGOTIATION_SCSV);
	if (h->fallback)
		tls_codes_add(&suites, FALLBACK_SCSV);
	buf_u16(out, (uint16_t)(suites.n * 2));
	put_codes(out, &suites);
}

/* What stands before the extensions. */
static void
put_body(struct buf *out, const struct tls_hello *h)
{
	/* RFC 8446 section 4.1.2: TLS 1.3 is agreed on by an extension */
	buf_u16(out, h->version == TLS_1_3 ? TLS_1_2 : h->version);
	buf_add(out, h->random, sizeof(h->random));
	if (h->version == TLS_1_3) {
		/* appendix D.4: middleboxes want to see a session id */
		buf_byte(out, sizeof(h->random));
		buf_add(out, h->random, sizeof(h->random));
	} else {
		buf_byte(out, 0);
	}
	put_suites(out, h);
	buf_span(out, h->deflate && h->version != TLS_1_3 ?
	    SPAN("\x02\x01\x00") : SPAN("\x01\x00"));
}

static void
put_padding(struct buf *extensions, size_t message)
{
	static const unsigned char zeroes[HANGS_UNTIL];

	if (message < HANGS_FROM || message >= HANGS_UNTIL)
		return;
	message += 4;		/* the extension's own head */
	put_ext(extensions, EXT_PADDING, span_of(zeroes,
	    message < HANGS_UNTIL ? HANGS_UNTIL - message : 0));
}

static void
write_ssl2(struct buf *out, const struct tls_hello *h)
{
	size_t specs = h->suites->n * 3;

	buf_u16(out, (uint16_t)(0x8000 | (9 + specs + SSL2_CHALLENGE)));
	buf_byte(out, CLIENT_HELLO);
	buf_u16(out, TLS_SSL2);
	buf_u16(out, (uint16_t)specs);
	buf_u16(out, 0);
	buf_u16(out, SSL2_CHALLENGE);
	for (size_t i = 0; i < h->suites->n; i++)
		put_u24(out, h->suites->v[i]);
	buf_add(out, h->random, SSL2_CHALLENGE);
}

void
tls_hello_write(struct buf *out, const struct tls_hello *h)
{
	struct buf body = BUF(TLS_HELLO_MAX), extensions = BUF(TLS_HELLO_MAX);

	if (h->version == TLS_SSL2) {
		write_ssl2(out, h);
		return;
	}
	put_body(&body, h);
	if (h->version != TLS_SSL3)
		put_extensions(&extensions, h);
	if (extensions.n > 0) {
		put_padding(&extensions, 4 + body.n + 2 + extensions.n);
		buf_u16(&body, (uint16_t)extensions.n);
		buf_span(&body, buf_get0(&extensions));
	}
	/* RFC 8446 appendix D.2: this version of the record pleases all */
	buf_byte(out, RECORD_HANDSHAKE);
	buf_u16(out, h->version == TLS_SSL3 ? TLS_SSL3 : TLS_1_0);
	buf_u16(out, (uint16_t)(body.n + 4));
	buf_byte(out, CLIENT_HELLO);
	put_u24(out, body.n);
	buf_span(out, buf_get0(&body));
	buf_free(&body);
	buf_free(&extensions);
}
