/*
 * Opening: the record on stdin, or each of many, becomes its text. What the
 * options say of the envelope has to hold; what they do not say is taken
 * from the record, which version 2 authenticates and version 1 does not.
 */
#include "letter-seal.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "seal/content.h"
#include "sys/say.h"

enum {
	OUT_MAX = 8 << 20,
	LINES_ROOM = 4 << 20,	/* what is kept before it is written */
	ROOM_SPARE = 256,
};

struct job {
	const struct args *a;
	struct letter_pair *pair;
	struct chunks chunks;
	struct buf plain;
	struct buf out;
	bool terminal;			/* the text goes to people */
	bool warned_v1, warned_nonce;
};

/* A name that the options give: it is the record's, or fills its place. */
static bool
same_mid(const char *given, bool missing, struct span *mid)
{
	if (given == NULL)
		return true;
	if (missing)
		*mid = span_str(given);
	return span_eq(*mid, span_str(given));
}

/* The first thing in which the envelope is not as asked; NULL for none. */
static const char *
difference(const struct args *a, struct chunks *c)
{
	struct letter *l = &c->letter;

	if (!same_mid(a->from, c->missing & CHUNKS_FROM, &l->from))
		return "from";
	if (!same_mid(a->to, c->missing & CHUNKS_TO, &l->to))
		return "to";
	if ((a->sender.given && a->sender.v != l->sender_key) ||
	    (a->receiver.given && a->receiver.v != l->receiver_key))
		return "a key id";
	if (c->ids_differ)
		return "a key id in the chunks";
	if (a->version >= 0 && l->version != (uint32_t)a->version + 1)
		return "the version";
	if (a->content_type.given && c->missing & CHUNKS_TYPE)
		l->content_type = (uint32_t)a->content_type.v;
	if (a->content_type.given && a->content_type.v != l->content_type)
		return "the content type";
	return NULL;
}

static void
warn(struct job *j, const struct letter *l)
{
	if (l->version == 1 && !j->warned_v1) {
		say_warn("version 1: nothing authenticates names, key ids "
		    "and type");
		j->warned_v1 = true;
	}
	if (l->version == 2 && l->tail.n != LETTER_NONCE_SIZE &&
	    !j->warned_nonce) {
		say_warn("a nonce of %zu octets", l->tail.n);
		j->warned_nonce = true;
	}
}

/*
 * Nothing that steers a terminal, and with --lines one line. Else every
 * octet as it came, but for the line ends of --raw --lines.
 */
static void
print_text(struct job *j, struct span text)
{
	struct span line = { NULL, 0 };
	bool first = true;

	if (j->a->lines && j->a->raw && !j->terminal) {
		/* between JSON's tokens a line end is a blank */
		for (size_t i = 0; i < text.n; i++)
			buf_byte(&j->out, text.p[i] == '\n' ||
			    text.p[i] == '\r' ? ' ' : text.p[i]);
	} else if (j->a->lines) {
		utf8_clean(&j->out, text);
	} else if (!j->terminal) {
		buf_span(&j->out, text);
		return;
	} else {
		for (; span_split(&text, '\n', &line); first = false) {
			buf_str(&j->out, first ? "" : "\n");
			utf8_clean(&j->out, line);
		}
	}
	buf_byte(&j->out, '\n');
}

static int
print_plain(struct job *j)
{
	struct buf inside = BUF(LETTER_PLAIN_MAX);
	const char *why = NULL;
	bool ok = true;

	if (j->a->raw) {
		print_text(j, buf_get0(&j->plain));
		return EXIT_HOLDS;
	}
	/* room at once, so that no copy is left behind in freed memory */
	buf_room(&inside, j->plain.n);
	ok = content_unwrap(j->chunks.letter.content_type,
	    buf_get0(&j->plain), &inside, &why);
	if (ok) {
		print_text(j, buf_get0(&inside));
	} else {
		say_error("authentic, but not what content type %" PRIu32
		    " is: %s", j->chunks.letter.content_type, why);
		say_hint("--raw gives the octets as they are");
	}
	buf_free_wipe(&inside);
	return ok ? EXIT_HOLDS : EXIT_MALFORMED;
}

