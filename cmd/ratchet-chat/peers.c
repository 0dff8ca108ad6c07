/* Whom we know: safety numbers, trust, and forgetting. */
#include "ratchet-chat.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/vec.h"
#include "ratchet/sessions.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { TEXT_MAX = 1 << 16, LIST_MAX = 64 << 20, DIGITS = 61 };

/* Open the state and read a peer; 0, or what is wrong. */
static int
open_peer(struct job *j, bool write, struct peer *p)
{
	enum store_result r = STORE_OK;
	int status = chat_name(j->operands[0]);

	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status == EXIT_HOLDS)
		status = chat_begin(j, write);
	if (status != EXIT_HOLDS)
		return status;
	r = peer_get(j->store, span_str(j->operands[0]), p);
	if (r == STORE_ABSENT)
		return chat_end(j, PARTY_UNKNOWN, j->operands[0]);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

int
safety_run(struct job *j)
{
	struct peer p;
	char digits[DIGITS];
	struct buf out = BUF(TEXT_MAX), code = BUF(256);
	int status = open_peer(j, false, &p);

	if (status != EXIT_HOLDS)
		return status;
	store_abandon(j->store);
	chat_number(&j->talk.self, p.name, p.identity, digits, &code);
	chat_groups(digits, &out);
	buf_byte(&out, '\n');
	if (j->a->qr && !chat_qr(buf_get0(&code), &out)) {
		say_error("the QR code cannot be made");
		status = EXIT_INTERNAL;
	}
	if (p.changed)
		say_warn("%s: another identity waits to be accepted; this is "
		    "the number of the one before", p.name);
	if (status == EXIT_HOLDS)
		status = run_stdout(buf_get0(&out));
	buf_free(&out);
	buf_free(&code);
	return status;
}

static int
not_the_number(struct job *j)
{
	store_abandon(j->store);
	say_error("%s: that is not the safety number", j->operands[0]);
	return EXIT_HOLDS_NOT;
}

int
verify_run(struct job *j)
{
	struct peer p;
	char digits[DIGITS];
	int status = open_peer(j, true, &p);

	if (status != EXIT_HOLDS)
		return status;
	chat_number(&j->talk.self, p.name, p.identity, digits, NULL);
	if (!chat_digits_are(j, 1, digits))
		return not_the_number(j);
	return chat_end(j, party_verified(&j->talk, span_str(p.name), true),
	    p.name);
}

/* They were made for sessions that are no more: nobody can read them. */
static void
tell_unsent(const char *whom, size_t n)
{
	if (n > 0)
		say_warn("%s: %zu messages that were not at the relay are "
		    "dropped: write them anew", whom, n);
}

int
accept_run(struct job *j)
{
	struct peer p;
	char digits[DIGITS];
	size_t unsent = 0;
	enum party_result r = PARTY_OK;
	int status = open_peer(j, true, &p);

	if (status != EXIT_HOLDS)
		return status;
	if (p.changed && j->n > 1) {
		chat_number(&j->talk.self, p.name, p.changed_to, digits,
		    NULL);
		if (!chat_digits_are(j, 1, digits))
			return not_the_number(j);
	}
	r = party_accept(&j->talk, span_str(p.name), &unsent);
	if (r == PARTY_OK && j->n > 1)
		r = party_verified(&j->talk, span_str(p.name), true);
	status = chat_end(j, r, p.name);
	if (r == PARTY_OTHER_NAME)
		say_hint("ratchet-chat verify %s with the number of before "
		    "ends its claim", p.name);
	if (status == EXIT_HOLDS)
		tell_unsent(p.name, unsent);
	if (status == EXIT_HOLDS && j->n == 1)
		say_hint("compare: ratchet-chat safety %s", p.name);
	return status;
}

static int
reset_all(struct job *j)
{
	size_t unsent = 0;
	int status = EXIT_HOLDS;

	/* the anchor may have to be made, which the sandbox would forbid */
	status = chat_open_at_will(j);
	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status == EXIT_HOLDS)
		status = chat_end(j, party_reset_all(&j->talk, &unsent),
		    "reset");
	if (status == EXIT_HOLDS)
		tell_unsent("all peers", unsent);
	if (status == EXIT_HOLDS)
		say_hint("bundles given away before are void: ratchet-chat "
		    "bundle makes new ones");
	return status;
}

static int
reset_strangers(struct job *j)
{
	int status = chat_open(j);

	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status == EXIT_HOLDS)
		status = chat_end(j, party_forget_strangers(&j->talk),
		    "reset");
	return status;
}

/* Also what recv cannot read, or not yet, which stays for a month else. */
static int
reset_mail(struct job *j)
{
	size_t mail = 0, fragments = 0;
	int status = chat_open(j);

	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status != EXIT_HOLDS)
		return status;
	mail = store_drop_all(j->store, STORE_MAIL, SPAN(""));
	fragments = store_drop_all(j->store, STORE_FRAGMENT, SPAN(""));
	status = chat_end(j, PARTY_OK, "reset");
	if (status == EXIT_HOLDS)
		say_warn("%zu messages and %zu fragments of streams are "
		    "forgotten", mail, fragments);
	return status;
}

