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
	struct vault kept;	/* stdin as it came, for --on-error=pass */
	bool ready;		/* it is known what to do on an error */
	bool begun;		/* writing: there is no way back */
	int command_status;	/* of "-- COMMAND", 0 without one */
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

/*
 * Whether a header that was written had room, for without one of its fields
 * it would be another; false after run_fail.
 */
bool mail_head_fits(struct mail *m, const struct buf *head);

/* The root's Content-Type, text/plain where there is none. */
bool mail_type(struct mail *m, const struct header *h,
    struct mime_type *out);

/* --- mail_explain.c */

/* Tell on stdout what mail encrypt would do; false after run_fail. */
struct encryption;
bool mail_explain(struct mail *m, struct encryption *e);

/* --- mail_autocrypt.c */

/*
 * Append the author's certificate as an Autocrypt field, where that is asked
 * for and one of the keys is the author's, and drop those that are there.
 */
void mail_add_autocrypt(struct mail *m, struct files *keys, const char *eol,
    struct buf *out);

/*
 * Append the least of one of the certificates that somebody needs to write to
 * the address; false if none is the address's.
 */
bool autocrypt_minimal(struct run *r, struct files *certs, struct span addr,
    struct buf *packets);
/* What is in the clear must not become what was encrypted, nor be copied. */
void mail_drop_gossip(struct mail *m);

/* --- mail_gossip.c */

/*
 * Append to the header of what is encrypted the certificates of To and Cc,
 * where that is asked for and there are several.
 */
void mail_add_gossip(struct mail *m, struct files *certs, struct buf *out);
/*
 * Append, armored, those that the header of what was encrypted hands out for
 * addresses of To, Cc and Reply-To, if the message is "believed" to be its
 * author's. One line on stderr for each.
 */
void mail_take_gossip(struct mail *m, const struct header *inner,
    bool believed, struct buf *out);

/* --- mail_onward.c: what is written is mail on its way */

/* Stdin, remembered where it may have to be handed on. */
struct msg_source mail_source(struct mail *m);
/* Before the message is read; false after run_fail. */
bool mail_onward_start(struct mail *m);
/*
 * Everything has succeeded: write the named outputs, and m->out to stdout or
 * to COMMAND. False after run_fail.
 */
bool mail_deliver(struct mail *m);
/*
 * Do what --on-error says, unless the message was written; the exit status.
 * Ends the run.
 */
int mail_onward_end(struct mail *m);

/* --- mail_result.c: what came of the signatures */
struct mail_result {
	struct findings findings;
	struct verdict verdicts[HASHER_MAX];
	/* of a signature that counts: From and all it shows is its signer's */
	bool matches[HASHER_MAX];
	size_t n, good;
	bool encrypted, is_protected;
	const char *from;	/* "match", "mismatch", "many-from", "none" */
	struct buf author;	/* the address in From, if it is one */
};

/*
 * Judge the signatures, and the header: "outer" is the message's, "inner"
 * what was signed with it or NULL.
 */
void mail_judge(const struct files *certs, const struct signatures *sigs,
    const struct hasher *h, const struct verifier *v,
    const struct header *outer, const struct header *inner,
    struct mail_result *out);
void mail_result_free(struct mail_result *res);
/* As a record of one line, or as text. */
void mail_result_json(const struct mail *m, const struct mail_result *res,
    struct buf *out);
void mail_result_text(const struct mail *m, const struct mail_result *res,
    struct buf *out);

#endif
