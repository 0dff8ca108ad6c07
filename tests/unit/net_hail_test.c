/* Dialogues with scripted servers, in whole writes and octet by octet. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../support/script.h"
#include "base/mem.h"
#include "net/hail.h"

enum { ENTRIES = 16 };

struct row {
	const char *name;
	enum service service;
	const char *script[ENTRIES];
	const char *facts;	/* as describe() writes them */
};

/* The facts that differ from "nothing was seen", in a fixed order. */
static char *
describe(const struct hail *h)
{
	static const char *const at[] = { "greeting", "list", "starttls" };
	struct buf out = BUF(8192);

	buf_printf(&out, "%s, %s %s", starttls_name(h->starttls), at[h->at],
	    step_name(h->step));
	if (h->code != 0)
		buf_printf(&out, " %u", h->code);
	if (h->signs != 0)
		buf_printf(&out, ", signs %u", h->signs);
	if (h->esmtp)
		buf_str(&out, ", esmtp");
	if (h->preauth)
		buf_str(&out, ", preauth");
	if (h->clear.requiretls)
		buf_str(&out, ", requiretls");
	if (h->clear.logindisabled)
		buf_str(&out, ", logindisabled");
	if (h->clear.login)
		buf_str(&out, ", login");
	if (h->clear.size_given)
		buf_printf(&out, ", size %llu",
		    (unsigned long long)h->clear.size);
	if (h->clear.auth.n > 0)
		buf_printf(&out, ", auth %.*s", (int)h->clear.auth.n,
		    (char *)h->clear.auth.p);
	if (h->clear.mangled.n > 0)
		buf_printf(&out, ", mangled %.*s", (int)h->clear.mangled.n,
		    (char *)h->clear.mangled.p);
	if (h->notes != 0)
		buf_printf(&out, ", notes %u", h->notes);
	if (h->leaked_n > 0)
		buf_printf(&out, ", leaked %zu", h->leaked_n);
	return buf_take_str(&out);
}

#define GREET "S220 mx.test ESMTP\r\n"
#define EHLO "CEHLO me.test\r\n"
#define START "CSTARTTLS\r\n"
#define LIST "S250-mx.test\r\n250 STARTTLS\r\n"

