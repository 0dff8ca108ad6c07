/* dmarc-verify domain: a domain's posture, and its two renderings. */
#ifndef DMARC_VERIFY_DOMAIN_H
#define DMARC_VERIFY_DOMAIN_H

#include "auth/posture.h"
#include "base/buf.h"
#include "run/run.h"
#include "sys/jw.h"

/* The verb; argv[0] is its name. Returns the exit status. */
int domain_main(int argc, char **argv);

/* The member "dmarc-verify" of a domain's record. */
void domain_json(const struct run *r, struct span domain,
    const struct posture *p, struct buf *out);

/* The same for people. */
void domain_text(const struct run *r, struct span domain,
    const struct posture *p, struct buf *out);

#endif
