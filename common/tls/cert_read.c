/* A certificate taken apart (RFC 5280 section 4.1); see cert.h. */
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/vec.h"
#include "crypto/der.h"
#include "tls/cert_int.h"

enum {
	EXTENSIONS_MAX = 64,
	VERSION_TAG = 0xa0,
	ISSUER_ID_TAG = 0x81,
	SUBJECT_ID_TAG = 0x82,
	EXTENSIONS_TAG = 0xa3,
	DNS_NAME_TAG = 0x82,	/* of a GeneralName */
	STATUS_REQUEST = 5,	/* RFC 6066 */
};

#define OID_ALT_NAME SPAN("\x55\x1d\x11")
#define OID_CONSTRAINTS SPAN("\x55\x1d\x13")
#define OID_TLS_FEATURE SPAN("\x2b\x06\x01\x05\x05\x07\x01\x18")

/*
 * RFC 5280 section 4.1.2.5: YYMMDDHHMMSSZ up to 2049, YYYYMMDDHHMMSSZ.
 */
static bool
read_time(struct cur *c, int64_t *out)
{
	bool utc = der_is(c, DER_UTC_TIME);
	struct span s = der_take(c, utc ? DER_UTC_TIME :
	    DER_GENERALIZED_TIME);
	size_t year = utc ? 2 : 4;
	const char *century = "";
	char text[32];

	if (c->bad || s.n != year + 11 || s.p[s.n - 1] != 'Z')
		return false;
	for (size_t i = 0; i + 1 < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	if (utc)
		century = s.p[0] >= '5' ? "19" : "20";
	snprintf(text, sizeof(text), "%s%.*s-%.2s-%.2sT%.2s:%.2s:%.2sZ",
	    century, (int)year, s.p, s.p + year, s.p + year + 2,
	    s.p + year + 4, s.p + year + 6, s.p + year + 8);
	return date_parse(span_str(text), out);
}

static bool
read_validity(struct span in, struct cert *out)
{
	struct cur c = cur_of(in);

	return read_time(&c, &out->not_before) &&
	    read_time(&c, &out->not_after) && cur_done(&c);
}

/* No host has a name with other octets; who prints it must not be fooled. */
static bool
is_printable(struct span name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_graph(name.p[i]))
			return false;
	return name.n > 0;
}

static void
add_name(struct span name, struct cert *out)
{
	struct buf lower = BUF(CERT_DER_MAX);

	if (!is_printable(name)) {
		out->names_left_out++;
		return;
	}
	out->names = vec_room(out->names, out->names_n, &out->names_cap,
	    sizeof(*out->names));
	buf_lower(&lower, name);
	out->names[out->names_n++] = buf_take_str(&lower);
}

static bool
read_alt_names(struct span in, struct cert *out)
{
	struct cur outer = cur_of(in);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));

	while (!cur_done(&c)) {
		if (der_is(&c, DNS_NAME_TAG))
			add_name(der_take(&c, DNS_NAME_TAG), out);
		else
			der_element(&c);
		if (c.bad)
			return false;
	}
	return cur_done(&outer);
}

/* SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLen INTEGER OPTIONAL } */
static bool
read_constraints(struct span in, struct cert *out)
{
	struct cur outer = cur_of(in);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));
	struct span ca = { NULL, 0 };

	if (der_is(&c, DER_BOOLEAN))
		ca = der_take(&c, DER_BOOLEAN);
	out->is_ca = ca.n == 1 && ca.p[0] != 0;
	return cur_done(&outer) && !c.bad;
}

/* RFC 7633: SEQUENCE OF INTEGER */
static bool
read_features(struct span in, struct cert *out)
{
	struct cur outer = cur_of(in);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));

	while (!cur_done(&c) && !c.bad) {
		struct span feature = der_take(&c, DER_INTEGER);

		if (feature.n == 1 && feature.p[0] == STATUS_REQUEST)
			out->must_staple = true;
	}
	return cur_done(&outer) && !c.bad;
}

/* SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, value OCTET STRING } */
static bool
read_extension(struct span in, struct cert *out)
{
	struct cur c = cur_of(in);
	struct span oid = der_take(&c, DER_OID), value = { NULL, 0 };

	if (der_is(&c, DER_BOOLEAN))
		der_take(&c, DER_BOOLEAN);
	value = der_take(&c, DER_OCTET_STRING);
	if (!cur_done(&c))
		return false;
	if (span_eq(oid, OID_ALT_NAME))
		return read_alt_names(value, out);
	if (span_eq(oid, OID_CONSTRAINTS))
		return read_constraints(value, out);
	if (span_eq(oid, OID_TLS_FEATURE))
		return read_features(value, out);
	return true;
}

static bool
read_extensions(struct span in, struct cert *out)
{
	struct cur outer = cur_of(in);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));

	for (size_t i = 0; i < EXTENSIONS_MAX && !cur_done(&c); i++) {
		struct span one = der_take(&c, DER_SEQUENCE);

		if (c.bad || !read_extension(one, out))
			return false;
	}
	return cur_done(&outer) && cur_done(&c);
}

/* What may follow the key, each once and in this order. */
static bool
read_rest(struct cur *c, struct cert *out)
{
	bool ok = true;

	if (der_is(c, ISSUER_ID_TAG))
		der_take(c, ISSUER_ID_TAG);
	if (der_is(c, SUBJECT_ID_TAG))
		der_take(c, SUBJECT_ID_TAG);
	if (der_is(c, EXTENSIONS_TAG))
		ok = read_extensions(der_take(c, EXTENSIONS_TAG), out);
	return ok && cur_done(c);
}

/* TBSCertificate. */
static bool
read_tbs(struct span in, struct cert *out)
{
	struct cur c = cur_of(in);
	struct span issuer, subject;

	if (der_is(&c, VERSION_TAG))
		der_take(&c, VERSION_TAG);
	der_take(&c, DER_INTEGER);
	cert_read_sigalg(der_take(&c, DER_SEQUENCE), out);
	issuer = der_element(&c);
	if (c.bad || !read_validity(der_take(&c, DER_SEQUENCE), out))
		return false;
	subject = der_element(&c);
	if (!der_is(&c, DER_SEQUENCE))
		return false;
	out->spki = der_element(&c);
	if (c.bad)
		return false;
	out->issuer = cert_dn_text(issuer, NULL);
	out->subject = cert_dn_text(subject, &out->common_name);
	out->self_issued = span_eq(issuer, subject);
	cert_read_key(out->spki, out);
	return out->issuer != NULL && out->subject != NULL &&
	    read_rest(&c, out);
}

static bool
read_whole(struct span der, struct cert *out)
{
	struct cur outer = cur_of(der);
	struct cur c = cur_of(der_take(&outer, DER_SEQUENCE));
	struct span tbs = der_take(&c, DER_SEQUENCE);

	der_take(&c, DER_SEQUENCE);
	der_take(&c, DER_BIT_STRING);
	return cur_done(&outer) && cur_done(&c) && read_tbs(tbs, out);
}

bool
cert_read(struct span der, struct cert *out)
{
	struct cert c = { .key = TLS_KEY_OTHER };
	unsigned char *copy = NULL;

	if (der.n == 0 || der.n > CERT_DER_MAX)
		return false;
	copy = xmalloc(der.n);
	memcpy(copy, der.p, der.n);
	c.der = span_of(copy, der.n);
	if (!read_whole(c.der, &c)) {
		cert_free(&c);
		return false;
	}
	digest_of(DIGEST_SHA256, c.der, c.sha256);
	digest_of(DIGEST_SHA256, c.spki, c.spki_sha256);
	*out = c;
	return true;
}

void
cert_free(struct cert *c)
{
	for (size_t i = 0; i < c->names_n; i++)
		free(c->names[i]);
	free(c->names);
	free(c->subject);
	free(c->issuer);
	free(c->common_name);
	free((void *)(uintptr_t)c->der.p);
	X509_free(c->x509);
	*c = (struct cert){ .key = TLS_KEY_OTHER };
}
