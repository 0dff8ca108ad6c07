/*
 * The record of a subject and the line that answers it; see subject.h. Apart
 * from the names of domains, so that a filter without them links no IDNA.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "run/subject.h"
#include "sys/exit.h"
#include "sys/jw.h"
#include "sys/rec.h"
#include "sys/say.h"
#include "sys/scan.h"

void
subject_base(const struct subject *s, const char *key, struct buf *out)
{
	struct jw j = JW(out);

	if (s->is_record) {
		buf_span(out, s->text);
		return;
	}
	jw_object(&j, NULL);
	jw_text(&j, key, s->text);
	jw_end(&j);
}

bool
subject_is_sound(const struct subject *s)
{
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;
	bool ok = !s->is_record || scan_object(s->text, &o, &why, &at);

	free(o.v);
	return ok;
}

/* What cannot be added to goes on as it came. */
static int
copied(const struct subject *s, struct span base, const char *why,
    struct buf *out)
{
	if (s->line > 0)
		say_error("line %" PRIu64 ": %s: copied as it is", s->line,
		    why);
	else
		say_error("%s: copied as it is", why);
	buf_span(out, base);
	buf_byte(out, '\n');
	return EXIT_MALFORMED;
}

int
subject_answer(const struct subject *s, struct span base, const char *tool,
    struct span member, struct buf *out)
{
	size_t start = out->n, room = 0, at = 0;
	struct buf fitted = BUF(REC_MAX);
	const char *why = NULL;
	char *place = NULL;
	int status = EXIT_HOLDS;

	if (!rec_splice(base, span_str(tool), member, out, &why, &at)) {
		place = xasprintf("not a record (%s at octet %zu)", why,
		    at + 1);
		status = copied(s, base, place, out);
		free(place);
		return status;
	}
	if (!out->over && out->n - start <= REC_MAX) {
		buf_byte(out, '\n');
		return EXIT_HOLDS;
	}
	/* what the record has beside the member is what it may not take */
	out->over = false;
	out->n = start;
	rec_splice(base, span_str(tool), SPAN("0"), out, &why, &at);
	room = out->n - start < REC_MAX ? REC_MAX - (out->n - start) : 0;
	out->n = start;
	if (rec_truncate(member, room, &fitted)) {
		rec_splice(base, span_str(tool), buf_get0(&fitted), out,
		    &why, &at);
		buf_byte(out, '\n');
	} else {
		status = copied(s, base, "too long to be added to", out);
	}
	buf_free(&fitted);
	return status;
}
