/* Facts travel between processes unchanged, or not at all. */
#include "unit.h"

#include <string.h>

#include "probe/probe.h"

static const struct {
	const char *name;
	struct probe_place place;
	const char *text;
} places[] = {
	{ "IPv4", { SERVICE_SMTP, { 4, { 192, 0, 2, 1 } }, 25, "mx.example" },
	    "192.0.2.1:25" },
	{ "IPv6", { SERVICE_IMAPS, { 6, { 0x20, 1, 0xd, 0xb8 } }, 993, "" },
	    "[2001:db8::]:993" },
};

static void
places_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS(places); i++) {
		struct buf b = BUF(1000);
		struct probe_place p = { .port = 0 };
		char text[PLACE_TEXT_SIZE];

		place_pack(&places[i].place, &b);
		assert_true(place_unpack(buf_get0(&b), &p));
		if (p.service != places[i].place.service ||
		    p.port != places[i].place.port ||
		    !ip_eq(&p.address, &places[i].place.address) ||
		    strcmp(p.sni, places[i].place.sni) != 0)
			fail_msg("%s differs", places[i].name);
		assert_string_equal(place_text(text, &p), places[i].text);
		buf_free(&b);
	}
}

static void
names_for_sni(void **state)
{
	struct probe_place p = { .port = 25 };
	char longest[PLACE_NAME_MAX + 2];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	assert_true(place_set_sni(&p, span_of(longest, PLACE_NAME_MAX)));
	assert_int_equal(strlen(p.sni), PLACE_NAME_MAX);
	assert_false(place_set_sni(&p, span_of(longest, PLACE_NAME_MAX + 1)));
	assert_string_equal(p.sni, "");
	assert_false(place_set_sni(&p, SPAN("a\0b")));
}

/* One with something in each part. */
static void
fill(struct probe *p)
{
	probe_init(p);
	p->place = places[0].place;
	p->reach = PROBE_NO_HANDSHAKE;
	p->dial = DIAL_OK;
	p->hail.starttls = STARTTLS_OFFERED;
	p->hail.signs = STRIP_LIST;
	p->hail.at = HAIL_STARTTLS;
	p->hail.step = STEP_DONE;
	p->hail.code = 220;
	p->hail.esmtp_inside = true;
	p->hail.notes = TALK_BARE_LF;
	p->hail.leaked_n = 7;
	buf_str(&p->hail.said, "go\nahead");
	buf_str(&p->hail.leaked, "250 ok");
	p->hail.clear.known = true;
	p->hail.clear.size = 1 << 30;
	buf_str(&p->hail.clear.auth, "PLAIN LOGIN");
	p->session.result = SESSION_ALERT;
	p->session.alert = 40;
	p->session.why = "words";
	p->session.version = 0x0303;
	p->session.ems = true;
	p->chain.result = CHAIN_EXPIRED;
	p->chain.depth = 1;
	p->chain.detail = "";
	p->connections = 12;
	p->out_of_time = true;
	p->enumerated = true;
	p->offer.version[5] = TLS_YES;
	p->resumes = TLS_NO;
	p->early_data = TLS_YES;
	p->renegotiations = 4;
	p->active.inject = INJECT_UNKNOWN;
	p->active.lack = LACK_REPLY;
	p->mail_in_clear = SMTP_TLS_NEEDED;
	buf_str(&p->transcript, "S: 220 mx\n");
}

static void
all_of_it_and_back(void **state)
{
	struct buf b = BUF(1 << 20), again = BUF(1 << 20);
	enum service service = SERVICE_IMAP;
	enum probe_reach reach = PROBE_TLS;
	enum dial_result how = DIAL_FAILED;
	struct probe p, q;

	(void)state;
	fill(&p);
	probe_pack(&p, &b);
	assert_true(probe_unpack(buf_get0(&b), &q));
	assert_true(span_eq(buf_get0(&q.why), SPAN("words")));
	assert_true(span_eq(buf_get0(&q.hail.said), SPAN("go\nahead")));
	assert_int_equal(q.hail.clear.size, 1 << 30);
	assert_true(!q.hail.esmtp && q.hail.esmtp_inside && !q.hail.preauth);
	assert_true(q.session.ems);
	assert_int_equal(q.active.lack, LACK_REPLY);
	assert_true(q.out_of_time && !q.used_up && q.enumerated);
	assert_int_equal(q.offer.version[5], TLS_YES);
	/* what was said comes back as text: all else must be the same */
	q.session.why = "words";
	q.chain.detail = "";
	probe_pack(&q, &again);
	assert_true(span_eq(buf_get0(&b), buf_get0(&again)));
	assert_true(probe_peek(buf_get0(&b), &service, &reach, &how));
	assert_true(service == SERVICE_SMTP && reach == PROBE_NO_HANDSHAKE &&
	    how == DIAL_OK);
	probe_free(&p);
	probe_free(&q);
	buf_free(&b);
	buf_free(&again);
}

static void
cut_or_lengthened_it_is_none(void **state)
{
	struct buf b = BUF(1 << 20);
	struct probe p, q;

	(void)state;
	fill(&p);
	probe_pack(&p, &b);
	for (size_t n = 0; n < b.n; n++)
		assert_false(probe_unpack(span_first(buf_get0(&b), n), &q));
	buf_byte(&b, 0);
	assert_false(probe_unpack(buf_get0(&b), &q));
	probe_free(&p);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_and_back),
		cmocka_unit_test(names_for_sni),
		cmocka_unit_test(all_of_it_and_back),
		cmocka_unit_test(cut_or_lengthened_it_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
