/*
 * Fetching: what a mailbox holds is put on our disk, then acknowledged, then
 * printed; and printed again until recv has read it. So it is at least once,
 * wherever a crash comes.
 */
#include "fragments.h"
#include "post.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "recv.h"
#include "relay/cover.h"
#include "relay/fetch.h"
#include "sys/exit.h"
#include "sys/say.h"

enum {
	GRACE = 15000,
	SLICE_MIN = 5,
	/* answers in a row that bring nothing new: 256 MiB of octets that
	   were not made with our address, or a relay that does not delete */
	FUTILE_MAX = 256,
};

void
fetch_write(struct haul *h, uint32_t max, uint32_t wait, struct buf *body)
{
	struct relay_ask ask = { .n = 0, .max = max, .wait = wait };

	for (size_t i = 0; i < h->acks.n && ask.n < RELAY_ACKS_MAX; i++)
		memcpy(ask.ack[ask.n++], h->acks.v[i].id, RELAY_ID);
	relay_ask_write(&ask, body);
	h->asked = max;
}

/* It is on our disk, or of nobody for whom there is room: it may go there. */
static bool
keep_mail(struct job *j, struct span content, struct mail_room *room,
    struct haul *h)
{
	switch (mail_put(j, content, h->order++, room)) {
	case MAIL_KEPT:
		h->fresh++;
		break;
	case MAIL_HERE:
		break;
	case MAIL_OF_NOBODY:
		h->refused++;
		return true;
	case MAIL_NO_ROOM:
		h->full = true;
		return false;
	}
	h->kept++;
	return true;
}

/*
 * One message: whether the relay need not have it any more. What opens may be
 * anything yet: many may have our address.
 */
static bool
keep_message(struct job *j, const struct mailbox *m,
    const struct relay_message *got, struct mail_room *room, struct haul *h)
{
	bool done = true;
	struct buf content = BUF(POST_CONTENT_MAX);
	struct relay_fragment f;

	if (!relay_uncover(m->address.key, got->body, &content)) {
		h->odd++;
	} else if (relay_fragment_read(buf_get0(&content), &f) &&
	    relay_fragment_fits(&f)) {
		h->fresh += fragment_put(j, &f);
		h->fragments++;
		h->kept++;
	} else if (mail_ok(buf_get0(&content))) {
		done = keep_mail(j, buf_get0(&content), room, h);
	} else {
		h->odd++;
	}
	buf_free(&content);
	return done;
}

/* All of an answer, in one transaction. */
static int
keep_messages(struct job *j, const struct mailbox *m,
    const struct relay_answer *a, struct haul *h)
{
	struct mail_room room = { .n = 0 };
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	if (!h->tidied)
		status = mail_expire(j, &h->order);
	if (status == EXIT_HOLDS && !h->tidied)
		status = fragments_expire(j);
	if (status == EXIT_HOLDS)
		status = mail_room_get(j, &room);
	if (status != EXIT_HOLDS) {
		store_abandon(j->store);
		return status;
	}
	h->tidied = true;
	for (size_t i = 0; i < a->n; i++)
		if (keep_message(j, m, &a->v[i], &room, h))
			memcpy(VEC_PUSH(&h->acks)->id, a->v[i].id, RELAY_ID);
	return chat_end(j, PARTY_OK, "fetch");
}

/* What of an answer is not simply on our disk. */
static void
tell_haul(const struct job *j, const struct haul *h)
{
	if (h->fragments > 0 && !j->a->stream)
		say_hint("there is of a stream: ratchet-chat fetch --stream | "
		    "ratchet-chat recv --stream");
	if (h->odd > 0)
		say_warn("%zu messages were none, or not made with our "
		    "address", h->odd);
	if (h->refused > 0)
		say_warn("%zu messages of nobody we know are dropped: too "
		    "many wait to be read", h->refused);
	if (h->full)
		say_error("too many messages wait to be read: the rest stays "
		    "at the relay");
	if (h->refused > 0 || h->full)
		say_hint("ratchet-chat fetch | ratchet-chat recv --lines "
		    "reads them, reset --mail forgets what it cannot");
}

int
fetch_keep(struct job *j, const struct mailbox *m, struct span answer,
    struct haul *h)
{
	struct relay_answer *a = xcalloc(1, sizeof(*a));
	struct buf bodies = BUF(RELAY_FETCH_OCTETS);
	int status = EXIT_HOLDS;

