/* Lines of a dialogue: CRLF ends them, a bare LF is taken and told. */
#ifndef NET_LINE_H
#define NET_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "net/stream.h"

/*
 * The next line without its end, valid until the next read; *bare_lf tells
 * how it ended. A timeout takes nothing, so that asking again goes on where
 * it stopped; a line over STREAM_BUFFER octets is STREAM_TOO_LONG. NUL and a
 * bare CR are octets of the line like others.
 */
enum stream_result line_read(struct stream *s, int64_t deadline,
    struct span *line, bool *bare_lf);

#endif
