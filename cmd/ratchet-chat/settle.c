/* A mailbox of our own, and meeting peers at theirs; see post.h. */
#include "post.h"

#include <string.h>

#include "sys/exit.h"
#include "sys/say.h"

enum { TAKE_BACK_MS = 5000 };

/* A fresh one at the relay, on our disk before the relay hears of it. */
static int
make_ours(struct job *j, const struct relay_address *relay,
    struct mailbox *out)
{
	struct mailbox m = { .address = *relay, .made = env_now(&j->env) };
	struct mailboxes all = { .n = 0 };
	int status = chat_begin(j, true);

	if (status == EXIT_HOLDS)
		status = mailboxes_read(j, &all);
	if (status != EXIT_HOLDS) {
		store_abandon(j->store);
		return status;
	}
	/* the newest one is what peers are told of */
	if (all.n > 0 && m.made <= all.v[all.n - 1].made)
		m.made = all.v[all.n - 1].made + 1;
	mailboxes_free(&all);
	j->env.random(j->env.arg, m.address.id, RELAY_ID);
	j->env.random(j->env.arg, m.address.key, RELAY_KEY);
	j->env.random(j->env.arg, m.token, RELAY_TOKEN);
	mailbox_put(j, &m);
	status = chat_end(j, PARTY_OK, "mailbox");
	if (status == EXIT_HOLDS)
		*out = m;
	explicit_bzero(&m, sizeof(m));
	return status;
}

/*
 * The relay may have made it, and its answer alone been lost: nobody would own
 * it then. Asked once, and not for long: mostly there is no relay.
 */
static void
take_back(struct web *w, const struct mailbox *m)
{
	struct buf none = BUF(RELAY_ANSWER_MAX);
	struct post p = { .at = &m->address, .token = m->token,
	    .call.verb = RELAY_DELETE, .timeout = TAKE_BACK_MS };

	memcpy(p.call.id, m->address.id, RELAY_ID);
	post_ask(w, &p, &none, true);
	buf_free(&none);
}

static int
forget_ours(struct job *j, const struct mailbox *m)
{
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	mailbox_drop(j, m->address.id);
	return chat_end(j, PARTY_OK, "mailbox");
}

/* Bundles with one-time prekeys, and one without for when they are gone. */
static int
make_bundles(struct job *j, unsigned count, struct buf *out)
{
	int64_t life = (int64_t)j->a->expires * 86400;
	enum party_result r = PARTY_OK;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	r = party_bundles(&j->talk, count, false, life, out);
	if (r == PARTY_OK)
		r = party_bundles(&j->talk, 1, true, life, out);
	return chat_end(j, r, "bundle");
}

int
post_settle(struct job *j, struct web *w, const struct relay_address *relay,
    unsigned count, struct mailbox *out)
{
	struct buf bundles = BUF(RELAY_UPLOAD_MAX),
	    none = BUF(RELAY_ANSWER_MAX);
	struct post p = { .call.verb = RELAY_MAKE };
	struct mailbox m;
	int status = make_ours(j, relay, &m);

	if (status != EXIT_HOLDS)
		return status;
	p.at = &m.address;
	p.token = m.token;
	memcpy(p.call.id, m.address.id, RELAY_ID);
	status = post_ask(w, &p, &none, false);
	if (status == EXIT_UNKNOWN)
		take_back(w, &m);
	if (status != EXIT_HOLDS) {
		int forgotten = forget_ours(j, &m);

		explicit_bzero(&m, sizeof(m));
		buf_free(&none);
		return forgotten != EXIT_HOLDS ? forgotten : status;
	}
	status = make_bundles(j, count, &bundles);
	p.call.verb = RELAY_STOCK;
	p.body = buf_get0(&bundles);
	if (status == EXIT_HOLDS)
		status = post_ask(w, &p, &none, false);
	if (status == EXIT_HOLDS)
		*out = m;
	else
		say_hint("the mailbox is made: ratchet-chat bundle -c %u | "
		    "ratchet-chat push", count);
	explicit_bzero(&m, sizeof(m));
	buf_free(&bundles);
	buf_free(&none);
	return status;
}

int
post_meet(struct job *j, struct web *w, const char *peer,
    const struct relay_address *at)
{
	struct bundle b;
	struct peer p;
	enum party_result r = PARTY_OK;
	bool known = false;
	int status = post_take(w, at, &b);

	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status != EXIT_HOLDS)
		return status;
	known = peer_get(j->store, span_str(peer), &p) == STORE_OK;
	j->talk.no_pq = j->a->no_pq;
	r = party_start(&j->talk, span_str(peer), &b, false);
	if (r == PARTY_OK)
		status = whereabouts_set(j, peer, at);
	if (status != EXIT_HOLDS) {
		store_abandon(j->store);
		return status;
	}
	status = chat_end(j, r, peer);
	if (status == EXIT_HOLDS)
		start_told(&b, peer, known);
	return status;
}
