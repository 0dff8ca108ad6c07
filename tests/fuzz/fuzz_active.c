/*
 * A hostile server under the tests of --active. The input: the service, how
 * its handshakes end, and what it says, visit by visit (0xff begins the next),
 * turn by turn (0xfe: it waits for a command first). However the octets are
 * cut the judgement is the same, and it says no more than was seen.
 */
#include "fuzz.h"

#include <string.h>

#include "base/cur.h"
#include "base/mem.h"
#include "probe/active.h"

enum { VISIT = 0xff, TURN = 0xfe, VISITS_MAX = 6, LINES_MAX = 1 << 16,
	PATIENCE = 1 << 30 };

/* A server, and which of its visits is the present one. */
struct server {
	struct span left;	/* visits to come */
	unsigned made, handshakes;
	size_t chunk;		/* 0: as many as there are */
};

struct visit {
	struct span said;	/* turns to come, the present one first */
	size_t turns;		/* that it may go on with */
	size_t chunk;
};

/* Behind a turn it waits until something was sent. */
static bool
at_turn(struct visit *v)
{
	while (v->said.n > 0 && v->said.p[0] == TURN && v->turns > 0) {
		v->turns--;
		v->said = span_from(v->said, 1);
	}
	return v->said.n == 0 || v->said.p[0] == TURN;
}

static enum stream_result
visit_read(void *arg, void *p, size_t n, int64_t deadline, size_t *got)
{
	struct visit *v = arg;
	size_t there = 0;

	(void)deadline;
	if (at_turn(v))
		return v->said.n == 0 ? STREAM_CLOSED : STREAM_TIMEOUT;
	there = span_chr(v->said, TURN);
	there = there < n ? there : n;
	if (v->chunk > 0 && there > v->chunk)
		there = v->chunk;
	memcpy(p, v->said.p, there);
	v->said = span_from(v->said, there);
	*got = there;
	return STREAM_OK;
}

static enum stream_result
visit_write(void *arg, struct span octets, int64_t deadline)
{
	struct visit *v = arg;

	(void)deadline;
	must(octets.n > 0);
	v->turns++;
	return STREAM_OK;
}

static enum dial_result
connect_next(void *arg, struct stream **out, int64_t deadline)
{
	static const struct stream_ops ops = {
		visit_read, visit_write, free
	};
	struct server *s = arg;
	struct visit *v = NULL;

	(void)deadline;
	if (s->left.n == 0 || s->made == VISITS_MAX)
		return DIAL_OFFLINE;
	s->made++;
	v = xcalloc(1, sizeof(*v));
	v->chunk = s->chunk;
	v->said = span_first(s->left, span_chr(s->left, VISIT));
	s->left = span_from(s->left, v->said.n + 1);
	*out = stream_new(&ops, v);
	return DIAL_OK;
}

/*
 * TLS is played: what the server still had to say in clear is gone, and the
 * next turn is inside.
 */
static enum session_result
secure(void *arg, struct stream **stream, int64_t deadline)
{
	static const enum session_result ends[] = { SESSION_OK,
		SESSION_OK, SESSION_ALERT, SESSION_TIMEOUT };
	struct server *s = arg;
	struct visit *v = (*stream)->arg;
	enum session_result end = ends[s->handshakes & 3];

	(void)deadline;
	s->handshakes >>= 2;
	while (!at_turn(v))
		v->said = span_from(v->said, 1);
	v->turns++;
	return end;
}

static void
ask(struct span said, enum service service, uint8_t handshakes, size_t chunk,
    struct active *a)
{
	struct server s = { .left = said, .handshakes = handshakes,
	    .chunk = chunk };
	struct active_ask q = {
		.service = service, .helo = "fuzz.test",
		.seed = 0x1111111122222222, .timeout = PATIENCE,
		.until = INT64_MAX, .quiet = PATIENCE, .connect = connect_next,
		.secure = secure, .arg = &s,
	};

	active_init(a);
	active_inject(a, &q);
	must(a->connections <= 3 && a->connections == s.made);
	active_misuse(a, &q);
	must(a->connections <= 8 && a->connections == s.made);
}

/* Whether the octets came, maybe in several turns. */
static bool
was_said(struct span said, struct span line)
{
	struct buf all = BUF(LINES_MAX);
	bool found = line.n == 0;

	for (size_t i = 0; i < said.n; i++)
		if (said.p[i] != TURN)
			buf_byte(&all, said.p[i]);
	for (size_t i = 0; i < all.n && !found; i++)
		found = span_starts(span_from(buf_get0(&all), i), line);
	buf_free(&all);
	return found;
}

static void
well_founded(const struct active *a, struct span said, enum service service)
{
	bool tried = false;

	must(*inject_name(a->inject) != '\0');
	must((a->inject == INJECT_UNKNOWN) == (a->lack != LACK_NOTHING));
	must((*inject_lack_text(a->lack) != '\0') ==
	    (a->lack != LACK_NOTHING));
	must(!service_info(service)->implicit ||
	    a->inject == INJECT_NOT_ASKED);
	must(a->inject < INJECT_SAFE || a->connections >= 2);
	/* empty, if an empty line is what was seen, as POP3's may be */
	must(a->seen.n <= ACTIVE_SEEN_MAX && !a->seen.over);
	must(was_said(said, buf_get0(&a->seen)));
	for (int m = 0; m < MISUSES; m++) {
		enum misuse_result r = a->misuse[m];

		must(*misuse_result_name(r) != '\0');
		/* one after the other: behind one that was not asked none is */
		must(m == 0 || r == MISUSED_NOT_ASKED ||
		    a->misuse[m - 1] != MISUSED_NOT_ASKED);
		tried |= r != MISUSED_NOT_ASKED;
	}
	must(a->alive != ALIVE_NO || tried);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cur c = cur_of(span_of(data, n));
	enum service service = (enum service)(cur_u8(&c) % SERVICES);
	uint8_t handshakes = cur_u8(&c);
	struct span said = cur_left(&c);
	struct active a, b;

	if (c.bad || n > LINES_MAX)
		return 0;
	ask(said, service, handshakes, 0, &a);
	ask(said, service, handshakes, 1, &b);
	well_founded(&a, said, service);
	must(a.inject == b.inject && a.lack == b.lack && a.alive == b.alive &&
	    a.connections == b.connections);
	must(memcmp(a.misuse, b.misuse, sizeof(a.misuse)) == 0);
	must(span_eq(buf_get0(&a.seen), buf_get0(&b.seen)));
	active_free(&a);
	active_free(&b);
	return 0;
}
