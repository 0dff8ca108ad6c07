/*
 * Decrypting, at least once: the plaintext is kept in the transaction that
 * used its key up until it was written. The same message prints it again
 * until then, and is replayed afterwards.
 */
#include "ratchet-chat.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "crypto/hash.h"
#include "ratchet/pb.h"
#include "ratchet/sealed.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/rec.h"
#include "sys/say.h"

enum {
	BATCH_LINES = 1000,
	BATCH_OCTETS = 4 << 20,
	OUTPUT_MAX = 4 * (WIRE_MAX + BATCH_OCTETS),
	MESSAGE_ID = 16,
	STREAM_READ = 4096,
	STREAM_LINE = 16384,	/* a stream's first line, and a read */
};

/* What is to be written, and which kept plaintexts it came from. */
struct batch {
	struct buf out;
	struct { struct { unsigned char id[MESSAGE_ID]; } *v;
	    size_t n, cap; } kept;
	int status;		/* the worst of the lines */
	bool changed;		/* there is something to commit */
};

/* One message, taken out of its envelope. */
struct message {
	struct buf body;
	bool sealed;
	char from[NAME_MAX_OCTETS + 1];
};

static void
batch_free(struct batch *b)
{
	free(b->kept.v);
	buf_free_wipe(&b->out);
}

/* Take the message from the input; 0, or what is wrong. */
static int
open_envelope(const struct job *j, struct span in, struct message *m)
{
	struct envelope e = { .to = "" };
	const char *bad = NULL;

	if (j->a->raw) {
		buf_span(&m->body, in);
		m->sealed = sealed_is(in);
		memcpy(m->from, j->operands[0], strlen(j->operands[0]) + 1);
		return EXIT_HOLDS;
	}
	if (!envelope_read(span_trim(in), &e, &m->body, &bad)) {
		say_error("not a message: %s is wrong", bad);
		return EXIT_MALFORMED;
	}
	if (strcmp(e.to, j->talk.self.name) != 0) {
		say_error("the message is for %s, not for %s", e.to,
		    j->talk.self.name);
		return EXIT_MALFORMED;
	}
	m->sealed = e.type == ENVELOPE_SEALED;
	if (m->sealed) {
		if (j->n > 0)
			memcpy(m->from, j->operands[0],
			    strlen(j->operands[0]) + 1);
		return EXIT_HOLDS;
	}
	if (j->n > 0 && strcmp(e.from, j->operands[0]) != 0) {
		say_error("the message says that it is from %s, not from %s",
		    e.from, j->operands[0]);
		return EXIT_MALFORMED;
	}
	memcpy(m->from, e.from, sizeof(m->from));
	return EXIT_HOLDS;
}

