/*
 * Usage: mutate [-s SEED] [COUNT]
 * Seeded mutations of signed messages, ARC chains, key records and SPF
 * records. Nothing may crash (the driver is built with sanitizers), and
 * nothing may pass that the unmutated rules do not let pass: where a
 * signature passes, what it is over must be, octet for octet, what was
 * signed, as a second and slow reading of the RFC sees it (oracle.c), and
 * the key record must still say so. And what is unchanged in that sense must
 * pass: a verifier that fails everything is no verifier. One number can be
 * done again with -s. TAP.
 */
#include "mutate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../cmd/dmarc-verify/dmarc-verify.h"
#include "../support/drip.h"
#include "../support/slow.h"
#include "auth/arc_seal.h"
#include "auth/dkim_sign.h"
#include "base/b64.h"
#include "crypto/lib.h"
#include "sys/file.h"

enum { NOW = 1772366400, FORMS = 8, HOPS = 3, BIG = 1 << 24 };

static const char head[] =
    "From: Anna Example <anna@example.org>\n"
    "To: Bert <bert@example.net>,\n\tCarl <carl@example.net>\n"
    "Subject: The  plan\n of\tSunday\n"
    "Date: Sun, 01 Mar 2026 11:59:00 +0000\n"
    "Message-ID: <1@example.org>\n"
    "X-Twice: one\n"
    "X-Twice: two\n"
    "Comment : blank before the colon \n";
static const char text[] =
    "Dear Bert,\n\n  the plan  holds. \n\t\nFrom Anna, to you.\n \n\n\n";

/* What was signed, and with which key. */
struct signing {
	struct signed_content content;
	bool ed;
};

struct form {
	struct buf message;
	struct signing sig[2];
	/* chains: the scope and the message signature after each hop */
	struct buf scope[HOPS];
	struct signed_content ams[HOPS];
	size_t hops;
};

static struct form forms[FORMS];
static struct key *rsa, *ed;
static struct buf rsa_p = BUF(1 << 16), ed_p = BUF(1 << 16);

/* The records that may be mutated, as the DNS gives them. */
static struct buf rsa_record, ed_record, spf_record, dmarc_record;

static struct key *
load(const char *path)
{
	struct buf file = BUF(1 << 16);
	struct key *k = NULL;

	if (file_slurp(path, 1 << 16, &file) != FILE_OK ||
	    key_private(buf_get0(&file), &k) != KEY_LOADED) {
		printf("Bail out! %s\n", path);
		exit(1);
	}
	buf_free(&file);
	return k;
}

static void
reset_records(void)
{
	buf_reset(&rsa_record);
	buf_reset(&ed_record);
	buf_reset(&spf_record);
	buf_reset(&dmarc_record);
	buf_printf(&rsa_record, "v=DKIM1; k=rsa; h=sha256; s=email; p=%.*s",
	    (int)rsa_p.n, (const char *)rsa_p.p);
	buf_printf(&ed_record, "v=DKIM1; k=ed25519; t=s; p=%.*s",
	    (int)ed_p.n, (const char *)ed_p.p);
	buf_str(&spf_record,
	    "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.7 ?ip4:203.0.113.0/24 "
	    "-all");
	buf_str(&dmarc_record, "v=DMARC1; p=reject; rua=mailto:d@example.org");
}

static struct dns_answer *
txt(struct span s)
{
	struct buf rdata = BUF(BIG);
	struct dns_answer *a = NULL;
	struct span one = { NULL, 0 };

	do {
		one = span_first(s, 255);
		buf_byte(&rdata, (unsigned char)one.n);
		buf_span(&rdata, one);
		s = span_from(s, one.n);
	} while (s.n > 0);
	one = buf_get0(&rdata);
	if (one.n <= 65535)
		a = dns_answer_new(&one, 1, 60);
	buf_free(&rdata);
	return a != NULL ? a : dns_answer_empty(DNS_SERVFAIL, 60);
}

static struct dns_answer *
query(struct dns *dns, const struct dns_name *name, enum dns_type type)
{
	static const struct {
		const char *name;
		struct buf *record;
	} rows[] = {
		{ "rsa._domainkey.example.org", &rsa_record },
		{ "ed._domainkey.example.org", &ed_record },
		{ "example.org", &spf_record },
		{ "_dmarc.example.org", &dmarc_record },
	};
	struct buf asked = BUF(4096);
	struct dns_answer *a = NULL;

	(void)dns;
	dns_name_text(&asked, name, false);
	for (size_t i = 0; i < 4 && type == DNS_TXT; i++)
		if (span_ieq(buf_get0(&asked), span_str(rows[i].name)))
			a = txt(buf_get0(rows[i].record));
	buf_free(&asked);
	return a != NULL ? a : dns_answer_empty(DNS_NXDOMAIN, 60);
}

