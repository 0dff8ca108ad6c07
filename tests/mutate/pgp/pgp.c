/*
 * Usage: pgp [-s SEED] [COUNT]
 *        pgp -w FOLDER: only write the messages, for "through"
 * COUNT seeded changes of each kind of OpenPGP message: one bit, or the end
 * cut off. Each is refused, or gives the same octets and the same signatures
 * that count, since what was changed is authenticated by nobody: an unhashed
 * subpacket, armor, another's session key. Version 2 of encrypted data must
 * not even hand on an octet that is not in the message, for whoever reads it
 * as it comes. Nothing may crash (the driver is built with sanitizers). What
 * is unchanged must be read: a reader that refuses everything is no reader.
 * TAP.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../mutate.h"
#include "base/mem.h"
#include "crypto/lib.h"
#include "kinds.h"
#include "pgp/armor.h"
#include "pgp/cleartext.h"
#include "pgp/decrypt.h"
#include "pgp/verify.h"

struct outcome {
	enum pgp_result result;
	bool plain_early;	/* only what is authentic is handed on */
	size_t good;
	struct buf text, lines;
};

/* One reading; what the readers of the message and of a frame share. */
struct reading {
	const struct kind *k;
	struct outcome *o;
	struct pgp_msg msg;
	struct decrypter d;
	struct s2k_budget budget;
	struct span password;
	struct passphrases passwords;
};

static struct env env;
static int64_t now;

static void
keep(void *arg, struct span s)
{
	struct reading *r = arg;

	buf_span(&r->o->text, s);
}

static void
read_clear(struct reading *r, struct in *in)
{
	struct signatures *s = &r->msg.sigs;
	const char *why = NULL;

	if (!cleartext_seen(in)) {
		pgp_fail(in->error, PGP_BAD, "no frame");
		return;
	}
	if (!cleartext_read(in, keep, r) ||
	    signatures_read(in, &r->msg.hasher, s, &why) != PGP_OK)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].why == NULL && s->v[i].sig.type != SIG_TEXT)
			s->v[i].why = "it is not made over text";
	hasher_add(&r->msg.hasher, buf_get0(&r->o->text));
}

static void
read_detached(struct reading *r, struct in *in)
{
	const char *why = NULL;

	if (signatures_read(in, &r->msg.hasher, &r->msg.sigs, &why) == PGP_OK)
		hasher_add(&r->msg.hasher, r->k->data);
}

static void
read_packets(struct reading *r, struct in *in)
{
	static const struct passphrases none = { NULL, 0 };
	const struct kind *k = r->k;
	struct armor a;
	struct in plain;

	r->d = (struct decrypter){ .passwords = &r->passwords,
	    .key_passwords = &none, .files = k->keys,
	    .files_n = k->keys != NULL, .budget = &r->budget,
	    .key_budget = &r->budget, .env = &env,
	    .sessions = &k->session, .sessions_n = k->session.n > 0 };
	r->msg.data = keep;
	r->msg.arg = r;
	if (k->form == ENCRYPTED)
		r->msg.decrypt = decrypter_open;
	r->msg.closed = decrypter_close;
	r->msg.keys = &r->d;
	armor_open(&a, in, false, &plain);
	pgp_msg_read(&r->msg, &plain);
	in_free(&plain);
	r->o->plain_early = r->d.opened && r->d.version == 2;
	if (k->form == ENCRYPTED && !r->msg.encrypted)
		pgp_fail(in->error, PGP_BAD, "it is not encrypted");
}

static void
judge(struct reading *r)
{
	struct verifier v = { .files = r->k->certs, .n = r->k->certs != NULL,
	    .now = now, .not_before = INT64_MIN, .not_after = INT64_MAX,
	    .encrypted = r->k->form == ENCRYPTED,
	    .recipient = r->d.recipient };
	struct verdict verdicts[HASHER_MAX];

	r->o->good = signatures_verify(&r->msg.sigs, &r->msg.hasher, &v,
	    verdicts);
	for (size_t i = 0; i < r->msg.sigs.n; i++)
		if (verdicts[i].why == NULL)
			verdict_line(&v, &verdicts[i], &r->o->lines);
}

static void
read_kind(const struct kind *k, struct span octets, struct outcome *o)
{
	struct reading *r = xcalloc(1, sizeof(*r));
	struct pgp_error e = { PGP_OK, NULL };
	struct in in;

	*o = (struct outcome){ .text = BUF(1 << 20), .lines = BUF(1 << 20) };
	r->k = k;
	r->o = o;
	/* a bit of Argon2's own numbers may ask for much */
	r->budget = (struct s2k_budget){ .kib = 2048, .argon2 = 4, .ms = 3000,
	    .hashed = 1 << 20 };
	r->password = span_str(k->password);
	r->passwords = (struct passphrases){ &r->password,
	    k->password != NULL };
	in_of_span(&in, octets, &e);
	if (k->form == CLEAR)
		read_clear(r, &in);
	else if (k->form == DETACHED)
		read_detached(r, &in);
	else
		read_packets(r, &in);
	o->result = e.result;
	if (e.result == PGP_OK)
		judge(r);
	in_free(&in);
	pgp_msg_free(&r->msg);
	free(r);
}

