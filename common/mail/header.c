/* Splitting a header section into fields; see header.h. */
#include "mail/header.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/vec.h"

/* One line with its line end; *rest moves behind it. */
static struct span
take_line(struct span *rest)
{
	size_t at = span_chr(*rest, '\n');
	struct span line = span_first(*rest, at < rest->n ? at + 1 : at);

	*rest = span_from(*rest, line.n);
	return line;
}

static struct span
without_end(struct span line)
{
	if (line.n > 0 && line.p[line.n - 1] == '\n')
		line.n--;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* ftext = %d33-57 / %d59-126; blanks before the colon are obsolete syntax. */
static struct span
field_name(struct span line)
{
	struct span name = span_first(line, span_chr(line, ':'));

	if (name.n == line.n)
		return (struct span){ NULL, 0 };
	while (name.n > 0 && ascii_is_wsp(name.p[name.n - 1]))
		name.n--;
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_graph(name.p[i]))
			return (struct span){ NULL, 0 };
	return name;
}

const char *
header_control(struct span section)
{
	size_t at = 0;

	if (span_chr(section, '\0') < section.n)
		return "NUL";
	while ((at = span_chr(section, '\r')) < section.n) {
		section = span_from(section, at + 1);
		if (!span_starts(section, SPAN("\n")))
			return "a bare CR";
	}
	return NULL;
}

bool
header_is_envelope(struct span line)
{
	return span_starts(line, SPAN("From ")) && field_name(line).n == 0 &&
	    header_control(line) == NULL;
}

static void
count_line_end(struct header *h, struct span line)
{
	if (span_ends(line, SPAN("\r\n")))
		h->crlf++;
	else if (span_ends(line, SPAN("\n")))
		h->lf++;
}

static void
finish(struct field *f)
{
	size_t colon = span_chr(f->raw, ':');

	f->value = without_end(f->raw);
	if (f->name.n > 0)
		f->value = span_from(f->value, colon + 1);
}

static enum header_status
add_line(struct header *h, struct span line, size_t max_fields)
{
	struct field *f = h->n > 0 ? &h->v[h->n - 1] : NULL;

	count_line_end(h, line);
	if (f != NULL && line.n > 0 && ascii_is_wsp(line.p[0])) {
		f->raw.n += line.n;
		return HEADER_OK;
	}
	if (f == NULL && header_is_envelope(line))
		return HEADER_OK;
	if (h->n == max_fields)
		return HEADER_TOO_MANY;
	f = VEC_PUSH(h);
	f->raw = line;
	f->name = field_name(line);
	h->garbage += f->name.n == 0;
	return HEADER_OK;
}

enum header_status
header_split(struct span raw, size_t max_fields, struct header *out)
{
	struct header h = { .raw = raw };
	struct span rest = raw;

	while (rest.n > 0) {
		if (add_line(&h, take_line(&rest), max_fields) != HEADER_OK) {
			header_free(&h);
			return HEADER_TOO_MANY;
		}
	}
	for (size_t i = 0; i < h.n; i++)
		finish(&h.v[i]);
	*out = h;
	return HEADER_OK;
}

void
header_free(struct header *h)
{
	free(h->v);
	*h = (struct header){ 0 };
}

const char *
header_doubt(const struct header *h)
{
	if (h->garbage > 0)
		return "a line that is no field";
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].raw.p[h->v[i].name.n] != ':')
			return "a blank before a colon";
	return header_control(h->raw);
}

size_t
header_find(const struct header *h, struct span name, size_t from)
{
	while (from < h->n && !span_ieq(h->v[from].name, name))
		from++;
	return from < h->n ? from : h->n;
}

size_t
header_count(const struct header *h, struct span name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += span_ieq(h->v[i].name, name);
	return n;
}

/* The length of the empty line at the start of s; 0 when there is none. */
static size_t
empty_line(struct span s)
{
	return span_starts(s, SPAN("\n")) ? 1 :
	    span_starts(s, SPAN("\r\n")) ? 2 : 0;
}

bool
header_end(struct span in, size_t *scan, size_t *end, size_t *blank)
{
	size_t at = *scan;

	while (at < in.n) {
		struct span rest = span_from(in, at);
		size_t n = 0;

		if (at == 0 || in.p[at - 1] == '\n') {
			n = empty_line(rest);
			if (n > 0) {
				*end = at;
				*blank = n;
				return true;
			}
			/* a CR alone may become one */
			if (rest.n < 2)
				break;
		}
		at += span_chr(rest, '\n') + 1;
	}
	*scan = at < in.n ? at : in.n;
	return false;
}
