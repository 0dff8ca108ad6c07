/*
 * Leaving at relays what send and bundle have written: messages in their
 * peers' mailboxes, bundles in ours. The same line makes the same request, so
 * that a push that failed can be repeated as a whole.
 */
#include "fragments.h"
#include "post.h"

#include <string.h>
#include <unistd.h>

#include "sys/exit.h"
#include "sys/json_in.h"
#include "sys/rec.h"
#include "sys/say.h"
#include "recv.h"

struct push {
	struct job *j;
	struct web web;
	struct buf bundles;
	size_t n_bundles;
	unsigned long long line;
	/* whom the last message was for: seldom another one than this */
	char to[NAME_MAX_OCTETS + 1];
	struct relay_address where;
};

static int
find_peer(struct push *p, const char *to)
{
	int status = EXIT_HOLDS;

	if (strcmp(to, p->to) == 0)
		return EXIT_HOLDS;
	p->to[0] = '\0';
	status = whereabouts_find(p->j, to, &p->where);
	if (status == EXIT_HOLDS)
		memcpy(p->to, to, strlen(to) + 1);
	return status;
}

static int
push_message(struct push *p, struct span line)
{
	struct buf body = BUF(WIRE_MAX), content = BUF(REC_MAX + 1);
	struct envelope e;
	const char *bad = NULL;
	int status = EXIT_HOLDS;

	if (!envelope_read(line, &e, &body, &bad)) {
		say_error("neither a message nor a bundle: %s is wrong", bad);
		status = EXIT_MALFORMED;
	}
	if (status == EXIT_HOLDS)
		status = find_peer(p, e.to);
	if (status == EXIT_HOLDS) {
		buf_span(&content, line);
		buf_byte(&content, '\n');
		status = post_content(&p->web, &p->where,
		    buf_get0(&content), false);
	}
	buf_free(&body);
	buf_free(&content);
	return status;
}

/* To each mailbox of ours its share would be wrong: one bundle serves once. */
static int
push_bundles(struct push *p)
{
	struct mailboxes all = { .n = 0 };
	struct post post = { .call.verb = RELAY_STOCK,
	    .body = buf_get0(&p->bundles) };
	struct buf none = BUF(RELAY_ANSWER_MAX);
	int status = EXIT_HOLDS;

	if (p->n_bundles == 0)
		return EXIT_HOLDS;
	status = mailboxes_get(p->j, &all);
	if (status == EXIT_HOLDS && all.n == 0) {
		say_error("bundles go to a mailbox of ours, and there is none");
		say_hint("ratchet-chat mailbox --relay=URL makes one");
		status = EXIT_NO_INPUT;
	}
	if (status == EXIT_HOLDS) {
		post.at = &all.v[0].address;
		post.token = all.v[0].token;
		memcpy(post.call.id, all.v[0].address.id, RELAY_ID);
		status = post_ask(&p->web, &post, &none, false);
	}
	buf_reset(&p->bundles);
	p->n_bundles = 0;
	mailboxes_free(&all);
	buf_free(&none);
	return status;
}

static bool
is_bundle(struct span line)
{
	struct json_in in;
	bool is = false;

	if (!json_in_open(line, &in))
		return false;
	is = json_in_has(&in, "identity_key");
	json_in_close(&in);
	return is;
}

static int
push_line(struct push *p, struct span line)
{
	int status = EXIT_HOLDS;

	if (!is_bundle(line))
		return push_message(p, line);
	if (p->n_bundles == RELAY_BUNDLES_MAX ||
	    p->bundles.n + line.n + 1 > RELAY_UPLOAD_MAX)
		status = push_bundles(p);
	buf_span(&p->bundles, line);
	buf_byte(&p->bundles, '\n');
	p->n_bundles++;
	return status;
}

/* What is wrong with the state or this machine ends the run. */
static bool
ends_run(int status)
{
	return status == EXIT_IO || status == EXIT_INTERNAL ||
	    status == EXIT_ROLLED_BACK;
}

static int
push_lines(struct push *p)
{
	struct rec_reader in;
	struct span line = { NULL, 0 };
	enum rec_kind kind = REC_MORE;
	int status = EXIT_HOLDS;

	rec_open(&in, STDIN_FILENO, '\n');
	while (!ends_run(status) && (kind = rec_next(&in, &line)) <=
	    REC_MORE) {
		int got = EXIT_HOLDS;

		if (kind == REC_MORE) {
			rec_fill(&in);
			continue;
		}
		if (kind == REC_LONG || kind == REC_LONG_END)
			got = EXIT_MALFORMED;
		else
			got = push_line(p, line);
		if (got != EXIT_HOLDS)
			say_error("line %llu stays here",
			    (unsigned long long)in.line);
		status = recv_worse(status, got);
	}
	if (kind == REC_FAILED) {
		say_error("stdin: %s", strerror(in.error));
		status = EXIT_IO;
	}
	rec_close(&in);
	return status;
}

int
push_run(struct job *j)
{
	struct push p = { .j = j, .bundles = BUF(RELAY_UPLOAD_MAX) };
	int status = EXIT_HOLDS;

	if (j->a->stream)
		return push_stream(j);
	status = post_open(j, &p.web);
	if (status == EXIT_HOLDS) {
		status = push_lines(&p);
		status = recv_worse(status, push_bundles(&p));
	}
	web_stop(&p.web);
	buf_free(&p.bundles);
	return status;
}
