/* --probe: what the MX hosts really do, one delivery's look at each. */
#ifndef PROBE_H
#define PROBE_H

#include "audit.h"
#include "run/coord.h"

/* Before the sandbox; returns 0, or the exit status after saying why. */
int probe_open(struct job *j);
void probe_close(struct job *j);

/* The addresses of the domain's hosts, each a visit; for coord.h. */
void probe_plan(const struct job *j, struct span domain, struct plan *p);
void probe_visit(const struct job *j, struct span place, struct buf *found);

/* Put what was seen in the place of what names alone said. */
void probe_judge(const struct job *j, const struct planned *p,
    struct audit *a);

#endif
