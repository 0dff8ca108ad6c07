/* The client's side of SMTP; see smtp.h. */
#include "net/smtp.h"

#include "base/ascii.h"
#include "base/cur.h"

/*
 * Reply-line = code [ SP text ], with "-" in the place of SP where more
 * lines follow (RFC 5321 section 4.2). False when it is none.
 */
static bool
parse_line(struct span line, unsigned *code, bool *more, struct span *text)
{
	uint64_t n = 0;

	if (line.n < 3 || !span_dec(span_first(line, 3), 599, &n) || n < 100 ||
	    (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-'))
		return false;
	*code = (unsigned)n;
	*more = line.n > 3 && line.p[3] == '-';
	*text = span_from(line, 4);
	return true;
}

bool
smtp_is_reply_line(struct span line)
{
	struct span text = { NULL, 0 };
	unsigned code = 0;
	bool more = false;

	return parse_line(line, &code, &more, &text);
}

static enum step
step_of_code(unsigned code)
{
	switch (code / 100) {
	case 2:
		return STEP_DONE;
	case 4:
		return STEP_TEMPORARY;
	case 5:
		return STEP_REFUSED;
	default:
		return STEP_MALFORMED;
	}
}

enum step
smtp_reply(struct talk *t)
{
	struct span line = { NULL, 0 }, text = { NULL, 0 };
	bool more = true;

	talk_reset(t);
	while (more) {
		enum step step = talk_line(t, &line);
		unsigned code = 0;

		if (step != STEP_DONE)
			return step;
		if (!parse_line(line, &code, &more, &text)) {
			talk_keep(t, line);
			return STEP_MALFORMED;
		}
		if (t->code != 0 && t->code != code)
			t->notes |= TALK_MIXED_CODES;
		t->code = code;
		step = talk_keep(t, text);
		if (step != STEP_DONE)
			return step;
	}
	return step_of_code(t->code);
}

enum step
smtp_command(struct talk *t, struct span line)
{
	enum step step = STEP_DONE;

	talk_reset(t);
	step = talk_send(t, line);
	return step == STEP_DONE ? smtp_reply(t) : step;
}

static enum step
greet_as(struct talk *t, const char *verb, const char *name)
{
	struct buf line = BUF(512);
	enum step step = STEP_ERROR;

	buf_printf(&line, "%s %s", verb, name);
	step = smtp_command(t, buf_get0(&line));
	buf_free(&line);
	return step;
}

/* The first line of the reply is the server's name and a greeting. */
static void
list_keywords(struct caps *caps, struct span text)
{
	struct span line = { NULL, 0 };

	span_split(&text, '\n', &line);
	while (span_split(&text, '\n', &line))
		caps_add(caps, PROTOCOL_SMTP, line);
}

enum step
smtp_hello(struct talk *t, const char *name, struct caps *caps, bool *esmtp)
{
	enum step step = greet_as(t, "EHLO", name);
	bool extended = step == STEP_DONE, masked = false;

	if (step == STEP_REFUSED) {
		masked = caps_masked(buf_get0(&t->text), 4);
		step = greet_as(t, "HELO", name);
	}
	if (step != STEP_DONE)
		return step;
	if (extended)
		list_keywords(caps, buf_get0(&t->text));
	if (masked)
		buf_str(&caps->mangled, "XXXX");
	caps->known = true;
	*esmtp = extended;
	return STEP_DONE;
}

static bool
is_digit(unsigned char c)
{
	return ascii_is_digit(c);
}

struct span
smtp_enhanced(const struct talk *t)
{
	struct cur c = cur_of(buf_get0(&t->text));
	int class = cur_peek(&c);

	cur_while(&c, is_digit, 1, 1);
	cur_expect(&c, '.');
	cur_while(&c, is_digit, 1, 3);
	cur_expect(&c, '.');
	cur_while(&c, is_digit, 1, 3);
	if (c.bad || class != (int)(t->code / 100 + '0') ||
	    (cur_left(&c).n > 0 && cur_peek(&c) != ' ' &&
	    cur_peek(&c) != '\n'))
		return (struct span){ NULL, 0 };
	return span_first(c.in, c.at);
}

/* Whether the text has the letters, in any case. */
static bool
speaks_of(struct span text, struct span word)
{
	for (size_t i = 0; i + word.n <= text.n; i++)
		if (span_istarts(span_from(text, i), word))
			return true;
	return false;
}

enum smtp_tls_need
smtp_try_mail(struct talk *t, enum step *how)
{
	struct talk after;
	enum step step = smtp_command(t, SPAN("MAIL FROM:<>"));

	*how = step;
	if (step == STEP_DONE) {
		/* a talk of its own, so that MAIL's reply stays in t */
		talk_init(&after, t->s, t->deadline, t->log);
		smtp_command(&after, SPAN("RSET"));
		t->notes |= after.notes;
		talk_free(&after);
		return SMTP_TLS_NOT_NEEDED;
	}
	if (step != STEP_REFUSED || t->code != 530)
		return SMTP_TLS_UNKNOWN;
	return speaks_of(buf_get0(&t->text), SPAN("TLS")) ?
	    SMTP_TLS_NEEDED : SMTP_AUTH_NEEDED;
}
