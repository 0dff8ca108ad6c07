/* Sealing: the text on stdin, or each of its lines, becomes a record. */
#include "letter-seal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "seal/content.h"
#include "sys/env.h"
#include "sys/say.h"

enum { OUT_MAX = 8 << 20, READ_SIZE = 64 << 10, ROOM_SPARE = 64 };

struct job {
	const struct args *a;
	struct letter_pair *pair;
	struct env env;
	uint64_t counter;
	struct buf content, octets, out;	/* of the message at work */
};

static void
make_fresh(struct job *j, struct letter_fresh *fresh)
{
	unsigned char chance[LETTER_FRESH_SIZE];

	j->env.random(j->env.arg, chance, sizeof(chance));
	memcpy(fresh->salt, chance, sizeof(fresh->salt));
	memcpy(fresh->nonce_end, chance + sizeof(fresh->salt),
	    sizeof(fresh->nonce_end));
	fresh->counter = j->counter++;
}

/* At worst JSON writes six letters for one; all at once, to leave no copy. */
static void
make_room(struct job *j, size_t n)
{
	size_t want = 6 * n + ROOM_SPARE;

	buf_room(&j->content, want < LETTER_PLAIN_MAX ? want :
	    LETTER_PLAIN_MAX);
}

/* One message, appended to j->out: 0, or the status after saying why. */
static int
seal_one(struct job *j, struct span given)
{
	const struct args *a = j->a;
	struct letter l = {
		.from = span_str(a->from), .to = span_str(a->to),
		.version = a->version == 0 ? 1 : 2,
		.content_type = (uint32_t)a->content_type.v,
		.sender_key = (uint32_t)a->sender.v,
		.receiver_key = (uint32_t)a->receiver.v,
	};
	struct letter_fresh fresh;
	const char *why = "it is too long";
	bool ok = false;

	buf_reset(&j->content);
	buf_reset(&j->octets);
	make_room(j, given.n);
	if (a->raw)
		buf_span(&j->content, given);
	ok = a->raw ? !j->content.over : content_wrap(l.content_type, given,
	    &j->content, &why);
	if (!ok) {
		say_error("the message: %s", why);
		return EXIT_MALFORMED;
	}
	make_fresh(j, &fresh);
	if (!letter_seal(j->pair, &l, &fresh, buf_get0(&j->content),
	    &j->octets)) {
		say_error("the message: %s", why);
		return EXIT_MALFORMED;
	}
	chunks_write(&l, &j->out);
	buf_byte(&j->out, '\n');
	return EXIT_HOLDS;
}

/* The whole lines at the start of *in; what is left moves to its start. */
static int
seal_lines_of(struct job *j, struct buf *in, bool ended)
{
	struct span left = buf_get0(in);
	int status = EXIT_HOLDS;

	while (status == EXIT_HOLDS && left.n > 0) {
		size_t end = span_chr(left, '\n');

		if (end == left.n && !ended && end <= LETTER_PLAIN_MAX)
			break;
		status = seal_one(j, span_first(left, end));
		left = span_from(left, end + 1);
		if (j->out.n > OUT_MAX / 2 && status == EXIT_HOLDS)
			status = output_flush(&j->out);
	}
	memmove(in->p, left.p, left.n);
	in->n = left.n;
	return status;
}

/* Records go out before stdin is waited for. */
static int
seal_lines(struct job *j)
{
	struct buf in = BUF(LETTER_PLAIN_MAX + 2 * READ_SIZE);
	ssize_t got = 1;
	int status = EXIT_HOLDS;

	/* room at once, so that no copy is left behind in freed memory */
	buf_room(&in, in.max);
	make_room(j, LETTER_PLAIN_MAX);
	while (status == EXIT_HOLDS && got > 0) {
		status = output_flush(&j->out);
		if (status != EXIT_HOLDS)
			break;
		got = file_read(STDIN_FILENO, in.p + in.n, READ_SIZE);
		if (got < 0) {
			say_error("stdin: %s", strerror(errno));
			status = EXIT_IO;
		} else {
			in.n += (size_t)got;
			status = seal_lines_of(j, &in, got == 0);
		}
	}
	buf_free_wipe(&in);
	return status;
}

static int
seal_all(struct job *j)
{
	struct buf in = BUF(LETTER_PLAIN_MAX);
	int status = EXIT_HOLDS, flushed = EXIT_HOLDS;

	if (j->a->lines) {
		status = seal_lines(j);
	} else {
		status = run_stdin(LETTER_PLAIN_MAX, &in);
		if (status == EXIT_HOLDS)
			status = seal_one(j, buf_get0(&in));
	}
	flushed = output_flush(&j->out);
	buf_free_wipe(&in);
	return exit_worse(status, flushed);
}

static const char *
what_is_missing(const struct args *a)
{
	if (a->key == NULL || a->peer_key == NULL)
		return "give -k FILE and -p KEY";
	if (a->from == NULL || a->to == NULL)
		return "give --from MID and --to MID";
	if (letter_mid_kind(span_str(a->from)) != 'u')
		return "--from is a user's MID, which begins with u";
	if (!a->sender.given || !a->receiver.given)
		return "give --sender-key-id N and --receiver-key-id N";
	return NULL;
}

int
seal_main(int argc, char **argv)
{
	struct args a = ARGS_DEFAULT;
	struct job j = {
		.a = &a, .content = BUF(LETTER_PLAIN_MAX),
		.octets = BUF(LETTER_PLAIN_MAX + 64), .out = BUF(OUT_MAX),
	};
	const char *missing = NULL;
	int status = EXIT_HOLDS;

	if (!begin_bare(&seal_spec, argc, argv, &a, &status))
		return status;
	missing = what_is_missing(&a);
	if (missing != NULL)
		return wrong(&seal_spec, missing);
	env_system(&j.env);
	j.counter = a.counter.given ? a.counter.v : 1;
	status = pair_of(a.key, a.peer_key, &j.pair);
	if (status == EXIT_HOLDS)
		status = give_up_power(&a, NULL, NULL) ? seal_all(&j) :
		    EXIT_INTERNAL;
	if (status == EXIT_HOLDS && !file_close_stdout())
		status = EXIT_IO;
	letter_pair_free(j.pair);
	buf_free_wipe(&j.content);
	buf_free(&j.octets);
	buf_free(&j.out);
	return status;
}
