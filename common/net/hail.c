/* One front for the mail protocols; see hail.h. */
#include "net/hail.h"

#include <string.h>

#include "net/imap.h"
#include "net/pop3.h"
#include "net/smtp.h"

struct protocol_ops {
	/* The steps of hail_at; the answers go into h or caps. */
	enum step (*greet)(struct talk *t, struct hail *h);
	enum step (*list)(struct talk *t, const struct hail_ask *ask,
	    struct caps *caps, bool *extended);
	enum step (*start)(struct talk *t);
	void (*bye)(struct talk *t);
	size_t start_n;		/* octets of the command that starts TLS */
};

static enum step
greet_smtp(struct talk *t, struct hail *h)
{
	enum step step = smtp_reply(t);
	struct span text = buf_get0(&t->text);

	if (step == STEP_DONE)
		buf_span(&h->name, span_first(text, span_chr(span_first(text,
		    span_chr(text, '\n')), ' ')));
	return step;
}

static enum step
list_smtp(struct talk *t, const struct hail_ask *ask, struct caps *caps,
    bool *extended)
{
	return smtp_hello(t, ask->helo, caps, extended);
}

static enum step
start_smtp(struct talk *t)
{
	return smtp_command(t, SPAN("STARTTLS"));
}

static void
bye_smtp(struct talk *t)
{
	smtp_command(t, SPAN("QUIT"));
}

/* A list in the greeting is asked for again: the answer counts. */
static enum step
greet_imap(struct talk *t, struct hail *h)
{
	struct caps caps;
	enum step step = STEP_DONE;

	caps_init(&caps);
	step = imap_greeting(t, &caps, &h->preauth);
	caps_free(&caps);
	return step;
}

static enum step
list_imap(struct talk *t, const struct hail_ask *ask, struct caps *caps,
    bool *extended)
{
	(void)ask;
	(void)extended;
	return imap_capability(t, "a1", caps);
}

static enum step
start_imap(struct talk *t)
{
	return imap_starttls(t, "a2");
}

static void
bye_imap(struct talk *t)
{
	imap_command(t, "a3", "LOGOUT");
}

static enum step
greet_pop3(struct talk *t, struct hail *h)
{
	(void)h;
	return pop3_reply(t);
}

/* A server without CAPA has said nothing of STLS: asking it will tell. */
static enum step
list_pop3(struct talk *t, const struct hail_ask *ask, struct caps *caps,
    bool *extended)
{
	enum step step = pop3_capa(t, caps);

	(void)ask;
	(void)extended;
	return step == STEP_REFUSED ? STEP_DONE : step;
}

static enum step
start_pop3(struct talk *t)
{
	return pop3_command(t, "STLS");
}

static void
bye_pop3(struct talk *t)
{
	pop3_command(t, "QUIT");
}

static const struct protocol_ops *
ops_of(enum service service)
{
	static const struct protocol_ops ops[] = {
		[PROTOCOL_SMTP] = {
			greet_smtp, list_smtp, start_smtp, bye_smtp, 8
		},
		[PROTOCOL_IMAP] = {
			greet_imap, list_imap, start_imap, bye_imap, 8
		},
		[PROTOCOL_POP3] = {
			greet_pop3, list_pop3, start_pop3, bye_pop3, 4
		},
	};

	return &ops[service_info(service)->protocol];
}

void
hail_init(struct hail *h)
{
	*h = (struct hail){
		.said = BUF(HAIL_TEXT_MAX), .greeting = BUF(HAIL_TEXT_MAX),
		.name = BUF(HAIL_NAME_MAX), .leaked = BUF(HAIL_TEXT_MAX),
	};
	caps_init(&h->clear);
	caps_init(&h->inside);
}

void
hail_free(struct hail *h)
{
	buf_free(&h->said);
	buf_free(&h->greeting);
	buf_free(&h->name);
	buf_free(&h->leaked);
	caps_free(&h->clear);
	caps_free(&h->inside);
}

/* As much of the last reply as a record has room for. */
static void
keep_text(struct buf *to, const struct talk *t)
{
	buf_reset(to);
	buf_span(to, span_first(buf_get0(&t->text), HAIL_TEXT_MAX));
}

static void
keep_reply(struct hail *h, const struct talk *t)
{
	keep_text(&h->said, t);
	h->code = t->code;
}

/* A PIX firewall's greeting: all but the code's own digits are asterisks. */
static bool
is_starred(struct span greeting)
{
	size_t stars = 0;

	for (size_t i = 0; i < greeting.n; i++) {
		if (memchr("*20 ", greeting.p[i], 4) == NULL)
			return false;
		stars += greeting.p[i] == '*';
	}
	return stars >= 4;
}

