/*
 * Encrypting: the ciphertext is kept in the transaction that used its key,
 * so that a failed output can be repeated octet by octet.
 */
#include "post.h"
#include "send.h"

#include <unistd.h>

#include "ratchet/pad.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

enum {
	BATCH_LINES = 1000,	/* messages in one transaction */
	BATCH_OCTETS = 4 << 20,
	CHUNK = 65536,
	/* so that the message is a line of at most 1 MiB (sys/rec.h) */
	LINE_PLAIN_MAX = 640 * 1024,
	OUTPUT_MAX = ENVELOPE_MAX + BATCH_OCTETS,
};

enum party_result
send_seal(struct job *j, const char *name, struct span plain,
    struct buf *out)
{
	struct buf body = BUF(WIRE_MAX), padded = BUF(WIRE_MAX);
	struct envelope e = { .version = 0 };
	enum wire_result why = WIRE_OK;
	enum party_result r = PARTY_FULL;

	if (j->a->lines && plain.n > LINE_PLAIN_MAX)
		return PARTY_FULL;
	if (j->a->pad) {
		/* room at once: no copy stays behind in freed memory */
		buf_room(&padded, plain.n + PAD_BLOCK);
		pad_add(plain, &padded);
		plain = buf_get0(&padded);
	}
	r = j->a->sealed ?
	    party_send_sealed(&j->talk, span_str(name), plain, &body) :
	    party_send(&j->talk, span_str(name), plain, &body);
	if (r == PARTY_OK && j->a->raw) {
		buf_span(out, buf_get0(&body));
	} else if (r == PARTY_OK) {
		/* the high nibble of the first octet */
		e.version = body.p[0] >> 4;
		memcpy(e.to, name, strlen(name) + 1);
		e.type = ENVELOPE_SEALED;
		if (!j->a->sealed) {
			memcpy(e.from, j->talk.self.name, sizeof(e.from));
			envelope_type_of(buf_get0(&body), &e.type, &why);
		}
		envelope_write(&e, buf_get0(&body), out);
	}
	buf_free(&body);
	buf_free_wipe(&padded);
	return r;
}

static void
keep(struct job *j, const char *name, struct span out)
{
	unsigned char id[PEER_ID];

	store_name(j->store, span_str(name), id);
	store_put(j->store, STORE_OUTBOX, span_of(id, sizeof(id)), out);
}

static int
write_out(const char *name, struct span out)
{
	int status = run_stdout(out);

	if (status != EXIT_HOLDS)
		say_hint("ratchet-chat send --again %s writes it once more",
		    name);
	return status;
}

/*
 * Send it in the transaction that has begun, which this ends. "told" is what
 * it tells of us, or NULL.
 */
static int
send_begun(struct job *j, const char *name, struct span plain,
    const struct introduction *told)
{
	struct buf out = BUF(OUTPUT_MAX);
	enum party_result r = send_seal(j, name, plain, &out);
	int status = EXIT_HOLDS;

	if (r == PARTY_OK)
		keep(j, name, buf_get0(&out));
	if (r == PARTY_OK && told != NULL)
		introduction_told(j, name, told);
	status = chat_end(j, r, name);
	if (status == EXIT_HOLDS)
		status = write_out(name, buf_get0(&out));
	buf_free(&out);
	return status;
}

static int
send_one(struct job *j, const char *name, struct span plain)
{
	int status = chat_begin(j, true);

	return status == EXIT_HOLDS ? send_begun(j, name, plain, NULL) : status;
}

static int
send_again(struct job *j, const char *name)
{
	unsigned char id[PEER_ID];
	struct buf out = BUF(STORE_VALUE_MAX);
	enum store_result r = STORE_OK;
	int status = chat_begin(j, false);

	if (status != EXIT_HOLDS)
		return status;
	store_name(j->store, span_str(name), id);
	r = store_get(j->store, STORE_OUTBOX, span_of(id, sizeof(id)), &out);
	store_abandon(j->store);
	if (r == STORE_ABSENT) {
		say_error("%s: nothing was sent", name);
		status = EXIT_NO_INPUT;
	} else if (r != STORE_OK) {
		status = chat_store_failed(r);
	} else {
		status = write_out(name, buf_get0(&out));
	}
	buf_free(&out);
	return status;
}

/* Lines from stdin that wait, and those of them that are one batch. */
struct lines {
	struct buf in;
	size_t at;
	bool ended;
};

/* The next line without its end; false when there is no whole one yet. */
static bool
next_line(struct lines *l, struct span *line)
{
	struct span left = span_from(buf_get0(&l->in), l->at);
	size_t n = span_chr(left, '\n');

	if (left.n == 0 || (n == left.n && !l->ended))
		return false;
	*line = span_first(left, n);
	l->at += n < left.n ? n + 1 : n;
	return true;
}

