/* Encoded words; see words.h. */
#include "mail/words.h"

#include "base/ascii.h"
#include "base/b64.h"
#include "base/utf8.h"

enum { WORD_MAX = 1024 };

/* "=?charset?encoding?text?=" */
struct word {
	struct span charset, text;
	unsigned char encoding;		/* 'q' or 'b' */
	size_t n;			/* octets in all */
};

static bool
word_parse(struct span s, struct word *out)
{
	struct span rest = { NULL, 0 };
	size_t end = 0;

	if (!span_starts(s, SPAN("=?")))
		return false;
	rest = span_from(s, 2);
	out->charset = span_first(rest, span_chr(rest, '?'));
	/* a language may follow (RFC 2231 section 5) */
	out->charset = span_first(out->charset, span_chr(out->charset, '*'));
	rest = span_from(rest, span_chr(rest, '?') + 1);
	if (rest.n < 2 || rest.p[1] != '?')
		return false;
	out->encoding = (unsigned char)ascii_lower(rest.p[0]);
	rest = span_from(rest, 2);
	end = span_chr(rest, '?');
	if (end + 1 >= rest.n || rest.p[end + 1] != '=')
		return false;
	out->text = span_first(rest, end);
	out->n = (size_t)(rest.p - s.p) + end + 2;
	for (size_t i = 0; i < out->n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f)
			return false;
	return out->n <= WORD_MAX && (out->encoding == 'q' ||
	    out->encoding == 'b');
}

static bool
decode_q(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		int high = 0, low = 0;

		if (s.p[i] != '=') {
			buf_byte(out, s.p[i] == '_' ? ' ' : s.p[i]);
			continue;
		}
		if (i + 2 >= s.n)
			return false;
		high = ascii_hex(s.p[i + 1]);
		low = ascii_hex(s.p[i + 2]);
		if (high < 0 || low < 0)
			return false;
		buf_byte(out, (unsigned char)(high << 4 | low));
		i += 2;
	}
	return true;
}

static void
latin1(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 0x80) {
			buf_byte(out, s.p[i]);
			continue;
		}
		buf_byte(out, (unsigned char)(0xc0 | s.p[i] >> 6));
		buf_byte(out, (unsigned char)(0x80 | (s.p[i] & 0x3f)));
	}
}

/* What can be seen of any charset that has ASCII in it. */
static void
ascii_only(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != 0)
			buf_byte(out, s.p[i] < 0x80 ? s.p[i] : '?');
}

static bool
word_decode(const struct word *w, bool any, struct buf *out)
{
	struct buf octets = BUF(WORD_MAX);
	bool ok = w->encoding == 'q' ? decode_q(w->text, &octets) :
	    b64_decode(&octets, w->text);
	struct span s = buf_get0(&octets);

	if (ok && (span_ieq(w->charset, SPAN("utf-8")) ||
	    (span_ieq(w->charset, SPAN("us-ascii")) && span_is_ascii(s))))
		buf_span(out, s);
	else if (ok && span_ieq(w->charset, SPAN("iso-8859-1")))
		latin1(s, out);
	else if (ok && any)
		ascii_only(s, out);
	else
		ok = false;
	buf_free(&octets);
	return ok;
}

/* "any": words of any charset. */
static void
decode(struct span s, bool any, struct buf *line)
{
	bool blank = false, after_word = false;

	s = span_trim(s);
	while (s.n > 0) {
		struct word w = { .n = 0 };
		size_t before = line->n;
		bool starts = line->n == 0 || blank;

		if (ascii_is_fws(s.p[0])) {
			blank = true;
			s = span_from(s, 1);
			continue;
		}
		if (blank)
			buf_byte(line, ' ');
		if (starts && word_parse(s, &w)) {
			/* no blank between two of them */
			if (after_word)
				line->n = before;
			if (word_decode(&w, any, line)) {
				s = span_from(s, w.n);
				after_word = true;
				blank = false;
				continue;
			}
			if (after_word)
				buf_byte(line, ' ');
		}
		buf_byte(line, s.p[0]);
		s = span_from(s, 1);
		after_word = false;
		blank = false;
	}
}

bool
words_decode(struct span value, struct buf *out)
{
	struct buf line = BUF(out->max - out->n);
	bool ok = false;

	decode(value, false, &line);
	ok = !line.over && utf8_valid(buf_get0(&line));
	if (ok)
		buf_span(out, buf_get0(&line));
	buf_free(&line);
	return ok;
}

void
words_show(struct span value, struct buf *out)
{
	struct buf line = BUF(out->max - out->n);

	decode(value, true, &line);
	buf_span(out, buf_get0(&line));
	buf_free(&line);
}
