/*
 * Packets between a tool and the DNS process: what is taken is written again
 * in one form only, and that form is taken.
 */
#include <stdint.h>
#include <stdlib.h>

#include "dns/remote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
question(struct span packet)
{
	struct buf out = BUF(REMOTE_MAX);
	struct remote_question q, again;

	if (!remote_get_question(packet, &q))
		return;
	remote_put_question(&out, &q);
	must(out.n == packet.n && span_ieq(buf_get0(&out), packet));
	must(remote_get_question(buf_get0(&out), &again));
	must(q.id == again.id && q.type == again.type &&
	    dns_name_eq(&q.name, &again.name));
	buf_free(&out);
}

static void
answer(struct span packet)
{
	struct buf out = BUF(REMOTE_MAX), twice = BUF(REMOTE_MAX);
	uint32_t id = 0, again = 0;
	struct dns_answer *a = remote_get_answer(packet, &id), *b = NULL;

	if (a == NULL)
		return;
	remote_put_answer(&out, id, a);
	must(packet.n > REMOTE_MAX || out.n == packet.n);
	b = remote_get_answer(buf_get0(&out), &again);
	must(b != NULL && id == again);
	remote_put_answer(&twice, again, b);
	must(span_eq(buf_get0(&out), buf_get0(&twice)));
	dns_answer_free(a);
	dns_answer_free(b);
	buf_free(&out);
	buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	question(span_of(data, n));
	answer(span_of(data, n));
	return 0;
}
