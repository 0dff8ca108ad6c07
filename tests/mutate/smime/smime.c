/*
 * Usage: smime [-s SEED] FOLDER [COUNT]
 * COUNT seeded changes of each of the messages that kinds.py has put into the
 * folder: one bit, or the end cut off, of a whole mail or of its CMS structure
 * alone. Each is refused, or gives the same message and the same signatures,
 * since what was changed is authenticated by nobody: a field outside, a blank
 * in base 64. Then no verdict is better than before, and of the fields outside
 * only what a reader takes from there differs. It is the command's own code
 * that reads, in one process and without its words (the driver is built with
 * sanitizers). What is unchanged must be read: a reader that refuses
 * everything is no reader. TAP.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../cmd/smime-lite/smime-lite.h"
#include "../../support/drip.h"
#include "../mutate.h"
#include "base/mem.h"
#include "crypto/lib.h"
#include "sys/file.h"
#include "sys/say.h"

enum { ROOM = 1 << 20, KINDS_MAX = 100 };

struct kind {
	char name[128];
	bool decrypts, coded, is_signed;
	/* what is changed, base 64 of it if "coded", between the others */
	struct buf head, part, tail;
};

/* What a message came to; the texts are empty where it is refused. */
struct outcome {
	bool accepted;
	enum severity worst;
	size_t findings;
	struct buf message, record;
	struct buf sigs;	/* the record without findings */
};

static struct args args = { .run = RUN_OPTS_DEFAULT };
static struct run run;
static struct idents ids;
static struct judging judging;
static char path[512];

/* Tens of thousands of refusals have nothing to say. */
void
say_as(const char *tool)
{
	(void)tool;
}

void
say_level(int level)
{
	(void)level;
}

void
say_error(const char *fmt, ...)
{
	(void)fmt;
}

void
say_warn(const char *fmt, ...)
{
	(void)fmt;
}

void
say_hint(const char *fmt, ...)
{
	(void)fmt;
}

void
say_detail(const char *fmt, ...)
{
	(void)fmt;
}

static void
must(bool ok, const char *what)
{
	if (!ok) {
		printf("Bail out! %s\n", what);
		exit(1);
	}
}

static bool
slurp(const char *folder, size_t number, const char *what, struct buf *out)
{
	*out = BUF(ROOM);
	snprintf(path, sizeof(path), "%s/%zu.%s", folder, number, what);
	return file_slurp(path, ROOM, out) == FILE_OK;
}

/* Each kind's name, and the words "decrypt", "coded" and "signed". */
static size_t
kinds_read(const char *folder, struct kind *k)
{
	size_t n = 0;
	struct buf how;

	for (; slurp(folder, n + 1, "how", &how); n++, k++) {
		char *words = NULL;

		buf_byte(&how, '\0');
		words = strchr((char *)how.p, '\n');
		must(n < KINDS_MAX && words != NULL, path);
		*words = '\0';
		snprintf(k->name, sizeof(k->name), "%s", (char *)how.p);
		k->decrypts = strstr(words + 1, "decrypt") != NULL;
		k->coded = strstr(words + 1, "coded") != NULL;
		k->is_signed = strstr(words + 1, "signed") != NULL;
		must(slurp(folder, n + 1, "head", &k->head) &&
		    slurp(folder, n + 1, "part", &k->part) &&
		    slurp(folder, n + 1, "tail", &k->tail), path);
		buf_free(&how);
	}
	buf_free(&how);
	return n;
}

static const char *
name_in(const char *folder, const char *who, const char *what)
{
	return xasprintf("%s/%s.%s", folder, who, what);
}

static void
set_up(const char *folder)
{
	static const char *const readers[] = { "bert", "carl", "rolf", "edda" };
	static const char *keys[4], *certs[4];
	struct env env;

	crypto_start_cms();
	env_system(&env);
	for (size_t i = 0; i < 4; i++) {
		keys[i] = name_in(folder, readers[i], "key");
		certs[i] = name_in(folder, readers[i], "pem");
	}
	args.key = (struct opt_list){ keys, 4, 4 };
	args.cert = (struct opt_list){ certs, 4, 4 };
	args.run.ca_file = name_in(folder, "authors", "pem");
	args.run.now = (struct run_now){ true, env_now(&env) };
	run_open_plain(&run, &args.run);
	must(idents_load(&args, &ids) && judging_load(&args, &judging) &&
	    judging_trust(&judging), "the keys cannot be read");
}

