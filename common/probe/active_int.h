/* What the tests of active.h share: one connection to the server. */
#ifndef PROBE_ACTIVE_INT_H
#define PROBE_ACTIVE_INT_H

#include "probe/active.h"

enum attempt_result {
	ATTEMPT_OK,		/* greeted, capabilities listed */
	ATTEMPT_NONE,		/* no more connections may be had */
	ATTEMPT_DEAD,		/* nobody listens, or ends it at once */
	ATTEMPT_FAILED,		/* it could not be found out */
};

struct attempt {
	const struct active_ask *ask;
	struct stream *s;	/* NULL: not connected */
	struct hail h;
	struct talk t;
	int64_t deadline;
};

/*
 * Connect, greet and list, inside of TLS where it is implicit. Any result is
 * followed by attempt_end.
 */
enum attempt_result attempt_begin(struct attempt *at, struct active *a,
    const struct active_ask *ask);
/* TLS over the attempt's stream, and the talk goes on inside. */
enum session_result attempt_secure(struct attempt *at);
void attempt_end(struct attempt *at);

enum protocol attempt_protocol(const struct attempt *at);

#endif
