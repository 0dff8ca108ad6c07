/*
 * What the files of pgp-lite share. It is a Stateless OpenPGP command
 * (draft-dkg-openpgp-stateless-cli): data from stdin to stdout, everything
 * else by named files, and a status that says why.
 */
#ifndef PGP_LITE_H
#define PGP_LITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/finding.h"
#include "crypto/vault.h"
#include "pgp/cert.h"
#include "pgp/signer.h"
#include "pgp/sink.h"
#include "run/onward.h"
#include "run/run_opts.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/opt.h"

/* The draft's statuses (its section 7). */
enum sop {
	SOP_OK = 0,
	SOP_UNSPECIFIED_FAILURE = 1,
	SOP_NO_SIGNATURE = 3,
	SOP_UNSUPPORTED_ASYMMETRIC_ALGO = 13,
	SOP_CERT_CANNOT_ENCRYPT = 17,
	SOP_MISSING_ARG = 19,
	SOP_INCOMPLETE_VERIFICATION = 23,
	SOP_CANNOT_DECRYPT = 29,
	SOP_PASSWORD_NOT_HUMAN_READABLE = 31,
	SOP_UNSUPPORTED_OPTION = 37,
	SOP_BAD_DATA = 41,
	SOP_EXPECTED_TEXT = 53,
	SOP_OUTPUT_EXISTS = 59,
	SOP_MISSING_INPUT = 61,
	SOP_KEY_IS_PROTECTED = 67,
	SOP_UNSUPPORTED_SUBCOMMAND = 69,
	SOP_UNSUPPORTED_SPECIAL_PREFIX = 71,
	SOP_AMBIGUOUS_INPUT = 73,
	SOP_KEY_CANNOT_SIGN = 79,
	SOP_INCOMPATIBLE_OPTIONS = 83,
	SOP_UNSUPPORTED_PROFILE = 89,
	SOP_PRIMARY_KEY_BAD = 103,
	SOP_CERT_USERID_NO_MATCH = 107,
	SOP_KEY_CANNOT_CERTIFY = 109,
};

/* The times "-" and "now" of options. */
#define DATE_UNBOUND INT64_MIN
#define DATE_NOW (INT64_MIN + 1)

enum as { AS_BINARY, AS_TEXT, AS_CLEARSIGNED };
enum add_autocrypt { AUTOCRYPT_NOT = -1, AUTOCRYPT_PLAIN,
	AUTOCRYPT_MUTUAL };
enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_AUTO };

struct args {
	bool armor, no_armor, debug;
	int as;
	const char *profile;
	/* indirect arguments */
	const char *key_password_new, *micalg_out, *session_key_out;
	const char *verifications_out, *signatures_out, *result_out;
	const char *gossip_out;
	struct opt_list key_passwords, passwords, sign_with, session_keys;
	struct opt_list verify_with, user_ids, merge_certs;
	int64_t not_before, not_after;
	uint64_t s2k_kib;	/* --max-s2k-memory */
	int max_decompressed;	/* MiB */
	int purpose;		/* --for */
	int format;		/* of mail verify */
	bool signing_only, no_self_sig, addr_spec_only;
	bool no_added, revoke_deprecated, stream, hide_recipients;
	/* version */
	bool backend, extended, sop_spec, sopv;
	int sandbox;		/* enum sandbox_mode */
	/* of the commands beyond the draft */
	struct onward_opts onward;
	struct run_opts find;		/* how to search certificates */
	struct opt_list cert_dirs;
	int add_autocrypt;		/* enum add_autocrypt */
	bool from_autocrypt, explain, no_legacy_display, add_gossip;
};

/* --- options.c */
extern const struct opt_spec top_spec;
extern const struct opt_spec specs[];

enum spec {
	SPEC_VERSION, SPEC_LIST_PROFILES, SPEC_GENERATE_KEY,
	SPEC_EXTRACT_CERT, SPEC_SIGN, SPEC_VERIFY, SPEC_ENCRYPT,
	SPEC_DECRYPT, SPEC_ARMOR, SPEC_DEARMOR, SPEC_INLINE_DETACH,
	SPEC_INLINE_VERIFY, SPEC_INLINE_SIGN, SPEC_CHANGE_KEY_PASSWORD,
	SPEC_REVOKE_KEY, SPEC_MERGE_CERTS, SPEC_CERTIFY_USERID,
	SPEC_VALIDATE_USERID, SPEC_UPDATE_KEY, SPEC_MAIL,
	SPEC_INSPECT, SPEC_LINT, SPEC_FIND,
	SPECS,
};

