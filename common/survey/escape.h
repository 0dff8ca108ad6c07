/*
 * Hostile text on its way into a page: one function for each output. All
 * clean it first, as utf8_clean does: no control, no bidi character, one
 * line.
 */
#ifndef SURVEY_ESCAPE_H
#define SURVEY_ESCAPE_H

#include "base/buf.h"
#include "base/span.h"

/* Text between tags, and attribute values in double or single quotes. */
void escape_html(struct buf *out, struct span text);

/*
 * Text within a paragraph or a cell of a table (GitHub's Markdown): no
 * markup, no HTML, no link that nobody wrote, no end of the cell. Not for the
 * start of a line.
 */
void escape_markdown(struct buf *out, struct span text);

/*
 * A field of CSV (RFC 4180), with its quotes. What a spreadsheet would take
 * for a formula, = + - or @ behind any blanks, gets an apostrophe in front.
 */
void escape_csv(struct buf *out, struct span text);

/* A label's value in Prometheus' text format, without its quotes. */
void escape_prometheus(struct buf *out, struct span text);

#endif
