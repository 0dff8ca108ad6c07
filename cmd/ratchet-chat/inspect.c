/* What anybody sees of a message, and why it can or cannot be read. */
#include "recv.h"

#include <string.h>

#include "base/b64.h"
#include "ratchet/sealed.h"
#include "ratchet/sessions.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { TEXT_MAX = 1 << 16 };

/* A message whose envelope was taken off. */
struct letter {
	struct envelope envelope;	/* nothing in it with --raw */
	struct buf body;
	enum envelope_type type;	/* nothing else in it when sealed */
	struct wire_prekey first;
	struct wire_message m;
};

/* From stdin, which is left in "in". */
static int
read_letter(struct job *j, struct buf *in, struct letter *l)
{
	const char *bad = NULL;
	enum wire_result why = WIRE_OK;
	int status = run_stdin(ENVELOPE_MAX, in);

	if (status == EXIT_HOLDS && j->a->raw)
		buf_span(&l->body, buf_get0(in));
	else if (status == EXIT_HOLDS && !envelope_read(span_trim(
	    buf_get0(in)), &l->envelope, &l->body, &bad)) {
		say_error("not a message: %s is wrong", bad);
		status = EXIT_MALFORMED;
	}
	if (status == EXIT_HOLDS && sealed_is(buf_get0(&l->body))) {
		l->type = ENVELOPE_SEALED;
		return EXIT_HOLDS;
	}
	if (status == EXIT_HOLDS && !envelope_type_of(buf_get0(&l->body),
	    &l->type, &why)) {
		say_error("the body is no message of the Signal protocol%s",
		    why == WIRE_MALFORMED ? "" :
		    why == WIRE_OLD ? ": its version is before 3" :
		    ": its version is after 4");
		status = EXIT_MALFORMED;
	}
	if (status == EXIT_HOLDS && l->type == ENVELOPE_PREKEY)
		wire_prekey_read(buf_get0(&l->body), &l->first);
	if (status == EXIT_HOLDS && l->type == ENVELOPE_PREKEY)
		l->m = l->first.message;
	else if (status == EXIT_HOLDS)
		wire_message_read(buf_get0(&l->body), &l->m);
	return status;
}

static void
put_first(const struct wire_prekey *p, struct jw *w)
{
	jw_b64(w, "identity_key", p->identity_key);
	jw_b64(w, "base_key", p->base_key);
	jw_int(w, "registration_id", p->registration_id);
	jw_int(w, "signed_prekey_id", p->signed_prekey_id);
	if (p->has_prekey)
		jw_int(w, "prekey_id", p->prekey_id);
	else
		jw_null(w, "prekey_id");
	if (p->has_kyber)
		jw_int(w, "kyber_prekey_id", p->kyber_id);
	else
		jw_null(w, "kyber_prekey_id");
}

static void
put_visible(const struct letter *l, struct jw *w)
{
	jw_str(w, "type", envelope_type_name(l->type));
	if (l->type == ENVELOPE_SEALED) {
		jw_int(w, "size", (int64_t)l->body.n);
		return;
	}
	jw_int(w, "message_version", l->m.version);
	jw_b64(w, "ratchet_key", l->m.ratchet_key);
	jw_int(w, "counter", l->m.counter);
	jw_int(w, "previous_counter", l->m.previous);
	jw_int(w, "size", (int64_t)l->body.n);
	jw_int(w, "ciphertext_size", (int64_t)l->m.ciphertext.n);
	if (l->type == ENVELOPE_PREKEY)
		put_first(&l->first, w);
}

static void
open_record(const struct job *j, const struct letter *l, const char *schema,
    struct jw *w)
{
	jw_object(w, NULL);
	jw_str(w, "message", "-");
	if (l->envelope.from[0] != '\0')
		jw_str(w, "from", l->envelope.from);
	if (l->envelope.to[0] != '\0')
		jw_str(w, "to", l->envelope.to);
	chat_member(j, w, schema);
}

static void
text_key(struct buf *out, const char *what, struct span key)
{
	buf_printf(out, "%s ", what);
	b64_encode(out, key);
	buf_byte(out, '\n');
}

static void
put_text(const struct letter *l, struct buf *out)
{
	if (l->envelope.from[0] != '\0')
		buf_printf(out, "from %s to %s, as the envelope says\n",
		    l->envelope.from, l->envelope.to);
	if (l->type == ENVELOPE_SEALED) {
		buf_printf(out, "sealed, %zu octets\n", l->body.n);
		return;
	}
	buf_printf(out, "%s of version %u, %zu octets, %zu of ciphertext\n",
	    l->type == ENVELOPE_PREKEY ? "first message" : "message",
	    l->m.version, l->body.n, l->m.ciphertext.n);
	text_key(out, "ratchet key", l->m.ratchet_key);
	buf_printf(out, "counter %u, previous %u\n", l->m.counter,
	    l->m.previous);
	if (l->type != ENVELOPE_PREKEY)
		return;
	text_key(out, "identity key", l->first.identity_key);
	text_key(out, "base key", l->first.base_key);
	buf_printf(out, "for the signed prekey %u", l->first.signed_prekey_id);
	if (l->first.has_prekey)
		buf_printf(out, " and the one-time prekey %u",
		    l->first.prekey_id);
	buf_byte(out, '\n');
}

static int
give_up_power(const struct job *j)
{
	static const struct sandbox nothing = { 0 };

	return run_enter_sandbox(&nothing, j->a->run.sandbox) ? EXIT_HOLDS :
	    EXIT_PERMISSION;
}

