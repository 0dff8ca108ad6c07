/* CMS structures taken apart; see split.h. */
#include "cms/split.h"

#include "cms/ber.h"

enum { STRING_DEPTH_MAX = 4 };

static const struct {
	struct span oid;
	const char *name;
} types[] = {
	[CMS_SIGNED] = { { (const unsigned char *)
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 9 }, "signed-data" },
	[CMS_ENVELOPED] = { { (const unsigned char *)
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", 9 }, "enveloped-data" },
	[CMS_AUTH_ENVELOPED] = { { (const unsigned char *)
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", 11 },
	    "authEnveloped-data" },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

/* Octet strings inside of constructed ones (X.690 section 8.7.3). */
static bool
each_string(struct span strings, int depth,
    void (*fn)(void *arg, struct span piece), void *arg)
{
	struct cur c = cur_of(strings);

	while (cur_left(&c).n > 0) {
		struct ber b = ber_next(&c);

		if (c.bad || depth == STRING_DEPTH_MAX)
			return false;
		if (b.tag == BER_OCTETS) {
			if (fn != NULL)
				fn(arg, b.content);
		} else if (b.tag != (BER_OCTETS | BER_CONSTRUCTED) ||
		    !each_string(b.content, depth + 1, fn, arg)) {
			return false;
		}
	}
	return !c.bad;
}

void
cms_content_each(const struct cms_parts *p,
    void (*fn)(void *arg, struct span piece), void *arg)
{
	if (p->in_strings)
		each_string(p->content, 0, fn, arg);
	else if (p->has_content)
		fn(arg, p->content);
}

/* A SET whose elements are counted. */
static size_t
count(struct span set, struct cur *c)
{
	struct cur in = cur_of(set);
	size_t n = 0;

	while (cur_left(&in).n > 0) {
		ber_next(&in);
		n++;
	}
	if (in.bad)
		cur_fail(c);
	return n;
}

/* Append an element as it came. */
static struct ber
copy(struct cur *c, uint8_t tag, struct cms_parts *out)
{
	struct ber b = ber_take(c, tag);

	buf_span(&out->rest, b.whole);
	return b;
}

static void
copy_if(struct cur *c, uint8_t tag, struct cms_parts *out)
{
	if (cur_peek(c) == tag)
		copy(c, tag, out);
}

/* Everything that holds the content gets an indefinite length. */
static void
begin(struct cms_parts *out, uint8_t tag)
{
	buf_byte(&out->rest, tag);
	buf_byte(&out->rest, 0x80);
}

static void
end(struct cms_parts *out)
{
	buf_add(&out->rest, "\0\0", 2);
}

/* { eContentType, [0] EXPLICIT OCTET STRING OPTIONAL } (section 5.2) */
static void
encapsulated(struct span s, struct cur *outer, struct cms_parts *out)
{
	struct cur c = cur_of(s);

	begin(out, BER_SEQUENCE);
	out->content_type = copy(&c, BER_OID, out).content;
	end(out);
	if (cur_left(&c).n > 0) {
		struct ber b = ber_take(&c, BER_CONTEXT_MADE);
		struct cur in = cur_of(b.content);

		ber_next(&in);
		out->has_content = out->in_strings = true;
		out->content = b.content;
		if (!cur_done(&in) ||
		    !each_string(b.content, 0, NULL, NULL))
			cur_fail(&c);
	}
	if (!cur_done(&c))
		cur_fail(outer);
}

/* Section 5.1; false for what passes a bound. */
static bool
signed_data(struct cur *c, struct cms_parts *out)
{
	struct ber b;
	size_t digests = 0;

	copy(c, BER_INTEGER, out);
	digests = count(copy(c, BER_SET, out).content, c);
	b = ber_take(c, BER_SEQUENCE);
	encapsulated(b.content, c, out);
	if (cur_peek(c) == BER_CONTEXT_MADE)
		out->certs = count(copy(c, BER_CONTEXT_MADE, out).content, c);
	copy_if(c, BER_CONTEXT_MADE | 1, out);
	out->signers = count(copy(c, BER_SET, out).content, c);
	return digests <= CMS_DIGESTS_MAX &&
	    out->certs <= CMS_CERTS_MAX && out->signers <= CMS_SIGNERS_MAX;
}

/*
 * { contentType, algorithm, [0] IMPLICIT OCTET STRING OPTIONAL } (section
 * 6.1)
 */
static void
encrypted(struct span s, struct cur *outer, struct cms_parts *out)
{
	struct cur c = cur_of(s), alg = cur_of(s);

	begin(out, BER_SEQUENCE);
	out->content_type = copy(&c, BER_OID, out).content;
	alg = cur_of(copy(&c, BER_SEQUENCE, out).content);
	end(out);
	out->cipher = ber_take(&alg, BER_OID).content;
	if (cur_left(&c).n > 0) {
		struct ber b = ber_next(&c);

		out->has_content = true;
		out->in_strings = b.tag != BER_CONTEXT;
		out->content = b.content;
		if (b.tag != BER_CONTEXT && (b.tag != BER_CONTEXT_MADE ||
		    !each_string(b.content, 0, NULL, NULL)))
			cur_fail(&c);
	}
	if (!cur_done(&c) || alg.bad)
		cur_fail(outer);
}

/* Sections 6.1 and RFC 5083 section 2.1. */
static bool
enveloped_data(struct cur *c, struct cms_parts *out)
{
	struct ber b;

	copy(c, BER_INTEGER, out);
	copy_if(c, BER_CONTEXT_MADE, out);
	out->recipients = count(copy(c, BER_SET, out).content, c);
	b = ber_take(c, BER_SEQUENCE);
	encrypted(b.content, c, out);
	copy_if(c, BER_CONTEXT_MADE | 1, out);
	if (out->type == CMS_AUTH_ENVELOPED) {
		out->mac = copy(c, BER_OCTETS, out).content;
		copy_if(c, BER_CONTEXT_MADE | 2, out);
	}
	return out->recipients <= CMS_RECIPIENTS_MAX;
}

static bool
type_of(struct span oid, enum cms_type *out)
{
	for (size_t i = 0; i < TYPES; i++)
		if (span_eq(oid, types[i].oid)) {
			*out = (enum cms_type)i;
			return true;
		}
	return false;
}

enum cms_split_result
cms_split(struct span whole, struct cms_parts *out)
{
	struct cur top = cur_of(whole), c = cur_of(whole), in = c, at = c;
	struct ber info = ber_take(&top, BER_SEQUENCE), b = info;
	bool within = true;

	out->rest = BUF(CMS_REST_MAX);
	begin(out, BER_SEQUENCE);
	c = cur_of(info.content);
	b = copy(&c, BER_OID, out);
	if (c.bad || !cur_done(&top))
		return CMS_SPLIT_MALFORMED;
	if (!type_of(b.content, &out->type))
		return CMS_SPLIT_OTHER;
	begin(out, BER_CONTEXT_MADE);
	in = cur_of(ber_take(&c, BER_CONTEXT_MADE).content);
	begin(out, BER_SEQUENCE);
	at = cur_of(ber_take(&in, BER_SEQUENCE).content);
	within = out->type == CMS_SIGNED ? signed_data(&at, out) :
	    enveloped_data(&at, out);
	for (int i = 0; i < 3; i++)
		end(out);
	if (!cur_done(&c) || !cur_done(&in) || !cur_done(&at))
		return CMS_SPLIT_MALFORMED;
	return within && !out->rest.over ? CMS_SPLIT_OK : CMS_SPLIT_TOO_MUCH;
}

void
cms_parts_free(struct cms_parts *p)
{
	buf_free(&p->rest);
	*p = (struct cms_parts){ .type = CMS_SIGNED };
}

const char *
cms_type_name(enum cms_type t)
{
	return types[t].name;
}