static int
reset_peer(struct job *j)
{
	struct peer p;
	size_t unsent = 0;
	int status = open_peer(j, true, &p);

	if (status == EXIT_HOLDS)
		status = chat_end(j, party_reset(&j->talk, span_str(p.name),
		    &unsent), p.name);
	if (status == EXIT_HOLDS)
		tell_unsent(p.name, unsent);
	return status;
}

int
reset_run(struct job *j)
{
	if (j->n + j->a->rolled_back + j->a->strangers + j->a->mail != 1) {
		say_error("name one peer, or give one of --rolled-back, "
		    "--strangers and --mail");
		return EXIT_USAGE;
	}
	if (j->a->rolled_back)
		return reset_all(j);
	if (j->a->strangers)
		return reset_strangers(j);
	return j->a->mail ? reset_mail(j) : reset_peer(j);
}

/* The peers in the order of their names. */
struct list {
	struct peer *v;
	size_t n, cap;
};

static void
add_peer(void *arg, const struct peer *p)
{
	struct list *l = arg;

	*VEC_PUSH(l) = *p;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct peer *)a)->name,
	    ((const struct peer *)b)->name);
}

static const char *
trust_of(const struct peer *p)
{
	return p->changed ? "changed" : p->verified ? "verified" : "pinned";
}

static void
put_history(const struct peer *p, struct jw *w)
{
	jw_array(w, "history");
	for (size_t i = 0; i < p->n_past; i++) {
		jw_object(w, NULL);
		jw_b64(w, "identity_key", span_of(p->past[i].identity,
		    CURVE_PUBLIC));
		jw_time(w, "since", p->past[i].since);
		jw_time(w, "until", p->past[i].until);
		jw_end(w);
	}
	jw_end(w);
}

static void
put_record(const struct job *j, const struct peer *p,
    const struct sessions *all, struct buf *out)
{
	struct jw w = JW(out);
	char digits[DIGITS];
	size_t missing = 0;

	for (size_t i = 0; i < all->n; i++)
		missing += ratchet_missing(&all->v[i].s);
	chat_number(&j->talk.self, p->name, p->identity, digits, NULL);
	jw_object(&w, NULL);
	jw_str(&w, "peer", p->name);
	chat_member(j, &w, "ratchet-chat-peer/1");
	jw_str(&w, "trust", trust_of(p));
	jw_b64(&w, "identity_key", span_of(p->identity, CURVE_PUBLIC));
	jw_time(&w, "since", p->since);
	jw_str(&w, "safety_number", digits);
	if (p->changed)
		jw_b64(&w, "changed_to", span_of(p->changed_to,
		    CURVE_PUBLIC));
	jw_int(&w, "sessions", (int64_t)all->n);
	jw_bool(&w, "answered", all->n > 0 && !all->v[0].s.first.is);
	jw_int(&w, "missing_messages", (int64_t)missing);
	jw_bool(&w, "exported", p->exported);
	put_history(p, &w);
	jw_end(&w);
	jw_end(&w);
	buf_byte(out, '\n');
}

static void
put_text(const struct peer *p, const struct sessions *all, struct buf *out)
{
	char since[DATE_RFC3339_SIZE];

	buf_printf(out, "%s: %s since %s, %s\n", p->name, trust_of(p),
	    date_rfc3339(since, p->since), p->exported ?
	    "session exported" : all->n == 0 ? "no session" :
	    all->v[0].s.first.is ? "no answer yet" : "in conversation");
}

static int
put_peer(struct job *j, const struct peer *p, struct buf *out)
{
	struct sessions all;
	enum store_result r = sessions_get(j->store, p, SESSIONS_MAX, &all);

	if (r != STORE_OK)
		return chat_store_failed(r);
	if (chat_for_people(j))
		put_text(p, &all, out);
	else
		put_record(j, p, &all, out);
	sessions_free(&all);
	return EXIT_HOLDS;
}

static int
put_peers(struct job *j, struct list *l, struct buf *out)
{
	enum store_result r = peer_each(j->store, add_peer, l);
	int status = EXIT_HOLDS;

	if (r != STORE_OK)
		return chat_store_failed(r);
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	for (size_t i = 0; i < l->n && status == EXIT_HOLDS; i++)
		status = put_peer(j, &l->v[i], out);
	return status;
}

int
peers_run(struct job *j)
{
	struct buf out = BUF(LIST_MAX);
	struct list l = { .n = 0 };
	size_t prekeys = 0;
	int status = chat_open(j);

	if (status == EXIT_HOLDS)
		status = chat_begin(j, false);
	if (status == EXIT_HOLDS)
		status = put_peers(j, &l, &out);
	if (status == EXIT_HOLDS && prekey_count(j->store, STORE_PREKEY,
	    &prekeys) == STORE_OK)
		say_detail("%zu one-time prekeys are not used yet", prekeys);
	if (status == EXIT_HOLDS)
		status = run_stdout(buf_get0(&out));
	free(l.v);
	buf_free(&out);
	return status;
}
