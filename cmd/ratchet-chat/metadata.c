/* What a relay knows of us, in its own words. */
#include "post.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "recv.h"
#include "sys/exit.h"
#include "sys/json_in.h"
#include "sys/say.h"

enum { OUT_MAX = 4 << 20 };

static void
put_sentences(const struct json_in *in, const char *key, const char *lead,
    struct buf *out)
{
	const struct scan_member *m = scan_find0(&in->object, span_str(key));
	struct scan_array items = { .n = 0 };
	const char *why = NULL;
	size_t at = 0;

	if (m == NULL || !scan_array(m->value, &items, &why, &at))
		return;
	buf_str(out, lead);
	buf_byte(out, '\n');
	for (size_t i = 0; i < items.n; i++) {
		struct buf text = BUF(OUT_MAX);

		if (scan_string(items.v[i], &text)) {
			buf_str(out, "  ");
			utf8_clean(out, buf_get0(&text));
			buf_byte(out, '\n');
		}
		buf_free(&text);
	}
	free(items.v);
}

static void
put_text(const struct mailbox *m, const struct json_in *in, struct buf *out)
{
	struct json_in copy = *in;
	const struct scan_member *messages = scan_find0(&in->object,
	    SPAN("messages"));
	struct scan_array items = { .n = 0 };
	const char *why = NULL;
	size_t at = 0;
	uint32_t left = 0, taken = 0;

	buf_printf(out, "%s:%u\n", m->address.host,
	    (unsigned)m->address.port);
	if (messages != NULL && scan_array(messages->value, &items, &why,
	    &at))
		buf_printf(out, "  %zu messages wait\n", items.n);
	left = json_in_u32(&copy, "one_time");
	taken = json_in_u32(&copy, "taken");
	if (copy.bad == NULL)
		buf_printf(out, "  %u one-time prekeys are left, %u were "
		    "taken\n", (unsigned)left, (unsigned)taken);
	put_sentences(in, "kept", "It keeps:", out);
	put_sentences(in, "not_kept", "It does not keep:", out);
	free(items.v);
}

static void
put_record(const struct job *j, const struct mailbox *m, struct span knows,
    struct buf *out)
{
	struct buf line = BUF(OUT_MAX);
	struct jw w = JW(out);

	/* between JSON's tokens a line end is a blank; in them is none */
	for (size_t i = 0; i < knows.n; i++)
		buf_byte(&line, knows.p[i] == '\n' || knows.p[i] == '\r' ?
		    ' ' : knows.p[i]);

	jw_object(&w, NULL);
	jw_hex(&w, "mailbox", span_of(m->address.id, RELAY_ID));
	chat_member(j, &w, "ratchet-chat-metadata/1");
	jw_str(&w, "relay", m->address.host);
	jw_int(&w, "port", m->address.port);
	jw_raw(&w, "knows", buf_get0(&line));
	jw_end(&w);
	jw_end(&w);
	buf_byte(out, '\n');
	buf_free(&line);
}

static int
ask(struct job *j, struct web *w, const struct mailbox *m, struct buf *out)
{
	struct buf body = BUF(RELAY_ANSWER_MAX);
	struct post p = { .at = &m->address, .token = m->token,
	    .call.verb = RELAY_KNOWS };
	struct json_in in;
	struct span knows = { NULL, 0 };
	int status = EXIT_HOLDS;

	memcpy(p.call.id, m->address.id, RELAY_ID);
	status = post_ask(w, &p, &body, false);
	knows = span_trim(buf_get0(&body));
	if (status == EXIT_HOLDS && !json_in_open(knows, &in)) {
		say_error("%s: the answer is no relay's", m->address.host);
		status = EXIT_MALFORMED;
	} else if (status == EXIT_HOLDS) {
		if (chat_for_people(j))
			put_text(m, &in, out);
		else
			put_record(j, m, knows, out);
		json_in_close(&in);
	}
	buf_free(&body);
	return status;
}

int
metadata_run(struct job *j)
{
	struct mailboxes all = { .n = 0 };
	struct web w = { .pid = 0 };
	struct buf out = BUF(OUT_MAX);
	int status = post_open(j, &w);

	if (status == EXIT_HOLDS)
		status = mailboxes_get(j, &all);
	if (status == EXIT_HOLDS && all.n == 0) {
		say_error("there is no mailbox of ours, so no relay knows us");
		status = EXIT_NO_INPUT;
	}
	for (size_t i = 0; i < all.n; i++)
		status = recv_worse(status, ask(j, &w, &all.v[i], &out));
	if (out.n > 0)
		status = recv_worse(status, run_stdout(buf_get0(&out)));
	web_stop(&w);
	mailboxes_free(&all);
	buf_free(&out);
	return status;
}
