/* What the tools before us in a pipeline have said, for people. */
#include <jansson.h>
#include <string.h>

#include "base/utf8.h"
#include "run/coord_int.h"
#include "sys/jget.h"

/* The codes that the verdict comes from, each once. */
static void
put_codes(const json_t *findings, struct span verdict, struct buf *out)
{
	struct span last = { NULL, 0 };
	const json_t *f = NULL;
	const char *before = " (";
	size_t i = 0;

	json_array_foreach(findings, i, f) {
		struct span code = jget_span(f, "code");

		if (!span_eq(jget_span(f, "severity"), verdict) ||
		    jget_true(f, "ignored") || span_eq(code, last))
			continue;
		buf_str(out, before);
		utf8_clean(out, code);
		before = ", ";
		last = code;
	}
	if (last.n > 0)
		buf_byte(out, ')');
}

void
text_earlier(const struct subject *s, const char *tool, struct buf *out)
{
	json_t *record = s->is_record ? json_loadb((const char *)s->text.p,
	    s->text.n, JSON_ALLOW_NUL, NULL) : NULL;
	json_t *member = NULL;
	const char *name = NULL;

	json_object_foreach(record, name, member) {
		struct span verdict = jget_span(member, "verdict");

		if (verdict.n == 0 || strcmp(name, tool) == 0)
			continue;
		buf_str(out, "  earlier ");
		utf8_clean(out, span_str(name));
		buf_str(out, ": ");
		utf8_clean(out, verdict);
		put_codes(json_object_get(member, "findings"), verdict, out);
		buf_byte(out, '\n');
	}
	json_decref(record);
}
