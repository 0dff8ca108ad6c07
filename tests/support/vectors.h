/* Test vectors in JSON: hexadecimal strings as octets. */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include <jansson.h>

#include "base/buf.h"
#include "base/span.h"

/* The file, from the top of the tree; never NULL: the test ends instead. */
json_t *vectors_load(const char *path);

/* The octets of a member, appended to keep, which lends them. */
struct span vectors_hex(const json_t *object, const char *key,
    struct buf *keep);
/* The same, exactly n of them, copied. */
void vectors_get(const json_t *object, const char *key, unsigned char *to,
    size_t n);

#endif
