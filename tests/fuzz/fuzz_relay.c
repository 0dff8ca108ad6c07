/*
 * The relay's protocol, both ends: the first octet says what the rest is
 * read as. What is read is written as something that is read as the same.
 */
#include "fuzz.h"

#include "relay/about.h"
#include "relay/address.h"
#include "relay/call.h"
#include "relay/fetch.h"
#include "relay/fragment.h"

static void
check_call(struct span in)
{
	size_t blank = span_chr(in, ' ');
	struct span target = span_from(in, blank + 1);
	struct buf out = BUF(RELAY_TARGET_MAX);
	struct relay_call c;

	if (relay_call_read(span_first(in, blank), target, &c) != RELAY_FINE)
		return;
	must(span_eq(span_str(relay_call_write(&c, &out)),
	    span_first(in, blank)));
	must(span_eq(buf_get0(&out), target));
	buf_free(&out);
}

static void
check_ask(struct span in)
{
	struct buf out = BUF(RELAY_ASK_MAX);
	struct relay_ask a, again;

	if (!relay_ask_read(in, &a))
		return;
	must(a.n <= RELAY_ACKS_MAX && a.max <= RELAY_FETCH_MAX);
	relay_ask_write(&a, &out);
	must(relay_ask_read(buf_get0(&out), &again));
	must(a.n == again.n && a.max == again.max && a.wait == again.wait);
	buf_free(&out);
}

static void
check_answer(struct span in)
{
	struct buf bodies = BUF(RELAY_FETCH_OCTETS);
	struct buf out = BUF(RELAY_ANSWER_MAX);
	struct relay_answer a;

	if (relay_answer_read(in, &bodies, &a)) {
		for (size_t i = 0; i < a.n; i++) {
			must(relay_size_ok(a.v[i].body.n));
			inside(a.v[i].body, buf_get0(&bodies));
		}
		relay_answer_write(&a, &out);
		must(!out.over);
	} else {
		must(bodies.n == 0);
	}
	buf_free(&bodies);
	buf_free(&out);
}

static void
check_address(struct span in)
{
	struct buf once = BUF(RELAY_ADDRESS_MAX);
	struct buf twice = BUF(RELAY_ADDRESS_MAX);
	struct relay_address a;

	if (relay_address_read(in, &a)) {
		relay_address_write(&a, &once);
		must(relay_address_read(buf_get0(&once), &a));
		relay_address_write(&a, &twice);
		must(span_eq(buf_get0(&once), buf_get0(&twice)));
	} else if (relay_url_read(in, &a)) {
		relay_url_write(&a, &once);
		must(relay_url_read(buf_get0(&once), &a));
	}
	buf_free(&once);
	buf_free(&twice);
}

static void
check_small(struct span in)
{
	unsigned char octets[RELAY_TOKEN];
	struct relay_limits l;

	relay_token_read(in, octets);
	relay_pin_read(in, octets);
	relay_limits_read(in, &l);
	must(relay_error_read(in) != RELAY_FINE);
}

static void
check_fragment(struct span in)
{
	struct buf out = BUF(RELAY_CONTENT_MAX);
	struct relay_fragment f;

	if (!relay_fragment_read(in, &f))
		return;
	must(f.octets.n <= RELAY_FRAGMENT_MAX);
	inside(f.octets, in);
	relay_fragment_fits(&f);
	relay_fragment_write(&f, &out);
	must(span_eq(buf_get0(&out), in));
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const checks[])(struct span) = {
		check_call, check_ask, check_answer, check_address,
		check_small, check_fragment,
	};

	/* '0' is the first */
	if (n > 0)
		checks[data[0] % 6](span_of(data + 1, n - 1));
	return 0;
}
