/* What the files of smime-lite share. */
#ifndef SMIME_LITE_H
#define SMIME_LITE_H

#include <openssl/x509.h>
#include <stdbool.h>

#include "base/finding.h"
#include "base/vec.h"
#include "cms/chain.h"
#include "cms/ident.h"
#include "cms/layer.h"
#include "cms/verify.h"
#include "cms/writer.h"
#include "crypto/vault.h"
#include "mail/eol.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/protect.h"
#include "run/onward.h"
#include "run/run.h"
#include "sys/opt.h"

struct args {
	struct opt_list key, cert, chain, crl_file, recipient;
	const char *passphrase, *result_out;
	bool opaque, authenticated, unauthenticated;
	struct onward_opts onward;
	struct run_opts run;
	/* generate-key */
	struct opt_list email;
	const char *name, *output;
	int algorithm, bits, days;
	bool request, force;
};

/* The verbs; each returns the exit status. */
int sign_main(int argc, char **argv);
int encrypt_main(int argc, char **argv);
int decrypt_main(int argc, char **argv);
int verify_main(int argc, char **argv);
int inspect_main(int argc, char **argv);
int generate_main(int argc, char **argv);
extern const struct opt_verb verbs[];

/* --- start.c */
/*
 * What each verb that reads a message begins with, once its options are
 * known: its clock, the command that the message goes to (NULL: stdout), and
 * the vault that it is written into, "open" if that is no secret. Keys are
 * read after it. False after having said why.
 */
bool start(const struct args *a, char **command, bool open, struct run *run,
    struct onward *mail, struct vault *out);
/* The same where nothing goes onward. */
void start_reading(const struct args *a, struct run *run,
    struct onward *mail, struct vault *nothing);

/* The tables of options.c. */
extern const struct opt_spec tool_spec, sign_spec, encrypt_spec,
    decrypt_spec, verify_spec, inspect_spec, generate_spec;

/* --- keys.c: what the options name; each says what is wrong */
struct idents {
	struct cms_ident *v;
	size_t n, cap;
};

/* Append the certificates of all files. */
bool certs_load(const struct opt_list *files, STACK_OF(X509) *out);
/* The keys of --key with their certificates. */
bool idents_load(const struct args *a, struct idents *out);
void idents_free(struct idents *ids);

/* What signers are judged by; the authorities are loaded when they are. */
struct judging {
	struct cms_judges by;
	STACK_OF(X509) *given;	/* --cert: signers' own */
	struct trust *trust;
	const char *ca_file;
};
bool judging_load(const struct args *a, struct judging *out);
/* Load the authorities; false after having said that there are none. */
bool judging_trust(struct judging *j);
void judging_free(struct judging *j);

/*
 * The line at which power is given up, before the message is read: no
 * network, files only in the folder for temporary ones, of --result-out and,
 * unless "later" is NULL, of the authorities, which are loaded when there is
 * a signature. False after having said why.
 */
bool give_up_power(const struct args *a, const struct judging *later);

/* --- sign.c */
struct signing {
	const struct idents *ids;
	const struct env *env;
	enum cms_form form;
	enum protect kind;
	void (*to)(void *arg, struct span s);
	void *arg;
};

/*
 * Whether all fields have room; false after having said that not: without one
 * of them it would be another message.
 */
bool header_fits(const struct buf *head);

/* The body of the message that is written onward. */
struct cms_source source_of_message(struct onward *o);

/*
 * Write the signed MIME entity of a message: its Content fields, the empty
 * line, and the body, with line ends as they come. False after having said
 * why.
 */
bool sign_entity(struct signing *s, const struct header *h,
    const struct cms_source *body);

/* --- into.c: where pieces go, for callers that know only void * */
void into_qp(void *qp, struct span s);
void into_crlf(void *to_crlf, struct span s);
void into_eol(void *to_eol, struct span s);
void into_b64(void *b64, struct span s);	/* encoding */
void into_vault(void *vault, struct span s);
void into_cms(void *writer, struct span s);
void into_buf(void *buf, struct span s);

