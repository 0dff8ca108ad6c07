/*
 * What stands inside a sealed message: a JSON object whose shape the content
 * type decides. A text is {"text":"..."}, a location {"location":{...}};
 * pictures and files have the material that opens them.
 */
#ifndef SEAL_CONTENT_H
#define SEAL_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "seal/media.h"

/*
 * Append the object for what a person gives: the text of a text, the inner
 * object {"title","address","latitude","longitude"} of a location, all of
 * the object {"keyMaterial","fileName"} of media, any object of other types.
 * False with *why (static).
 */
bool content_wrap(uint32_t content_type, struct span given, struct buf *out,
    const char **why);

/* The way back: append what content_wrap was given. */
bool content_unwrap(uint32_t content_type, struct span object,
    struct buf *out, const char **why);

/* Append a media message's object; "name" may be empty. */
void content_media(const unsigned char material[static MEDIA_MATERIAL_SIZE],
    struct span name, struct buf *out);

/*
 * The material that such an object has, or that stands alone in base64.
 * False when there is none.
 */
bool content_material(struct span text,
    unsigned char material[static MEDIA_MATERIAL_SIZE]);

#endif
