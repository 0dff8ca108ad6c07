/* Autocrypt fields; see autocrypt.h. */
#include "mail/autocrypt.h"

#include "base/b64.h"
#include "mail/author.h"
#include "mail/mime.h"

enum { LINE_DIGITS = 76, ADDR_MAX = 1024 };

/* Attributes of which each may be there once. */
enum { HAS_ADDR = 1, HAS_PREFER = 2, HAS_KEYDATA = 4 };

static unsigned
attribute(struct span name, struct span value, struct autocrypt *out)
{
	if (span_ieq(name, SPAN("addr"))) {
		out->addr = value;
		return HAS_ADDR;
	}
	if (span_ieq(name, SPAN("prefer-encrypt"))) {
		out->mutual = span_ieq(value, SPAN("mutual"));
		return HAS_PREFER;
	}
	if (span_ieq(name, SPAN("keydata"))) {
		out->keydata = value;
		return HAS_KEYDATA;
	}
	return 0;
}

bool
autocrypt_parse(struct span value, struct autocrypt *out)
{
	struct autocrypt a = { .mutual = false };
	struct span piece = { NULL, 0 };
	unsigned seen = 0;

	while (span_split(&value, ';', &piece)) {
		size_t eq = span_chr(piece, '=');
		struct span name = span_trim(span_first(piece, eq));
		unsigned bit = 0;

		/* behind a last semicolon nothing need stand */
		if (span_trim(piece).n == 0 && value.p == NULL && seen != 0)
			break;
		if (eq == piece.n || name.n == 0 ||
		    (seen & HAS_KEYDATA) != 0)
			return false;
		bit = attribute(name, span_trim(span_from(piece, eq + 1)),
		    &a);
		if ((seen & bit) != 0 || (bit == 0 && name.p[0] != '_'))
			return false;
		seen |= bit;
	}
	if (a.addr.n == 0 || a.keydata.n == 0)
		return false;
	*out = a;
	return true;
}

/* Its one author's address, and no machine's report (section 3.3). */
static const char *
author(const struct header *h, struct buf *addr)
{
	size_t type = header_find(h, SPAN("Content-Type"), 0);
	struct mailboxes m = { .n = 0 };
	struct mime_type t;
	const char *why = NULL;

	if (author_of(h, &m) != AUTHOR_ONE)
		why = "From does not name exactly one author";
	else
		buf_printf(addr, "%s@%s", m.v[0].local, m.v[0].domain);
	if (type < h->n && mime_type_parse(h->v[type].value, &t) &&
	    mime_type_is(&t, SPAN("multipart"), SPAN("report")))
		why = "it is a report";
	mailboxes_free(&m);
	return why;
}

/* How many valid fields of that name are for the address; *out is the last. */
static size_t
fields_for(const struct header *h, struct span name, struct span addr,
    struct autocrypt *out)
{
	struct autocrypt a;
	size_t n = 0;

	for (size_t i = header_find(h, name, 0); i < h->n;
	    i = header_find(h, name, i + 1)) {
		if (!autocrypt_parse(h->v[i].value, &a) ||
		    !span_ieq(a.addr, addr))
			continue;
		*out = a;
		n++;
	}
	return n;
}

/* False, and nothing appended, when it is no base 64, empty or too long. */
static bool
take_key(const struct autocrypt *a, struct buf *packets)
{
	size_t before = packets->n;

	return b64_decode(packets, a->keydata) && packets->n > before &&
	    !packets->over;
}

const char *
autocrypt_of(const struct header *h, struct autocrypt *out,
    struct buf *packets)
{
	struct buf addr = BUF(ADDR_MAX);
	struct autocrypt found = { .mutual = false };
	const char *why = author(h, &addr);
	size_t n = why != NULL ? 0 : fields_for(h, SPAN("Autocrypt"),
	    buf_get0(&addr), &found);

	if (why == NULL && n != 1)
		why = n > 1 ? "it has several valid Autocrypt fields" :
		    "it has no valid Autocrypt field for its author";
	if (why == NULL && !take_key(&found, packets))
		why = "the certificate in its Autocrypt field is malformed";
	if (why == NULL)
		*out = found;
	buf_free(&addr);
	return why;
}

const char *
autocrypt_gossip_of(const struct header *h, struct span addr,
    struct autocrypt *out, struct buf *packets)
{
	struct autocrypt found = { .mutual = false };
	size_t n = fields_for(h, SPAN("Autocrypt-Gossip"), addr, &found);

	if (n != 1)
		return n > 1 ? "it has several valid fields" :
		    "it has no valid field";
	if (!take_key(&found, packets))
		return "the certificate in its field is malformed";
	*out = found;
	return NULL;
}

void
autocrypt_write(const char *name, struct span addr, bool mutual,
    struct span packets, const char *eol, struct buf *out)
{
	struct buf text = BUF(2 * AUTOCRYPT_KEY_MAX);
	struct span rest = { NULL, 0 };

	buf_printf(out, "%s: addr=", name);
	buf_span(out, addr);
	buf_printf(out, ";%s%s keydata=", mutual ? " prefer-encrypt=mutual;" :
	    "", eol);
	b64_encode(&text, packets);
	for (rest = buf_get0(&text); rest.n > 0;
	    rest = span_from(rest, LINE_DIGITS)) {
		buf_printf(out, "%s ", eol);
		buf_span(out, span_first(rest, LINE_DIGITS));
	}
	buf_str(out, eol);
	buf_free(&text);
}
