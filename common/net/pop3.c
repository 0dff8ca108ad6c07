/* The client's side of POP3; see pop3.h. */
#include "net/pop3.h"

/* A status word, followed by a blank or by nothing (RFC 1939 section 3). */
static bool
take_status(struct span *line, struct span word)
{
	if (!span_istarts(*line, word) ||
	    (line->n > word.n && line->p[word.n] != ' '))
		return false;
	*line = span_from(*line, word.n + 1);
	return true;
}

static bool
is_temporary(struct span text)
{
	return span_istarts(text, SPAN("[SYS/TEMP]")) ||
	    span_istarts(text, SPAN("[IN-USE]")) ||
	    span_istarts(text, SPAN("[LOGIN-DELAY]"));
}

enum step
pop3_reply(struct talk *t)
{
	struct span line = { NULL, 0 };
	enum step step = STEP_DONE;

	talk_reset(t);
	step = talk_line(t, &line);
	if (step != STEP_DONE)
		return step;
	if (take_status(&line, SPAN("-ERR")))
		step = is_temporary(line) ? STEP_TEMPORARY : STEP_REFUSED;
	else if (!take_status(&line, SPAN("+OK")))
		step = STEP_MALFORMED;
	return talk_keep(t, line) == STEP_DONE ? step : STEP_TOO_LONG;
}

enum step
pop3_command(struct talk *t, const char *command)
{
	enum step step = STEP_DONE;

	talk_reset(t);
	step = talk_send(t, span_str(command));
	return step == STEP_DONE ? pop3_reply(t) : step;
}

/* RFC 1939 section 3. */
enum step
pop3_list(struct talk *t)
{
	struct span line = { NULL, 0 };
	enum step step = pop3_reply(t);

	if (step != STEP_DONE)
		return step;
	talk_reset(t);
	for (;;) {
		step = talk_line(t, &line);
		if (step != STEP_DONE)
			return step;
		if (span_eq(line, SPAN(".")))
			return STEP_DONE;
		if (span_starts(line, SPAN(".")))
			line = span_from(line, 1);
		step = talk_keep(t, line);
		if (step != STEP_DONE)
			return step;
	}
}

enum step
pop3_capa(struct talk *t, struct caps *caps)
{
	struct span text = { NULL, 0 }, line = { NULL, 0 };
	enum step step = talk_send(t, SPAN("CAPA"));

	if (step == STEP_DONE)
		step = pop3_list(t);
	if (step != STEP_DONE)
		return step;
	text = buf_get0(&t->text);
	while (span_split(&text, '\n', &line))
		caps_add(caps, PROTOCOL_POP3, line);
	caps->known = true;
	return STEP_DONE;
}
