/*
 * What the commands beyond the draft do as all of msgsec does: statuses, and
 * text for people on a terminal.
 */
#include <sysexits.h>
#include <unistd.h>

#include "pgp-lite.h"

int
house_status(int status, bool writes_mail)
{
	if (status == SOP_OK)
		return EX_OK;
	if (writes_mail)
		return EX_TEMPFAIL;
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
