/* Findings for people; see run.h. */
#include "run/run.h"

void
run_text_findings(const struct findings *fs, struct buf *out)
{
	for (size_t i = 0; i < fs->n; i++) {
		const struct finding *f = &fs->v[i];
		const struct finding_info *info = finding_info(f->code);

		buf_printf(out, "  %-7s %s%s%s: %s%s%s [%s]\n", f->ignored ?
		    "ignored" : severity_name(info->sev), info->code,
		    f->where[0] ? " " : "", f->where, info->text,
		    f->detail[0] ? ": " : "", f->detail, info->clause);
		if (info->fix[0] != '\0' && !f->ignored)
			buf_printf(out, "          hint: %s\n", info->fix);
	}
}
