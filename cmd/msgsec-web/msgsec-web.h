/* What the files of msgsec-web share. */
#ifndef MSGSEC_WEB_H
#define MSGSEC_WEB_H

#include <stdbool.h>

#include "crypto/trust.h"
#include "sys/opt.h"

struct args {
	const char *ca_file;
	bool allow_private;
	int sandbox;
};

extern const struct opt_spec web_spec;

/*
 * The authorities, NULL where there are none: pinned keys still are believed
 * then. The exit status: 0, or why not, which was said.
 */
int web_open_roots(const struct args *args, struct trust **out);
/* Keep the network, and what looking a host up reads. */
int web_give_up_power(const struct args *args);

#endif
