/*
 * Members of records that jansson has parsed: what is absent or of another
 * type is empty, so that a reader asks straight through.
 */
#ifndef SYS_JGET_H
#define SYS_JGET_H

#include <jansson.h>
#include <stdint.h>

#include "base/span.h"

/* The string, lent from it; empty where it is none. */
static inline struct span
jget_text(const json_t *string)
{
	if (!json_is_string(string))
		return (struct span){ NULL, 0 };
	return span_of(json_string_value(string),
	    json_string_length(string));
}

static inline struct span
jget_span(const json_t *object, const char *key)
{
	return jget_text(json_object_get(object, key));
}

static inline bool
jget_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

#endif
