/* The client's side of IMAP; see imap.h. */
#include "net/imap.h"

#include "net/line.h"

static void
list_keywords(struct caps *caps, struct span list)
{
	struct span word = { NULL, 0 };

	while (span_split(&list, ' ', &word))
		caps_add(caps, PROTOCOL_IMAP, word);
	caps->login = !caps->logindisabled;
	caps->known = true;
}

/* resp-text-code (RFC 3501 section 9): "[CAPABILITY ...]" before the text. */
static void
list_in_code(struct caps *caps, struct span text)
{
	if (span_istarts(text, SPAN("[CAPABILITY ")))
		list_keywords(caps, span_first(span_from(text, 12),
		    span_chr(span_from(text, 12), ']')));
}

enum step
imap_greeting(struct talk *t, struct caps *caps, bool *preauth)
{
	struct span line = { NULL, 0 };
	enum step step = STEP_DONE;
	bool authenticated = false;

	talk_reset(t);
	step = talk_line(t, &line);
	if (step != STEP_DONE)
		return step;
	if (!line_take_word(&line, SPAN("*"))) {
		talk_keep(t, line);
		return STEP_MALFORMED;
	}
	authenticated = line_take_word(&line, SPAN("PREAUTH"));
	if (line_take_word(&line, SPAN("BYE")))
		step = STEP_TEMPORARY;
	else if (!authenticated && !line_take_word(&line, SPAN("OK")))
		step = STEP_MALFORMED;
	if (talk_keep(t, line) != STEP_DONE)
		return STEP_TOO_LONG;
	if (step == STEP_DONE) {
		list_in_code(caps, line);
		*preauth = authenticated;
	}
	return step;
}

static bool
is_temporary(struct span text)
{
	return span_istarts(text, SPAN("[UNAVAILABLE]")) ||
	    span_istarts(text, SPAN("[INUSE]"));
}

/* What the tagged line says (RFC 3501 section 7.1). */
static enum step
tagged(struct talk *t, struct span line)
{
	enum step step = STEP_MALFORMED;

	if (line_take_word(&line, SPAN("OK")))
		step = STEP_DONE;
	else if (line_take_word(&line, SPAN("NO")))
		step = is_temporary(line) ? STEP_TEMPORARY : STEP_REFUSED;
	else if (line_take_word(&line, SPAN("BAD")))
		step = STEP_REFUSED;
	return talk_keep(t, line) == STEP_DONE ? step : STEP_TOO_LONG;
}

enum step
imap_reply(struct talk *t, const char *tag)
{
	struct span line = { NULL, 0 };
	bool bye = false;

	talk_reset(t);
	for (;;) {
		enum step step = talk_line(t, &line);

		if (step != STEP_DONE)
			return bye ? STEP_TEMPORARY : step;
		if (line_take_word(&line, span_str(tag)))
			return tagged(t, line);
		step = talk_keep(t, line);
		if (step != STEP_DONE)
			return step;
		if (!line_take_word(&line, SPAN("*")))
			return STEP_MALFORMED;
		bye |= line_take_word(&line, SPAN("BYE"));
	}
}

enum step
imap_command(struct talk *t, const char *tag, const char *command)
{
	struct buf line = BUF(512);
	enum step step = STEP_DONE;

	talk_reset(t);
	buf_printf(&line, "%s %s", tag, command);
	step = talk_send(t, buf_get0(&line));
	buf_free(&line);
	return step == STEP_DONE ? imap_reply(t, tag) : step;
}

enum step
imap_capability(struct talk *t, const char *tag, struct caps *caps)
{
	enum step step = imap_command(t, tag, "CAPABILITY");
	struct span text = buf_get0(&t->text), line = { NULL, 0 };

	if (step != STEP_DONE)
		return step;
	caps_free(caps);
	caps_init(caps);
	while (span_split(&text, '\n', &line))
		if (line_take_word(&line, SPAN("*")) &&
		    line_take_word(&line, SPAN("CAPABILITY")))
			list_keywords(caps, line);
	/* RFC 3501 section 6.1.1: one untagged CAPABILITY response is due */
	return caps->known ? STEP_DONE : STEP_MALFORMED;
}

enum step
imap_starttls(struct talk *t, const char *tag)
{
	enum step step = imap_command(t, tag, "STARTTLS");

	if (span_starts(buf_get0(&t->text), SPAN("* ")))
		t->notes |= TALK_UNTAGGED;
	return step;
}
