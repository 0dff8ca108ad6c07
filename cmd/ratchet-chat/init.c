/* Making an identity, and bundles of it; starting sessions. */
#include "post.h"

#include <errno.h>
#include <stdlib.h>

#include "base/b64.h"
#include "base/mem.h"
#include "ratchet/vault.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

enum { BUNDLES_MAX = 8 << 20, SECRET_MAX = 4096 };

/* A new key in a file of its own, on the disk before it is used. */
static int
make_key(const struct job *j, const char *path)
{
	unsigned char key[VAULT_SECRET];
	struct buf text = BUF(256);
	struct file_out out;
	enum file_result r = FILE_OK;

	if (!file_make_folders(path))
		r = FILE_NOT_CREATED;
	if (r == FILE_OK)
		r = file_out_open(&out, path, 0600);
	j->env.random(j->env.arg, key, sizeof(key));
	b64_encode(&text, span_of(key, sizeof(key)));
	buf_byte(&text, '\n');
	if (r == FILE_OK && !file_write_all(out.fd, buf_get0(&text))) {
		file_out_abort(&out);
		r = FILE_IO;
	} else if (r == FILE_OK) {
		r = file_out_commit(&out, false);
	}
	explicit_bzero(key, sizeof(key));
	buf_free_wipe(&text);
	/* one that is there is taken: an init before was stopped, or given */
	if (r == FILE_OK || r == FILE_EXISTS)
		return EXIT_HOLDS;
	say_error("%s: %s", path, file_why(r));
	return file_status(r);
}

static int
make_secret(const struct job *j, const struct store_place *place,
    enum store_secret how, struct buf *secret)
{
	char *own = xasprintf("%s/key", place->folder);
	int status = EXIT_HOLDS;

	if (how == STORE_KEY_FILE && (j->a->key_file != NULL ||
	    !chat_is_lent(how)))
		status = make_key(j, j->a->key_file ? j->a->key_file : own);
	if (status == EXIT_HOLDS)
		status = chat_secret(j->a, place, how, secret);
	free(own);
	return status;
}

static enum store_result
fill(struct job *j)
{
	struct self self;
	struct store *s = j->store;
	enum store_result r = store_begin(s, true, false);

	if (r != STORE_OK)
		return r;
	self_new(&j->env, span_str(j->a->name), &self);
	self_put(s, &self);
	explicit_bzero(&self, sizeof(self));
	r = store_commit(s);
	if (r == STORE_OK) {
		j->store = NULL;
		r = store_publish(s);
	}
	return r;
}

int
init_run(struct job *j)
{
	struct store_place place;
	struct buf secret = BUF(SECRET_MAX);
	enum store_secret how = j->a->passphrase_file ? STORE_PASSPHRASE :
	    STORE_KEY_FILE;
	enum store_result r = STORE_OK;
	int status = EXIT_USAGE;

	if (j->a->name == NULL) {
		say_error("give -n NAME: what others call us");
		return EXIT_USAGE;
	}
	status = chat_name(j->a->name);
	if (status == EXIT_HOLDS && !chat_place(j->a, &place))
		status = EXIT_CANNOT_CREATE;
	if (status == EXIT_HOLDS)
		status = make_secret(j, &place, how, &secret);
	if (status != EXIT_HOLDS)
		goto out;
	errno = 0;
	r = store_make(&place, &j->env, how, buf_get0(&secret), &j->store);
	if (r == STORE_OK)
		r = fill(j);
	if (r != STORE_OK)
		status = chat_store_failed(r);
out:
	buf_free_wipe(&secret);
	return status;
}

int
bundle_run(struct job *j)
{
	struct buf out = BUF(BUNDLES_MAX);
	int status = chat_open(j);

	if (status == EXIT_HOLDS && j->a->require_pq && !kyber_available()) {
		say_error("bundles of version 4 need OpenSSL 3.5");
		status = EXIT_HOLDS_NOT;
	}
	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status == EXIT_HOLDS)
		status = chat_end(j, party_bundles(&j->talk,
		    (unsigned)j->a->count, j->a->without,
		    (int64_t)j->a->expires * 86400, &out), "bundle");
	if (status == EXIT_HOLDS)
		status = run_stdout(buf_get0(&out));
	buf_free(&out);
	return status;
}

static int
read_bundle(struct bundle *b)
{
	struct buf in = BUF(BUNDLE_MAX);
	const char *bad = NULL;
	int status = run_stdin(BUNDLE_MAX, &in);

	if (status == EXIT_HOLDS &&
	    !bundle_read(span_trim(buf_get0(&in)), b, &bad)) {
		say_error("stdin: not one bundle: %s is wrong", bad);
		status = EXIT_MALFORMED;
	}
	buf_free(&in);
	return status;
}

void
start_told(const struct bundle *b, const char *peer, bool known)
{
	if (!b->offer.has_prekey)
		say_warn("%s: no one-time prekey in the bundle: the first "
		    "message has less forward secrecy", peer);
	if (b->has_kyber && !kyber_available())
		say_warn("%s: the bundle offers version 4, which needs a newer "
		    "OpenSSL (3.5) here: the session is of version 3", peer);
	if (!known)
		say_hint("compare: ratchet-chat safety %s", peer);
}

/* From the mailbox whose address --relay has. */
static int
start_at_relay(struct job *j)
{
	struct relay_address at;
	struct web w = { .pid = 0 };
	int status = chat_open_at_will(j);

	if (!relay_address_read(span_str(j->a->relay), &at)) {
		say_error("--relay: it is no mailbox's address");
		return EXIT_USAGE;
	}
	if (status == EXIT_HOLDS)
		status = post_start(j, &w);
	if (status == EXIT_HOLDS)
		status = chat_give_up_power(j);
	if (status == EXIT_HOLDS)
		status = post_meet(j, &w, j->operands[0], &at);
	web_stop(&w);
	return status;
}

int
start_run(struct job *j)
{
	struct span name = span_str(j->operands[0]);
	struct bundle b;
	struct peer p;
	bool known = false;
	int status = chat_name(j->operands[0]);

	if (status == EXIT_HOLDS && j->a->relay != NULL)
		return start_at_relay(j);
	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status == EXIT_HOLDS)
		status = read_bundle(&b);
	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status != EXIT_HOLDS)
		return status;
	known = peer_get(j->store, name, &p) == STORE_OK;
	j->talk.no_pq = j->a->no_pq;
	status = chat_end(j, party_start(&j->talk, name, &b, j->a->foreign),
	    j->operands[0]);
	if (status == EXIT_HOLDS)
		start_told(&b, j->operands[0], known);
	return status;
}
