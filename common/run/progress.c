/* A line about the run; see progress.h. */
#include "run/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/buf.h"
#include "sys/env.h"
#include "sys/file.h"

enum { SECOND = 1000000 };

void
progress_start(struct progress *p, const char *tool, enum run_progress how,
    int out_fd)
{
	*p = (struct progress){
		.tool = tool, .terminal = isatty(STDERR_FILENO) != 0,
		.began = env_ticks(),
	};
	p->last = p->began;
	p->on = how == RUN_PROGRESS_ALWAYS ||
	    (how == RUN_PROGRESS_AUTO && p->terminal && !isatty(out_fd));
}

static void
show(struct progress *p, int64_t now)
{
	int64_t seconds = (now - p->began) / SECOND;
	struct buf line = BUF(512);

	/* back to the start of the line, and clear it */
	buf_str(&line, p->terminal ? "\r\033[K" : "");
	buf_printf(&line, "%s: %" PRIu64 " done", p->tool, p->done);
	if (p->unknown > 0)
		buf_printf(&line, ", %" PRIu64 " unknown", p->unknown);
	if (p->skipped > 0)
		buf_printf(&line, ", %" PRIu64 " skipped", p->skipped);
	if (seconds > 0)
		buf_printf(&line, ", %" PRIu64 "/s",
		    p->done / (uint64_t)seconds);
	buf_str(&line, p->terminal ? "" : "\n");
	file_write_all(STDERR_FILENO, buf_get0(&line));
	buf_free(&line);
	p->last = now;
	p->shown = true;
}

void
progress_count(struct progress *p, int status)
{
	p->done++;
	p->unknown += status == EXIT_UNKNOWN;
	/* a run that is never idle speaks too; the clock is not for free */
	if (p->on && p->done % 256 == 0)
		progress_show(p);
}

void
progress_show(struct progress *p)
{
	int64_t now = 0;

	if (!p->on)
		return;
	now = env_ticks();
	if (now - p->last >= (p->terminal ? SECOND : 10 * SECOND))
		show(p, now);
}

void
progress_end(struct progress *p)
{
	if (!p->on || (p->terminal && !p->shown))
		return;
	show(p, env_ticks());
	if (p->terminal)
		file_write_all(STDERR_FILENO, SPAN("\n"));
}