static const struct dns_ops ops = { .query = query };
static struct dns dns = { .ops = &ops };

/* The header and body of a message as the product takes them apart. */
struct parts {
	struct header h;
	struct header_index *ix;
	struct body *body;
	struct span text;
};

static void
take_apart(struct span message, struct parts *p)
{
	struct span header = { NULL, 0 };

	slow_parts(message, &header, &p->text);
	header_split(header, 10000, &p->h);
	p->ix = header_index_new(&p->h, 1);
	p->body = body_new();
}

static void
parts_free(struct parts *p)
{
	header_index_free(p->ix);
	header_free(&p->h);
	body_free(p->body);
}

/* Form i: each pair of canonical forms with LF and with CRLF, both keys. */
static void
sign(struct form *f, unsigned i)
{
	struct dkim_want want[2] = {
		{ .domain = "example.org", .selector = "rsa", .key = rsa },
		{ .domain = "example.org", .selector = "ed", .key = ed },
	};
	struct dkim_choice choice = { .oversign = i % 3 == 0 ? "From" :
	    NULL, .headers = i % 2 ? "From:To:Subject:X-Twice:Comment:Date" :
	    NULL };
	struct buf plain = BUF(BIG), names = BUF(BIG);
	struct parts p;

	for (const char *s = head; *s != '\0'; s++)
		buf_str(&plain, *s == '\n' && i >= 4 ? "\r\n" :
		    (const char[]){ *s, '\0' });
	buf_str(&plain, i >= 4 ? "\r\n" : "\n");
	for (const char *s = text; *s != '\0'; s++)
		buf_str(&plain, *s == '\n' && i >= 4 ? "\r\n" :
		    (const char[]){ *s, '\0' });
	take_apart(buf_get0(&plain), &p);
	for (size_t k = 0; k < 2; k++) {
		want[k].header_canon = (enum canon)(i & 1);
		want[k].body_canon = (enum canon)(i >> 1 & 1);
	}
	dkim_sign_start(want, 2, p.body);
	body_add(p.body, p.text);
	body_end(p.body);
	dkim_choose(&p.h, &choice, &names);
	f->message = BUF(BIG);
	for (size_t k = 0; k < 2; k++)
		if (!dkim_sign_field(&want[k], p.body, p.ix,
		    buf_get0(&names), NOW, i >= 4, &f->message))
			abort();
	buf_span(&f->message, buf_get0(&plain));
	for (size_t k = 0; k < 2; k++) {
		f->sig[k].ed = k == 1;
		if (!content_of(buf_get0(&f->message), k,
		    &f->sig[k].content))
			abort();
	}
	parts_free(&p);
	buf_free(&plain);
	buf_free(&names);
}

static void
seal(struct form *f, bool crlf)
{
	struct arc_sealer s = { .domain = "example.org", .selector =
	    f->hops % 2 ? "ed" : "rsa", .key = f->hops % 2 ? ed : rsa,
	    .authserv_id = "hop.example", .now = NOW, .crlf = crlf };
	struct dkim_keys *keys = dkim_keys_new(1);
	struct buf in = BUF(BIG), top = BUF(BIG);
	struct arc_verify chain;
	struct parts p;
	enum arc_cv cv = ARC_NONE;
	size_t ams = 0;

	buf_printf(&in, "Authentication-Results: hop.example; arc=none%s",
	    crlf ? "\r\n" : "\n");
	buf_span(&in, buf_get0(&f->message));
	take_apart(buf_get0(&in), &p);
	arc_start(&chain, &p.h, p.ix, p.body);
	arc_sealer_start(&s, p.body);
	body_add(p.body, p.text);
	body_end(p.body);
	arc_end(&chain, &dns, keys, s.now);
	if (arc_seal(&s, &chain, &p.h, p.ix, p.body, &cv, &top) !=
	    ARC_SEALED)
		abort();
	buf_span(&top, buf_get0(&in));
	f->scope[f->hops] = BUF(BIG);
	if (!seal_scope(buf_get0(&top), &f->scope[f->hops], &ams) ||
	    !content_of(buf_get0(&top), ams, &f->ams[f->hops]))
		abort();
	f->hops++;
	arc_free(&chain);
	parts_free(&p);
	buf_free(&in);
	buf_free(&f->message);
	f->message = top;
	dkim_keys_free(keys);
}