/* What the list says of a box on the way that does not want TLS. */
static unsigned
list_signs(const struct hail *h)
{
	bool helo = service_info(h->service)->protocol == PROTOCOL_SMTP &&
	    h->clear.known && !h->esmtp;
	unsigned signs = 0;

	if (h->clear.mangled.n > 0 && !h->clear.starttls)
		signs |= helo ? STRIP_COMMAND : STRIP_KEYWORD;
	if (helo && is_starred(buf_get0(&h->greeting)))
		signs |= STRIP_BANNER;
	return signs;
}

/* Nothing that came in clear may count behind the handshake. */
static void
drop_leaked(struct hail *h, struct stream *s)
{
	struct span in = stream_arrived(s);

	h->leaked_n = in.n;
	buf_span(&h->leaked, span_first(in, HAIL_TEXT_MAX));
	stream_drop(s, in.n);
	stream_limit(s, SIZE_MAX);
}

/*
 * A list that has it can still be refused; one that has it not may have been
 * edited. Only a reply counts: what a timeout or a 421 hides stays unknown.
 */
static void
try_start(struct hail *h, struct talk *t, const struct protocol_ops *ops)
{
	h->at = HAIL_STARTTLS;
	h->step = ops->start(t);
	if (h->step == STEP_DONE) {
		if (h->clear.known && !h->clear.starttls)
			h->signs |= STRIP_LIST;
		h->starttls = STARTTLS_OFFERED;
		drop_leaked(h, t->s);
	} else if (h->step == STEP_REFUSED) {
		if (caps_masked(buf_get0(&t->text), ops->start_n))
			h->signs |= STRIP_COMMAND;
		h->starttls = h->clear.starttls ?
		    STARTTLS_REFUSED : STARTTLS_ABSENT;
	} else if (h->clear.starttls) {
		h->starttls = STARTTLS_UNKNOWN;
	}
}

static void
decide(struct hail *h, struct talk *t, const struct hail_ask *ask,
    const struct protocol_ops *ops)
{
	if (h->clear.starttls)
		h->starttls = STARTTLS_OFFERED;
	else if (h->clear.known)
		h->starttls = STARTTLS_ABSENT;
	h->signs = list_signs(h);
	if (ask->start)
		try_start(h, t, ops);
	if (h->signs != 0)
		h->starttls = STARTTLS_STRIPPED;
}

static enum step
greet(struct hail *h, struct talk *t, const struct protocol_ops *ops)
{
	enum step step = ops->greet(t, h);

	keep_text(&h->greeting, t);
	return step;
}

void
hail_clear(struct hail *h, struct stream *s, const struct hail_ask *ask)
{
	const struct protocol_ops *ops = ops_of(ask->service);
	struct talk t;

	h->service = ask->service;
	if (service_info(ask->service)->implicit) {
		h->starttls = STARTTLS_IMPLICIT;
		return;
	}
	talk_init(&t, s, ask->deadline, ask->log);
	h->at = HAIL_GREETING;
	h->step = greet(h, &t, ops);
	if (h->step == STEP_DONE) {
		h->at = HAIL_CAPABILITIES;
		h->step = ops->list(&t, ask, &h->clear, &h->esmtp);
	}
	if (h->step == STEP_DONE)
		decide(h, &t, ask, ops);
	keep_reply(h, &t);
	h->notes |= t.notes;
	talk_free(&t);
}

bool
hail_ready(const struct hail *h)
{
	return h->starttls == STARTTLS_IMPLICIT ||
	    (h->at == HAIL_STARTTLS && h->step == STEP_DONE);
}

void
hail_inside(struct hail *h, struct stream *tls, const struct hail_ask *ask)
{
	const struct protocol_ops *ops = ops_of(ask->service);
	bool implicit = service_info(ask->service)->implicit;
	struct talk t;

	talk_init(&t, tls, ask->deadline, ask->log);
	h->second = implicit ? greet(h, &t, ops) : STEP_DONE;
	if (h->second == STEP_DONE)
		h->second = ops->list(&t, ask, &h->inside, &h->esmtp_inside);
	if (h->second != STEP_DONE)
		keep_reply(h, &t);
	if (implicit)
		h->esmtp = h->esmtp_inside;
	h->notes |= t.notes;
	talk_free(&t);
}

void
hail_bye(struct stream *s, const struct hail_ask *ask)
{
	struct talk t;

	talk_init(&t, s, ask->deadline, ask->log);
	ops_of(ask->service)->bye(&t);
	talk_free(&t);
}

const char *
starttls_name(enum starttls s)
{
	static const char *const names[] = {
		[STARTTLS_UNKNOWN] = "unknown",
		[STARTTLS_OFFERED] = "offered",
		[STARTTLS_ABSENT] = "absent",
		[STARTTLS_REFUSED] = "refused",
		[STARTTLS_STRIPPED] = "stripped",
		[STARTTLS_IMPLICIT] = "implicit",
	};

	return names[s];
}