static const struct row smtp[] = {
	{ "all is well", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx.test\r\n250-SIZE 1000\r\n250-STARTTLS\r\n"
	    "250 SMTPUTF8\r\n", START, "S220 2.0.0 go\r\n" },
	  "offered, starttls done 220, esmtp, size 1000" },
	{ "a greeting of many lines", SERVICE_SMTP,
	  { "S220-mx.test\r\n220-rules\r\n220 end\r\n", EHLO, LIST, START,
	    "S220 go\r\n" },
	  "offered, starttls done 220, esmtp" },
	{ "code without text", SERVICE_SMTP,
	  { "S220\r\n", EHLO, "S250-\r\n250-STARTTLS\r\n250\r\n", START,
	    "S220\r\n" },
	  "offered, starttls done 220, esmtp" },
	{ "keywords have no case", SERVICE_SMTP,
	  { GREET, EHLO, "S250-x\r\n250-sTartTls\r\n250-requiretls\r\n"
	    "250-AUTH=login\r\n250-auth plain Login X@Y\r\n250 size\r\n", START,
	    "S220 go\r\n" },
	  "offered, starttls done 220, esmtp, requiretls, size 0, "
	  "auth LOGIN PLAIN" },
	{ "a parameter is no keyword", SERVICE_SMTP,
	  { GREET, EHLO, "S250-STARTTLS\r\n250-STARTTLSX\r\n250 X STARTTLS\r\n",
	    START, "S500 what\r\n" },
	  "absent, starttls refused 500, esmtp" },
	{ "absent", SERVICE_SMTP,
	  { GREET, EHLO, "S250 mx.test\r\n", START, "S502 5.5.1 no\r\n" },
	  "absent, starttls refused 502, esmtp" },
	{ "absent, and closed when asked", SERVICE_SMTP,
	  { GREET, EHLO, "S250 mx.test\r\n", START },
	  "absent, starttls closed, esmtp" },
	{ "listed, refused", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "S554 5.7.0 no\r\n" },
	  "refused, starttls refused 554, esmtp" },
	{ "listed, temporarily not", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "S454 4.7.0 no\r\n" },
	  "unknown, starttls temporary 454, esmtp" },
	{ "listed, 421", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "S421 later\r\n" },
	  "unknown, starttls temporary 421, esmtp" },
	{ "listed, silence", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "T" },
	  "unknown, starttls timeout, esmtp" },
	{ "listed, reset", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "R" },
	  "unknown, starttls reset, esmtp" },
	{ "listed, an answer of another kind", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "S354 go\r\n" },
	  "unknown, starttls malformed 354, esmtp" },
	{ "421 in place of a greeting", SERVICE_SMTP,
	  { "S421 4.7.0 too many\r\n" },
	  "unknown, greeting temporary 421" },
	{ "554 in place of a greeting", SERVICE_SMTP,
	  { "S554 go away\r\n" },
	  "unknown, greeting refused 554" },
	{ "no greeting", SERVICE_SMTP, { "T" }, "unknown, greeting timeout" },
	{ "closed without a greeting", SERVICE_SMTP, { NULL },
	  "unknown, greeting closed" },
	{ "closed in the greeting", SERVICE_SMTP,
	  { "S220-mx.test\r\n220 mx" }, "unknown, greeting closed 220" },
	{ "silence in the greeting", SERVICE_SMTP,
	  { "S220-mx.test\r\n", "T" }, "unknown, greeting timeout 220" },
	{ "no SMTP", SERVICE_SMTP, { "SSSH-2.0-OpenSSH_9\r\n" },
	  "unknown, greeting malformed" },
	{ "a code of two digits", SERVICE_SMTP, { "S22 mx\r\n" },
	  "unknown, greeting malformed" },
	{ "a code of four digits", SERVICE_SMTP, { "S2200 mx\r\n" },
	  "unknown, greeting malformed" },
	{ "a code over 599", SERVICE_SMTP, { "S620 mx\r\n" },
	  "unknown, greeting malformed" },
	{ "an empty line", SERVICE_SMTP, { "S\r\n" },
	  "unknown, greeting malformed" },
	{ "EHLO 421", SERVICE_SMTP, { GREET, EHLO, "S421 no\r\n" },
	  "unknown, list temporary 421" },
	{ "EHLO 450", SERVICE_SMTP, { GREET, EHLO, "S450 no\r\n" },
	  "unknown, list temporary 450" },
	{ "HELO only", SERVICE_SMTP,
	  { GREET, EHLO, "S502 no\r\n", "CHELO me.test\r\n", "S250 mx\r\n",
	    START, "S502 no\r\n" },
	  "absent, starttls refused 502" },
	{ "neither EHLO nor HELO", SERVICE_SMTP,
	  { GREET, EHLO, "S550 blocked\r\n", "CHELO me.test\r\n",
	    "S550 blocked\r\n" },
	  "unknown, list refused 550" },
	{ "bare LF", SERVICE_SMTP,
	  { "S220 mx\n", EHLO, "S250-mx\n250 STARTTLS\r\n", START, "S220\n" },
	  "offered, starttls done 220, esmtp, notes 1" },
	{ "two codes in one reply", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n251 STARTTLS\r\n", START, "S220\r\n" },
	  "offered, starttls done 220, esmtp, notes 4" },
	{ "more than asked for", SERVICE_SMTP,
	  { GREET, "U250-other\r\n250 STARTTLS\r\n", EHLO,
	    "U250 mx\r\n", START },
	  "offered, starttls done 250, esmtp, notes 2" },
	{ "octets behind the go-ahead", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "S220 go\r\n250-x\r\n250 y\r\n", "T" },
	  "offered, starttls done 220, esmtp, leaked 14" },
	{ "octets behind the go-ahead, later", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "S220 go\r\n", "U250 y\r\n", "T" },
	  "offered, starttls done 220, esmtp, leaked 7" },
	{ "XXXXXXXA", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n250-XXXXXXXA\r\n250 DSN\r\n", START,
	    "S502 5.5.2 not known\r\n" },
	  "stripped, starttls refused 502, signs 1, esmtp, "
	  "mangled XXXXXXXA" },
	{ "XXXXXXXX, and quoted", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n250 XXXXXXXX\r\n", START,
	    "S500 5.5.1 Command unrecognized: \"XXXXXXXX\"\r\n" },
	  "stripped, starttls refused 500, signs 3, esmtp, "
	  "mangled XXXXXXXX" },
	{ "one octet changed", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n250 STARTTLX\r\n", START, "S500 no\r\n" },
	  "stripped, starttls refused 500, signs 1, esmtp, "
	  "mangled STARTTLX" },
	{ "a mask of another length", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n250 XXXXXXXXXA\r\n", START, "S500 no\r\n" },
	  "absent, starttls refused 500, esmtp" },
	{ "a mask ends in a capital", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n250 XXXXXXX8\r\n", START, "S500 no\r\n" },
	  "absent, starttls refused 500, esmtp" },
	{ "eight letters are no mask", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n250-XEXCH50X\r\n250 8BITMIME\r\n", START,
	    "S500 no\r\n" },
	  "absent, starttls refused 500, esmtp" },
	{ "another mask beside STARTTLS", SERVICE_SMTP,
	  { GREET, EHLO, "S250-mx\r\n250-XXXXXXXB\r\n250 STARTTLS\r\n", START,
	    "S220 go\r\n" },
	  "offered, starttls done 220, esmtp, mangled XXXXXXXB" },
	{ "listed, but the command masked", SERVICE_SMTP,
	  { GREET, EHLO, LIST, START, "S500 XXXXXXXX?\r\n" },
	  "stripped, starttls refused 500, signs 2, esmtp" },
	{ "taken out of the list", SERVICE_SMTP,
	  { GREET, EHLO, "S250 mx\r\n", START, "S220 go\r\n" },
	  "stripped, starttls done 220, signs 8, esmtp" },
	{ "EHLO masked", SERVICE_SMTP,
	  { "S220 ****************0*2*\r\n", EHLO, "S500 \"XXXX\"?\r\n",
	    "CHELO me.test\r\n", "S250 mx\r\n", START, "S500 no\r\n" },
	  "stripped, starttls refused 500, signs 6, mangled XXXX" },
	{ "submission", SERVICE_SUBMISSION,
	  { GREET, EHLO, "S250-mx\r\n250-AUTH SCRAM-SHA-256 PLAIN\r\n"
	    "250 STARTTLS\r\n", START, "S220 go\r\n" },
	  "offered, starttls done 220, esmtp, auth SCRAM-SHA-256 PLAIN" },
	{ "implicit TLS has no clear part", SERVICE_SUBMISSIONS, { NULL },
	  "implicit, greeting not-tried" },
};

