/* SPF results in JSON and for people: the same for every verb. */
#ifndef RENDER_SPF_H
#define RENDER_SPF_H

#include "auth/spf.h"
#include "sys/jw.h"

/* The object of msgsec-record(5) under "key", with "trace" if there is one. */
void render_spf_json(struct jw *j, const char *key,
    const struct spf_verdict *v);

/*
 * Append lines for people, each begun with "indent": what was asked at every
 * step, indented by depth, with the counts of lookups and void ones.
 */
void render_spf_trace(const struct spf_trace *t, const char *indent,
    struct buf *out);

#endif
