/* The window of --ordered; see order.h. */
#include "run/order.h"

bool
order_admits(const struct order *o, uint64_t n)
{
	return n - o->first < ORDER_MAX && o->bytes < ORDER_BYTES;
}

void
order_put(struct order *o, uint64_t n, struct span text)
{
	struct buf *to = &o->slot[n % ORDER_MAX].text;

	*to = BUF(text.n);
	buf_span(to, text);
	o->slot[n % ORDER_MAX].here = true;
	o->bytes += text.n;
}

bool
order_take(struct order *o, struct buf *out)
{
	size_t i = o->first % ORDER_MAX;

	if (!o->slot[i].here)
		return false;
	buf_span(out, buf_get0(&o->slot[i].text));
	o->bytes -= o->slot[i].text.n;
	buf_free(&o->slot[i].text);
	o->slot[i].here = false;
	o->first++;
	return true;
}

void
order_free(struct order *o)
{
	for (size_t i = 0; i < ORDER_MAX; i++)
		buf_free(&o->slot[i].text);
}