#define CAPABILITY "Ca1 CAPABILITY\r\n"
#define ISTART "Ca2 STARTTLS\r\n"

static const struct row imap[] = {
	{ "all is well", SERVICE_IMAP,
	  { "S* OK [CAPABILITY IMAP4rev1] hello\r\n", CAPABILITY,
	    "S* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na1 OK\r\n",
	    ISTART, "Sa2 OK begin\r\n" },
	  "offered, starttls done, logindisabled" },
	{ "no case", SERVICE_IMAP,
	  { "S* ok\r\n", CAPABILITY, "S* capability starttls auth=plain\r\n"
	    "A1 oK done\r\n", ISTART, "SA2 Ok\r\n" },
	  "offered, starttls done, login, auth PLAIN" },
	{ "other data between", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "S* OK still here\r\n"
	    "* CAPABILITY STARTTLS\r\n* 1 EXISTS\r\na1 OK\r\n", ISTART,
	    "Sa2 OK\r\n" },
	  "offered, starttls done, login" },
	{ "the greeting's list is not the answer", SERVICE_IMAP,
	  { "S* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hello\r\n",
	    CAPABILITY, "S* CAPABILITY IMAP4rev1\r\na1 OK\r\n", ISTART,
	    "Sa2 BAD no\r\n" },
	  "absent, starttls refused, login" },
	{ "PREAUTH", SERVICE_IMAP,
	  { "S* PREAUTH hello\r\n", CAPABILITY,
	    "S* CAPABILITY STARTTLS\r\na1 OK\r\n", ISTART, "Sa2 BAD no\r\n" },
	  "refused, starttls refused, preauth, login" },
	{ "BYE in place of a greeting", SERVICE_IMAP, { "S* BYE full\r\n" },
	  "unknown, greeting temporary" },
	{ "BYE in place of an answer", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "S* BYE full\r\n" },
	  "unknown, list temporary" },
	{ "NO", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "Sa1 NO\r\n" },
	  "unknown, list refused" },
	{ "listed, and put off", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "S* CAPABILITY STARTTLS\r\na1 OK\r\n",
	    ISTART, "Sa2 NO [unavailable] not now\r\n" },
	  "unknown, starttls temporary, login" },
	{ "listed, and refused with a code", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "S* CAPABILITY STARTTLS\r\na1 OK\r\n",
	    ISTART, "Sa2 NO [CANNOT] UNAVAILABLE\r\n" },
	  "refused, starttls refused, login" },
	{ "put off with a BAD", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "S* CAPABILITY STARTTLS\r\na1 OK\r\n",
	    ISTART, "Sa2 BAD [UNAVAILABLE] no\r\n" },
	  "refused, starttls refused, login" },
	{ "a list that is put off", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "Sa1 NO [INUSE] later\r\n" },
	  "unknown, list temporary" },
	{ "OK without a list", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "Sa1 OK\r\n" },
	  "unknown, list malformed" },
	{ "another tag", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "Sa11 OK\r\n" },
	  "unknown, list malformed" },
	{ "data before TLS", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "S* CAPABILITY STARTTLS\r\na1 OK\r\n",
	    ISTART, "S* LIST () \"/\" INBOX\r\na2 OK\r\n* 1 EXISTS\r\n", "T" },
	  "offered, starttls done, login, notes 8, leaked 12" },
	{ "no IMAP", SERVICE_IMAP, { "S220 mx\r\n" },
	  "unknown, greeting malformed" },
	{ "XXXXXXXX", SERVICE_IMAP,
	  { "S* OK\r\n", CAPABILITY, "S* CAPABILITY XXXXXXXX\r\na1 OK\r\n",
	    ISTART, "Sa2 BAD XXXXXXXX?\r\n" },
	  "stripped, starttls refused, signs 3, login, mangled XXXXXXXX" },
	{ "silence", SERVICE_IMAP, { "S* OK\r\n", CAPABILITY, "T" },
	  "unknown, list timeout" },
};