static void
message_id(const struct job *j, struct span body,
    unsigned char id[static MESSAGE_ID])
{
	unsigned char digest[SHA256_SIZE];

	hash_sha256(body, digest);
	store_name(j->store, span_of(digest, sizeof(digest)), id);
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

static void
put_plain(const struct job *j, struct span plain, struct buf *out)
{
	buf_span(out, plain);
	if (j->a->lines)
		buf_byte(out, '\n');
}

/* What was read but perhaps never written, and what is known of it. */
enum { KEPT_TYPE = 1, KEPT_VERSION, KEPT_COUNTER, KEPT_PREVIOUS, KEPT_PASSED,
	KEPT_FLAGS, KEPT_PLAIN };
enum { FLAG_LATE = 1, FLAG_CHAIN = 2, FLAG_SESSION = 4, FLAG_ONE_TIME = 8,
	FLAG_VERIFIED = 16, FLAG_FIRST = 32 };

static void
keep(struct job *j, struct batch *b, struct span body,
    const struct receipt *r, struct span plain)
{
	struct buf kept = BUF(STORE_VALUE_MAX);
	unsigned char id[MESSAGE_ID];

	message_id(j, body, id);
	buf_room(&kept, plain.n + 64);
	pb_put_uint(&kept, KEPT_TYPE, r->type);
	pb_put_uint(&kept, KEPT_VERSION, r->version);
	pb_put_uint(&kept, KEPT_COUNTER, r->info.counter);
	pb_put_uint(&kept, KEPT_PREVIOUS, r->info.previous);
	pb_put_uint(&kept, KEPT_PASSED, r->info.passed_over);
	pb_put_uint(&kept, KEPT_FLAGS, (r->info.late ? FLAG_LATE : 0u) |
	    (r->info.new_chain ? FLAG_CHAIN : 0u) |
	    (r->new_session ? FLAG_SESSION : 0u) |
	    (r->one_time ? FLAG_ONE_TIME : 0u) |
	    (r->verified ? FLAG_VERIFIED : 0u) |
	    (r->first_contact ? FLAG_FIRST : 0u));
	pb_put_bytes(&kept, KEPT_PLAIN, plain);
	store_put(j->store, STORE_INBOX, span_of(id, sizeof(id)),
	    buf_get0(&kept));
	memcpy(VEC_PUSH(&b->kept)->id, id, sizeof(id));
	buf_free_wipe(&kept);
	b->changed = true;
}

static void
set_flags(struct receipt *r, uint32_t flags)
{
	r->info.late = (flags & FLAG_LATE) != 0;
	r->info.new_chain = (flags & FLAG_CHAIN) != 0;
	r->new_session = (flags & FLAG_SESSION) != 0;
	r->one_time = (flags & FLAG_ONE_TIME) != 0;
	r->verified = (flags & FLAG_VERIFIED) != 0;
	r->first_contact = (flags & FLAG_FIRST) != 0;
}

static void
kept_field(struct cur *c, const struct pb_field *f, struct receipt *r,
    struct buf *plain)
{
	switch (f->number) {
	case KEPT_TYPE:
		r->type = pb_get_u32(c, f) == ENVELOPE_PREKEY ?
		    ENVELOPE_PREKEY : ENVELOPE_MESSAGE;
		break;
	case KEPT_VERSION:
		r->version = (uint8_t)pb_get_u32(c, f);
		break;
	case KEPT_COUNTER:
		r->info.counter = pb_get_u32(c, f);
		break;
	case KEPT_PREVIOUS:
		r->info.previous = pb_get_u32(c, f);
		break;
	case KEPT_PASSED:
		r->info.passed_over = pb_get_u32(c, f);
		break;
	case KEPT_FLAGS:
		set_flags(r, pb_get_u32(c, f));
		break;
	case KEPT_PLAIN:
		buf_span(plain, pb_get_bytes(c, f, WIRE_MAX));
		break;
	}
}

/* The same message twice in one batch is replayed: it will be written. */
static bool
in_batch(const struct batch *b, const unsigned char id[static MESSAGE_ID])
{
	for (size_t i = 0; i < b->kept.n; i++)
		if (memcmp(b->kept.v[i].id, id, MESSAGE_ID) == 0)
			return true;
	return false;
}

static bool
find_kept(struct job *j, struct batch *b, struct span body,
    struct receipt *r, struct buf *plain)
{
	struct buf kept = BUF(STORE_VALUE_MAX);
	unsigned char id[MESSAGE_ID];
	struct pb_field f;
	struct cur c;
	bool found = false;

	message_id(j, body, id);
	if (in_batch(b, id))
		return false;
	found = store_get(j->store, STORE_INBOX, span_of(id, sizeof(id)),
	    &kept) == STORE_OK;
	c = cur_of(buf_get0(&kept));
	while (found && pb_next(&c, &f))
		kept_field(&c, &f, r, plain);
	if (found)
		memcpy(VEC_PUSH(&b->kept)->id, id, sizeof(id));
	buf_free_wipe(&kept);
	return found;
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

/* Of two statuses of one run, the one that needs more care. */
static int
worse(int a, int b)
{
	static const int order[] = { EXIT_INTERNAL, EXIT_IO, EXIT_PERMISSION,
	    EXIT_ROLLED_BACK, EXIT_CHANGED, EXIT_FORGED, EXIT_MALFORMED,
	    EXIT_UNKNOWN_PEER, EXIT_NO_SESSION, EXIT_GAP, EXIT_UNKNOWN,
	    EXIT_REPLAYED };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return a != EXIT_HOLDS ? a : b;
}

/* Whose a sealed message is it says itself: it must be the one named. */
static enum talk_result
read_message(struct job *j, struct message *m, struct buf *plain,
    struct receipt *r)
{
	enum talk_result result = TALK_OK;

	if (!m->sealed)
		return talk_recv(&j->talk, span_str(m->from),
		    buf_get0(&m->body), plain, r);
	result = talk_recv_sealed(&j->talk, buf_get0(&m->body), m->from,
	    plain, r);
	if (m->from[0] == '\0')
		memcpy(m->from, "sealed", sizeof("sealed"));
	return result;
}

/* Read one message into the batch; says what is wrong with it. */
static void
take(struct job *j, struct span in, struct batch *b)
{
	struct message m = { .body = BUF(WIRE_MAX) };
	struct buf plain = BUF(WIRE_MAX);
	struct receipt r = { .version = 0 };
	enum talk_result result = TALK_OK;
	bool again = false;
	int status = open_envelope(j, in, &m);

	if (status != EXIT_HOLDS)
		goto out;
	buf_room(&plain, m.body.n);
	again = find_kept(j, b, buf_get0(&m.body), &r, &plain);
	if (!again)
		result = read_message(j, &m, &plain, &r);
	status = chat_status(&j->talk, result);
	if (result == TALK_CHANGED)
		b->changed = true;
	if (result != TALK_OK) {
		chat_say(&j->talk, result, m.from);
		goto out;
	}
	if (!again)
		keep(j, b, buf_get0(&m.body), &r, buf_get0(&plain));
	tell(m.from, &r);
	if (j->a->json)
		put_record(j, m.from, &r, again, buf_get0(&plain), &b->out);
	else
		put_plain(j, buf_get0(&plain), &b->out);
out:
	b->status = worse(b->status, status);
	buf_free_wipe(&plain);
	buf_free(&m.body);
}

/* It was written: what was kept of it goes. */
static int
forget(struct job *j, const struct batch *b)
{
	enum store_result r = STORE_OK;
	int status = EXIT_HOLDS;

	if (b->kept.n == 0)
		return EXIT_HOLDS;
	status = chat_begin(j, true);
	if (status != EXIT_HOLDS)
		return status;
	for (size_t i = 0; i < b->kept.n; i++)
		store_drop(j->store, STORE_INBOX, span_of(b->kept.v[i].id,
		    MESSAGE_ID));
	/* an older state would only print them again */
	r = store_commit_light(j->store);
	return r == STORE_OK ? EXIT_HOLDS : chat_store_failed(r);
}

/* End the batch's transaction, write what came of it, forget it. */
static int
settle(struct job *j, struct batch *b)
{
	enum store_result r = STORE_OK;
	int status = EXIT_HOLDS;

	if (b->out.over) {
		say_error("the output is longer than allowed");
		store_abandon(j->store);
		return EXIT_MALFORMED;
	}
	if (b->changed)
		r = store_commit(j->store);
	else
		store_abandon(j->store);
	if (r != STORE_OK)
		return chat_store_failed(r);
	status = chat_stdout(buf_get0(&b->out));
	if (status == EXIT_HOLDS)
		status = forget(j, b);
	return status != EXIT_HOLDS ? status : b->status;
}

static int
recv_one(struct job *j, struct span in)
{
	struct batch b = { .out = BUF(OUTPUT_MAX) };
	int status = chat_begin(j, true);

	if (status == EXIT_HOLDS) {
		take(j, in, &b);
		status = settle(j, &b);
	}
	batch_free(&b);
	return status;
}

/* The next line, as long as reading it takes no wait. */
static enum rec_kind
next_ready(struct rec_reader *in, struct span *line)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };
	enum rec_kind kind = rec_next(in, line);

	while (kind == REC_MORE && poll(&p, 1, 0) > 0) {
		rec_fill(in);
		kind = rec_next(in, line);
	}
	return kind;
}

