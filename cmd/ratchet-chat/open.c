/* The state of ratchet-chat: where it is, its key, its transactions. */
#include "ratchet-chat.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/b64.h"
#include "base/mem.h"
#include "ratchet/vault.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/sandbox.h"
#include "sys/say.h"

enum { KEY_MAX = 1024, PASSPHRASE_MAX = 4096 };

/* $XDG_..., else its default below $HOME; NULL when neither is there. */
static char *
home_folder(const char *variable, const char *fallback, const char *below)
{
	const char *xdg = getenv(variable), *home = getenv("HOME");

	/* the specification says that a relative one does not count */
	if (xdg != NULL && xdg[0] == '/')
		return xasprintf("%s/%s", xdg, below);
	if (home != NULL && home[0] == '/')
		return xasprintf("%s/%s/%s", home, fallback, below);
	return NULL;
}

bool
chat_place(const struct args *a, struct store_place *out)
{
	static char *state, *anchors;

	if (state == NULL)
		state = a->state ? xstrdup(a->state) :
		    home_folder("XDG_STATE_HOME", ".local/state",
		    "msgsec/ratchet-chat");
	if (anchors == NULL)
		anchors = home_folder("XDG_DATA_HOME", ".local/share",
		    "msgsec/anchor");
	if (state == NULL || anchors == NULL) {
		say_error("there is no home folder for the state");
		say_hint("set HOME, or XDG_STATE_HOME and XDG_DATA_HOME");
		return false;
	}
	*out = (struct store_place){ state, anchors, a->lock_timeout };
	return true;
}

/* A passphrase is the file's first line. */
static int
take_passphrase(const char *path, struct span file, struct buf *out)
{
	struct span line = span_first(file, span_chr(file, '\n'));

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	buf_span(out, line);
	if (line.n > 0 && !out->over)
		return EXIT_HOLDS;
	say_error("%s: there is no passphrase in it", path);
	return EXIT_MALFORMED;
}

static int
take_key(const char *path, struct span file, struct buf *out)
{
	if (b64_decode(out, file) && out->n == VAULT_SECRET)
		return EXIT_HOLDS;
	say_error("%s: it is no key of ratchet-chat", path);
	return EXIT_MALFORMED;
}

/* One that the service manager has put there (systemd.exec(5)); or NULL. */
static char *
credential(const char *name)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char *path = folder ? xasprintf("%s/%s", folder, name) : NULL;

	if (path != NULL && access(path, R_OK) != 0) {
		free(path);
		path = NULL;
	}
	return path;
}

static char *
credential_for(enum store_secret how)
{
	return credential(how == STORE_PASSPHRASE ?
	    "ratchet-chat.passphrase" : "ratchet-chat.key");
}

bool
chat_is_lent(enum store_secret how)
{
	char *path = credential_for(how);

	free(path);
	return path != NULL;
}

int
chat_secret(const struct args *a, const struct store_place *place,
    enum store_secret how, struct buf *out)
{
	bool phrase = how == STORE_PASSPHRASE;
	char *lent = credential_for(how);
	char *own = xasprintf("%s/key", place->folder);
	const char *path = phrase ? a->passphrase_file : a->key_file;
	struct buf file = BUF(PASSPHRASE_MAX);
	enum file_result r = FILE_OK;
	int status = EXIT_PERMISSION;

	if (path == NULL)
		path = lent ? lent : phrase ? NULL : own;
	if (path == NULL) {
		say_error("the state is under a passphrase");
		say_hint("--passphrase-file says where it is");
		goto out;
	}
	r = file_slurp_key(path, phrase ? PASSPHRASE_MAX : KEY_MAX, &file);
	if (r != FILE_OK) {
		say_error("%s: %s", path, file_why(r));
		status = file_status(r);
	} else if (phrase) {
		status = take_passphrase(path, buf_get0(&file), out);
	} else {
		status = take_key(path, buf_get0(&file), out);
	}
out:
	buf_free_wipe(&file);
	free(own);
	free(lent);
	return status;
}

static void
hint_for(enum store_result r)
{
	if (r == STORE_ABSENT)
		say_hint("ratchet-chat init -n NAME makes one");
	if (r == STORE_BEHIND || r == STORE_UNANCHORED)
		say_hint("its keys may have been used: ratchet-chat reset "
		    "--rolled-back keeps the identity and forgets all "
		    "sessions");
}

int
chat_store_failed(enum store_result r)
{
	static const int statuses[] = {
		[STORE_OK] = EXIT_HOLDS,
		[STORE_ABSENT] = EXIT_NO_INPUT,
		[STORE_EXISTS] = EXIT_CANNOT_CREATE,
		[STORE_LOCKED] = EXIT_UNKNOWN,
		[STORE_WRONG_KEY] = EXIT_PERMISSION,
		[STORE_BEHIND] = EXIT_ROLLED_BACK,
		[STORE_UNANCHORED] = EXIT_ROLLED_BACK,
		[STORE_EXPOSED] = EXIT_PERMISSION,
		[STORE_DENIED] = EXIT_PERMISSION,
		[STORE_DAMAGED] = EXIT_MALFORMED,
		[STORE_FAILED] = EXIT_IO,
	};

	say_error("state: %s", store_why(r));
	hint_for(r);
	return statuses[r];
}

int
chat_open_at_will(struct job *j)
{
	struct store_place place;
	struct buf secret = BUF(PASSPHRASE_MAX);
	enum store_secret how = STORE_KEY_FILE;
	enum store_result r = STORE_OK;
	int status = EXIT_HOLDS;

	if (!chat_place(j->a, &place))
		return EXIT_CANNOT_CREATE;
	errno = 0;
	r = store_open(&place, &j->env, &j->store, &how);
	if (r != STORE_OK)
		return chat_store_failed(r);
	status = chat_secret(j->a, &place, how, &secret);
	if (status == EXIT_HOLDS) {
		r = store_unlock(j->store, buf_get0(&secret));
		if (r != STORE_OK)
			status = chat_store_failed(r);
	}
	buf_free_wipe(&secret);
	return status;
}

