/*
 * A hostile DNS message, taken as the reply to the question that it carries
 * itself: what is read from it is an answer of the right form.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/cur.h"
#include "dns/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static bool
question_of(struct span wire, struct dns_question *q)
{
	struct cur c = cur_of(wire);
	size_t from = 12;

	q->id = cur_u16(&c);
	cur_take(&c, 10);
	while (cur_peek(&c) > 0)
		cur_take(&c, cur_u8(&c));
	cur_u8(&c);
	if (c.bad || !dns_name_wire(span_of(wire.p + from, c.at - from),
	    &q->name))
		return false;
	q->type = (enum dns_type)cur_u16(&c);
	return !c.bad;
}

static void
check(const struct dns_answer *a)
{
	must(!dns_failed(a->status));
	must((a->status == DNS_OK) == (a->n > 0));
	must(a->canonical.n > 0);
	for (size_t i = 0; i < a->n; i++)
		must(a->rdata[i].n <= DNS_MESSAGE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span wire = span_of(data, n);
	struct dns_question q = { .edns = true };
	struct dns_reading r = { .answer = NULL };
	enum dns_reply reply = REPLY_FAILED;

	if (n > DNS_MESSAGE_MAX || !question_of(wire, &q))
		return 0;
	reply = dns_message_read(wire, &q, &r);
	must((r.answer != NULL) == (reply == REPLY_ANSWER));
	if (r.answer != NULL)
		check(r.answer);
	else if (reply == REPLY_ALIAS)
		must(!dns_name_eq(&r.next, &q.name));
	dns_answer_free(r.answer);
	return 0;
}
