/* Two renderings of one judged target. */
#ifndef MSTLS_PROBE_RENDER_H
#define MSTLS_PROBE_RENDER_H

#include "mstls-probe.h"
#include "target.h"

/* "none" where there was nothing to judge, else the findings' verdict. */
const char *target_verdict(const struct target *t);

/* The member "mstls-probe" of a record. */
void render_json(const struct job *job, const struct target *t,
    struct buf *out);

/* The same for people. */
void render_text(const struct job *job, const struct target *t,
    struct buf *out);

/*
 * Append the TLSA records for what is served, in place of a verdict. Returns
 * 0, or 75 after having said why there is none.
 */
int tlsa_records(const struct target *t, struct buf *out);

/* CLI.md's words for dane.status; "unknown" where no server was seen. */
const char *dane_word(const struct server *s, const struct address *a);

/* Why there is no TLS, in a few words; false where there is. */
bool error_text(const struct address *a, struct buf *out);

/* The questions not reached, or without a clear answer, a line each. */
void not_asked(const struct address *a, struct buf *out);

#endif