static bool
same_content(const struct signed_content *a, const struct signed_content *b)
{
	return span_eq(buf_get0(&a->header), buf_get0(&b->header)) &&
	    span_eq(buf_get0(&a->body), buf_get0(&b->body));
}

/*
 * Still what a key of ours signed, by the slow reading; *with_b says whether
 * its b= is the one that was made.
 */
static bool
is_as_signed(const struct form *f, struct span message, size_t field,
    bool *with_b)
{
	struct signed_content c;
	bool is = false;

	*with_b = false;
	if (content_of(message, field, &c))
		for (size_t k = 0; k < 2 && !is; k++) {
			const struct signing *s = &f->sig[k];

			is = same_content(&c, &s->content) &&
			    record_allows(buf_get0(s->ed ? &ed_record :
			    &rsa_record), s->ed ? "ed25519" : "rsa",
			    buf_get0(s->ed ? &ed_p : &rsa_p));
			*with_b = is && span_eq(buf_get0(&c.b),
			    buf_get0(&s->content.b));
		}
	content_free(&c);
	return is;
}

static bool
is_as_sealed(const struct form *f, struct span message)
{
	struct buf scope = BUF(BIG);
	struct signed_content c = { BUF(1), BUF(1), BUF(1) };
	size_t ams = 0;
	bool is = false;

	if (seal_scope(message, &scope, &ams) &&
	    content_of(message, ams, &c))
		for (size_t i = 0; i < f->hops && !is; i++)
			is = span_eq(buf_get0(&scope),
			    buf_get0(&f->scope[i])) &&
			    same_content(&c, &f->ams[i]);
	content_free(&c);
	buf_free(&scope);
	return is;
}

static struct {
	unsigned long pass, fail, chain, spf;
} seen;

static bool
wrong(const char *what, size_t at)
{
	printf("# %s (signature %zu)\n", what, at);
	return false;
}

/* Hold the verdict against the slow reading. */
static bool
check(const struct form *f, struct span message, const struct verdict *v,
    bool records_changed)
{
	bool ok = true, some = v->spf.result == SPF_PASS;

	for (size_t i = 0; i < v->dkim.n; i++) {
		const struct dkim_outcome *o = &v->dkim.v[i];
		size_t field = (size_t)(o->sig.field - v->header->v);
		bool with_b = false;
		bool as_signed = is_as_signed(f, message, field, &with_b);

		seen.pass += o->result == DKIM_PASS;
		seen.fail += o->result != DKIM_PASS;
		some |= o->result == DKIM_PASS;
		if (o->result == DKIM_PASS && !as_signed)
			ok = wrong("passes, but is not what was signed", i);
		if (o->result != DKIM_PASS && as_signed && with_b &&
		    !records_changed)
			ok = wrong(o->reason, i);
	}
	if (v->arc.cv == ARC_PASS) {
		seen.chain++;
		if (!is_as_sealed(f, message))
			ok = wrong("the chain passes, but was changed", 0);
	}
	if (v->spf.result == SPF_PASS) {
		seen.spf++;
		if (!spf_could_pass(buf_get0(&spf_record)))
			ok = wrong("SPF passes, but no term lets it", 0);
	}
	if (v->dmarc.result == DMARC_R_PASS && !some)
		ok = wrong("DMARC passes without SPF and DKIM", 0);
	return ok;
}

static bool
judge(const struct form *f, struct span message, size_t step, bool records)
{
	struct args a = { .connection = { .ip = "203.0.113.5",
	    .mail_from = "anna@example.org", .helo = "mx.example.org" } };
	struct drip from = { message, step };
	struct verdict v;
	struct judge j;
	struct env env;
	bool ok = true;

	ip_parse(SPAN("203.0.113.5"), &a.connection.addr);
	env_fixed(&env, NOW);
	env.dns = &dns;
	judge_open(&j, &a, &env);
	judge_message(&j, (struct msg_source){ drip_read, &from }, "-", 1,
	    &v);
	if (v.header != NULL)
		ok = check(f, message, &v, records);
	verdict_free(&v);
	judge_close(&j);
	return ok;
}

