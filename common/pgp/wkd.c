/* Names of published certificates; see wkd.h. */
#include "pgp/wkd.h"

#include "base/uri.h"
#include "crypto/digest.h"
#include "dns/idn.h"
#include "mail/addr.h"

enum { SHA1_SIZE = 20, OPENPGPKEY_OCTETS = 28 };

/* z-base-32 (the draft's reference to RFC 6189 section 5.1.6): 5 bits each. */
static void
zbase32(const unsigned char in[static SHA1_SIZE], char *out)
{
	static const char digits[] = "ybndrfg8ejkmcpqxot1uwisza345h769";

	for (size_t bit = 0; bit < SHA1_SIZE * 8; bit += 5) {
		unsigned two = (unsigned)in[bit / 8] << 8;

		if (bit / 8 + 1 < SHA1_SIZE)
			two |= in[bit / 8 + 1];
		*out++ = digits[two >> (11 - bit % 8) & 31];
	}
	*out = '\0';
}

void
wkd_hash(struct span local, char out[static WKD_HASH_SIZE])
{
	struct buf lower = BUF(WKD_LOCAL_MAX);
	unsigned char digest[DIGEST_MAX];

	buf_lower(&lower, local);
	digest_of(DIGEST_SHA1, buf_get0(&lower), digest);
	zbase32(digest, out);
	buf_free(&lower);
}

void
wkd_host(enum wkd_method m, struct span domain, struct buf *out)
{
	if (m == WKD_ADVANCED)
		buf_str(out, "openpgpkey.");
	buf_span(out, domain);
}

static void
folder(enum wkd_method m, struct span domain, struct buf *out)
{
	buf_str(out, "/.well-known/openpgpkey/");
	if (m == WKD_ADVANCED) {
		buf_span(out, domain);
		buf_byte(out, '/');
	}
}

void
wkd_path(enum wkd_method m, struct span local, struct span domain,
    struct buf *out)
{
	char hash[WKD_HASH_SIZE];

	wkd_hash(local, hash);
	folder(m, domain, out);
	buf_printf(out, "hu/%s?l=", hash);
	uri_escape(out, local);
}

void
wkd_policy(enum wkd_method m, struct span domain, struct buf *out)
{
	folder(m, domain, out);
	buf_str(out, "policy");
}

void
openpgpkey_name(struct span local, struct span domain, struct buf *out)
{
	unsigned char digest[SHA256_SIZE];

	digest_of(DIGEST_SHA256, local, digest);
	buf_hex(out, span_of(digest, OPENPGPKEY_OCTETS));
	buf_str(out, "._openpgpkey.");
	buf_span(out, domain);
}

bool
wkd_address(struct span address, struct buf *local, struct buf *domain)
{
	struct mailboxes m = { .n = 0 };
	bool ok = addr_parse(address, &m) == ADDR_OK && m.n == 1 &&
	    !m.has_group && m.v[0].display[0] == '\0' &&
	    m.v[0].local[0] != '\0' &&
	    strlen(m.v[0].local) <= WKD_LOCAL_MAX &&
	    span_chr(address, '<') == address.n &&
	    idn_to_ascii(span_str(m.v[0].domain), domain);

	if (ok)
		buf_str(local, m.v[0].local);
	mailboxes_free(&m);
	return ok;
}
