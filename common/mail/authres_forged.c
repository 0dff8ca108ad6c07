/* Fields that pretend to be another host's results; see authres.h. */
#include "mail/authres.h"

#include "base/ascii.h"

static const struct span name = SPAN("Authentication-Results");

/* Whether "Authentication-Results:" begins behind a CR. */
static bool
hides_results(struct span raw)
{
	for (size_t at = span_chr(raw, '\r'); at < raw.n;
	    at = span_chr(raw, '\r')) {
		struct span rest = span_from(raw, at + 1);

		raw = rest;
		if (!span_istarts(rest, name))
			continue;
		rest = span_from(rest, name.n);
		while (rest.n > 0 && ascii_is_wsp(rest.p[0]))
			rest = span_from(rest, 1);
		if (span_starts(rest, SPAN(":")))
			return true;
	}
	return false;
}

enum authres_forgery
authres_forged(const struct field *f, struct span id)
{
	if (hides_results(f->raw))
		return AUTHRES_HIDDEN;
	return span_ieq(f->name, name) && authres_claims(f->value, id) ?
	    AUTHRES_FORGED : AUTHRES_OTHER;
}