static const struct row pop3[] = {
	{ "all is well", SERVICE_POP3,
	  { "S+OK hello\r\n", "CCAPA\r\n", "S+OK\r\nUSER\r\nSTLS\r\n"
	    "SASL PLAIN LOGIN\r\n..x\r\n.\r\n", "CSTLS\r\n", "S+OK begin\r\n" },
	  "offered, starttls done, login, auth PLAIN LOGIN" },
	{ "absent", SERVICE_POP3,
	  { "S+OK\r\n", "CCAPA\r\n", "S+OK\r\nUSER\r\n.\r\n", "CSTLS\r\n",
	    "S-ERR\r\n" },
	  "absent, starttls refused, login" },
	{ "no CAPA, but STLS", SERVICE_POP3,
	  { "S+OK\r\n", "CCAPA\r\n", "S-ERR\r\n", "CSTLS\r\n", "S+OK\r\n" },
	  "offered, starttls done" },
	{ "neither", SERVICE_POP3,
	  { "S+OK\r\n", "CCAPA\r\n", "S-ERR\r\n", "CSTLS\r\n", "S-ERR\r\n" },
	  "absent, starttls refused" },
	{ "no CAPA, and then nothing", SERVICE_POP3,
	  { "S+OK\r\n", "CCAPA\r\n", "S-ERR\r\n", "CSTLS\r\n", "T" },
	  "unknown, starttls timeout" },
	{ "a list without end", SERVICE_POP3,
	  { "S+OK\r\n", "CCAPA\r\n", "S+OK\r\nSTLS\r\n" },
	  "unknown, list closed" },
	{ "in use", SERVICE_POP3, { "S-ERR [IN-USE] later\r\n" },
	  "unknown, greeting temporary" },
	{ "refused", SERVICE_POP3, { "S-ERR no\r\n" },
	  "unknown, greeting refused" },
	{ "no POP3", SERVICE_POP3, { "S+OKAY\r\n" },
	  "unknown, greeting malformed" },
	{ "XXXX", SERVICE_POP3,
	  { "S+OK\r\n", "CCAPA\r\n", "S+OK\r\nXXXX\r\n.\r\n", "CSTLS\r\n",
	    "S-ERR\r\n" },
	  "stripped, starttls refused, signs 1, mangled XXXX" },
};

