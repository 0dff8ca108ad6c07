/* The looks that a probe consists of; for the files of this directory only. */
#ifndef PROBE_LOOK_H
#define PROBE_LOOK_H

#include "probe/way.h"
#include "probe/probe.h"

/* deliver.c: the first connection, all that a delivery sees. */
void look_delivery(struct way *w, struct probe *p);

/* full.c: full depth, what the delivery's connection did not show. */
void look_full(struct way *w, struct probe *p);

/* attack.c: --active, what a sender would never do (active.h). */
void look_active(struct way *w, struct probe *p);

#endif
