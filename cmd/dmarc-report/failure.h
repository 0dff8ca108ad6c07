/* Failure reports (RFC 9991) beside aggregate ones. */
#ifndef FAILURE_H
#define FAILURE_H

#include "report/afrf.h"
#include "report/reading.h"

/* Whether the part of a mail is one. */
bool failure_is(const struct leaf *leaf);
/* Whether the text may be one, which is no XML at any rate. */
bool failure_looks_so(struct spool *text);

/* Read it and give its row; as struct report_kind's "read". */
bool failure_read(const struct run *run, struct spool *text,
    struct report_rows *rows, const char **why, uint64_t *at);

#endif