static void
play(const struct row *row, size_t chunk)
{
	struct hail_ask ask = {
		.service = row->service, .helo = "me.test", .start = true
	};
	struct hail h;
	struct script script;
	struct stream *s = NULL;
	char *facts = NULL, *wrong = NULL;

	script_start(&script, row->script, chunk);
	s = script_stream(&script);
	hail_init(&h);
	hail_clear(&h, s, &ask);
	if (h.step == STEP_DONE && stream_arrived(s).n > 0)
		fail_msg("%s: octets in clear are left", row->name);
	stream_free(s);
	facts = describe(&h);
	wrong = script_end(&script);
	if (wrong != NULL)
		fail_msg("%s, by %zu: %s", row->name, chunk, wrong);
	if (strcmp(facts, row->facts) != 0)
		fail_msg("%s, by %zu: %s", row->name, chunk, facts);
	free(facts);
	free(wrong);
	hail_free(&h);
}

static void
play_all(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		play(&rows[i], 0);
		play(&rows[i], 1);
		play(&rows[i], 7);
	}
}

static void
smtp_dialogues(void **state)
{
	(void)state;
	play_all(smtp, ROWS(smtp));
}

static void
imap_dialogues(void **state)
{
	(void)state;
	play_all(imap, ROWS(imap));
}

static void
pop3_dialogues(void **state)
{
	(void)state;
	play_all(pop3, ROWS(pop3));
}

/* The second look: what was listed in clear does not count any more. */
static void
inside_is_asked_anew(void **state)
{
	static const char *const clear[] = { GREET, EHLO,
	    "S250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n", START,
	    "S220 go\r\n", "T", NULL };
	static const char *const inside[] = { EHLO,
	    "S250-mx\r\n250-AUTH PLAIN LOGIN\r\n250 REQUIRETLS\r\n",
	    "CQUIT\r\n", "S221 bye\r\n", NULL };
	struct transcript log = TRANSCRIPT;
	struct hail_ask ask = { .service = SERVICE_SMTP, .helo = "me.test",
		.start = true, .log = &log };
	struct script outer, inner;
	struct stream *s = NULL, *tls = NULL;
	struct hail h;

	(void)state;
	script_start(&outer, clear, 0);
	script_start(&inner, inside, 0);
	s = script_stream(&outer);
	tls = script_stream(&inner);
	hail_init(&h);
	hail_clear(&h, s, &ask);
	assert_true(hail_ready(&h));
	assert_true(s->limit == SIZE_MAX);
	hail_inside(&h, tls, &ask);
	hail_bye(tls, &ask);
	assert_int_equal(h.second, STEP_DONE);
	assert_true(h.clear.starttls && !h.inside.starttls);
	assert_true(!h.clear.requiretls && h.inside.requiretls);
	assert_true(span_eq(buf_get0(&h.inside.auth), SPAN("PLAIN LOGIN")));
	assert_true(span_eq(buf_get0(&h.name), SPAN("mx.test")));
	assert_true(span_eq(buf_get0(&h.greeting), SPAN("mx.test ESMTP")));
	assert_true(span_eq(buf_get0(&log.text), SPAN("S: 220 mx.test ESMTP\n"
	    "C: EHLO me.test\nS: 250-mx\nS: 250-AUTH PLAIN\n"
	    "S: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nC: EHLO me.test\n"
	    "S: 250-mx\nS: 250-AUTH PLAIN LOGIN\nS: 250 REQUIRETLS\n"
	    "C: QUIT\nS: 221 bye\n")));
	assert_null(script_end(&outer));
	assert_null(script_end(&inner));
	hail_free(&h);
	transcript_free(&log);
	stream_free(s);
	stream_free(tls);
}

