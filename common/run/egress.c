/* Is port 25 open to us? See egress.h. */
#include "run/egress.h"

#include "probe/probe.h"
#include "sys/exit.h"
#include "sys/say.h"

/* One more of the subject's that is silent. */
static void
count(struct egress *e, uint64_t subject)
{
	size_t i = 0;

	while (i < e->n && e->v[i].subject != subject)
		i++;
	if (i == e->n) {
		e->v[i].subject = subject;
		e->v[i].silent = 0;
		e->n++;
	}
	if (e->v[i].silent == EGRESS_SUBJECT)
		return;
	e->v[i].silent++;
	e->silent++;
}

bool
egress_visited(struct egress *e, const struct visited *v)
{
	enum probe_reach reach = PROBE_NO_CONNECTION;
	enum dial_result dial = DIAL_OK;
	enum service service = SERVICE_SMTP;

	if (e->answered || e->blocked || v->how != VISIT_MADE ||
	    !probe_peek(v->found, &service, &reach, &dial) ||
	    service != SERVICE_SMTP)
		return !e->blocked;
	if (reach != PROBE_NO_CONNECTION || dial == DIAL_REFUSED)
		e->answered = true;
	else if (dial == DIAL_TIMEOUT || dial == DIAL_UNREACHABLE)
		count(e, v->subject);
	e->blocked = e->silent == EGRESS_SILENT;
	return !e->blocked;
}

int
egress_status(const struct egress *e, int status)
{
	if (!e->blocked)
		return status;
	say_error("egress.blocked: %zu addresses of %zu subjects, and port "
	    "25 answers nowhere: stopped", e->silent, e->n);
	say_hint("run it where port 25 is open; --resume goes on from here");
	return exit_worse(status, EXIT_UNKNOWN);
}
