/*
 * A hostile server that is asked whether it takes mail without TLS; what
 * stands in front of an octet 0xfe it says before it is asked, and at a second
 * one it is gone. Cut or whole it says the same, "TLS is needed" has its reply, and RSET follows
 * only what was accepted.
 */
#include "fuzz.h"

#include <string.h>

#include "base/mem.h"
#include "net/smtp.h"

enum { TURN = 0xfe };

struct server {
	struct span unasked, left;
	size_t chunk;		/* 0: as many as there are */
	struct buf *heard;
};

static enum stream_result
server_read(void *arg, void *p, size_t n, int64_t deadline, size_t *got)
{
	struct server *s = arg;
	struct span *from = s->unasked.n > 0 ? &s->unasked : &s->left;
	size_t take = span_chr(*from, TURN);

	(void)deadline;
	if (s->unasked.n == 0 && s->heard->n == 0)
		return STREAM_TIMEOUT;
	if (take == 0)
		return from->n > 0 ? STREAM_CLOSED : STREAM_TIMEOUT;
	take = take < n ? take : n;
	if (s->chunk > 0 && take > s->chunk)
		take = s->chunk;
	memcpy(p, from->p, take);
	*from = span_from(*from, take);
	*got = take;
	return STREAM_OK;
}

static enum stream_result
server_write(void *arg, struct span octets, int64_t deadline)
{
	struct server *s = arg;

	(void)deadline;
	buf_span(s->heard, octets);
	return STREAM_OK;
}

static bool
has_word(struct span text, struct span word)
{
	for (size_t i = 0; i + word.n <= text.n; i++)
		if (span_ieq(span_first(span_from(text, i), word.n), word))
			return true;
	return false;
}

static void
well_founded(const struct talk *t, enum smtp_tls_need need, enum step how,
    const struct buf *heard, bool stays)
{
	bool tls = has_word(buf_get0(&t->text), SPAN("tls"));

	must(how != STEP_NOT_TRIED);
	must((need == SMTP_TLS_NOT_NEEDED) == (how == STEP_DONE));
	must(how != STEP_DONE || t->code / 100 == 2);
	switch (need) {
	case SMTP_TLS_NEEDED:
		must(how == STEP_REFUSED && t->code == 530 && tls);
		break;
	case SMTP_AUTH_NEEDED:
		must(how == STEP_REFUSED && t->code == 530 && !tls);
		break;
	case SMTP_TLS_UNKNOWN:
		must(how != STEP_REFUSED || t->code != 530);
		break;
	case SMTP_TLS_NOT_NEEDED:
		break;
	}
	must(!stays || need != SMTP_TLS_NOT_NEEDED ||
	    span_eq(buf_get0(heard), SPAN("MAIL FROM:<>\r\nRSET\r\n")));
	/* who is gone is not spoken to again */
	must(span_eq(buf_get0(heard), SPAN("MAIL FROM:<>\r\n")) ||
	    (heard->n == 0 && how == STEP_TOO_LONG) ||
	    (need == SMTP_TLS_NOT_NEEDED && span_eq(buf_get0(heard),
	    SPAN("MAIL FROM:<>\r\nRSET\r\n"))));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct stream_ops ops = {
		server_read, server_write, free
	};
	enum smtp_tls_need need[2];
	enum step how[2];
	struct talk t[2];

	struct span in = span_of(data, n), before = { NULL, 0 };
	size_t turn = span_chr(in, TURN);

	if (turn < n) {
		before = span_first(in, turn);
		in = span_from(in, turn + 1);
	}
	for (size_t i = 0; i < 2; i++) {
		struct buf heard = BUF(1 << 10);
		struct server *s = xmalloc(sizeof(*s));
		struct stream *stream = NULL;

		*s = (struct server){ before, in, i, &heard };
		stream = stream_new(&ops, s);
		talk_init(&t[i], stream, INT64_MAX, NULL);
		how[i] = STEP_NOT_TRIED;
		need[i] = smtp_try_mail(&t[i], &how[i]);
		well_founded(&t[i], need[i], how[i], &heard,
		    n < STREAM_BUFFER && span_chr(in, TURN) == in.n);
		stream_free(stream);
		buf_free(&heard);
	}
	must(need[0] == need[1] && how[0] == how[1]);
	must(t[0].code == t[1].code && t[0].lines == t[1].lines);
	must(span_eq(buf_get0(&t[0].text), buf_get0(&t[1].text)));
	talk_free(&t[0]);
	talk_free(&t[1]);
	return 0;
}
