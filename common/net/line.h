/* Lines of a dialogue: CRLF ends them, a bare LF is taken and told. */
#ifndef NET_LINE_H
#define NET_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "net/stream.h"

struct line {
	struct span text;	/* without its end; until the next read */
	bool bare_lf;		/* ended by LF alone */
};

/*
 * The next line. A timeout takes nothing, so that asking again goes on where
 * it stopped; a line over STREAM_BUFFER octets is STREAM_TOO_LONG. NUL and a
 * bare CR are octets of the line like others.
 */
enum stream_result line_read(struct stream *s, int64_t deadline,
    struct line *out);

#endif