/* One read; 0, or the status of what is wrong. */
static int
more_lines(struct lines *l)
{
	struct buf rest = BUF(l->in.max);
	unsigned char *to = NULL;
	ssize_t got = 0;

	buf_span(&rest, span_from(buf_get0(&l->in), l->at));
	buf_free_wipe(&l->in);
	l->in = rest;
	l->at = 0;
	to = buf_room(&l->in, CHUNK);
	if (to == NULL) {
		say_error("stdin: a line is longer than allowed");
		return EXIT_MALFORMED;
	}
	got = file_read(STDIN_FILENO, to, CHUNK);
	if (got < 0) {
		say_error("stdin: %s", file_why(FILE_IO));
		return EXIT_IO;
	}
	l->in.n += (size_t)got;
	l->ended = got == 0;
	return EXIT_HOLDS;
}

/* Seal the lines that are there, as one transaction. */
static int
send_batch(struct job *j, const char *name, struct lines *l)
{
	struct buf out = BUF(OUTPUT_MAX);
	struct span line = { NULL, 0 };
	enum party_result r = PARTY_OK, done = PARTY_OK;
	int status = EXIT_HOLDS;

	if (!next_line(l, &line))
		return EXIT_HOLDS;
	status = chat_begin(j, true);
	if (status != EXIT_HOLDS)
		return status;
	for (int n = 0; n == 0 || (n < BATCH_LINES && out.n < BATCH_OCTETS &&
	    next_line(l, &line)); n++) {
		r = send_seal(j, name, line, &out);
		if (r != PARTY_OK)
			break;
	}
	/* what came before a line that cannot be sent is sent */
	if (out.n > 0)
		keep(j, name, buf_get0(&out));
	else
		done = r;
	status = chat_end(j, done, name);
	if (status == EXIT_HOLDS)
		status = write_out(name, buf_get0(&out));
	if (status == EXIT_HOLDS && r != PARTY_OK) {
		chat_say(&j->talk, r, name);
		status = chat_status(&j->talk, r);
	}
	buf_free(&out);
	return status;
}

static int
send_lines(struct job *j, const char *name)
{
	struct lines l = { .in = BUF(2 * SESSION_PLAIN_MAX) };
	int status = EXIT_HOLDS;

	while (status == EXIT_HOLDS && !l.ended) {
		status = more_lines(&l);
		while (status == EXIT_HOLDS && l.at < l.in.n) {
			size_t before = l.at;

			status = send_batch(j, name, &l);
			if (l.at == before)
				break;
		}
	}
	buf_free_wipe(&l.in);
	return status;
}

/* The key goes first, by a message like any other; then what it seals. */
static int
send_stream(struct job *j, const char *name)
{
	struct buf plain = BUF(256);
	struct pieces s;
	int status = EXIT_HOLDS;

	pieces_new(&j->env, &s, &plain);
	status = send_one(j, name, buf_get0(&plain));
	if (status == EXIT_HOLDS)
		status = stream_out(&s);
	pieces_wipe(&s);
	buf_free_wipe(&plain);
	return status;
}

int
send_run(struct job *j)
{
	const char *name = j->operands[0];
	struct buf plain = BUF(SESSION_PLAIN_MAX);
	int status = chat_name(name);

	if (status == EXIT_HOLDS &&
	    j->a->raw + j->a->lines + j->a->stream > 1) {
		say_error("--raw, --lines and --stream exclude one another");
		status = EXIT_USAGE;
	}
	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status != EXIT_HOLDS)
		return status;
	if (j->a->again)
		return send_again(j, name);
	if (j->a->lines)
		return send_lines(j, name);
	if (j->a->stream)
		return send_stream(j, name);
	status = run_stdin(SESSION_PLAIN_MAX, &plain);
	if (status == EXIT_HOLDS)
		status = send_one(j, name, buf_get0(&plain));
	buf_free_wipe(&plain);
	return status;
}

/* What to tell the peer: the mailbox that was made last. */
static int
our_address(struct job *j, struct introduction *out)
{
	struct mailboxes all = { .n = 0 };
	bool known = false;
	int status = mailboxes_read(j, &all);

	if (status == EXIT_HOLDS && all.n == 0) {
		say_error("there is no mailbox of ours");
		say_hint("ratchet-chat mailbox --relay=URL makes one");
		status = EXIT_NO_INPUT;
	}
	if (status == EXIT_HOLDS)
		status = introduction_next(j, j->operands[0],
		    &all.v[all.n - 1].address, out, &known);
	mailboxes_free(&all);
	return status;
}

static int
send_address(struct job *j)
{
	struct buf plain = BUF(RELAY_ADDRESS_MAX + 64);
	struct introduction i;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	status = our_address(j, &i);
	if (status == EXIT_HOLDS) {
		introduction_write(&i, &plain);
		status = send_begun(j, j->operands[0], buf_get0(&plain), &i);
	} else {
		store_abandon(j->store);
	}
	buf_free_wipe(&plain);
	return status;
}

int
nudge_run(struct job *j)
{
	int status = chat_name(j->operands[0]);

	if (status == EXIT_HOLDS)
		status = chat_open(j);
	if (status != EXIT_HOLDS)
		return status;
	return j->a->with_address ? send_address(j) :
	    send_one(j, j->operands[0], SPAN(""));
}
