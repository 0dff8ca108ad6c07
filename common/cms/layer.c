/* One layer of S/MIME; see layer.h. */
#include "cms/layer.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mail/eol.h"
#include "mail/mime.h"
#include "mail/mime_7bit.h"
#include "sys/file.h"

enum { MEMORY = 1 << 20, SIGNATURE_MAX = 8 << 20 };

static void
der_add(void *arg, struct span s)
{
	struct der *d = arg;

	d->n += s.n;
	if (d->fd < 0 && s.n <= MEMORY - d->mem.n) {
		buf_span(&d->mem, s);
		return;
	}
	if (d->error == 0 && d->fd < 0) {
		d->fd = d->secret ? memfd_create("layer", MFD_CLOEXEC) :
		    file_unnamed();
		if (d->fd < 0 || !file_write_all(d->fd, buf_get0(&d->mem)))
			d->error = errno;
	}
	if (d->error == 0 && !file_write_all(d->fd, s))
		d->error = errno;
}

/* All of it; false when it could not be kept. */
static bool
der_get0(struct der *d, struct span *out)
{
	*out = buf_get0(&d->mem);
	if (d->fd < 0)
		return true;
	if (d->error == 0) {
		d->map = mmap(NULL, (size_t)d->n, PROT_READ, MAP_PRIVATE,
		    d->fd, 0);
		if (d->map == MAP_FAILED) {
			d->map = NULL;
			d->error = errno;
		}
	}
	*out = span_of(d->map, (size_t)d->n);
	return d->error == 0;
}

static void
der_free(struct der *d)
{
	if (d->map != NULL)
		munmap(d->map, (size_t)d->n);
	if (d->fd >= 0)
		close(d->fd);
	buf_free_wipe(&d->mem);
}

static bool
type_of(const struct header *h, struct mime_type *out)
{
	size_t at = header_find(h, SPAN("Content-Type"), 0);

	return header_count(h, SPAN("Content-Type")) == 1 &&
	    mime_type_parse(h->v[at].value, out);
}

/* With and without the "x-" of old programs (RFC 8551 section 3.10). */
static bool
is_pkcs7(const struct mime_type *t, struct span name, struct span old)
{
	return mime_type_is(t, SPAN("application"), name) ||
	    mime_type_is(t, SPAN("application"), old);
}

enum layer_kind
layer_kind_of(const struct header *h)
{
	struct buf protocol = BUF(256);
	enum layer_kind kind = LAYER_NONE;
	struct mime_type t;

	if (!type_of(h, &t))
		return LAYER_NONE;
	if (is_pkcs7(&t, SPAN("pkcs7-mime"), SPAN("x-pkcs7-mime")))
		kind = LAYER_OPAQUE;
	else if (mime_type_is(&t, SPAN("multipart"), SPAN("signed")) &&
	    mime_param(&t, SPAN("protocol"), &protocol) &&
	    (span_ieq(buf_get0(&protocol),
	    SPAN("application/pkcs7-signature")) ||
	    span_ieq(buf_get0(&protocol),
	    SPAN("application/x-pkcs7-signature"))))
		kind = LAYER_DETACHED;
	buf_free(&protocol);
	return kind;
}

/* pkcs7-mime's word of what it is; nothing has looked inside. */
static bool
says(const struct header *h, struct span smime_type)
{
	struct buf value = BUF(256);
	struct mime_type t;
	bool is = layer_kind_of(h) == LAYER_OPAQUE && type_of(h, &t) &&
	    mime_param(&t, SPAN("smime-type"), &value) &&
	    span_ieq(buf_get0(&value), smime_type);

	buf_free(&value);
	return is;
}

bool
layer_says_signed(const struct header *h)
{
	return layer_kind_of(h) == LAYER_DETACHED ||
	    says(h, SPAN("signed-data"));
}

bool
layer_says_encrypted(const struct header *h)
{
	return says(h, SPAN("enveloped-data")) ||
	    says(h, SPAN("authEnveloped-data"));
}

enum encoding { ENC_IDENTITY, ENC_BASE64, ENC_OTHER };

static enum encoding
encoding_of(const struct header *h)
{
	struct span name = SPAN("Content-Transfer-Encoding");
	size_t at = header_find(h, name, 0);

	if (header_count(h, name) > 1)
		return ENC_OTHER;
	if (mime_is_plain(h))
		return ENC_IDENTITY;
	return span_ieq(span_trim(h->v[at].value), SPAN("base64")) ?
	    ENC_BASE64 : ENC_OTHER;
}

static void
to_b64(void *arg, struct span s)
{
	mime_b64_decode(arg, s);
}

static bool
read_opaque(struct layer *l, const struct header *h,
    const struct cms_source *from)
{
	struct mime_b64 b64 = { .to = der_add, .arg = &l->der };
	enum encoding e = encoding_of(h);
	bool ok = e == ENC_BASE64 ? from->each(from->arg, to_b64, &b64) :
	    from->each(from->arg, der_add, &l->der);

	if (e == ENC_OTHER)
		l->why = "its transfer encoding is neither base64 nor none";
	else if (e == ENC_BASE64 && !mime_b64_decode_end(&b64))
		l->why = "its base64 is malformed";
	return ok;
}

