/* What the command line asks for: sockets, zone, record, resolver. */
#ifndef SETUP_H
#define SETUP_H

#include "dns/dns.h"
#include "sys/opt.h"
#include "upstream.h"

struct args {
	struct upstream_config upstream;
	const char *zone, *record, *now;
	int sandbox;
};

extern const struct opt_spec setup_spec;

/* What main owns; a zeroed one is empty. */
struct run {
	int *fd;
	size_t n;
	struct event_base *base;	/* what everything waits in */
	struct dns *zone;	/* the recorder around it if there is one */
	struct dns *record;
	struct upstream *up;
};

/*
 * Open it all. The exit status: 0, or why not, which has been said on stderr
 * then. What was opened is to be closed either way.
 */
int setup_open(struct run *run, struct args *args,
    const struct opt_list *sockets);
void setup_close(struct run *run);

#endif
