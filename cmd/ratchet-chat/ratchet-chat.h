/* What the files of ratchet-chat share. */
#ifndef RATCHET_CHAT_H
#define RATCHET_CHAT_H

#include <stdbool.h>

#include "ratchet/stream.h"
#include "ratchet/party.h"
#include "run/run_opts.h"
#include "sys/jw.h"
#include "sys/opt.h"

enum {
	/* beside those of sys/exit.h */
	EXIT_REPLAYED = 80,
	EXIT_GAP = 81,
	EXIT_UNKNOWN_PEER = 82,
	EXIT_CHANGED = 83,
	EXIT_NO_SESSION = 84,
	EXIT_ROLLED_BACK = 85,
	EXIT_FORGED = 86,
	EXIT_REFUSED = 87,	/* the relay says no */
	EXIT_IMPOSTOR = 88,	/* it is not the relay */
};

struct args {
	struct run_opts run;
	const char *state, *key_file, *passphrase_file;
	int lock_timeout;		/* seconds */
	const char *name;		/* init */
	int count, expires;		/* bundle */
	bool without;
	bool foreign;			/* start */
	bool no_pq;
	bool require_pq;		/* bundle, start and recv */
	bool raw, lines, json, again;	/* send and recv */
	bool sealed;			/* send and nudge */
	int sealed_version;		/* 0: version 1, 1: version 2 */
	bool stream;			/* send, recv, push and fetch */
	bool qr;			/* safety */
	/* of the verbs that ask a relay */
	const char *relay, *pin;
	int wait, max;			/* fetch and chat */
	int skip;			/* push: fragments */
	bool drop;			/* mailbox */
	bool with_address;		/* nudge */
	bool pad;			/* send, recv, nudge */
	bool rolled_back, strangers, mail;	/* reset */
};

/* One run of a verb. */
struct job {
	const struct args *a;
	const char *verb;
	const char **operands;
	size_t n;
	struct env env;
	struct store *store;
	struct party talk;
};

/* A verb: its command line, and what it does. Returns the exit status. */
struct command {
	struct opt_spec spec;
	size_t min, max;		/* operands */
	int (*run)(struct job *j);
};

extern const struct command commands[];
extern const struct opt_spec chat_spec;
extern const struct opt_verb verbs[];

/*
 * The arguments with the verb in front of options that stand before it:
 * a new array, which stays for the life of the process.
 */
char **verb_first(int argc, char **argv);
/* Parse the verb's command line and run it. */
int verb_main(int argc, char **argv);

/* relay.c: become the server; returns when it is not there. */
int relay_main(int argc, char **argv);

int init_run(struct job *j);
int bundle_run(struct job *j);
int start_run(struct job *j);
int send_run(struct job *j);
int nudge_run(struct job *j);
int recv_run(struct job *j);
int peers_run(struct job *j);
int safety_run(struct job *j);
int verify_run(struct job *j);
int accept_run(struct job *j);
int reset_run(struct job *j);
int inspect_run(struct job *j);
int explain_run(struct job *j);
int session_run(struct job *j);
int ca_run(struct job *j);
int mailbox_run(struct job *j);
int address_run(struct job *j);
int push_run(struct job *j);
int fetch_run(struct job *j);
int metadata_run(struct job *j);
int chat_run(struct job *j);

/* open.c: the state. All say what is wrong and return an exit status. */

/* Where it lies and its anchors do; false without a home folder. */
bool chat_place(const struct args *a, struct store_place *out);
/* The octets of the key file or the passphrase. */
int chat_secret(const struct args *a, const struct store_place *place,
    enum store_secret how, struct buf *out);
/* Whether the service manager lends one. */
bool chat_is_lent(enum store_secret how);
/* Open and unlock it, and give up power: hostile octets come after this. */
int chat_open(struct job *j);
/* The same in two steps: what needs power is done between them. */
int chat_open_at_will(struct job *j);
int chat_give_up_power(const struct job *j);
/* Begin a transaction; j->talk is ready then. */
int chat_begin(struct job *j, bool write);
/*
 * End it: commit what PARTY_OK and PARTY_CHANGED have done, else change
 * nothing and say why, about "whom".
 */
int chat_end(struct job *j, enum party_result r, const char *whom);
void chat_close(struct job *j);

/* The exit status and the words for a result. */
int chat_status(const struct party *t, enum party_result r);
void chat_say(const struct party *t, enum party_result r, const char *whom);
int chat_store_failed(enum store_result r);

/* in.c: what comes and goes. */

/* A peer's name that is one, or 64. */
int chat_name(const char *name);

/* init.c: what the user should know of how a session begins. */
void start_told(const struct bundle *b, const char *peer, bool known);

/* stream.c: the chunks that follow a stream's message. */

/* Chunks from a descriptor, one ahead: whether it is the last must be known. */
struct chunks {
	int fd;
	size_t size;
	struct buf now, ahead;
	bool ended;
};

/*
 * The next chunk in c->now; *last when none follows. False when it cannot be
 * read, after saying why. All begin with chunks that are empty.
 */
bool chunks_next(struct chunks *c, bool *last);
void chunks_free(struct chunks *c);

/* Seal stdin to stdout. */
int stream_out(struct pieces *s);
/* Open them to stdout; "begun" was read of stdin already. */
int stream_in(struct pieces *s, struct span begun);

/* The 60 digits for us and an identity that goes by the name. */
void chat_number(const struct self *self, const char *name,
    const unsigned char identity[static CURVE_PUBLIC],
    char digits[static 61], struct buf *scannable);
/* Whether the operands from the i-th on are these digits. */
bool chat_digits_are(const struct job *j, size_t i, const char *digits);
/* Append the digits in groups of five. */
void chat_groups(const char *digits, struct buf *out);
/* Append a QR code in block characters; false when it cannot be made. */
bool chat_qr(struct span content, struct buf *out);

/* Whether the result is for people. */
bool chat_for_people(const struct job *j);
/* The start of a record's member: schema, version and time. */
void chat_member(const struct job *j, struct jw *w, const char *schema);

#endif
