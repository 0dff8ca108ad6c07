/*
 * What the verbs of pgp-lite mail share: one RFC 5322 message in, as PGP/MIME
 * (RFC 3156) out, or the other way.
 */
#ifndef PGP_LITE_MAIL_H
#define PGP_LITE_MAIL_H

#include "base/finding.h"
#include "mail/eol.h"
#include "mail/mime.h"
#include "mail/msg.h"
#include "mail/protect.h"
#include "pgp-lite.h"
#include "pgp/verify.h"

struct mail {
	struct run r;
	struct msg msg;		/* header held, body to come */
	struct stage out;
	const char *eol;	/* the message's own, for what is written */
};

/* Each has its arguments read, and reads the message itself. */
bool mail_sign(struct mail *m);
bool mail_encrypt(struct mail *m);
bool mail_decrypt(struct mail *m);
bool mail_verify(struct mail *m);

/* Read the header section; false after run_fail. */
bool mail_header(struct mail *m);
/* The whole body to "fn"; false after run_fail. */
bool mail_body(struct mail *m, void (*fn)(void *arg, struct span piece),
    void *arg);

/* The root's Content-Type, text/plain where there is none. */
bool mail_type(struct mail *m, const struct header *h,
    struct mime_type *out);

/* --- mail_result.c: what came of the signatures */
struct mail_result {
	struct findings findings;
	struct verdict verdicts[HASHER_MAX];
	size_t n, good;
	bool encrypted, is_protected;
	const char *from;	/* "match", "mismatch", "many-from", "none" */
};

/*
 * Judge the signatures, and the header: "outer" is the message's, "inner"
 * what was signed with it or NULL.
 */
void mail_judge(struct mail *m, struct files *certs,
    const struct signatures *sigs, const struct hasher *h,
    struct verifier *v, const struct header *outer,
    const struct header *inner, struct mail_result *out);
/* As a record of one line, or as text. */
void mail_result_json(const struct mail *m, const struct mail_result *res,
    struct buf *out);
void mail_result_text(const struct mail_result *res, struct buf *out);

#endif