/* --- judge.c: what came of a message */

/* Say why the vault failed; returns false. */
bool say_spool(const struct vault *v);

/*
 * layer_read that says what is in the way; what is wrong with the layer
 * itself is in l->why.
 */
bool read_layer(struct layer *l, const struct header *h,
    const struct cms_source *from, bool secret, const struct env *env);

/* --- before.c: a message that says it was signed before it is encrypted */
struct before {
	struct vault body;	/* of the message, which can be read once */
	struct layer layer;
	bool is;		/* a layer of signatures: only what is in it
				   is shown to who decrypts it */
	const char *why;	/* why they do not all hold, static; or NULL */
};

#define BEFORE ((struct before){ .layer = LAYER })

/*
 * Keep the body, read the layer that the header speaks of (RFC 8551 section
 * 3.5), and try each signature: "given" are certificates of signers that did
 * not send theirs. Whether anybody vouches for a signer is not asked. False
 * after having said why it could not be kept or read. Free in any case.
 */
bool before_read(struct before *b, const struct header *h,
    const struct cms_source *from, STACK_OF(X509) *given,
    const struct env *env);
/* What was kept; any number of times. */
struct cms_source before_body(struct before *b);
void before_free(struct before *b);

struct verdict {
	struct findings findings;
	struct cms_signatures sigs;
	size_t good;		/* and trusted */
	struct cms_signatures around;	/* around the encryption */
	const char *cipher;	/* NULL: not encrypted */
	bool is_signed, is_protected;
	/* "match", "mismatch", "many-from", "none"; "unknown": no signature
	 * holds. NULL: there is none */
	const char *from;
	struct buf author;	/* the address in From, if it is one */
};

/*
 * Judge the signatures of a layer that is signed. "outer" is the message's
 * header. False when there is nothing to judge by, which has been said.
 */
bool judge_layer(struct layer *l, const struct header *outer,
    struct judging *j, int64_t now, struct verdict *out);
/*
 * The same for signatures around an encryption (RFC 2634 section 1.1). They
 * are told, and no more: whoever hands an encrypted message on can sign it,
 * changed as he likes.
 */
bool judge_around(struct layer *l, struct judging *j, int64_t now,
    struct verdict *out);
/* Whether all signers signed, and all are trusted. */
bool verdict_is_whole(const struct verdict *v);
void verdict_free(struct verdict *v);

/* --- verify.c */
/*
 * Read the body of a message with that header, and judge who signed it.
 * False when it could not be found out at all, which has been said.
 */
bool verify_message(struct layer *l, const struct header *h,
    const struct cms_source *body, struct judging *j, const struct env *env,
    struct verdict *out);

/* --- open.c: a message that is encrypted as a whole */
struct opening {
	const struct header *header;
	struct cms_source body;
	const struct idents *ids;
	struct judging *judging;
	const struct env *env;
	bool unauthenticated;	/* release what anybody may have changed */
};

struct opened {
	struct layer around, outer, inner;
	struct entity plain;
	struct verdict verdict;
};

#define OPENED ((struct opened){ .around = LAYER, .outer = LAYER, \
	.inner = LAYER })

/*
 * Decrypt it, and judge what is signed in it and around it. False after
 * having said why; then nothing of it may be shown. Free in any case.
 */
bool open_message(const struct opening *by, struct opened *o);
/*
 * Append the message that a reader should see, of what open_message was true
 * for. False after having said why, or when *out could not keep it.
 */
bool opened_write(struct opened *o, const struct header *outer,
    const char *eol, struct vault *out);
void opened_free(struct opened *o);

/* --- render.c */
/* Names and addresses are others' words: no line gets longer by them. */
enum { MEMBER_MAX = 64 << 20 };
/* The record around a member, which is made to fit its line (sys/rec.h). */
void render_record(const struct buf *member, struct buf *out);
void render_json(const struct run *r, const struct verdict *v,
    struct buf *out);
void render_text(const struct run *r, const struct verdict *v,
    struct buf *out);

#endif