/* A record, mutated; or the message, in part or as a whole. */
static bool
mutate_something(struct rng *r, const struct form *f, struct buf *message)
{
	static struct buf *const records[] = {
		&rsa_record, &ed_record, &spf_record, &dmarc_record
	};
	struct span whole = buf_get0(&f->message), header = { NULL, 0 };
	struct span body = { NULL, 0 };
	uint32_t what = rng_below(r, 10);

	if (what < 3) {
		struct buf *record = records[rng_below(r, 4)];
		struct buf now = BUF(1 << 20);

		mutate_text(r, buf_get0(record), &now);
		buf_free(record);
		*record = now;
		buf_span(message, whole);
		return true;
	}
	slow_parts(whole, &header, &body);
	if (what < 7) {
		mutate_text(r, header, message);
		buf_span(message, span_from(whole, header.n));
	} else if (what < 9) {
		buf_span(message, span_first(whole, whole.n - body.n));
		mutate_text(r, body, message);
	} else {
		mutate_text(r, whole, message);
	}
	return false;
}

static void
keep(struct span message, uint64_t seed)
{
	char name[64];
	FILE *f = NULL;

	snprintf(name, sizeof(name), "/tmp/mutate-%" PRIu64 ".eml", seed);
	f = fopen(name, "w");
	if (f != NULL) {
		fwrite(message.p, 1, message.n, f);
		fclose(f);
	}
	printf("# seed %" PRIu64 ": the message is in %s\n", seed, name);
}

static bool
round_of(uint64_t seed)
{
	struct rng r = { seed };
	const struct form *f = &forms[rng_below(&r, FORMS)];
	struct buf message = BUF(1 << 22);
	size_t step = rng_below(&r, 3) ? SIZE_MAX : 1 + rng_below(&r, 64);
	bool records = false, ok = false;

	reset_records();
	records = mutate_something(&r, f, &message);
	ok = judge(f, buf_get0(&message), step, records);
	if (!ok) {
		keep(buf_get0(&message), seed);
		printf("# key records: %.*s\n# %.*s\n# SPF: %.*s\n",
		    (int)rsa_record.n, (const char *)rsa_record.p,
		    (int)ed_record.n, (const char *)ed_record.p,
		    (int)spf_record.n, (const char *)spf_record.p);
	}
	buf_free(&message);
	return ok;
}

static void
setup(void)
{
	struct buf raw = BUF(1 << 16);

	crypto_start();
	rsa = load("tests/vectors/dkim/rfc8463-a1-rsa.key");
	ed = load("tests/vectors/dkim/rfc8463-a1-ed25519.key");
	key_public(rsa, &raw);
	b64_encode(&rsa_p, buf_get0(&raw));
	buf_reset(&raw);
	key_public(ed, &raw);
	b64_encode(&ed_p, buf_get0(&raw));
	buf_free(&raw);
	rsa_record = ed_record = spf_record = dmarc_record = BUF(1 << 20);
	reset_records();
	for (unsigned i = 0; i < FORMS; i++) {
		sign(&forms[i], i);
		for (size_t hop = 0; hop < HOPS && i % 2 == 0; hop++)
			seal(&forms[i], i >= 4);
	}
}

int
main(int argc, char **argv)
{
	uint64_t seed = 20260301;
	unsigned long count = 2000, bad = 0;
	int c = 0;

	while ((c = getopt(argc, argv, "s:")) == 's')
		seed = strtoull(optarg, NULL, 10);
	if (c != -1)
		return 64;
	if (optind < argc)
		count = strtoul(argv[optind], NULL, 10);
	setup();
	for (unsigned i = 0; i < FORMS; i++) {
		reset_records();
		bad += !judge(&forms[i], buf_get0(&forms[i].message),
		    SIZE_MAX, false);
	}
	printf("1..2\n%s 1 - unmutated, all that was signed passes\n",
	    seen.pass == 2 * FORMS && seen.chain == FORMS / 2 && bad == 0 ?
	    "ok" : "not ok");
	bad += seen.pass != 2 * FORMS;
	seen.pass = seen.chain = 0;
	for (unsigned long i = 0; i < count; i++)
		bad += !round_of(seed + i);
	printf("# seed %" PRIu64 ", %lu mutations: signatures passed %lu, "
	    "failed %lu; chains passed %lu; SPF passed %lu\n",
	    seed, count, seen.pass, seen.fail, seen.chain, seen.spf);
	printf("%s 2 - no pass that the unmutated rules do not give, and all "
	    "that they do\n", bad == 0 ? "ok" : "not ok");
	return bad != 0;
}
