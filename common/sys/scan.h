/*
 * JSON as text (RFC 8259): whether it is, and where the members of the
 * outermost object lie. Nothing is decoded or copied, so numbers, escapes
 * and duplicates stay as their author wrote them.
 */
#ifndef SYS_SCAN_H
#define SYS_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct scan_member {
	struct span key;	/* between the quotes, escapes and all */
	struct span value;	/* without blanks around it */
	/* with the blanks around it: from after { or , to before , or } */
	struct span slot;
};

struct scan_object {
	struct scan_member *v;	/* free(v) */
	size_t n, cap;
	struct span head;	/* up to and with { */
	struct span tail;	/* from } on (from behind { when empty) */
};

/*
 * Find the members of the object that text is. False when it is not one
 * whole JSON object in UTF-8, at most 64 levels deep; *why (static) and *at
 * (offset) say where it stops being one.
 */
bool scan_object(struct span text, struct scan_object *out,
    const char **why, size_t *at);
/* The same for one of at most max members. */
bool scan_object_max(struct span text, size_t max, struct scan_object *out,
    const char **why, size_t *at);

/*
 * Hand each item of the array that text is to fn, without blanks around it,
 * until fn returns false (then so does this, *why untouched). Items are
 * handed on before the array was seen to its end. Else as scan_object.
 */
bool scan_items(struct span text, bool (*fn)(void *arg, struct span item),
    void *arg, const char **why, size_t *at);

/* The items of an array, without blanks around them. */
struct scan_array {
	struct span *v;		/* free(v) */
	size_t n, cap;
};

/* Find them in a whole JSON array; else as scan_object. */
bool scan_array(struct span text, struct scan_array *out,
    const char **why, size_t *at);

/* Whether a key or string (without its quotes) spells "name". */
bool scan_spells(struct span quoted, struct span name);

/* The last member called so (what JSON libraries take), or NULL. */
const struct scan_member *scan_find0(const struct scan_object *o,
    struct span name);

/*
 * Append the text of a string value, escapes resolved. False when the value
 * is no string.
 */
bool scan_string(struct span value, struct buf *out);

#endif
