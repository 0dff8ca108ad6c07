/* Records of rows; see row.h. */
#include "report/row.h"

#include "base/utf8.h"
#include "sys/rec.h"

/* What names a row has at most so much of a line: three texts, escaped. */
enum { MEMBER_MAX = 1 << 20, HEAD_MAX = 384 << 10 };

static void
put_head(struct jw *j, const struct row_head *head0)
{
	static const struct row_head none;
	const struct row_head *h = head0 ? head0 : &none;

	jw_object(j, "report");
	jw_some(j, "org", h->org);
	jw_some(j, "id", h->id);
	jw_some(j, "domain", h->domain);
	if (h->dated) {
		jw_time(j, "begin", h->begin);
		jw_time(j, "end", h->end);
	} else {
		jw_null(j, "begin");
		jw_null(j, "end");
	}
	jw_end(j);
	jw_int(j, "n", (int64_t)h->n);
}

void
row_write(const struct row_head *head0, const char *tool, struct span member,
    struct buf *out)
{
	struct buf fitted = BUF(REC_MAX);
	struct jw j = JW(out);

	if (member.n > REC_MAX - HEAD_MAX)
		rec_truncate(member, REC_MAX - HEAD_MAX, &fitted);
	else
		buf_span(&fitted, member);
	jw_object(&j, NULL);
	put_head(&j, head0);
	jw_raw(&j, tool, buf_get0(&fitted));
	jw_end(&j);
	buf_byte(out, '\n');
	buf_free(&fitted);
}

void
row_none(const struct run *run, const char *tool, const char *schema,
    const char *file, const struct findings *fs, struct buf *out)
{
	struct buf member = BUF(MEMBER_MAX);
	struct jw j = JW(&member);

	if (run->text) {
		utf8_clean(out, span_str(file));
		buf_printf(out, ": %s\n", findings_verdict(fs));
		run_text_findings(fs, out);
		return;
	}
	run_member(run, &j, schema, findings_verdict(fs));
	jw_text(&j, "file", span_str(file));
	jw_findings(&j, "findings", fs);
	jw_end(&j);
	row_write(NULL, tool, buf_get0(&member), out);
	buf_free(&member);
}