/* --- the subcommands, each its status */
int version_main(int argc, char **argv);
int list_profiles_main(int argc, char **argv);
int generate_key_main(int argc, char **argv);
int change_key_password_main(int argc, char **argv);
int extract_cert_main(int argc, char **argv);
int revoke_key_main(int argc, char **argv);
int merge_certs_main(int argc, char **argv);
int certify_userid_main(int argc, char **argv);
int validate_userid_main(int argc, char **argv);
int update_key_main(int argc, char **argv);
int sign_main(int argc, char **argv);
int inline_sign_main(int argc, char **argv);
int verify_main(int argc, char **argv);
int inline_verify_main(int argc, char **argv);
int inline_detach_main(int argc, char **argv);
int encrypt_main(int argc, char **argv);
int decrypt_main(int argc, char **argv);
int armor_main(int argc, char **argv);
int dearmor_main(int argc, char **argv);
int mail_main(int argc, char **argv);
int inspect_main(int argc, char **argv);
int lint_main(int argc, char **argv);
int find_main(int argc, char **argv);
int help_main(int argc, char **argv);
extern const struct opt_verb verbs[], sopv_verbs[];

/* Which of the two tables this run has, by its name. */
extern const struct opt_verb *known_verbs;
/* The modes before the subcommand. */
extern int sandbox_mode;
/* One of enum sandbox_mode; -1: there is none of that name. */
int sandbox_named(const char *name);
/* Append the libraries and what they lack, a line each, for --version. */
void pgp_version(struct buf *out);
/* --help, --version, or nothing that is known. */
int no_verb(int argc, char **argv);

struct run;
/*
 * What a command beyond the draft begins with: out of memory, too, it ends as
 * msgsec(7) says, where 1 is a verdict. Mail that is written may only wait.
 */
void house_start(bool writes_mail);
/* As run_end; the status is the house's. */
int house_end(struct run *r, bool writes_mail);
/* --format, or what fits stdout. */
bool wants_text(const struct run *r);

/* --- run.c: one subcommand from its options to its status */
struct output {
	const char *arg;	/* NULL: not asked for */
	struct buf content;	/* wiped */
	struct file_out file;
	int fd;			/* @FD:; -1 */
};

enum { OUTPUTS_MAX = 2, INPUT_MAX = CERT_FILE_MAX };

/* The helper that searches for certificates; pid 0: none runs. */
struct finder {
	pid_t pid;
	int fd;			/* what it found */
	struct buf answers;
};

struct run {
	struct args a;
	struct opt_result res;
	struct env env;
	int64_t now;
	struct child child;	/* "-- COMMAND", forked before all secrets */
	bool has_child;
	struct finder finder;
	struct output out[OUTPUTS_MAX];
	size_t outs;
	/* passphrases as they were read; the spans are in "raw" */
	struct passphrases key_passwords, passwords;
	struct s2k_budget budget;	/* of the message */
	struct s2k_budget key_budget;	/* of all secret keys */
	struct buf *raw;
	size_t raw_n;
	bool secrets;		/* what is read now is for nobody else */
	enum sop status;
	bool stdout_failed;	/* and that is why */
	struct pgp_error error;
};

/*
 * Parse the options; the number of operands must lie between least and most.
 * False: r->status is what to end with.
 */
bool run_start(struct run *r, enum spec spec, int argc, char **argv,
    size_t least, size_t most);
/*
 * Give up power: from here on no file is opened but those that were, and the
 * spools. Call it when all arguments were read and before any is looked at.
 */
bool run_close_in(struct run *r);
/*
 * Write the named outputs, which must happen before anything goes to stdout:
 * one that cannot be written is a failure like all others.
 */
bool run_commit(struct run *r);
/* Free everything, return the status. */
int run_end(struct run *r);

/* The status for a verdict on signatures or keys, by its worst finding. */
void run_verdict(struct run *r, enum severity worst);

