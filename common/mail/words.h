/* Encoded words in header fields (RFC 2047), to text that can be read. */
#ifndef MAIL_WORDS_H
#define MAIL_WORDS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Append an unstructured field's value as UTF-8: folds are one blank, encoded
 * words decoded, blanks between two of them dropped (section 6.2). A word of
 * another charset than UTF-8, US-ASCII and ISO-8859-1, and one that is
 * malformed, stays as it is. What is decoded may hold line ends and controls:
 * utf8_clean is the caller's. False when octets remain that are not UTF-8.
 */
bool words_decode(struct span value, struct buf *out);

/*
 * As words_decode, for who looks for ASCII in what people see: words of other
 * charsets are decoded, too, each octet beyond ASCII a '?', NULs left out,
 * which are between the ASCII of UTF-16. What was not UTF-8 stays as it is.
 */
void words_show(struct span value, struct buf *out);

#endif
