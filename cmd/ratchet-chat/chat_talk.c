/* A chat's way in, and its messages; see chat.h. */
#include "chat.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "ratchet/sessions.h"
#include "recv.h"
#include "send.h"
#include "sys/exit.h"
#include "sys/say.h"
#include "unsent.h"

/* --- messages */

/*
 * Seal it, keep it as unsent, and end the transaction. "told" is what it
 * tells of us, or NULL.
 */
static int
send_plain(struct chat *c, struct span plain,
    const struct introduction *told)
{
	struct buf out = BUF(ENVELOPE_MAX);
	enum store_result kept = STORE_OK;
	enum party_result r = send_seal(c->j, c->peer, plain, &out);
	int status = EXIT_HOLDS;

	if (r == PARTY_OK && out.n > RELAY_MESSAGE_MAX - 64)
		r = PARTY_FULL;
	if (r == PARTY_OK)
		kept = unsent_put(c->j, c->peer, buf_get0(&out));
	if (kept != STORE_OK) {
		c->j->talk.store_error = kept;
		r = PARTY_STORE;
	}
	if (r == PARTY_OK && told != NULL)
		introduction_told(c->j, c->peer, told);
	status = chat_end(c->j, r, c->peer);
	if (status == EXIT_HOLDS)
		c->unsent++;
	buf_free(&out);
	return status;
}

int
chat_send(struct chat *c, struct span text)
{
	int status = chat_begin(c->j, true);

	if (status == EXIT_HOLDS)
		status = send_plain(c, text, NULL);
	if (status == EXIT_HOLDS && !c->where.known)
		say_warn("%s: no address is known yet: the message waits",
		    c->peer);
	return status;
}

/* Whose it says it is: the peer's, or sealed, which does not say. */
static bool
may_be_ours(const struct chat *c, const struct mail *m)
{
	struct envelope e;
	struct buf body = BUF(WIRE_MAX);
	struct span line = span_first(buf_get0(&m->content),
	    span_chr(buf_get0(&m->content), '\n'));
	const char *bad = NULL;
	bool may = envelope_read(span_trim(line), &e, &body, &bad) &&
	    (e.type == ENVELOPE_SEALED || strcmp(e.from, c->peer) == 0);

	buf_free(&body);
	return may;
}

/*
 * One of them: read, on the disk, on the screen, forgotten. False when it
 * stays: a sealed one may turn out to be somebody else's.
 */
static bool
read_one(struct chat *c, const struct mail *m)
{
	struct batch b = { .out = BUF(OUTPUT_MAX) };
	struct span line = span_first(buf_get0(&m->content),
	    span_chr(buf_get0(&m->content), '\n'));
	int status = chat_begin(c->j, true);

	if (status == EXIT_HOLDS) {
		recv_take(c->j, line, &b);
		status = recv_commit(c->j, &b);
	}
	if (status == EXIT_HOLDS && b.status == EXIT_HOLDS && b.out.n > 0 &&
	    !screen_print(&c->screen, c->peer, buf_get0(&b.out)))
		status = EXIT_IO;
	if (status == EXIT_HOLDS)
		status = kept_forget(c->j, &b);
	if (status != EXIT_HOLDS)
		c->status = status;
	recv_batch_free(&b);
	return !b.stays;
}

void
chat_read_mail(struct chat *c)
{
	struct mails all = { .n = 0 };
	size_t before = c->passed.n;
	int status = chat_begin(c->j, false);

	if (status == EXIT_HOLDS)
		status = mails_get(c->j, &c->passed, &all);
	store_abandon(c->j->store);
	if (status != EXIT_HOLDS)
		c->status = status;
	for (size_t i = 0; i < all.n && c->status == EXIT_HOLDS; i++)
		if (!may_be_ours(c, &all.v[i]) || !read_one(c, &all.v[i]))
			memcpy(VEC_PUSH(&c->passed)->octets, all.v[i].id,
			    INBOX_ID);
	mail_ids_sort(&c->passed);
	if (c->passed.n > before)
		say_hint("there is mail of others, or that cannot be read "
		    "yet: ratchet-chat fetch | ratchet-chat recv --lines");
	mails_free(&all);
	/* the first message may have said where the peer is */
	if (chat_begin(c->j, false) == EXIT_HOLDS)
		whereabouts_get(c->j, c->peer, &c->where);
	store_abandon(c->j->store);
}

/* --- the way in */

/* --relay is where the peer is, or a relay for a mailbox of ours. */
static int
read_relay(const struct chat *c, struct relay_address *peer,
    struct relay_address *relay, bool *is_peer)
{
	const char *text = c->j->a->relay;

	*is_peer = false;
	if (text == NULL)
		return EXIT_HOLDS;
	*is_peer = relay_address_read(span_str(text), peer);
	if (*is_peer) {
		*relay = *peer;
		return EXIT_HOLDS;
	}
	if (relay_url_read(span_str(text), relay))
		return EXIT_HOLDS;
	say_error("--relay: it is neither https://HOST[:PORT] nor a mailbox's "
	    "address");
	return EXIT_USAGE;
}

static int
find_mailboxes(struct chat *c, const struct relay_address *relay)
{
	struct mailbox m;
	int status = mailboxes_get(c->j, &c->boxes);

	if (status != EXIT_HOLDS || c->boxes.n > 0)
		return status;
	if (c->j->a->relay == NULL) {
		say_error("there is no mailbox of ours");
		say_hint("ratchet-chat mailbox --relay=URL makes one");
		return EXIT_NO_INPUT;
	}
	status = post_settle(c->j, &c->pusher, relay,
	    (unsigned)c->j->a->count, &m);
	if (status == EXIT_HOLDS) {
		*VEC_PUSH(&c->boxes) = m;
		say_hint("a mailbox was made at %s; ratchet-chat mailbox "
		    "prints its address", relay->host);
	}
	explicit_bzero(&m, sizeof(m));
	return status;
}

