/* The looks that a probe consists of; for the files of this directory only. */
#ifndef PROBE_LOOK_H
#define PROBE_LOOK_H

#include "probe/line.h"
#include "probe/probe.h"

/* The first connection: all that a delivery sees. */
void look_delivery(struct line *l, struct probe *p);

/* Full depth: what the delivery's connection did not show. */
void look_full(struct line *l, struct probe *p);

/* What a sender would never do. */
void look_active(struct line *l, struct probe *p);

#endif