/* The lines that are there, as one transaction; the one after them waits. */
static int
recv_batch(struct job *j, struct rec_reader *in, struct span *line,
    enum rec_kind *kind)
{
	struct batch b = { .out = BUF(OUTPUT_MAX) };
	int status = chat_begin(j, true), n = 0;

	if (status != EXIT_HOLDS)
		return status;
	do {
		if (*kind == REC_LONG || *kind == REC_LONG_END) {
			say_error("line %llu is longer than allowed",
			    (unsigned long long)in->line);
			b.status = worse(b.status, EXIT_MALFORMED);
		} else {
			take(j, *line, &b);
		}
		*kind = next_ready(in, line);
	} while (*kind < REC_MORE && ++n < BATCH_LINES &&
	    b.out.n < BATCH_OCTETS);
	status = settle(j, &b);
	batch_free(&b);
	return status;
}

/* What is wrong with the state ends the run, a message does not. */
static bool
ends_run(int status)
{
	return status == EXIT_IO || status == EXIT_PERMISSION ||
	    status == EXIT_ROLLED_BACK || status == EXIT_UNKNOWN;
}

static int
recv_lines(struct job *j)
{
	struct rec_reader in;
	struct span line = { NULL, 0 };
	enum rec_kind kind = REC_MORE;
	int status = EXIT_HOLDS;

	rec_open(&in, STDIN_FILENO, '\n');
	kind = rec_next(&in, &line);
	while (!ends_run(status) && kind <= REC_MORE) {
		if (kind < REC_MORE) {
			status = worse(status, recv_batch(j, &in, &line,
			    &kind));
		} else {
			rec_fill(&in);
			kind = rec_next(&in, &line);
		}
	}
	if (kind == REC_FAILED) {
		say_error("stdin: %s", strerror(in.error));
		status = EXIT_IO;
	}
	rec_close(&in);
	return status;
}