/* Whether there is a session with the peer. */
static int
look_for_session(struct chat *c, bool *there)
{
	struct sessions all;
	struct peer p;
	enum store_result r = STORE_OK;
	int status = chat_begin(c->j, false);

	*there = false;
	if (status != EXIT_HOLDS)
		return status;
	status = whereabouts_get(c->j, c->peer, &c->where);
	r = peer_get(c->j->store, span_str(c->peer), &p);
	if (r == STORE_OK)
		r = sessions_get(c->j->store, &p, 1, &all);
	if (r == STORE_OK) {
		*there = all.n > 0;
		sessions_free(&all);
	}
	store_abandon(c->j->store);
	if (r != STORE_OK && r != STORE_ABSENT)
		return chat_store_failed(r);
	return status;
}

static int
set_whereabouts(struct chat *c, const struct relay_address *at)
{
	int status = chat_begin(c->j, true);

	if (status == EXIT_HOLDS)
		status = whereabouts_set(c->j, c->peer, at);
	if (status != EXIT_HOLDS) {
		store_abandon(c->j->store);
		return status;
	}
	c->where.known = true;
	c->where.address = *at;
	return chat_end(c->j, PARTY_OK, c->peer);
}

/* A session to talk in, from the peer's mailbox if need be. */
static int
find_session(struct chat *c, const struct relay_address *at, bool given)
{
	bool there = false;
	int status = look_for_session(c, &there);

	if (status == EXIT_HOLDS && there && given)
		status = set_whereabouts(c, at);
	if (status != EXIT_HOLDS || there)
		return status;
	if (!given && !c->where.known) {
		say_hint("%s has to write first, or: ratchet-chat chat %s "
		    "--relay=ADDRESS", c->peer, c->peer);
		return EXIT_HOLDS;
	}
	status = post_meet(c->j, &c->pusher, c->peer, given ? at :
	    &c->where.address);
	return status == EXIT_HOLDS ? look_for_session(c, &there) : status;
}

/* Tell the peer once where we are, when there is a session to tell it in. */
static int
introduce(struct chat *c)
{
	const struct mailbox *m = &c->boxes.v[c->boxes.n - 1];
	struct buf plain = BUF(RELAY_ADDRESS_MAX + 64);
	struct introduction i;
	bool there = false, known = false;
	int status = look_for_session(c, &there);

	if (status == EXIT_HOLDS && there)
		status = chat_begin(c->j, true);
	if (status != EXIT_HOLDS || !there)
		return status;
	status = introduction_next(c->j, c->peer, &m->address, &i, &known);
	if (status == EXIT_HOLDS && !known) {
		introduction_write(&i, &plain);
		status = send_plain(c, buf_get0(&plain), &i);
	} else {
		store_abandon(c->j->store);
	}
	buf_free_wipe(&plain);
	return status;
}

static int
start_visits(struct chat *c)
{
	int status = EXIT_HOLDS;

	/* they start before the sandbox closes: as many as there may be */
	for (size_t i = 0; i < c->n_visits && status == EXIT_HOLDS; i++)
		status = post_start(c->j, &c->visits[i].web);
	return status;
}

static int
count_mailboxes(struct chat *c)
{
	struct mailboxes all = { .n = 0 };
	int status = mailboxes_get(c->j, &all);

	c->n_visits = all.n == 0 ? 1 : all.n < CHAT_MAILBOXES ? all.n :
	    CHAT_MAILBOXES;
	mailboxes_free(&all);
	return status;
}

/*
 * Ctrl-C is for the chat alone, which still has to acknowledge what came;
 * those who connect for it end with its sockets. What is ignored stays so in
 * what is executed.
 */
static int
start_helpers(struct chat *c)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before;
	int status = EXIT_HOLDS;

	sigaction(SIGINT, &ignore, &before);
	status = post_start(c->j, &c->pusher);
	if (status == EXIT_HOLDS)
		status = start_visits(c);
	sigaction(SIGINT, &before, NULL);
	return status;
}

int
chat_prepare(struct chat *c)
{
	struct relay_address peer = { .port = 0 }, relay = { .port = 0 };
	bool is_peer = false;
	int status = read_relay(c, &peer, &relay, &is_peer);

	if (status == EXIT_HOLDS)
		status = chat_open_at_will(c->j);
	if (status == EXIT_HOLDS)
		status = count_mailboxes(c);
	if (status == EXIT_HOLDS)
		status = start_helpers(c);
	if (status == EXIT_HOLDS)
		status = chat_give_up_power(c->j);
	if (status == EXIT_HOLDS)
		status = find_mailboxes(c, &relay);
	for (size_t i = 0; status == EXIT_HOLDS && i < c->n_visits; i++)
		c->visits[i].box = &c->boxes.v[i];
	if (status == EXIT_HOLDS)
		status = find_session(c, &peer, is_peer);
	/* what was left over from before is sent, too */
	if (status == EXIT_HOLDS)
		status = unsent_count(c->j, c->peer, &c->unsent);
	return status == EXIT_HOLDS ? introduce(c) : status;
}

void
chat_dismiss(struct chat *c)
{
	web_stop(&c->pusher);
	for (size_t i = 0; i < c->n_visits; i++) {
		web_stop(&c->visits[i].web);
		free(c->visits[i].haul.acks.v);
	}
	mailboxes_free(&c->boxes);
	free(c->passed.v);
}
