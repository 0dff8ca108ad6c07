/* Writing answers, each whole and in its turn; see coord_int.h. */
#include "run/coord_int.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/rec.h"
#include "sys/say.h"

void
out_base(const struct state *s, const struct subject *subject,
    struct buf *out)
{
	if (!subject->is_record && s->ops->base != NULL)
		s->ops->base(s->arg, subject, out);
	else
		subject_base(subject, s->c->key, out);
}

bool
out_flush(struct state *s)
{
	bool ok = file_write_all(s->out_fd, buf_get0(&s->out));

	if (!ok && !s->torn) {
		say_error("writing the results: %s", strerror(errno));
		s->status = exit_worse(s->status, EXIT_IO);
		s->torn = true;
	}
	buf_reset(&s->out);
	return ok;
}

/* What is due is written at once: only what waits for another one is held. */
static bool
drain_order(struct state *s)
{
	while (s->order != NULL && order_take(s->order, &s->out))
		if (s->out.n >= OUT_BATCH && !out_flush(s))
			return false;
	return true;
}

bool
out_answer(struct state *s, uint64_t n, struct span text, int status)
{
	s->status = exit_worse(s->status, status);
	s->ended++;
	progress_count(&s->progress, status);
	if (s->order == NULL)
		buf_span(&s->out, text);
	else
		order_put(s->order, n, text);
	return drain_order(s) && (s->out.n < OUT_BATCH || out_flush(s));
}

static void
lost_member(const struct state *s, const struct findings *fs,
    struct buf *out)
{
	struct jw j = JW(out);

	run_member(s->c->run, &j, s->c->schema, findings_verdict(fs));
	jw_findings(&j, "findings", fs);
	jw_end(&j);
}

static int
lost(const struct state *s, const struct subject *subject,
    enum finding_code code, int signo, struct buf *out)
{
	struct findings fs = { 0 };
	struct buf base = BUF(2 * REC_MAX), member = BUF(REC_MAX);
	int status = 0;

	if (signo != 0)
		finding_add(&fs, code, "", "signal %d", signo);
	else
		finding_add(&fs, code, "", NULL);
	status = run_grade(s->c->run->opts, &fs);
	if (s->c->run->text) {
		utf8_clean(out, subject->text);
		buf_printf(out, ": %s: %s\n", findings_verdict(&fs),
		    finding_info(code)->text);
	} else {
		out_base(s, subject, &base);
		lost_member(s, &fs, &member);
		status = exit_worse(status, subject_answer(subject,
		    buf_get0(&base), s->c->tool, buf_get0(&member), out));
	}
	buf_free(&base);
	buf_free(&member);
	findings_free(&fs);
	return status;
}

bool
out_lost(struct state *s, uint64_t n, const struct subject *subject,
    const struct pool_done *d)
{
	bool crashed = d->how == POOL_CRASHED;
	struct buf text = BUF(RESULT_MAX);
	int status = lost(s, subject, crashed ? F_RUN_CRASHED :
	    F_RUN_TIMEOUT, crashed ? d->status : 0, &text);
	bool ok = out_answer(s, n, buf_get0(&text), status);

	buf_free(&text);
	return ok;
}