int
inspect_run(struct job *j)
{
	struct letter l = { .body = BUF(WIRE_MAX) };
	struct buf in = BUF(ENVELOPE_MAX), out = BUF(TEXT_MAX);
	struct jw w = JW(&out);
	int status = give_up_power(j);

	if (status == EXIT_HOLDS)
		status = read_letter(j, &in, &l);
	if (status == EXIT_HOLDS && chat_for_people(j)) {
		put_text(&l, &out);
	} else if (status == EXIT_HOLDS) {
		open_record(j, &l, "ratchet-chat-message/1", &w);
		put_visible(&l, &w);
		jw_end(&w);
		jw_end(&w);
		buf_byte(&out, '\n');
	}
	if (status == EXIT_HOLDS)
		status = run_stdout(buf_get0(&out));
	buf_free(&l.body);
	buf_free(&in);
	buf_free(&out);
	return status;
}

/* One of the sessions that the message may belong to. */
static void
put_session(const struct ratchet *s, const struct wire_message *m, bool first,
    struct jw *w)
{
	const struct chain *c = NULL;

	for (size_t i = 0; i < s->n_chains; i++)
		if (span_eq(span_of(s->chains[i].ratchet, CURVE_PUBLIC),
		    m->ratchet_key))
			c = &s->chains[i];
	jw_object(w, NULL);
	jw_bool(w, "current", first);
	jw_b64(w, "base_key", span_of(s->base_key, CURVE_PUBLIC));
	jw_bool(w, "knows_ratchet_key", c != NULL);
	if (c != NULL && !c->closed)
		jw_int(w, "next_counter", c->next);
	else
		jw_null(w, "next_counter");
	jw_int(w, "missing_messages", (int64_t)ratchet_missing(s));
	jw_end(w);
}

/* What recv would make of a message. */
struct trial {
	bool opened;		/* it has a message for us in it */
	char from[NAME_MAX_OCTETS + 1];
	enum party_result result;
	int status;
	const char *why;
};

/* Read it as recv does, in a transaction that is given up. */
static int
try_message(struct job *j, struct span in, struct trial *t)
{
	struct message m = { .body = BUF(WIRE_MAX) };
	struct kept k = { .plain = BUF(WIRE_MAX) };
	struct batch b = { .out = BUF(0) };
	bool again = false;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	t->result = message_open(j, in, &m);
	t->opened = t->result == PARTY_OK;
	if (t->opened)
		t->result = message_read(j, &b, &m, &k, &again);
	memcpy(t->from, k.from, sizeof(t->from));
	t->status = chat_status(&j->talk, t->result);
	t->why = party_why(&j->talk, t->result);
	store_abandon(j->store);
	recv_batch_free(&b);
	buf_free_wipe(&k.plain);
	buf_free(&m.body);
	return EXIT_HOLDS;
}

static int
put_explained(struct job *j, const struct letter *l, const struct trial *t,
    struct buf *out)
{
	struct sessions all = { .n = 0 };
	struct jw w = JW(out);
	struct peer p;

	/* which session a sealed one belongs to only its inside says */
	if (l->type != ENVELOPE_SEALED &&
	    peer_get(j->store, span_str(t->from), &p) == STORE_OK) {
		enum store_result got = sessions_get(j->store, &p,
		    SESSIONS_MAX, &all);

		if (got != STORE_OK)
			return chat_store_failed(got);
	}
	open_record(j, l, "ratchet-chat-explanation/1", &w);
	put_visible(l, &w);
	jw_bool(&w, "readable", t->result == PARTY_OK);
	jw_str(&w, "reason", t->why);
	jw_int(&w, "status", t->status);
	jw_array(&w, "sessions");
	for (size_t i = 0; i < all.n; i++)
		put_session(&all.v[i].s, &l->m, i == 0, &w);
	jw_end(&w);
	jw_end(&w);
	jw_end(&w);
	buf_byte(out, '\n');
	sessions_free(&all);
	return EXIT_HOLDS;
}

static int
explain(struct job *j, const struct letter *l, struct span in,
    struct buf *out)
{
	struct trial t = { .opened = false };
	int status = try_message(j, in, &t);

	if (status != EXIT_HOLDS || !t.opened)
		return status != EXIT_HOLDS ? status : t.status;
	if (chat_for_people(j)) {
		put_text(l, out);
		buf_printf(out, "%s: %s\n", t.from[0] != '\0' ? t.from :
		    "sealed", t.result == PARTY_OK ? "it can be read" : t.why);
		return t.status;
	}
	status = chat_begin(j, false);
	if (status == EXIT_HOLDS)
		status = put_explained(j, l, &t, out);
	return status != EXIT_HOLDS ? status : t.status;
}

int
explain_run(struct job *j)
{
	struct letter l = { .body = BUF(WIRE_MAX) };
	struct buf in = BUF(ENVELOPE_MAX), out = BUF(TEXT_MAX);
	int status = j->n > 0 ? chat_name(j->operands[0]) : EXIT_HOLDS;
	int wrote = EXIT_HOLDS;

	if (status == EXIT_HOLDS && j->n == 0 && j->a->raw) {
		say_error("--raw says nothing of the peer: name it");
		status = EXIT_USAGE;
	}
	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status == EXIT_HOLDS)
		status = read_letter(j, &in, &l);
	if (status == EXIT_HOLDS)
		status = explain(j, &l, buf_get0(&in), &out);
	if (out.n > 0)
		wrote = run_stdout(buf_get0(&out));
	buf_free(&l.body);
	buf_free(&in);
	buf_free(&out);
	return wrote != EXIT_HOLDS ? wrote : status;
}
