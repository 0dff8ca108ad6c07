/* Mailboxes of ours at relays, and where peers are. */
#include "post.h"

#include <string.h>

#include "sys/exit.h"
#include "sys/say.h"

enum { TEXT_MAX = 1 << 16 };

/* Of --relay and --pin: the relay, or 64. */
static int
read_relay(const struct args *a, struct relay_address *out)
{
	if (!relay_url_read(span_str(a->relay), out)) {
		say_error("--relay: it is no https://HOST[:PORT]");
		return EXIT_USAGE;
	}
	if (a->pin == NULL)
		return EXIT_HOLDS;
	out->has_pin = relay_pin_read(span_str(a->pin), out->pin);
	if (!out->has_pin)
		say_error("--pin: it is no sha256//BASE64");
	return out->has_pin ? EXIT_HOLDS : EXIT_USAGE;
}

static int
write_address(const struct relay_address *a)
{
	struct buf out = BUF(RELAY_ADDRESS_MAX + 1);
	int status = EXIT_HOLDS;

	relay_address_write(a, &out);
	buf_byte(&out, '\n');
	status = run_stdout(buf_get0(&out));
	buf_free_wipe(&out);
	return status;
}

static int
make_mailbox(struct job *j)
{
	struct relay_address relay;
	struct mailbox m;
	struct web w = { .pid = 0 };
	int status = read_relay(j->a, &relay);

	if (status == EXIT_HOLDS)
		status = post_open(j, &w);
	if (status == EXIT_HOLDS)
		status = post_settle(j, &w, &relay, (unsigned)j->a->count,
		    &m);
	if (status == EXIT_HOLDS)
		status = write_address(&m.address);
	web_stop(&w);
	return status;
}

static int
list_mailboxes(struct job *j)
{
	struct mailboxes all = { .n = 0 };
	int status = chat_open(j);

	if (status == EXIT_HOLDS)
		status = mailboxes_get(j, &all);
	for (size_t i = 0; i < all.n && status == EXIT_HOLDS; i++)
		status = write_address(&all.v[i].address);
	mailboxes_free(&all);
	return status;
}

/* The one of ours that the operand is the address of, or 66. */
static int
find_mailbox(struct job *j, const char *text, struct mailbox *out)
{
	struct mailboxes all = { .n = 0 };
	struct relay_address a;
	int status = mailboxes_get(j, &all);

	if (status != EXIT_HOLDS)
		return status;
	status = EXIT_NO_INPUT;
	for (size_t i = 0; i < all.n && relay_address_read(span_str(text),
	    &a); i++)
		if (memcmp(all.v[i].address.id, a.id, RELAY_ID) == 0) {
			*out = all.v[i];
			status = EXIT_HOLDS;
		}
	if (status != EXIT_HOLDS)
		say_error("that is no mailbox of ours");
	mailboxes_free(&all);
	return status;
}

/* At the relay, which may have let it expire. */
static int
delete_there(struct web *w, const struct mailbox *m)
{
	struct buf answer = BUF(RELAY_ANSWER_MAX);
	struct post p = { .at = &m->address, .token = m->token,
	    .call.verb = RELAY_DELETE };
	int status = EXIT_HOLDS;

	memcpy(p.call.id, m->address.id, RELAY_ID);
	status = post_ask(w, &p, &answer, false);
	if (status == EXIT_REFUSED &&
	    relay_error_read(buf_get0(&answer)) == RELAY_NO_MAILBOX)
		status = EXIT_HOLDS;
	buf_free(&answer);
	return status;
}

/* There first: one that the relay keeps must stay known here. */
static int
drop_mailbox(struct job *j)
{
	struct mailbox m;
	struct web w = { .pid = 0 };
	int status = post_open(j, &w);

	if (status == EXIT_HOLDS)
		status = find_mailbox(j, j->operands[0], &m);
	if (status == EXIT_HOLDS)
		status = delete_there(&w, &m);
	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status == EXIT_HOLDS) {
		mailbox_drop(j, m.address.id);
		status = chat_end(j, PARTY_OK, "mailbox");
	}
	web_stop(&w);
	explicit_bzero(&m, sizeof(m));
	return status;
}

int
mailbox_run(struct job *j)
{
	if (j->a->drop != (j->n == 1) || (j->a->drop && j->a->relay != NULL)) {
		say_error("give --relay URL, or --drop and an address, or "
		    "nothing");
		return EXIT_USAGE;
	}
	if (j->a->drop)
		return drop_mailbox(j);
	return j->a->relay != NULL ? make_mailbox(j) : list_mailboxes(j);
}

static int
set_address(struct job *j, const char *peer)
{
	struct relay_address at;
	struct peer p;
	enum store_result r = STORE_OK;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	r = peer_get(j->store, span_str(peer), &p);
	if (r == STORE_ABSENT)
		return chat_end(j, PARTY_UNKNOWN, peer);
	if (r != STORE_OK)
		status = chat_store_failed(r);
	else if (!relay_address_read(span_str(j->operands[1]), &at)) {
		say_error("that is no mailbox's address");
		status = EXIT_USAGE;
	}
	if (status == EXIT_HOLDS)
		status = whereabouts_set(j, peer, &at);
	if (status != EXIT_HOLDS) {
		store_abandon(j->store);
		return status;
	}
	return chat_end(j, PARTY_OK, peer);
}

static int
show_address(struct job *j, const char *peer)
{
	struct whereabouts where;
	int status = chat_begin(j, false);

	if (status == EXIT_HOLDS)
		status = whereabouts_get(j, peer, &where);
	store_abandon(j->store);
	if (status == EXIT_HOLDS && !where.known) {
		say_error("%s: no address is known", peer);
		status = EXIT_UNKNOWN_PEER;
	}
	return status == EXIT_HOLDS ? write_address(&where.address) : status;
}

int
address_run(struct job *j)
{
	const char *peer = j->operands[0];
	int status = chat_name(peer);

	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status != EXIT_HOLDS)
		return status;
	return j->n == 2 ? set_address(j, peer) : show_address(j, peer);
}
