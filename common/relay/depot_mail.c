/* Messages and bundles of the depot; see depot.h. */
#include "relay/depot_int.h"

#include "base/vec.h"
#include "crypto/digest.h"

enum { HOUR = 3600 };

/*
 * A message that is kept for days need not say at which second it came: the
 * end is a full hour.
 */
static int64_t
expiry(const struct depot *d)
{
	int64_t ttl = d->config.limits.ttl, end = env_now(&d->env) + ttl;

	return ttl < DAY ? end : (end + HOUR - 1) / HOUR * HOUR;
}

static enum relay_error
write_counts(struct depot *d, const struct depot_box *box)
{
	sqlite3_stmt *s = depot_sql(d, SQL_COUNTS);

	sqlite3_bind_int64(s, 1, box->row);
	sqlite3_bind_int64(s, 2, box->messages);
	sqlite3_bind_int64(s, 3, box->octets);
	return depot_do(d, s);
}

/* Whether the message is there: RELAY_FINE with the same octets, or not. */
static enum relay_error
compare(struct depot *d, const struct depot_box *box, struct span id,
    struct span body)
{
	sqlite3_stmt *s = depot_sql(d, SQL_SAME);
	enum relay_error e = RELAY_NO_PATH;

	sqlite3_bind_int64(s, 1, box->row);
	depot_put(s, 2, id);
	depot_put(s, 3, body);
	if (depot_step(d, s) == SQLITE_ROW)
		e = sqlite3_column_int(s, 0) != 0 ? RELAY_FINE : RELAY_TAKEN;
	sqlite3_reset(s);
	return d->broken != RELAY_FINE ? d->broken : e;
}

enum relay_error
depot_post(struct depot *d, struct depot_box *box,
    const unsigned char id[static RELAY_ID], struct span body, bool *kept)
{
	const struct relay_limits *l = &d->config.limits;
	enum relay_error e = compare(d, box, span_of(id, RELAY_ID), body);
	sqlite3_stmt *s = NULL;

	*kept = e == RELAY_NO_PATH;
	if (e != RELAY_NO_PATH)
		return e;
	if (d->tight)
		return RELAY_RELAY_FULL;
	if (box->messages >= l->messages || body.n > l->octets ||
	    box->octets > l->octets - body.n)
		return RELAY_MAILBOX_FULL;
	s = depot_sql(d, SQL_POST);
	sqlite3_bind_int64(s, 1, box->row);
	depot_put(s, 2, span_of(id, RELAY_ID));
	sqlite3_bind_int64(s, 3, expiry(d));
	depot_put(s, 4, body);
	depot_do(d, s);
	box->messages++;
	box->octets += (uint32_t)body.n;
	return write_counts(d, box);
}

enum relay_error
depot_ack(struct depot *d, struct depot_box *box, const struct relay_ask *ask,
    uint32_t *acked)
{
	*acked = 0;
	for (size_t i = 0; i < ask->n; i++) {
		sqlite3_stmt *s = depot_sql(d, SQL_ACK);

		sqlite3_bind_int64(s, 1, box->row);
		depot_put(s, 2, span_of(ask->ack[i], RELAY_ID));
		if (depot_step(d, s) == SQLITE_ROW) {
			box->octets -= (uint32_t)sqlite3_column_int64(s, 0);
			box->messages--;
			(*acked)++;
			depot_deleted(d);
		}
		depot_do(d, s);
	}
	return *acked > 0 ? write_counts(d, box) : d->broken;
}

static enum relay_error
note_seen(struct depot *d, struct depot_box *box)
{
	int64_t day = env_now(&d->env) / DAY * DAY;
	sqlite3_stmt *s = NULL;

	if (box->seen == day)
		return d->broken;
	box->seen = day;
	s = depot_sql(d, SQL_SEEN);
	sqlite3_bind_int64(s, 1, box->row);
	sqlite3_bind_int64(s, 2, day);
	return depot_do(d, s);
}

