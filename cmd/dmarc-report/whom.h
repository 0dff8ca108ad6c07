/* Who may be sent reports about a domain (RFC 9990 section 4). */
#ifndef WHOM_H
#define WHOM_H

#include "auth/destination.h"
#include "run/run.h"

struct whom {
	struct dmarc_ctx *ctx;
	struct dns *dns;
	int status;		/* 75 when somebody could not be asked about */
};

/* whom_free may be given one that was never made, but zeroed. */
struct whom whom_new(const struct env *env);
void whom_free(struct whom *w);

/*
 * Append the address of a mailto URI to a To field, if its host may have
 * reports about the domain; why not is said.
 */
void whom_add(struct whom *w, struct span domain, struct span uri,
    struct buf *to);

#endif
