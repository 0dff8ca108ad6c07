/* What went over the wire; see transcript.h. */
#include "net/transcript.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* Whole lines or none: "over" of the buffer says that some are missing. */
static void
add(struct transcript *t, const char *mark, struct span line)
{
	struct buf entry = BUF(TRANSCRIPT_LINE_MAX + 16);
	struct span kept = span_first(line, TRANSCRIPT_LINE_MAX);

	if (t == NULL)
		return;
	buf_str(&entry, mark);
	for (size_t i = 0; i < kept.n; i++)
		buf_byte(&entry, kept.p[i] == '\n' ? ' ' : kept.p[i]);
	buf_str(&entry, kept.n < line.n ? " [...]\n" : "\n");
	buf_span(&t->text, buf_get0(&entry));
	buf_free(&entry);
}

void
transcript_sent(struct transcript *t, struct span line)
{
	add(t, "C: ", line);
}

void
transcript_came(struct transcript *t, struct span line)
{
	add(t, "S: ", line);
}

void
transcript_note(struct transcript *t, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	if (t == NULL)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	add(t, "-- ", span_str(text));
	free(text);
}

void
transcript_free(struct transcript *t)
{
	buf_free(&t->text);
}
