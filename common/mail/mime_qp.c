/* Quoted-printable; see mime.h. */
#include "mail/mime.h"

enum { LINE_MAX_QP = 76, LINE_CEILING = 256 };

void
mime_qp_start(struct mime_qp *q, void (*to)(void *, struct span), void *arg)
{
	*q = (struct mime_qp){ .to = to, .arg = arg,
	    .line = BUF(LINE_CEILING) };
}

static void
flush(struct mime_qp *q, struct span eol)
{
	buf_span(&q->line, eol);
	q->to(q->arg, buf_get0(&q->line));
	buf_reset(&q->line);
}

/* Room for n more columns and the "=" of a soft line break. */
static void
room(struct mime_qp *q, size_t n)
{
	if (q->line.n + n > LINE_MAX_QP - 1)
		flush(q, SPAN("=\r\n"));
}

static void
quoted(struct mime_qp *q, unsigned char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char text[] = { '=', digits[c >> 4], digits[c & 15] };

	room(q, 3);
	buf_add(&q->line, text, sizeof(text));
}

static void
put(struct mime_qp *q, unsigned char c)
{
	bool plain = (c >= ' ' && c < 0x7f && c != '=') || c == '\t';

	/* "From " would be changed in an mbox, "." ends SMTP's data */
	if (q->line.n == 0 && (c == 'F' || c == '.' || c == '-'))
		plain = false;
	if (!plain) {
		quoted(q, c);
		return;
	}
	room(q, 1);
	buf_byte(&q->line, c);
}

/* What was held is content: no line end follows. */
static void
release(struct mime_qp *q)
{
	if (q->blank != 0)
		put(q, q->blank);
	if (q->cr)
		put(q, '\r');
	q->blank = 0;
	q->cr = false;
}

/* A CR is part of the line end, a blank before it must be quoted. */
static void
line_end(struct mime_qp *q)
{
	if (q->blank != 0)
		quoted(q, q->blank);
	q->blank = 0;
	q->cr = false;
	flush(q, SPAN("\r\n"));
}

/*
 * The most of "s" that goes as it is onto the line that has begun, blanks
 * within it too.
 */
static size_t
plain_run(const struct mime_qp *q, struct span s)
{
	size_t n = 0, end = 0;

	if (q->line.n == 0 || q->line.n >= LINE_MAX_QP - 1 || q->blank != 0 ||
	    q->cr)
		return 0;
	s = span_first(s, LINE_MAX_QP - 1 - q->line.n);
	for (; n < s.n && s.p[n] < 0x7f && s.p[n] != '='; n++)
		if (s.p[n] > ' ')
			end = n + 1;
		else if (s.p[n] != ' ' && s.p[n] != '\t')
			break;
	return end;
}

void
mime_qp_add(struct mime_qp *q, struct span s)
{
	while (s.n > 0) {
		size_t plain = plain_run(q, s);
		unsigned char c = s.p[0];

		if (plain > 0) {
			buf_add(&q->line, s.p, plain);
			s = span_from(s, plain);
			continue;
		}
		s = span_from(s, 1);
		if (c == '\n') {
			line_end(q);
			continue;
		}
		if (c != '\r' || q->cr)
			release(q);
		if (c == '\r')
			q->cr = true;
		else if (c == ' ' || c == '\t')
			q->blank = c;
		else
			put(q, c);
	}
}

void
mime_qp_end(struct mime_qp *q)
{
	if (q->blank != 0)
		quoted(q, q->blank);
	q->blank = 0;
	release(q);
	if (q->line.n > 0)
		flush(q, SPAN(""));
	buf_free(&q->line);
}
