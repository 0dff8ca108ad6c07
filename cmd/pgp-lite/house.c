/*
 * What the commands beyond the draft do as all of msgsec does: statuses, and
 * text for people on a terminal.
 */
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "pgp-lite.h"

void
house_start(bool writes_mail)
{
	mem_on_failure("pgp-lite", writes_mail ? EX_TEMPFAIL : EX_SOFTWARE);
}

int
house_end(struct run *r, bool writes_mail)
{
	int status = run_end(r);

	if (status == SOP_OK)
		return EX_OK;
	if (writes_mail)
		return EX_TEMPFAIL;
	if (r->stdout_failed)
		return EX_IOERR;
	switch (status) {
	case SOP_NO_SIGNATURE:
		return 1;
	case SOP_MISSING_ARG:
	case SOP_UNSUPPORTED_OPTION:
	case SOP_INCOMPATIBLE_OPTIONS:
	case SOP_UNSUPPORTED_SPECIAL_PREFIX:
	case SOP_AMBIGUOUS_INPUT:
		return EX_USAGE;
	case SOP_BAD_DATA:
		return EX_DATAERR;
	case SOP_MISSING_INPUT:
		return EX_NOINPUT;
	default:
		return EX_TEMPFAIL;
	}
}

bool
wants_text(const struct run *r)
{
	return r->a.format == FORMAT_TEXT || (r->a.format == FORMAT_AUTO &&
	    isatty(STDOUT_FILENO));
}
