/*
 * Members of a JSON object that came from outside, taken strictly: the right
 * type and size, or the object is bad. The first thing that is wrong sticks.
 */
#ifndef SYS_JSON_IN_H
#define SYS_JSON_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "sys/scan.h"

struct json_in {
	struct scan_object object;
	const char *bad;	/* the member that is wrong, or NULL */
};

/* Read the object that text is; false (and nothing to free) if it is none. */
bool json_in_open(struct span text, struct json_in *in);
void json_in_close(struct json_in *in);

/* Whether the member is there and not null. */
bool json_in_has(const struct json_in *in, const char *key);

/* Each marks the object as bad when the member is not so. */
uint32_t json_in_u32(struct json_in *in, const char *key);
/* Append a string's text. */
void json_in_text(struct json_in *in, const char *key, struct buf *out);
/* Append the octets of a base64 string, as b64_decode takes it. */
void json_in_octets(struct json_in *in, const char *key, struct buf *out);
/* Exactly n octets. */
void json_in_exactly(struct json_in *in, const char *key, unsigned char *out,
    size_t n);
/* A time, RFC 3339. */
int64_t json_in_time(struct json_in *in, const char *key);
/* An object within it; false (and it is bad) when it is none. */
bool json_in_inner(struct json_in *in, const char *key,
    struct json_in *inner);

#endif