static void
implicit_tls_greets_inside(void **state)
{
	static const struct {
		enum service service;
		const char *script[8];
	} rows[] = {
		{ SERVICE_SUBMISSIONS, { GREET, EHLO,
		    "S250-mx\r\n250 AUTH PLAIN\r\n" } },
		{ SERVICE_IMAPS, { "S* OK\r\n", CAPABILITY,
		    "S* CAPABILITY AUTH=PLAIN\r\na1 OK\r\n" } },
		{ SERVICE_POP3S, { "S+OK\r\n", "CCAPA\r\n",
		    "S+OK\r\nSASL PLAIN\r\n.\r\n" } },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct hail_ask ask = { .service = rows[i].service,
			.helo = "me.test", .start = true };
		struct script script;
		struct stream *s = NULL;
		struct hail h;

		script_start(&script, rows[i].script, 0);
		s = script_stream(&script);
		hail_init(&h);
		hail_clear(&h, s, &ask);
		assert_true(hail_ready(&h));
		hail_inside(&h, s, &ask);
		assert_int_equal(h.second, STEP_DONE);
		assert_true(span_eq(buf_get0(&h.inside.auth), SPAN("PLAIN")));
		assert_null(script_end(&script));
		hail_free(&h);
		stream_free(s);
	}
}

/* Without "start" nothing is promised, and nothing sent. */
static void
looking_is_not_starting(void **state)
{
	static const char *const offered[] = { GREET, EHLO, LIST, NULL };
	static const char *const absent[] = { GREET, EHLO, "S250 mx\r\n",
	    NULL };
	const char *const *const scripts[] = { offered, absent };
	const enum starttls want[] = { STARTTLS_OFFERED, STARTTLS_ABSENT };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct hail_ask ask = { .service = SERVICE_SMTP,
			.helo = "me.test" };
		struct script script;
		struct stream *s = NULL;
		struct hail h;

		script_start(&script, scripts[i], 0);
		s = script_stream(&script);
		hail_init(&h);
		hail_clear(&h, s, &ask);
		assert_int_equal(h.starttls, want[i]);
		assert_false(hail_ready(&h));
		assert_null(script_end(&script));
		hail_free(&h);
		stream_free(s);
	}
}

/* "repeat" times the same octets behind the first. */
static char *
endless(const char *first, const char *again, size_t repeat)
{
	struct buf out = BUF(1 << 24);

	buf_str(&out, first);
	for (size_t i = 0; i < repeat; i++)
		buf_str(&out, again);
	return buf_take_str(&out);
}

/* Floods end at a ceiling, however they are cut into lines. */
static void
floods_are_cut(void **state)
{
	static const struct {
		const char *name, *first, *again;
		size_t repeat;
		const char *facts;
	} rows[] = {
		{ "10 MB banner", "220 ", "xxxxxxxxxx", 1000000,
		  "unknown, greeting too-long" },
		{ "endless greeting", "", "220-x\r\n", 100000,
		  "unknown, greeting too-long 220" },
		{ "endless list", "220 mx\r\n", "250-x\r\n", 100000,
		  "unknown, list too-long 250, notes 2" },
		{ "a line of 4095", "220 ", "xxx", 1363,
		  "unknown, greeting timeout" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows) * 2; i++) {
		struct hail_ask ask = { .service = SERVICE_SMTP,
			.helo = "me.test", .start = true };
		char *octets = endless(rows[i / 2].first, rows[i / 2].again,
		    rows[i / 2].repeat);
		struct stream *s = script_octets(span_str(octets), i % 2);
		struct hail h;
		char *facts = NULL;

		hail_init(&h);
		hail_clear(&h, s, &ask);
		facts = describe(&h);
		if (strcmp(facts, rows[i / 2].facts) != 0)
			fail_msg("%s: %s", rows[i / 2].name, facts);
		free(facts);
		free(octets);
		hail_free(&h);
		stream_free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smtp_dialogues),
		cmocka_unit_test(imap_dialogues),
		cmocka_unit_test(pop3_dialogues),
		cmocka_unit_test(inside_is_asked_anew),
		cmocka_unit_test(implicit_tls_greets_inside),
		cmocka_unit_test(looking_is_not_starting),
		cmocka_unit_test(floods_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
