/* Line ends on the way: what is signed has CRLF, what is stored often LF. */
#ifndef MAIL_EOL_H
#define MAIL_EOL_H

#include <stdbool.h>

#include "base/span.h"

/* LF to CRLF; what is CRLF already stays. */
struct to_crlf {
	void (*to)(void *arg, struct span s);
	void *arg;
	bool cr;
};
void to_crlf_add(struct to_crlf *c, struct span s);

/* Line ends of any kind to eol; a CR alone stays. */
struct to_eol {
	void (*to)(void *arg, struct span s);
	void *arg;
	const char *eol;
	bool cr;		/* one that waits for its LF */
};
void to_eol_add(struct to_eol *e, struct span s);
void to_eol_end(struct to_eol *e);

#endif
