/* Distinguished names as text (RFC 4514). */
#include <stdlib.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "crypto/der.h"
#include "tls/cert_int.h"

enum { RDNS_MAX = 64 };

static const struct { struct span oid; const char *name; } attributes[] = {
	{ SPAN("\x55\x04\x03"), "CN" },
	{ SPAN("\x55\x04\x0a"), "O" },
	{ SPAN("\x55\x04\x0b"), "OU" },
	{ SPAN("\x55\x04\x06"), "C" },
	{ SPAN("\x55\x04\x07"), "L" },
	{ SPAN("\x55\x04\x08"), "ST" },
	{ SPAN("\x55\x04\x09"), "STREET" },
	{ SPAN("\x55\x04\x05"), "serialNumber" },
	{ SPAN("\x55\x04\x61"), "organizationIdentifier" },
	{ SPAN("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"), "DC" },
	{ SPAN("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"), "UID" },
	{ SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"), "emailAddress" },
};

/* Characters of a fixed width: Latin-1, UCS-2, UCS-4. */
static bool
wide(struct span s, size_t width, struct buf *out)
{
	if (s.n % width != 0)
		return false;
	for (size_t i = 0; i < s.n; i += width) {
		uint32_t cp = 0;

		for (size_t k = 0; k < width; k++)
			cp = cp << 8 | s.p[i + k];
		if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
			return false;
		utf8_put(out, cp);
	}
	return true;
}

/* A DirectoryString or its like as UTF-8; false for other values. */
static bool
string_text(struct span element, struct buf *out)
{
	struct cur c = cur_of(element);
	int tag = cur_peek(&c);
	struct span s = der_take(&c, (uint8_t)tag);

	switch (tag) {
	case 0x0c:	/* UTF8String */
		if (!utf8_valid(s))
			return false;
		buf_span(out, s);
		return true;
	case 0x12:	/* NumericString */
	case 0x13:	/* PrintableString */
	case 0x14:	/* TeletexString: Latin-1 in practice */
	case 0x16:	/* IA5String */
	case 0x1a:	/* VisibleString */
		return wide(s, 1, out);
	case 0x1c:	/* UniversalString */
		return wide(s, 4, out);
	case 0x1e:	/* BMPString */
		return wide(s, 2, out);
	default:
		return false;
	}
}

/* RFC 4514 section 2.4, of UTF-8; where there is no room, by characters. */
static void
escape(struct span s, struct buf *out)
{
	uint32_t cp = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i += n) {
		bool edge = i == 0 || i == s.n - 1;

		n = utf8_next(span_from(s, i), &cp);
		if (cp < 0x20 || cp == 0x7f)
			buf_printf(out, "\\%02X", (unsigned)cp);
		else if ((cp < 0x80 && strchr("\"+,;<>\\", (int)cp) != NULL) ||
		    (cp == ' ' && edge) || (cp == '#' && i == 0))
			buf_printf(out, "\\%c", (int)cp);
		else
			buf_add(out, s.p + i, n);
	}
}

static void
hex(struct span s, struct buf *out)
{
	buf_byte(out, '#');
	for (size_t i = 0; i < s.n; i++)
		buf_printf(out, "%02X", s.p[i]);
}

/* AttributeTypeAndValue. */
static bool
attribute(struct span in, struct buf *out, char **cn)
{
	struct cur c = cur_of(in);
	struct span oid = der_take(&c, DER_OID), value = der_element(&c);
	struct buf text = BUF(CERT_TEXT_MAX);
	const char *name = NULL;

	if (!cur_done(&c))
		return false;
	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]);
	    i++)
		if (span_eq(attributes[i].oid, oid))
			name = attributes[i].name;
	if (name != NULL)
		buf_str(out, name);
	else if (!cert_oid_text(oid, out))
		return false;
	buf_byte(out, '=');
	if (name != NULL && string_text(value, &text) && !text.over) {
		escape(buf_get0(&text), out);
		/* a NUL would make another name of it */
		if (span_eq(oid, attributes[0].oid) &&
		    span_chr(buf_get0(&text), '\0') == text.n) {
			free(*cn);
			*cn = span_dup(buf_get0(&text));
		}
	} else {
		hex(value, out);
	}
	buf_free(&text);
	return true;
}

/* RelativeDistinguishedName: a set, its members joined by "+". */
static bool
rdn_text(struct span set, struct buf *out, char **cn)
{
	struct cur c = cur_of(set);
	const char *between = "";

	while (!cur_done(&c)) {
		struct span one = der_take(&c, DER_SEQUENCE);

		buf_str(out, between);
		if (c.bad || !attribute(one, out, cn))
			return false;
		between = "+";
	}
	return true;
}

char *
cert_dn_text(struct span name, char **cn)
{
	struct cur outer = cur_of(name);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));
	struct span rdns[RDNS_MAX];
	struct buf out = BUF(CERT_TEXT_MAX);
	char *found = NULL;
	size_t n = 0;
	bool ok = true;

	while (!cur_done(&c) && !c.bad && n < RDNS_MAX)
		rdns[n++] = der_take(&c, DER_SET);
	ok = cur_done(&outer) && cur_done(&c);
	/* in the order of the text: the last one first (section 2.1) */
	for (size_t i = n; ok && i-- > 0; ) {
		char *last = NULL;
		struct buf one = BUF(CERT_TEXT_MAX);

		ok = rdn_text(rdns[i], &one, &last);
		if (i != n - 1)
			buf_byte(&out, ',');
		buf_span(&out, buf_get0(&one));
		buf_free(&one);
		if (found == NULL)
			found = last;
		else
			free(last);
	}
	if (!ok) {
		free(found);
		buf_free(&out);
		return NULL;
	}
	if (cn != NULL)
		*cn = found;
	else
		free(found);
	return buf_take_str(&out);
}