static void
outcome_free(struct outcome *o)
{
	buf_free(&o->text);
	buf_free(&o->lines);
}

static struct {
	unsigned long refused, same;
} seen;

/* What the command would end with 0 for. */
static bool
accepted(const struct kind *k, const struct outcome *o)
{
	return o->result == PGP_OK && (k->form == ENCRYPTED || o->good > 0);
}

/*
 * The same octets; in a clear-signed text but for the CR of line ends, since
 * RFC 9580 section 7.1 signs neither them nor the blanks in front of them.
 */
static bool
same_text(const struct kind *k, struct span a, struct span b)
{
	struct buf bare[2] = { BUF(1 << 20), BUF(1 << 20) };
	struct span s[2] = { a, b };
	bool same = false;

	for (size_t i = 0; i < 2; i++)
		for (size_t at = 0; at < s[i].n; at++)
			if (k->form != CLEAR || s[i].p[at] != '\r' ||
			    at + 1 == s[i].n || s[i].p[at + 1] != '\n')
				buf_byte(&bare[i], s[i].p[at]);
	same = span_eq(buf_get0(&bare[0]), buf_get0(&bare[1]));
	buf_free(&bare[0]);
	buf_free(&bare[1]);
	return same;
}

/* Whether a changed message came to what it may come to. */
static bool
may(const struct kind *k, const struct outcome *was,
    const struct outcome *is)
{
	if (accepted(k, is)) {
		seen.same++;
		return same_text(k, buf_get0(&is->text),
		    buf_get0(&was->text)) &&
		    span_eq(buf_get0(&is->lines), buf_get0(&was->lines));
	}
	seen.refused++;
	return !is->plain_early || span_starts(buf_get0(&was->text),
	    buf_get0(&is->text));
}

static bool
round_of(const struct kind *k, const struct outcome *was, uint64_t seed)
{
	struct rng r = { seed };
	struct buf changed = BUF(1 << 20);
	struct outcome o;
	bool cut = rng_below(&r, 5) == 0, ok = false;
	uint32_t at = rng_below(&r, (uint32_t)k->octets.n);
	uint32_t bit = rng_below(&r, 8);

	buf_span(&changed, buf_get0(&k->octets));
	if (cut)
		changed.n = at;
	else
		changed.p[at] ^= (unsigned char)(1u << bit);
	read_kind(k, buf_get0(&changed), &o);
	ok = may(k, was, &o);
	if (!ok)
		printf("# seed %" PRIu64 ": octet %" PRIu32 ", %s %" PRIu32
		    ": result %d, %zu signatures, \"%.*s\"\n", seed, at,
		    cut ? "cut" : "bit", bit, (int)o.result, o.good,
		    (int)o.text.n, (const char *)o.text.p);
	outcome_free(&o);
	buf_free(&changed);
	return ok;
}

static bool
all_rounds(const struct kind *k, uint64_t seed, unsigned long count)
{
	struct outcome was;
	bool ok = true;

	seen.refused = seen.same = 0;
	read_kind(k, buf_get0(&k->octets), &was);
	if (!accepted(k, &was) || was.good != k->sigs ||
	    (k->form != DETACHED && was.text.n == 0)) {
		printf("# unchanged: result %d, %zu signatures\n",
		    (int)was.result, was.good);
		ok = false;
	}
	for (unsigned long i = 0; i < count; i++)
		ok &= round_of(k, &was, seed + i);
	outcome_free(&was);
	return ok;
}

int
main(int argc, char **argv)
{
	uint64_t seed = 20260301;
	unsigned long count = 500, bad = 0;
	const char *folder = NULL;
	struct kind *k = NULL;
	size_t n = 0;
	int c = 0;

	while ((c = getopt(argc, argv, "s:w:")) != -1)
		if (c == 's')
			seed = strtoull(optarg, NULL, 10);
		else if (c == 'w')
			folder = optarg;
		else
			return 64;
	if (optind < argc)
		count = strtoul(argv[optind], NULL, 10);
	crypto_start();
	env_system(&env);
	now = env_now(&env);
	k = kinds(&env, &n);
	if (folder != NULL) {
		kinds_write(folder);
		return 0;
	}
	printf("1..%zu\n", n);
	for (size_t i = 0; i < n; i++) {
		bool ok = all_rounds(&k[i], seed, count);

		bad += !ok;
		printf("%s %zu - %s\n# seed %" PRIu64 ", %lu changes: "
		    "refused %lu, the same %lu\n", ok ? "ok" : "not ok",
		    i + 1, k[i].name, seed, count, seen.refused, seen.same);
		fflush(stdout);
	}
	return bad != 0;
}
