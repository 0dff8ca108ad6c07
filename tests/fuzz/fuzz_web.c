/*
 * Requests and answers between a tool and msgsec-web: what is read lies in
 * the input, is no second line, and is written again as it was.
 */
#include "fuzz.h"

#include "net/web.h"

static void
check_request(struct span in)
{
	struct buf again = BUF(in.n + 64);
	struct web_request r;

	if (!web_request_read(in, &r))
		return;
	inside(r.host, in);
	inside(r.target, in);
	inside(r.body, in);
	must(r.pin.n == 0 || r.pin.n == WEB_PIN);
	must(span_chr(r.target, '\n') == r.target.n &&
	    span_chr(r.authorization, '\n') == r.authorization.n &&
	    span_chr(r.type, '\r') == r.type.n);
	web_request_write(&r, &again);
	must(span_eq(buf_get0(&again), in));
	buf_free(&again);
}

static void
check_answer(struct span in)
{
	struct buf again = BUF(in.n + 64);
	struct web_answer a;

	if (!web_answer_read(in, &a))
		return;
	must(a.result < FETCH_RESULTS);
	web_answer_write(&a, &again);
	/* a reason is text: it ends at its first NUL */
	must(again.n <= in.n);
	buf_free(&again);
	buf_free(&a.body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_from(span_of(data, n), 1);

	if (n == 0)
		return 0;
	if (data[0] == 'r')
		check_request(in);
	if (data[0] == 'a')
		check_answer(in);
	return 0;
}