/* sqlite makes and cuts its journal beside the state; nothing else is. */
int
chat_give_up_power(const struct job *j)
{
	const char *write[] = { store_folder(j->store), NULL };
	struct sandbox want = { .write = write };
	unsigned char seed[8];

	/* sqlite's own generator is seeded while /dev can be opened */
	sqlite3_randomness(sizeof(seed), seed);
	return run_enter_sandbox(&want, j->a->run.sandbox) ? EXIT_HOLDS :
	    EXIT_PERMISSION;
}

int
chat_open(struct job *j)
{
	int status = chat_open_at_will(j);

	return status == EXIT_HOLDS ? chat_give_up_power(j) : status;
}

int
chat_begin(struct job *j, bool write)
{
	enum store_result r = STORE_OK;

	errno = 0;
	r = store_begin(j->store, write, j->a->rolled_back);
	if (r != STORE_OK)
		return chat_store_failed(r);
	if (party_open(&j->talk, j->store, &j->env) == PARTY_OK) {
		j->talk.require_pq = j->a->require_pq;
		j->talk.seal2 = j->a->sealed_version == 1;
		return EXIT_HOLDS;
	}
	store_abandon(j->store);
	return chat_store_failed(j->talk.store_error);
}

int
chat_status(const struct party *t, enum party_result r)
{
	static const int statuses[] = {
		[PARTY_OK] = EXIT_HOLDS,
		[PARTY_MALFORMED] = EXIT_MALFORMED,
		[PARTY_OLD] = EXIT_MALFORMED,
		[PARTY_NEW] = EXIT_MALFORMED,
		[PARTY_REPLAYED] = EXIT_REPLAYED,
		[PARTY_TOO_FAR] = EXIT_GAP,
		[PARTY_UNKNOWN] = EXIT_UNKNOWN_PEER,
		[PARTY_CHANGED] = EXIT_CHANGED,
		[PARTY_NO_SESSION] = EXIT_NO_SESSION,
		[PARTY_NO_PREKEY] = EXIT_NO_SESSION,
		[PARTY_EXPORTED] = EXIT_NO_SESSION,
		[PARTY_FORGED] = EXIT_FORGED,
		[PARTY_STALE] = EXIT_NO_SESSION,
		[PARTY_FULL] = EXIT_MALFORMED,
		[PARTY_EXPIRED] = EXIT_MALFORMED,
		[PARTY_UNSIGNED] = EXIT_MALFORMED,
		[PARTY_OTHER_NAME] = EXIT_MALFORMED,
		[PARTY_SELF] = EXIT_MALFORMED,
		[PARTY_SAME] = EXIT_HOLDS_NOT,
		[PARTY_NO_PQ] = EXIT_HOLDS_NOT,
		[PARTY_NO_TRUST] = EXIT_MALFORMED,
		[PARTY_CERT] = EXIT_FORGED,
		[PARTY_CROWDED] = EXIT_UNKNOWN_PEER,
		[PARTY_IN_USE] = EXIT_HOLDS_NOT,
	};

	/* said again by chat_store_failed would be said twice */
	if (r == PARTY_STORE)
		return t->store_error == STORE_LOCKED ? EXIT_UNKNOWN :
		    t->store_error == STORE_DAMAGED ? EXIT_MALFORMED :
		    EXIT_IO;
	return statuses[r];
}

void
chat_say(const struct party *t, enum party_result r, const char *whom)
{
	say_error("%s: %s", whom, party_why(t, r));
	switch (r) {
	case PARTY_CHANGED:
		say_hint("ask the peer why, then: ratchet-chat accept %s",
		    whom);
		say_hint("or, if it is somebody else: ratchet-chat verify %s "
		    "with the number of before", whom);
		break;
	case PARTY_CROWDED:
		say_hint("answer some of them, or ratchet-chat reset "
		    "--strangers forgets them all");
		break;
	case PARTY_NO_SESSION:
	case PARTY_STALE:
	case PARTY_UNKNOWN:
		say_hint("ratchet-chat start %s < bundle starts a session",
		    whom);
		break;
	case PARTY_EXPORTED:
		say_hint("ratchet-chat session import %s takes it back, reset "
		    "gives it up", whom);
		break;
	case PARTY_IN_USE:
		say_hint("first hand them over with ratchet-chat session "
		    "export %s, or give them up with reset", whom);
		break;
	case PARTY_NO_TRUST:
		say_hint("ratchet-chat ca use ROOT < certificate");
		break;
	case PARTY_CERT:
		say_hint("it may be valid when the clock here is right, or "
		    "once its root is ours");
		break;
	case PARTY_UNSIGNED:
		say_hint("--foreign takes another program's");
		break;
	default:
		break;
	}
}

int
chat_end(struct job *j, enum party_result r, const char *whom)
{
	enum store_result s = STORE_OK;

	errno = 0;
	if (r == PARTY_OK)
		r = party_tidy(&j->talk);
	if (r == PARTY_OK || r == PARTY_CHANGED)
		s = store_commit(j->store);
	else
		store_abandon(j->store);
	if (s != STORE_OK)
		return chat_store_failed(s);
	if (r != PARTY_OK)
		chat_say(&j->talk, r, whom);
	return chat_status(&j->talk, r);
}

void
chat_close(struct job *j)
{
	store_close(j->store);
	j->store = NULL;
	explicit_bzero(&j->talk, sizeof(j->talk));
}
