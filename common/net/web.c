/* Requests and answers between two processes; see web.h. */
#include "net/web.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cur.h"
#include "sys/file.h"

/* Either of the two, with room for all that is not the body. */
enum { MESSAGE_MAX = WEB_BODY_MAX + 8 * WEB_TEXT_MAX };

void
web_request_write(const struct web_request *r, struct buf *out)
{
	buf_byte(out, (unsigned char)r->method);
	buf_u16(out, r->port);
	buf_u32(out, r->timeout);
	buf_u32(out, r->max);
	buf_counted(out, r->host);
	buf_counted(out, r->target);
	buf_counted(out, r->pin);
	buf_counted(out, r->authorization);
	buf_counted(out, r->type);
	buf_counted(out, r->body);
}

/* Visible ASCII and, in a field, blanks: nothing that ends a line. */
static struct span
get_text(struct cur *c, bool blanks)
{
	struct span s = cur_counted(c);

	if (s.n > WEB_TEXT_MAX)
		cur_fail(c);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] > 0x7e || s.p[i] < (blanks ? 0x20 : 0x21))
			cur_fail(c);
	return s;
}

bool
web_request_read(struct span in, struct web_request *out)
{
	struct cur c = cur_of(in);
	struct web_request r = { .method = WEB_GET };
	uint8_t method = cur_u8(&c);

	r.method = (enum web_method)method;
	r.port = cur_u16(&c);
	r.timeout = cur_u32(&c);
	r.max = cur_u32(&c);
	r.host = get_text(&c, false);
	r.target = get_text(&c, false);
	r.pin = cur_counted(&c);
	r.authorization = get_text(&c, true);
	r.type = get_text(&c, true);
	r.body = cur_counted(&c);
	if (!cur_done(&c) || method >= WEB_METHODS || r.host.n == 0 ||
	    r.target.n == 0 || r.target.p[0] != '/' || r.port == 0 ||
	    (r.pin.n != 0 && r.pin.n != WEB_PIN) || r.body.n > WEB_BODY_MAX ||
	    r.max > WEB_BODY_MAX || r.timeout == 0 ||
	    r.timeout > WEB_TIMEOUT_MAX)
		return false;
	/* what would end the authority of a URL */
	for (size_t i = 0; i < r.host.n; i++)
		if (strchr("/?#@\\%", r.host.p[i]) != NULL)
			return false;
	*out = r;
	return true;
}

void
web_answer_write(const struct web_answer *a, struct buf *out)
{
	buf_byte(out, (unsigned char)a->result);
	buf_u16(out, (uint16_t)a->status);
	buf_u32(out, a->retry_after);
	buf_counted(out, span_str(a->why));
	buf_counted(out, buf_get0(&a->body));
}

bool
web_answer_read(struct span in, struct web_answer *out)
{
	struct cur c = cur_of(in);
	uint8_t result = cur_u8(&c);
	uint16_t status = cur_u16(&c);
	uint32_t retry = cur_u32(&c);
	struct span why = cur_counted(&c), body = cur_counted(&c);

	if (!cur_done(&c) || result >= FETCH_RESULTS ||
	    why.n >= WEB_WHY_MAX || body.n > WEB_BODY_MAX)
		return false;
	*out = (struct web_answer){ .result = (enum fetch_result)result,
	    .status = status, .retry_after = retry,
	    .body = BUF(WEB_BODY_MAX) };
	memcpy(out->why, why.n > 0 ? why.p : (const unsigned char *)"", why.n);
	buf_span(&out->body, body);
	return true;
}

bool
web_put(int fd, struct span message)
{
	struct buf b = BUF(MESSAGE_MAX + 4);
	bool ok = false;

	buf_counted(&b, message);
	ok = !b.over && file_write_all(fd, buf_get0(&b));
	buf_free_wipe(&b);
	return ok;
}

static bool
get_all(int fd, unsigned char *p, size_t n)
{
	while (n > 0) {
		ssize_t got = file_read(fd, p, n);

		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

bool
web_get(int fd, struct buf *out)
{
	unsigned char length[4], *to = NULL;
	struct cur c = cur_of(span_of(length, sizeof(length)));
	size_t n = 0;

	if (!get_all(fd, length, sizeof(length)))
		return false;
	n = cur_u32(&c);
	to = n <= MESSAGE_MAX ? buf_room(out, n) : NULL;
	if (to == NULL || !get_all(fd, to, n))
		return false;
	out->n += n;
	return true;
}
