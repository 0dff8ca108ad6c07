/* What the texts for people share. */
#ifndef RENDER_H
#define RENDER_H

#include "base/buf.h"
#include "base/finding.h"

/* A line a finding, and what to do about it. */
void text_findings(const struct findings *fs, struct buf *out);

#endif