/* Note the first failure and say it; returns false. */
bool run_fail(struct run *r, enum sop status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a stdout that was not written, and whose errno says why. */
bool run_fail_stdout(struct run *r);
/* The same for what a reader of common/pgp found, with a hint to an option. */
bool run_fail_error(struct run *r, const char *what, enum sop bad);

/* --max-decompressed in octets, for struct pgp_msg. */
static inline uint64_t
run_inflate_max(const struct run *r)
{
	return (uint64_t)r->a.max_decompressed << 20;
}

/* Read a whole indirect argument; the octets live until run_end. */
bool run_input(struct run *r, const char *arg, struct span *out);
/* Will be written by run_commit. */
bool run_output(struct run *r, const char *arg, struct buf **content);
/* All of --with-key-password and --with-password. */
bool run_passwords(struct run *r);
/*
 * One to lock something new with: trimmed, UTF-8 and without control
 * characters, or status 31.
 */
bool run_new_password(struct run *r, const char *arg, struct span *out);

/* Where a file's octets come from. */
struct origin {
	const char *address;	/* the argument, if it is one */
	bool asked;		/* pgp-find looks for it */
	bool of_message;	/* the message itself hands it out */
	const char *way;	/* of an address: how it was found */
	char *path;		/* owned: file, URL or name */
};

/* Files of certificates or keys: first their octets, later their packets. */
struct files {
	struct certs *v;
	struct span *raw;
	struct origin *from;
	size_t n;
};

/* Room for n files, none there yet. */
void run_new_files(size_t n, struct files *out);
/* A new buffer that lives until run_end; NULL after run_fail. */
struct buf *run_room(struct run *r, size_t ceiling);

bool run_read_files(struct run *r, const char *const *args, size_t n,
    struct files *out);
/*
 * The same for secret keys, and the passphrases: files that others can read
 * are refused, as all of msgsec does. The draft's commands read what they
 * are given.
 */
bool run_read_secrets(struct run *r, const char *const *args, size_t n,
    struct files *out);
bool run_parse_files(struct run *r, bool secret, struct files *f);
bool run_parse_file(struct run *r, bool secret, struct files *f, size_t i);
/*
 * Let all files, and the first unless it is NULL, know of a certificate what
 * one of them has of it. False after run_fail.
 */
bool run_unite(struct run *r, struct certs *first, struct files *f);
/* Let one certificate know that, and nobody else. */
bool run_learn(struct run *r, struct cert *c, const struct certs *from,
    size_t n);
/* Append all certificates of the files, as packets. */
void run_write_certs(const struct files *f, struct buf *out);
void run_free_files(struct files *f);
/* Keys from stdin, one file of them. */
bool run_parse_stdin(struct run *r, bool secret, struct certs *out);

/* --- find.c: see find.h */
void finder_end(struct finder *f);

/* --- keys.c: which keys do it */

/*
 * Unlock a key with --with-key-password. KEY_LOCKED has been said: no
 * passphrase fits, or it may not be tried.
 */
enum key_unlock keys_unlock(struct run *r, const struct cert *c,
    struct pgp_key *k);

/* Why it was not unlocked, where no passphrase is missing: static text. */
const char *keys_no_secret(enum key_unlock u);

/* Add a signer of each certificate in the files, unlocked. */
bool keys_signers(struct run *r, struct files *keys, unsigned type,
    struct signers *out);
/* The keys to encrypt to, of each certificate; false: one has none. */
struct recipients {
	struct recipient {
		struct pgp_key *key;
		const struct pgp_key *primary;
	} *v;
	size_t n, cap;
	/* the last certificate has a key, which only its algorithm forbids */
	bool unsupported;
	bool seipd2;		/* all of them read it */
	bool aes256, aes256_ocb;	/* none prefers others alone */
};
/* None yet: nobody minds anything. */
void recipients_init(struct recipients *to);
/* Those of one certificate; false, with the last reason, if it has none. */
bool keys_of_cert(struct run *r, struct cert *c, struct recipients *out,
    const char **reason);
/* The version of encrypted data that all of them read. */
unsigned recipients_version(const struct recipients *to);
/* AES-256, or else AES-128, which all must have (section 12.2). */
unsigned recipients_cipher(const struct recipients *to, unsigned version);
bool keys_recipients(struct run *r, struct files *certs,
    struct recipients *out);

/* --- signed.c: data that is signed */

/*
 * Hash all of stdin for the signers, and hand it to "to" unless that is NULL.
 * With "text" it must be UTF-8, or the status is 53.
 */
bool signed_stdin(struct run *r, bool text, struct signers *s,
    struct sink *to);
/* Append the signature packets; false after run_fail. */
bool signed_end(struct run *r, struct signers *s, struct buf *out);
/*
 * Write a signed message: one-pass signatures, the literal data, signatures.
 * "feed" writes the data to its sink and to signers_data. False after
 * run_fail.
 */
bool signed_message(struct run *r, struct signers *s,
    bool (*feed)(void *arg, struct sink *to), void *arg, struct sink *to);
/* What counts, from the options. */
struct verifier;
void signed_bounds(const struct run *r, struct files *certs,
    struct verifier *out);
/*
 * Judge the signatures: a line to "out" for each that counts, a word on
 * stderr for each that does not. Returns how many count.
 */
struct signatures;
size_t signed_judge(const struct signatures *s, const struct hasher *h,
    const struct verifier *v, struct buf *out);

/* --- decrypt.c */

/* Let the message be decrypted with the run's passphrases and these keys. */
struct decrypter;
struct pgp_msg;
void decrypt_with(struct run *r, const struct files *keys,
    struct decrypter *d, struct pgp_msg *m);

/* --- stage.c: what goes to stdout when everything has succeeded */
struct stage {
	struct vault vault;
	struct sink sink;
	bool keys;		/* secret ones: a file is its owner's alone */
};

/* With "open" it is no secret when it is whole. */
void stage_start(struct stage *s, const struct env *env, bool open);
/* Copy it to stdout; false, having said why. */
bool stage_finish(struct stage *s, struct run *r);
void stage_free(struct stage *s);

/*
 * Write the packets to stdout, armored unless --no-armor; false after
 * run_fail, as when they came to more than their ceiling.
 */
bool stage_packets(struct run *r, int label, const struct buf *packets);

#endif