static bool
each_of_msg(void *msg, void (*fn)(void *arg, struct span s), void *arg)
{
	struct span piece = { NULL, 0 };

	while (msg_next(msg, &piece))
		fn(arg, piece);
	return true;
}

/* The record, and what of it is no finding. */
static void
tell(struct verdict *v, struct outcome *o)
{
	struct verdict bare = *v;

	bare.findings = (struct findings){ .n = 0 };
	bare.around.n = 0;
	o->worst = findings_worst(&v->findings);
	o->findings = v->findings.n;
	render_json(&run, v, &o->record);
	render_json(&run, &bare, &o->sigs);
}

static void
verify(struct msg *m, struct outcome *o)
{
	struct cms_source body = { each_of_msg, m };
	struct verdict v = { .cipher = NULL };
	struct layer l = LAYER;

	o->accepted = verify_message(&l, &m->header, &body, &judging,
	    &run.env, &v) && run_grade(&args.run, &v.findings) == 0;
	if (o->accepted)
		tell(&v, o);
	layer_free(&l);
	verdict_free(&v);
}

static bool
put(void *buf, struct span s)
{
	buf_span(buf, s);
	return true;
}

static void
decrypt(struct msg *m, struct outcome *o)
{
	struct opening by = { .header = &m->header, .body = { each_of_msg, m },
	    .ids = &ids, .judging = &judging, .env = &run.env };
	struct opened opened = OPENED;
	struct vault out;

	vault_init(&out, &run.env, false);
	o->accepted = open_message(&by, &opened) && opened_write(&opened,
	    &m->header, m->header.lf > 0 ? "\n" : "\r\n", &out);
	if (o->accepted) {
		vault_each(&out, put, &o->message);
		tell(&opened.verdict, o);
	}
	opened_free(&opened);
	vault_free(&out);
}

static void
read_message(const struct kind *k, struct span message, struct outcome *o)
{
	struct drip from = { message, SIZE_MAX };
	struct msg m;

	*o = (struct outcome){ .message = BUF(ROOM), .record = BUF(ROOM),
	    .sigs = BUF(ROOM) };
	if (msg_open(&m, (struct msg_source){ drip_read, &from },
	    &msg_limits_default) == MSG_OK)
		(k->decrypts ? decrypt : verify)(&m, o);
	msg_free(&m);
}

static void
outcome_free(struct outcome *o)
{
	buf_free(&o->message);
	buf_free(&o->record);
	buf_free(&o->sigs);
}

/* The message around a part of it. */
static void
put_around(const struct kind *k, struct span part, struct buf *out)
{
	struct mime_b64 b64 = { .to = into_buf, .arg = out };

	buf_span(out, buf_get0(&k->head));
	if (k->coded) {
		mime_b64_encode(&b64, part);
		mime_b64_encode_end(&b64);
	} else {
		buf_span(out, part);
	}
	buf_span(out, buf_get0(&k->tail));
}

/* Where the header section of a mail ends. */
static size_t
header_of(struct span message)
{
	size_t scan = 0, end = 0, blank = 0;

	return header_end(message, &scan, &end, &blank) ? end : message.n;
}

/*
 * A message without the fields that nobody authenticates: trace fields, and
 * the author of what nobody has signed.
 */
static void
without_outer(const struct kind *k, struct span message, struct buf *out)
{
	size_t end = header_of(message);
	struct header h = { .n = 0 };

	must(header_split(span_first(message, end), 1000, &h) == HEADER_OK,
	    "the header that was written");
	for (size_t i = 0; i < h.n; i++)
		if (!span_ieq(h.v[i].name, SPAN("Received")) &&
		    (k->is_signed || !span_ieq(h.v[i].name, SPAN("From"))))
			buf_span(out, h.v[i].raw);
	buf_span(out, span_from(message, end));
	header_free(&h);
}