	h->acks.n = 0;
	h->kept = h->odd = h->fragments = h->fresh = h->refused = 0;
	if (!relay_answer_read(answer, &bodies, a) || a->n > h->asked) {
		say_error("%s: the answer is no relay's", m->address.host);
		status = EXIT_MALFORMED;
	}
	if (status == EXIT_HOLDS && a->n > 0)
		status = keep_messages(j, m, a, h);
	if (status == EXIT_HOLDS)
		h->left = a->left;
	else
		h->acks.n = 0;
	h->futile = a->n == 0 || h->fresh > 0 ? 0 : h->futile + 1;
	if (status == EXIT_HOLDS && h->futile > FUTILE_MAX) {
		say_error("%s: it gives the same again and again",
		    m->address.host);
		status = EXIT_MALFORMED;
	}
	if (a->n > 0)
		tell_haul(j, h);
	buf_free(&bodies);
	free(a);
	return status;
}

/* Those that wait to be read, in their order. */
static int
print_mail(struct job *j, size_t *printed)
{
	static const struct mail_ids none;
	struct mails all = { .n = 0 };
	int status = chat_begin(j, false);

	if (status == EXIT_HOLDS)
		status = mails_get(j, &none, &all);
	store_abandon(j->store);
	for (size_t i = 0; i < all.n && status == EXIT_HOLDS; i++)
		status = run_stdout(buf_get0(&all.v[i].content));
	*printed = all.n;
	mails_free(&all);
	return status;
}

/* Empty one mailbox onto our disk. */
static int
fetch_mailbox(struct job *j, struct web *w, const struct mailbox *m,
    uint32_t wait, size_t *kept)
{
	struct buf ask = BUF(RELAY_ASK_MAX), answer = BUF(RELAY_ANSWER_MAX);
	struct haul h = { .left = 0 };
	struct post p = { .at = &m->address, .token = m->token,
	    .call.verb = RELAY_FETCH };
	int status = EXIT_HOLDS;

	memcpy(p.call.id, m->address.id, RELAY_ID);
	do {
		bool last = h.full || *kept >= (size_t)j->a->max;

		buf_reset(&ask);
		buf_reset(&answer);
		fetch_write(&h, last ? 0 : RELAY_FETCH_MAX,
		    *kept > 0 ? 0 : wait, &ask);
		p.body = buf_get0(&ask);
		p.timeout = wait * 1000 + GRACE;
		status = post_ask(w, &p, &answer, false);
		if (status == EXIT_HOLDS)
			status = fetch_keep(j, m, buf_get0(&answer), &h);
		*kept += h.kept;
	} while (status == EXIT_HOLDS && h.acks.n > 0);
	if (status == EXIT_HOLDS && h.full)
		status = EXIT_UNKNOWN;
	free(h.acks.v);
	buf_free(&ask);
	buf_free(&answer);
	return status;
}

/* All of ours once; "wait" is for each. */
static int
fetch_round(struct job *j, struct web *w, const struct mailboxes *all,
    uint32_t wait, size_t *kept)
{
	int status = EXIT_HOLDS;

	for (size_t i = 0; i < all->n; i++)
		status = recv_worse(status, fetch_mailbox(j, w, &all->v[i],
		    *kept > 0 ? 0 : wait, kept));
	return status;
}

/* Until something came, or the time is over. */
static int
fetch_all(struct job *j, struct web *w, const struct mailboxes *all)
{
	int64_t end = env_monotonic() + j->a->wait;
	size_t kept = 0;
	int status = fetch_round(j, w, all, 0, &kept);

	while (status == EXIT_HOLDS && kept == 0) {
		int64_t left = end - env_monotonic();
		int64_t slice = all->n > 1 && left > SLICE_MIN ? SLICE_MIN :
		    left;

		if (left <= 0)
			break;
		status = fetch_round(j, w, all, (uint32_t)(slice <
		    RELAY_WAIT_MAX ? slice : RELAY_WAIT_MAX), &kept);
	}
	return status;
}

int
fetch_run(struct job *j)
{
	struct mailboxes all = { .n = 0 };
	struct web w = { .pid = 0 };
	size_t printed = 0;
	int status = post_open(j, &w), written = EXIT_HOLDS;

	if (status == EXIT_HOLDS)
		status = chat_begin(j, false);
	if (status != EXIT_HOLDS)
		goto out;
	status = mailboxes_read(j, &all);
	store_abandon(j->store);
	if (status == EXIT_HOLDS && all.n == 0) {
		say_error("there is no mailbox of ours");
		say_hint("ratchet-chat mailbox --relay=URL makes one");
		status = EXIT_NO_INPUT;
	}
	if (status == EXIT_HOLDS)
		status = fetch_all(j, &w, &all);
	/* what is on our disk is printed, whatever a relay says */
	written = j->a->stream ? fragments_print(j) : print_mail(j, &printed);
	say_detail("%zu messages", printed);
	status = recv_worse(status, written);
out:
	web_stop(&w);
	mailboxes_free(&all);
	return status;
}
