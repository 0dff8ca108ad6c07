/* Talking to Postfix; see postfix.h. */
#include "mtasts/postfix.h"

#include "base/ascii.h"
#include "base/cur.h"

enum { LENGTH_DIGITS = 5 };

static void
add_match(struct buf *out, struct span name, bool first)
{
	buf_str(out, first ? "secure match=" : ":");
	buf_lower(out, name);
}

/*
 * The names of the hosts that the policy lets in; how many. What is no host's
 * name could have a ":" or a blank of its own in it, and nobody connects to
 * it.
 */
static size_t
add_hosts(struct buf *out, const struct sts_hosts *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->mx.n; i++)
		if (h->v[i].matched && h->mx.v[i].kind == MX_HOST)
			add_match(out, span_str(h->v[i].mx->text), n++ == 0);
	return n;
}

void
postfix_policy(const struct sts_policy *p, const struct sts_hosts *h,
    struct buf *out)
{
	if (h == NULL || add_hosts(out, h) == 0)
		for (size_t i = 0; i < p->mx.n; i++)
			/* its ".example.com" is our "*.example.com" */
			add_match(out, span_from(p->mx.v[i], span_starts(
			    p->mx.v[i], SPAN("*.")) ? 1 : 0), i == 0);
	buf_str(out, " servername=hostname");
}

/* Before the colon: no leading zeros, and an end. */
static enum socketmap_result
read_length(struct cur *c, uint64_t *out)
{
	struct span digits = cur_while(c, ascii_is_digit, 0, LENGTH_DIGITS);

	if (c->bad || (digits.n > 1 && digits.p[0] == '0'))
		return SOCKETMAP_BAD;
	if (cur_peek(c) < 0)
		return SOCKETMAP_MORE;
	if (!cur_accept(c, ':') || !span_dec(digits, SOCKETMAP_MAX, out))
		return SOCKETMAP_BAD;
	return SOCKETMAP_REQUEST;
}

enum socketmap_result
socketmap_read(struct span in, struct socketmap_request *out)
{
	struct cur c = cur_of(in);
	struct span text = { NULL, 0 };
	uint64_t n = 0;
	size_t blank = 0;
	enum socketmap_result r = read_length(&c, &n);

	if (r != SOCKETMAP_REQUEST)
		return r;
	if (cur_left(&c).n < n + 1)
		return SOCKETMAP_MORE;
	text = cur_take(&c, n);
	blank = span_chr(text, ' ');
	if (!cur_accept(&c, ',') || blank == text.n)
		return SOCKETMAP_BAD;
	*out = (struct socketmap_request){
		.map = span_first(text, blank),
		.key = span_from(text, blank + 1), .used = c.at,
	};
	return SOCKETMAP_REQUEST;
}

void
socketmap_reply(struct buf *out, const char *status, struct span text)
{
	buf_printf(out, "%zu:%s ", strlen(status) + 1 + text.n, status);
	buf_span(out, text);
	buf_byte(out, ',');
}