/* The message of a stream; the octets behind its line are *rest. */
static int
read_first_line(struct buf *in, struct span *line, struct span *rest)
{
	for (;;) {
		unsigned char *to = NULL;
		size_t end = span_chr(buf_get0(in), '\n');
		ssize_t got = 0;

		if (end < in->n) {
			*line = span_first(buf_get0(in), end);
			*rest = span_from(buf_get0(in), end + 1);
			return EXIT_HOLDS;
		}
		to = buf_room(in, STREAM_READ);
		got = to ? file_read(STDIN_FILENO, to, STREAM_READ) : 0;
		if (got <= 0) {
			say_error("stdin: %s", got < 0 ? file_why(FILE_IO) :
			    "no stream");
			return got < 0 ? EXIT_IO : EXIT_MALFORMED;
		}
		in->n += (size_t)got;
	}
}

/* The key is on the disk as used, and kept, before anything is written. */
static int
open_stream(struct job *j, struct batch *b, struct span line,
    struct stream *s)
{
	enum store_result r = STORE_OK;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	take(j, line, b);
	if (b->changed)
		r = store_commit(j->store);
	else
		store_abandon(j->store);
	if (r != STORE_OK)
		return chat_store_failed(r);
	if (b->status == EXIT_HOLDS && !stream_of(buf_get0(&b->out), s)) {
		say_error("stdin: a message, but no stream");
		return EXIT_MALFORMED;
	}
	return b->status;
}

static int
recv_stream(struct job *j)
{
	struct batch b = { .out = BUF(OUTPUT_MAX) };
	struct buf in = BUF(STREAM_LINE);
	struct span line = { NULL, 0 }, rest = { NULL, 0 };
	struct stream s;
	int status = read_first_line(&in, &line, &rest);

	if (status == EXIT_HOLDS)
		status = open_stream(j, &b, line, &s);
	if (status == EXIT_HOLDS) {
		status = stream_in(&s, rest);
		stream_wipe(&s);
	}
	if (status == EXIT_HOLDS)
		status = forget(j, &b);
	batch_free(&b);
	buf_free(&in);
	return status;
}

int
recv_run(struct job *j)
{
	struct buf in = BUF(ENVELOPE_MAX);
	int status = j->n > 0 ? chat_name(j->operands[0]) : EXIT_HOLDS;

	if (status == EXIT_HOLDS && j->a->raw && j->n == 0) {
		say_error("--raw says nothing of the peer: name it");
		status = EXIT_USAGE;
	}
	if (status == EXIT_HOLDS && (j->a->raw + j->a->lines + j->a->stream >
	    1 || (j->a->json && j->a->stream))) {
		say_error("--raw, --lines and --stream exclude one another, "
		    "and a stream is no --json");
		status = EXIT_USAGE;
	}
	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status != EXIT_HOLDS)
		return status;
	if (j->a->lines)
		return recv_lines(j);
	if (j->a->stream)
		return recv_stream(j);
	status = chat_stdin(ENVELOPE_MAX, &in);
	if (status == EXIT_HOLDS)
		status = recv_one(j, buf_get0(&in));
	buf_free(&in);
	return status;
}