static bool
same_message(const struct kind *k, bool outside, const struct outcome *was,
    const struct outcome *is)
{
	struct buf a = BUF(ROOM), b = BUF(ROOM);
	bool same = span_eq(buf_get0(&was->message), buf_get0(&is->message));

	if (!same && outside) {
		without_outer(k, buf_get0(&was->message), &a);
		without_outer(k, buf_get0(&is->message), &b);
		same = span_eq(buf_get0(&a), buf_get0(&b));
	}
	buf_free(&a);
	buf_free(&b);
	return same;
}

static bool
same_signatures(const struct outcome *was, const struct outcome *is)
{
	return span_eq(buf_get0(&was->record), buf_get0(&is->record)) ||
	    (span_eq(buf_get0(&was->sigs), buf_get0(&is->sigs)) &&
	    is->worst >= was->worst && is->findings > was->findings);
}

static struct {
	unsigned long refused, same;
} seen;

static bool
round_of(const struct kind *k, const struct outcome *was, uint64_t seed)
{
	struct rng r = { seed };
	struct buf part = BUF(ROOM), message = BUF(ROOM);
	bool cut = rng_below(&r, 5) == 0, ok = true;
	uint32_t at = rng_below(&r, (uint32_t)k->part.n);
	uint32_t bit = rng_below(&r, 8);
	struct outcome o;

	buf_span(&part, buf_get0(&k->part));
	if (cut)
		part.n = at;
	else
		part.p[at] ^= (unsigned char)(1u << bit);
	put_around(k, buf_get0(&part), &message);
	read_message(k, buf_get0(&message), &o);
	seen.refused += !o.accepted;
	seen.same += o.accepted;
	if (o.accepted)
		ok = same_message(k, !k->coded && at <
		    header_of(buf_get0(&k->part)), was, &o) &&
		    same_signatures(was, &o);
	if (!ok)
		printf("# seed %" PRIu64 ": octet %" PRIu32 ", %s %" PRIu32
		    ": %.*s", seed, at, cut ? "cut" : "bit", bit,
		    (int)o.record.n, (const char *)o.record.p);
	outcome_free(&o);
	buf_free(&part);
	buf_free(&message);
	return ok;
}

static bool
all_rounds(const struct kind *k, uint64_t seed, unsigned long count)
{
	struct buf message = BUF(ROOM);
	struct outcome was;
	bool ok = true;

	seen.refused = seen.same = 0;
	put_around(k, buf_get0(&k->part), &message);
	read_message(k, buf_get0(&message), &was);
	if (!was.accepted || (k->decrypts && was.message.n == 0)) {
		printf("# unchanged, it is refused\n");
		ok = false;
	}
	for (unsigned long i = 0; i < count; i++)
		ok &= round_of(k, &was, seed + i);
	outcome_free(&was);
	buf_free(&message);
	return ok;
}

int
main(int argc, char **argv)
{
	static struct kind kinds[KINDS_MAX];
	uint64_t seed = 20260301;
	unsigned long count = 500, bad = 0;
	size_t n = 0;
	int c = 0;

	while ((c = getopt(argc, argv, "s:")) == 's')
		seed = strtoull(optarg, NULL, 10);
	if (c != -1 || optind == argc)
		return 64;
	if (optind + 1 < argc)
		count = strtoul(argv[optind + 1], NULL, 10);
	set_up(argv[optind]);
	n = kinds_read(argv[optind], kinds);
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		bool ok = all_rounds(&kinds[i], seed, count);

		bad += !ok;
		printf("%s %zu - %s\n# seed %" PRIu64 ", %lu changes: "
		    "refused %lu, the same %lu\n", ok ? "ok" : "not ok",
		    i + 1, kinds[i].name, seed, count, seen.refused,
		    seen.same);
		fflush(stdout);
	}
	return bad != 0 || n == 0;
}