/* How many there are that have not expired; 0 when it cannot be told. */
static uint32_t
count(struct depot *d, const struct depot_box *box, enum depot_sql which)
{
	sqlite3_stmt *s = depot_sql(d, which);
	uint32_t n = 0;

	sqlite3_bind_int64(s, 1, box->row);
	sqlite3_bind_int64(s, 2, env_now(&d->env));
	if (depot_step(d, s) == SQLITE_ROW)
		n = (uint32_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return n;
}

/* The bodies' places are known when all are there. */
static void
point(struct relay_answer *out, const unsigned char *at)
{
	for (size_t i = 0; i < out->n; i++) {
		out->v[i].body.p = at;
		at += out->v[i].body.n;
	}
}

enum relay_error
depot_fetch(struct depot *d, struct depot_box *box, uint32_t max,
    struct buf *bodies, struct relay_answer *out)
{
	sqlite3_stmt *s = depot_sql(d, SQL_OLDEST);
	size_t before = bodies->n;

	out->n = 0;
	sqlite3_bind_int64(s, 1, box->row);
	sqlite3_bind_int64(s, 2, env_now(&d->env));
	sqlite3_bind_int64(s, 3, max);
	while (out->n < max && out->n < RELAY_FETCH_MAX &&
	    depot_step(d, s) == SQLITE_ROW) {
		struct relay_message *m = &out->v[out->n];
		struct span id = depot_octets(s, 0);
		struct span body = depot_octets(s, 2);

		if (bodies->n - before + body.n > RELAY_FETCH_OCTETS)
			break;
		memcpy(m->id, id.p, RELAY_ID);
		m->expires = sqlite3_column_int64(s, 1);
		m->body = span_of(NULL, body.n);
		buf_span(bodies, body);
		out->n++;
	}
	sqlite3_reset(s);
	point(out, bodies->p + before);
	out->left = count(d, box, SQL_LEFT) - (uint32_t)out->n;
	return note_seen(d, box);
}

enum relay_error
depot_items(struct depot *d, const struct depot_box *box,
    struct depot_items *out)
{
	sqlite3_stmt *s = depot_sql(d, SQL_ITEMS);

	sqlite3_bind_int64(s, 1, box->row);
	sqlite3_bind_int64(s, 2, env_now(&d->env));
	while (depot_step(d, s) == SQLITE_ROW) {
		struct depot_item *item = VEC_PUSH(out);

		memcpy(item->id, depot_octets(s, 0).p, RELAY_ID);
		item->size = (uint32_t)sqlite3_column_int64(s, 1);
		item->expires = sqlite3_column_int64(s, 2);
	}
	sqlite3_reset(s);
	return d->broken;
}

/* --- bundles */

enum relay_error
depot_stocked(struct depot *d, const struct depot_box *box, uint32_t *out)
{
	*out = count(d, box, SQL_STOCKED);
	return d->broken;
}

/* Whether it was uploaded before, even if it was taken since. */
static bool
have(struct depot *d, const struct depot_box *box,
    const unsigned char hash[static SHA256_SIZE])
{
	sqlite3_stmt *s = depot_sql(d, SQL_HAVE);
	bool there = false;

	sqlite3_bind_int64(s, 1, box->row);
	depot_put(s, 2, span_of(hash, SHA256_SIZE));
	there = depot_step(d, s) == SQLITE_ROW;
	sqlite3_reset(s);
	return there;
}

static void
stock_one(struct depot *d, const struct depot_box *box,
    const struct depot_bundle *b)
{
	unsigned char hash[SHA256_SIZE];
	sqlite3_stmt *s = NULL;

	digest_of(DIGEST_SHA256, b->line, hash);
	if (have(d, box, hash))
		return;
	s = depot_sql(d, SQL_STOCK);
	sqlite3_bind_int64(s, 1, box->row);
	depot_put(s, 2, span_of(hash, sizeof(hash)));
	sqlite3_bind_int64(s, 3, b->expires);
	depot_put(s, 4, b->line);
	depot_do(d, s);
}

static void
set_last(struct depot *d, const struct depot_box *box,
    const struct depot_bundle *b)
{
	sqlite3_stmt *s = depot_sql(d, SQL_LAST);

	sqlite3_bind_int64(s, 1, box->row);
	depot_put(s, 2, b->line);
	sqlite3_bind_int64(s, 3, b->expires);
	depot_do(d, s);
}

/* All or none: whether they fit is known before the first is written. */
enum relay_error
depot_stock(struct depot *d, const struct depot_box *box,
    const struct depot_bundle *v, size_t n)
{
	uint32_t there = count(d, box, SQL_STOCKED), more = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char hash[SHA256_SIZE];

		digest_of(DIGEST_SHA256, v[i].line, hash);
		more += v[i].one_time && !have(d, box, hash);
	}
	if (d->tight)
		return RELAY_RELAY_FULL;
	if (more > 0 && there + more > d->config.limits.stock)
		return d->broken != RELAY_FINE ? d->broken : RELAY_STOCK_FULL;
	for (size_t i = 0; i < n; i++)
		if (v[i].one_time)
			stock_one(d, box, &v[i]);
		else
			set_last(d, box, &v[i]);
	return d->broken;
}

static void
count_taken(struct depot *d, const struct depot_box *box, bool last)
{
	sqlite3_stmt *s = depot_sql(d, SQL_TAKEN);

	sqlite3_bind_int64(s, 1, box->row);
	sqlite3_bind_int(s, 2, !last);
	sqlite3_bind_int(s, 3, last);
	depot_do(d, s);
}

/* The row of the oldest of the stock, appended to *line; 0: none. */
static int64_t
next_of_stock(struct depot *d, const struct depot_box *box, struct buf *line)
{
	sqlite3_stmt *s = depot_sql(d, SQL_NEXT);
	int64_t row = 0;

	sqlite3_bind_int64(s, 1, box->row);
	sqlite3_bind_int64(s, 2, env_now(&d->env));
	if (depot_step(d, s) == SQLITE_ROW) {
		row = sqlite3_column_int64(s, 0);
		buf_span(line, depot_octets(s, 1));
	}
	sqlite3_reset(s);
	return row;
}

static bool
append_line(struct depot *d, const struct depot_box *box,
    enum depot_sql which, struct buf *line)
{
	sqlite3_stmt *s = depot_sql(d, which);
	bool found = false;

	sqlite3_bind_int64(s, 1, box->row);
	if (which == SQL_LAST_LINE)
		sqlite3_bind_int64(s, 2, env_now(&d->env));
	found = depot_step(d, s) == SQLITE_ROW;
	if (found)
		buf_span(line, depot_octets(s, 0));
	sqlite3_reset(s);
	return found;
}

enum relay_error
depot_take(struct depot *d, const struct depot_box *box, bool spare,
    struct buf *line)
{
	int64_t row = spare ? 0 : next_of_stock(d, box, line);
	sqlite3_stmt *s = NULL;

	if (row == 0 && !append_line(d, box, SQL_LAST_LINE, line))
		return d->broken != RELAY_FINE ? d->broken : RELAY_NO_BUNDLE;
	if (row != 0) {
		s = depot_sql(d, SQL_USE);
		sqlite3_bind_int64(s, 1, row);
		depot_do(d, s);
	}
	count_taken(d, box, row == 0);
	return d->broken;
}

enum relay_error
depot_bundle(struct depot *d, const struct depot_box *box, struct buf *line)
{
	if (!append_line(d, box, SQL_ANY_LINE, line))
		append_line(d, box, SQL_LAST_LINE, line);
	return d->broken;
}
