/* Reading one message: out of its envelope, decrypted, told about. */
#include "post.h"
#include "recv.h"

#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "ratchet/pad.h"
#include "ratchet/sealed.h"
#include "sys/exit.h"
#include "sys/say.h"

enum party_result
message_open(const struct job *j, struct span in, struct message *m)
{
	struct envelope e = { .to = "" };
	const char *bad = NULL;

	if (j->a->raw) {
		buf_span(&m->body, in);
		m->sealed = sealed_is(in);
		memcpy(m->from, j->operands[0], strlen(j->operands[0]) + 1);
		return PARTY_OK;
	}
	if (!envelope_read(span_trim(in), &e, &m->body, &bad)) {
		say_error("not a message: %s is wrong", bad);
		return PARTY_MALFORMED;
	}
	if (strcmp(e.to, j->talk.self.name) != 0) {
		say_error("the message is for %s, not for %s", e.to,
		    j->talk.self.name);
		return PARTY_MALFORMED;
	}
	m->sealed = e.type == ENVELOPE_SEALED;
	if (m->sealed) {
		if (j->n > 0)
			memcpy(m->from, j->operands[0],
			    strlen(j->operands[0]) + 1);
		return PARTY_OK;
	}
	if (j->n > 0 && strcmp(e.from, j->operands[0]) != 0) {
		say_error("the message says that it is from %s, not from %s",
		    e.from, j->operands[0]);
		return PARTY_OTHER_NAME;
	}
	memcpy(m->from, e.from, sizeof(m->from));
	return PARTY_OK;
}

static const char *
trust_of(const struct receipt *r)
{
	return r->verified ? "verified" : r->first_contact ? "new" : "pinned";
}

static void
put_record(const struct job *j, const char *from, const struct receipt *r,
    bool again, struct span plain, struct buf *out)
{
	struct jw w = JW(out);

	jw_object(&w, NULL);
	jw_str(&w, "peer", from);
	chat_member(j, &w, "ratchet-chat-receipt/1");
	jw_str(&w, "type", envelope_type_name(r->type));
	jw_int(&w, "message_version", r->version);
	jw_int(&w, "counter", r->info.counter);
	jw_int(&w, "previous_counter", r->info.previous);
	jw_int(&w, "passed_over", r->info.passed_over);
	jw_bool(&w, "late", r->info.late);
	jw_bool(&w, "new_chain", r->info.new_chain);
	jw_bool(&w, "new_session", r->new_session);
	jw_bool(&w, "one_time_prekey", r->one_time);
	jw_str(&w, "trust", trust_of(r));
	jw_bool(&w, "again", again);
	jw_b64(&w, "plaintext", plain);
	jw_end(&w);
	jw_end(&w);
	buf_byte(out, '\n');
}

/* Line by line, so that nothing in it steers the terminal. */
static void
put_shown(struct span plain, struct buf *out)
{
	struct span line = { NULL, 0 };

	for (bool first = true; span_split(&plain, '\n', &line);
	    first = false) {
		buf_str(out, first ? "" : "\n");
		utf8_clean(out, line);
	}
}

static void
put_plain(const struct job *j, struct span plain, struct buf *out)
{
	/* what a stream's message holds is a key, for us alone */
	if (isatty(STDOUT_FILENO) && !j->a->stream)
		put_shown(plain, out);
	else
		buf_span(out, plain);
	if (j->a->lines)
		buf_byte(out, '\n');
}

static void
tell(const char *from, const struct receipt *r)
{
	if (r->first_contact) {
		say_warn("%s: first contact, the identity is believed", from);
		say_hint("compare: ratchet-chat safety %s", from);
	}
	if (r->new_session && !r->one_time)
		say_warn("%s: the session began without a one-time prekey",
		    from);
	if (r->info.passed_over > 0)
		say_warn("%s: %u messages before this one are missing", from,
		    r->info.passed_over);
}

int
recv_worse(int a, int b)
{
	static const int order[] = { EXIT_INTERNAL, EXIT_IO, EXIT_PERMISSION,
	    EXIT_ROLLED_BACK, EXIT_IMPOSTOR, EXIT_CHANGED, EXIT_FORGED,
	    EXIT_REFUSED, EXIT_NO_INPUT, EXIT_MALFORMED,
	    EXIT_UNKNOWN_PEER, EXIT_NO_SESSION, EXIT_GAP, EXIT_UNKNOWN,
	    EXIT_REPLAYED };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a != EXIT_HOLDS ? a : b;
}

/*
 * Whether the message may be read another time: later, with other options,
 * by another OpenSSL, or once its reader has done what the hint says.
 */
static bool
may_change(enum party_result r)
{
	switch (r) {
	case PARTY_STORE:
	case PARTY_NEW:
	case PARTY_TOO_FAR:
	case PARTY_CHANGED:
	case PARTY_EXPORTED:
	case PARTY_OTHER_NAME:
	case PARTY_NO_PQ:
	case PARTY_NO_TRUST:
	case PARTY_CERT:
	case PARTY_CROWDED:
		return true;
	default:
		return false;
	}
}

enum party_result
message_read(struct job *j, struct batch *b, const struct message *m,
    struct kept *k, bool *again)
{
	enum store_result kept = STORE_OK;

	memcpy(k->from, m->from, sizeof(k->from));
	buf_room(&k->plain, m->body.n);
	kept = kept_find(j, b, buf_get0(&m->body), k);
	*again = kept == STORE_OK;
	if (*again)
		return PARTY_OK;
	if (kept != STORE_ABSENT) {
		j->talk.store_error = kept;
		return PARTY_STORE;
	}
	if (!m->sealed)
		return party_recv(&j->talk, span_str(k->from),
		    buf_get0(&m->body), &k->plain, &k->receipt);
	return party_recv_sealed(&j->talk, buf_get0(&m->body), k->from,
	    &k->plain, &k->receipt);
}

void
recv_take(struct job *j, struct span in, struct batch *b)
{
	struct message m = { .body = BUF(WIRE_MAX) };
	struct kept k = { .plain = BUF(WIRE_MAX) };
	enum party_result result = message_open(j, in, &m);
	struct introduction where;
	bool again = false;

	if (result != PARTY_OK)
		goto out;
	result = message_read(j, b, &m, &k, &again);
	if (result == PARTY_CHANGED)
		b->changed = true;
	if (result != PARTY_OK) {
		chat_say(&j->talk, result, k.from[0] != '\0' ? k.from :
		    "sealed");
		goto out;
	}
	if (!again)
		kept_put(j, b, buf_get0(&m.body), &k);
	tell(k.from, &k.receipt);
	if (j->a->pad)
		k.plain.n = pad_strip(buf_get0(&k.plain)).n;
	/* behind its padding too: it holds a mailbox's secret */
	if (introduction_read(buf_get0(&k.plain), &where))
		b->status = recv_worse(b->status, introduction_hear(j, k.from,
		    &where));
	else if (j->a->json)
		put_record(j, k.from, &k.receipt, again, buf_get0(&k.plain),
		    &b->out);
	else
		put_plain(j, buf_get0(&k.plain), &b->out);
out:
	b->status = recv_worse(b->status, chat_status(&j->talk, result));
	if (may_change(result))
		b->stays = true;
	else
		kept_mail(j, b, in);
	buf_free_wipe(&k.plain);
	buf_free(&m.body);
}
