/* What the tests of active.h share: one visit to the server. */
#ifndef PROBE_ACTIVE_INT_H
#define PROBE_ACTIVE_INT_H

#include "probe/active.h"

enum visit_result {
	VISIT_OK,		/* greeted, capabilities listed */
	VISIT_NONE,		/* no more connections may be had */
	VISIT_DEAD,		/* nobody listens, or ends it at once */
	VISIT_FAILED,		/* it could not be found out */
};

struct visit {
	const struct active_ask *ask;
	struct stream *s;	/* NULL: not connected */
	struct hail h;
	struct talk t;
	int64_t deadline;
};

/*
 * Connect, greet and list, inside of TLS where it is implicit. Any result is
 * followed by visit_end.
 */
enum visit_result visit_begin(struct visit *v, struct active *a,
    const struct active_ask *ask);
/* TLS over the visit's stream, and the talk goes on inside. */
enum session_result visit_secure(struct visit *v);
void visit_end(struct visit *v);

/* A reply to the command sent last (IMAP: with that tag). */
enum step visit_reply(struct visit *v, const char *tag);

enum protocol visit_protocol(const struct visit *v);

#endif
