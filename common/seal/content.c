/* The inside of messages; see content.h. */
#include "seal/content.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/b64.h"
#include "base/utf8.h"
#include "seal/letter.h"
#include "sys/jw.h"
#include "sys/scan.h"

enum { MATERIAL_TEXT_MAX = 1024 };

static bool
is_media(uint32_t content_type)
{
	return content_type == LETTER_IMAGE || content_type == LETTER_VIDEO ||
	    content_type == LETTER_AUDIO || content_type == LETTER_FILE;
}

/* A member's value as it is written, nothing when it is not there. */
static struct span
member(const struct scan_object *o, const char *name)
{
	const struct scan_member *m = scan_find0(o, span_str(name));

	return m != NULL ? m->value : (struct span){ NULL, 0 };
}

static bool
is_string(struct span value)
{
	return value.n > 0 && value.p[0] == '"';
}

static bool
is_number(struct span value)
{
	return value.n > 0 &&
	    (value.p[0] == '-' || ascii_is_digit(value.p[0]));
}

static const char *
location_flaw(const struct scan_object *o)
{
	if (!is_string(member(o, "title")) || !is_string(member(o, "address")))
		return "a location has the strings \"title\" and \"address\"";
	if (!is_number(member(o, "latitude")) ||
	    !is_number(member(o, "longitude")))
		return "a location has the numbers \"latitude\" and "
		    "\"longitude\"";
	return NULL;
}

static bool
material_of(const struct scan_object *o,
    unsigned char out[static MEDIA_MATERIAL_SIZE])
{
	struct buf text = BUF(MATERIAL_TEXT_MAX);
	struct buf octets = BUF(MATERIAL_TEXT_MAX);
	struct span value = member(o, "keyMaterial");
	bool ok = false;

	/* room at once, so that no copy is left behind in freed memory */
	buf_room(&text, MATERIAL_TEXT_MAX);
	buf_room(&octets, MATERIAL_TEXT_MAX);
	ok = scan_string(value, &text) &&
	    b64_decode(&octets, buf_get0(&text)) &&
	    octets.n == MEDIA_MATERIAL_SIZE;
	if (ok)
		memcpy(out, octets.p, MEDIA_MATERIAL_SIZE);
	buf_free_wipe(&text);
	buf_free_wipe(&octets);
	return ok;
}

/* What is wrong with an object of the type; NULL for nothing. */
static const char *
object_flaw(uint32_t content_type, struct span text)
{
	unsigned char material[MEDIA_MATERIAL_SIZE];
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;

	if (!scan_object(text, &o, &why, &at))
		return "it is no JSON object";
	if (content_type == LETTER_LOCATION) {
		why = location_flaw(&o);
	} else if (is_media(content_type) && !material_of(&o, material)) {
		why = "media have a \"keyMaterial\" of 32 octets in base64";
	}
	explicit_bzero(material, sizeof(material));
	free(o.v);
	return why;
}

bool
content_wrap(uint32_t content_type, struct span given, struct buf *out,
    const char **why)
{
	struct jw j = JW(out);
	const char *flaw = NULL;

	if (content_type == LETTER_TEXT)
		flaw = utf8_valid(given) ? NULL : "a text is UTF-8";
	else
		flaw = object_flaw(content_type, given);
	if (flaw != NULL) {
		*why = flaw;
		return false;
	}
	given = content_type == LETTER_TEXT ? given : span_trim(given);
	if (content_type == LETTER_TEXT || content_type == LETTER_LOCATION)
		jw_object(&j, NULL);
	if (content_type == LETTER_TEXT)
		jw_span(&j, "text", given.n > 0 ? given : SPAN(""));
	else
		jw_raw(&j, content_type == LETTER_LOCATION ? "location" :
		    NULL, given);
	jw_end(&j);
	*why = "it is too long";
	return !out->over;
}

bool
content_unwrap(uint32_t content_type, struct span object, struct buf *out,
    const char **why)
{
	struct scan_object o = { 0 };
	const char *flaw = NULL;
	size_t at = 0;

	if (!scan_object(object, &o, &flaw, &at)) {
		*why = "it is no JSON object";
		return false;
	}
	if (content_type == LETTER_TEXT) {
		flaw = scan_string(member(&o, "text"), out) ? NULL :
		    "it has no string \"text\"";
	} else if (content_type == LETTER_LOCATION) {
		object = member(&o, "location");
		flaw = object_flaw(content_type, object);
		buf_span(out, flaw == NULL ? object : SPAN(""));
	} else {
		flaw = object_flaw(content_type, object);
		buf_span(out, flaw == NULL ? span_trim(object) : SPAN(""));
	}
	free(o.v);
	if (flaw != NULL)
		*why = flaw;
	return flaw == NULL;
}

void
content_media(const unsigned char material[static MEDIA_MATERIAL_SIZE],
    struct span name, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_b64(&j, "keyMaterial", span_of(material, MEDIA_MATERIAL_SIZE));
	if (name.n > 0)
		jw_span(&j, "fileName", name);
	jw_end(&j);
}

bool
content_material(struct span text,
    unsigned char material[static MEDIA_MATERIAL_SIZE])
{
	struct buf octets = BUF(MATERIAL_TEXT_MAX);
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;
	bool ok = false;

	if (scan_object(text, &o, &why, &at)) {
		ok = material_of(&o, material);
		free(o.v);
		return ok;
	}
	buf_room(&octets, MATERIAL_TEXT_MAX);
	ok = b64_decode(&octets, text) && octets.n == MEDIA_MATERIAL_SIZE;
	if (ok)
		memcpy(material, octets.p, MEDIA_MATERIAL_SIZE);
	buf_free_wipe(&octets);
	return ok;
}