/* multipart/signed on its way: what was signed as CRLF, and the signature. */
struct split {
	struct mime_parts parts;
	struct to_crlf lines;
	struct buf signature;
};

static void
take_part(void *arg, size_t part, struct span s)
{
	struct split *p = arg;

	if (part == 0)
		to_crlf_add(&p->lines, s);
	else if (part == 1)
		buf_span(&p->signature, s);
}

static void
to_parts(void *arg, struct span s)
{
	struct split *p = arg;

	mime_parts_add(&p->parts, s);
}

/* The second part: its header, then the structure. */
static const char *
read_signature(struct layer *l, struct span part)
{
	struct mime_b64 b64 = { .to = der_add, .arg = &l->der };
	struct header h = { .n = 0 };
	size_t scan = 0, end = 0, blank = 0;
	struct mime_type t;
	bool ok = header_end(part, &scan, &end, &blank) &&
	    header_split(span_first(part, end), ENTITY_FIELDS_MAX, &h) ==
	    HEADER_OK && type_of(&h, &t) && is_pkcs7(&t,
	    SPAN("pkcs7-signature"), SPAN("x-pkcs7-signature"));
	enum encoding e = ok ? encoding_of(&h) : ENC_OTHER;

	header_free(&h);
	if (e == ENC_OTHER)
		return "its second part is no S/MIME signature";
	part = span_from(part, end + blank);
	if (e == ENC_IDENTITY) {
		der_add(&l->der, part);
		return NULL;
	}
	mime_b64_decode(&b64, part);
	return mime_b64_decode_end(&b64) ? NULL :
	    "the signature's base64 is malformed";
}

static bool
read_detached(struct layer *l, const struct header *h,
    const struct cms_source *from)
{
	struct split p = { .lines = { entity_add, &l->content, false },
	    .signature = BUF(SIGNATURE_MAX) };
	struct buf boundary = BUF(256);
	struct mime_type t;
	bool ok = true, whole = false;

	if (!type_of(h, &t) || !mime_param(&t, SPAN("boundary"), &boundary) ||
	    !mime_parts_start(&p.parts, buf_get0(&boundary), take_part, &p)) {
		l->why = "it has no boundary";
	} else {
		ok = from->each(from->arg, to_parts, &p);
		whole = mime_parts_end(&p.parts) && p.parts.part == 2 &&
		    !p.signature.over;
		l->why = whole ? read_signature(l, buf_get0(&p.signature)) :
		    "it has not exactly two whole parts";
		if (p.parts.stray)
			l->why = "a bare CR or NUL stands beside what is "
			    "signed";
	}
	buf_free(&boundary);
	buf_free(&p.signature);
	return ok;
}

static const char *
split_problem(enum cms_split_result r)
{
	switch (r) {
	case CMS_SPLIT_OK:
		return NULL;
	case CMS_SPLIT_OTHER:
		return "it is neither signed nor encrypted";
	case CMS_SPLIT_TOO_MUCH:
		return "it has too many signers, certificates or recipients";
	default:
		return "its CMS structure is malformed";
	}
}

/* Exactly one content: beside the signature, or in it. */
static const char *
signed_problem(const struct layer *l)
{
	if (l->kind == LAYER_DETACHED && l->parts.has_content)
		return "its signature has a content of its own";
	if (l->kind == LAYER_OPAQUE && !l->parts.has_content)
		return "there is no content in it";
	return l->parts.signers == 0 ? "nobody has signed it" : NULL;
}

static const char *
content_problem(struct layer *l)
{
	bool is_signed = l->parts.type == CMS_SIGNED;
	const char *why = is_signed ? signed_problem(l) :
	    l->kind == LAYER_DETACHED ? "its second part is no signature" :
	    NULL;

	if (why == NULL && !span_eq(l->parts.content_type,
	    SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")))
		why = "its content is no mail (id-data)";
	if (why != NULL || !is_signed)
		return why;
	if (l->kind == LAYER_OPAQUE)
		cms_content_each(&l->parts, entity_add, &l->content);
	return entity_split(&l->content) ? NULL :
	    "its content is no MIME entity";
}

bool
layer_read(struct layer *l, const struct header *h,
    const struct cms_source *from, bool secret, const struct env *env)
{
	struct span der = { NULL, 0 };
	bool ok = true;

	*l = (struct layer){ .kind = layer_kind_of(h),
	    .der = { .mem = BUF(MEMORY), .fd = -1, .secret = secret } };
	entity_start(&l->content, env, false);
	if (l->kind == LAYER_NONE)
		return true;
	ok = (l->kind == LAYER_OPAQUE ? read_opaque(l, h, from) :
	    read_detached(l, h, from));
	if (ok && !der_get0(&l->der, &der)) {
		l->error = l->der.error;
		return false;
	}
	if (ok && l->why == NULL)
		l->why = split_problem(cms_split(der, &l->parts));
	if (ok && l->why == NULL)
		l->why = content_problem(l);
	if (ok && l->content.octets.state != SPOOL_OK) {
		l->error = l->content.octets.error;
		return false;
	}
	return ok;
}

void
layer_free(struct layer *l)
{
	cms_parts_free(&l->parts);
	der_free(&l->der);
	entity_free(&l->content);
}
