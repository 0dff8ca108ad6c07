/* Two renderings of one judged target. */
#ifndef MSTLS_PROBE_RENDER_H
#define MSTLS_PROBE_RENDER_H

#include "mstls-probe.h"
#include "sys/jw.h"
#include "target.h"

/* "none" where there was nothing to judge, else the findings' verdict. */
const char *target_verdict(const struct target *t);

/* "ipv4", "ipv6"; and its verdict, "none" where it has no address. */
const char *family_name(size_t i);
const char *family_verdict(const struct family *f);

/* The member "mstls-probe" of a record. */
void render_json(const struct job *job, const struct target *t,
    struct buf *out);

/* The same for people. */
void render_text(const struct job *job, const struct target *t,
    struct buf *out);

/*
 * Append the TLSA records for what is served, in place of a verdict. Returns
 * 0, or 75 after having said of which address, or kind of key, there is none.
 */
int tlsa_records(const struct target *t, struct buf *out);

/* CLI.md's words for dane.status; "unknown" where no server was seen. */
const char *dane_word(const struct server *s, const struct address *a);

/* Why there is no TLS, in a few words; false where there is. */
bool error_text(const struct address *a, struct buf *out);

/*
 * "versions", "ciphers", "groups" and, where there is one, "offer" of an
 * address.
 */
void render_offer(struct jw *j, const struct probe *p);
/* Yes or no; all else is null. */
void render_known(struct jw *j, const char *key, enum tls_known k);

/* Add what is accepted under any version, each once. */
void offered_suites(const struct probe *p, struct tls_codes *out);
void offered_groups(const struct probe *p, struct tls_codes *out);

/*
 * The member "not_asked": "ADDRESS: QUESTION" for each that the budget or the
 * time did not reach (not_asked.c).
 */
void not_asked(struct jw *j, const struct job *job, const struct target *t);
/* Whether there are such questions about the address. */
bool has_gaps(const struct job *job, const struct address *a);

#endif