/* 0 and the text in j->out, or the status after saying why. */
static int
open_one(struct job *j, struct span record)
{
	struct letter *l = &j->chunks.letter;
	const char *why = NULL, *other = NULL;

	if (!chunks_read(&j->chunks, record, SPAN("letter-seal"), &why)) {
		say_error("no record of a sealed message: %s", why);
		return EXIT_MALFORMED;
	}
	other = difference(j->a, &j->chunks);
	if (other != NULL) {
		say_error("not authentic: %s is another one", other);
		return EXIT_HOLDS_NOT;
	}
	why = letter_flaw(l);
	if (why != NULL) {
		say_error("no sealed message: %s", why);
		return EXIT_MALFORMED;
	}
	buf_reset(&j->plain);
	if (!letter_open(j->pair, l, &j->plain)) {
		say_error("not authentic under these keys");
		return EXIT_HOLDS_NOT;
	}
	warn(j, l);
	return print_plain(j);
}

/* All at once, so that no copy is left behind in freed memory. */
static void
make_room(struct job *j, size_t n)
{
	buf_room(&j->plain, n < j->plain.max ? n : j->plain.max);
	buf_room(&j->out, n + ROOM_SPARE);
}

/* One line, which gives a text or a reason on stderr. */
static int
open_line(void *arg, enum rec_kind kind, struct span text, uint64_t line)
{
	int status = EXIT_HOLDS;

	if (kind == REC_LONG)
		return EXIT_HOLDS;
	status = open_one(arg, kind == REC_RECORD ? text : SPAN(""));
	if (status != EXIT_HOLDS)
		say_error("line %" PRIu64 ": gives no text", line);
	return status;
}

static int
open_lines(struct job *j)
{
	make_room(j, LINES_ROOM);
	return output_each_line(&j->out, LINES_ROOM / 2, open_line, j);
}

static int
open_single(struct job *j, struct output *out)
{
	struct buf in = BUF(REC_MAX);
	int status = run_stdin(REC_MAX, &in);

	/* no text is longer than its record */
	make_room(j, in.n);
	if (status == EXIT_HOLDS)
		status = open_one(j, buf_get0(&in));
	if (status == EXIT_HOLDS)
		status = output_end(out, buf_get0(&j->out), j->a->force);
	else
		output_abort(out);
	buf_free(&in);
	return status;
}

static int
open_all(struct job *j)
{
	const struct args *a = j->a;
	struct output out;
	int status = output_open(&out, a->out, false);

	if (status != EXIT_HOLDS)
		return status;
	j->terminal = a->out == NULL && isatty(STDOUT_FILENO);
	if (!give_up_power(a, out.folder, NULL)) {
		output_abort(&out);
		return EXIT_INTERNAL;
	}
	return a->lines ? open_lines(j) : open_single(j, &out);
}

int
open_main(int argc, char **argv)
{
	struct args a = ARGS_DEFAULT;
	struct job j = {
		.a = &a, .plain = BUF(LETTER_PLAIN_MAX + 64),
		.out = BUF(OUT_MAX),
	};
	int status = EXIT_HOLDS;

	if (!begin_bare(&open_spec, argc, argv, &a, &status))
		return status;
	if (a.key == NULL || a.peer_key == NULL)
		return wrong(&open_spec, "give -k FILE and -p KEY");
	if (a.lines && a.out != NULL)
		return wrong(&open_spec, "--lines writes to stdout");
	if (nothing_given() != NULL)
		return wrong(&open_spec, nothing_given());
	chunks_init(&j.chunks);
	status = pair_of(a.key, a.peer_key, &j.pair);
	if (status == EXIT_HOLDS)
		status = open_all(&j);
	letter_pair_free(j.pair);
	chunks_free(&j.chunks);
	buf_free_wipe(&j.plain);
	buf_free_wipe(&j.out);
	return status;
}
