/* What the dialogues share; see talk.h. */
#include "net/talk.h"

#include "net/line.h"

void
talk_init(struct talk *t, struct stream *s, int64_t deadline,
    struct transcript *log)
{
	*t = (struct talk){
		.s = s, .deadline = deadline, .log = log,
		.text = BUF(TALK_REPLY_MAX),
	};
}

void
talk_free(struct talk *t)
{
	buf_free(&t->text);
}

static enum step
step_of(enum stream_result r)
{
	static const enum step steps[] = {
		[STREAM_OK] = STEP_DONE,
		[STREAM_TIMEOUT] = STEP_TIMEOUT,
		[STREAM_CLOSED] = STEP_CLOSED,
		[STREAM_RESET] = STEP_RESET,
		[STREAM_TOO_LONG] = STEP_TOO_LONG,
		[STREAM_ERROR] = STEP_ERROR,
	};

	return steps[r];
}

static enum step
ended(struct talk *t, enum stream_result r)
{
	if (r != STREAM_OK)
		transcript_note(t->log, "%s", stream_result_name(r));
	return step_of(r);
}

enum step
talk_send(struct talk *t, struct span line)
{
	struct buf out = BUF(STREAM_BUFFER);
	enum stream_result r = STREAM_OK;

	if (stream_arrived(t->s).n > 0)
		t->notes |= TALK_UNASKED;
	transcript_sent(t->log, line);
	buf_span(&out, line);
	buf_str(&out, "\r\n");
	r = out.over ? STREAM_TOO_LONG :
	    stream_write(t->s, buf_get0(&out), t->deadline);
	buf_free(&out);
	return ended(t, r);
}

enum step
talk_line(struct talk *t, struct span *line)
{
	struct span in = { NULL, 0 };
	bool bare_lf = false;
	enum stream_result r = line_read(t->s, t->deadline, &in, &bare_lf);

	if (r != STREAM_OK)
		return ended(t, r);
	transcript_came(t->log, in);
	if (bare_lf)
		t->notes |= TALK_BARE_LF;
	*line = in;
	return STEP_DONE;
}

void
talk_reset(struct talk *t)
{
	t->code = 0;
	t->lines = 0;
	buf_reset(&t->text);
}

enum step
talk_keep(struct talk *t, struct span line)
{
	if (t->lines++ > 0)
		buf_byte(&t->text, '\n');
	buf_span(&t->text, line);
	return t->text.over ? STEP_TOO_LONG : STEP_DONE;
}

const char *
step_name(enum step s)
{
	static const char *const names[] = {
		[STEP_NOT_TRIED] = "not-tried",
		[STEP_DONE] = "done",
		[STEP_REFUSED] = "refused",
		[STEP_TEMPORARY] = "temporary",
		[STEP_MALFORMED] = "malformed",
		[STEP_CLOSED] = "closed",
		[STEP_RESET] = "reset",
		[STEP_TIMEOUT] = "timeout",
		[STEP_TOO_LONG] = "too-long",
		[STEP_ERROR] = "error",
	};

	return names[s];
}
