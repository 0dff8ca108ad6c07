/* SMTP's details: enhanced codes, and MAIL before TLS. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../support/script.h"
#include "net/service.h"
#include "net/smtp.h"

static void
enhanced_codes(void **state)
{
	static const struct {
		const char *reply, *code;
	} rows[] = {
		{ "250 2.0.0 Ok\r\n", "2.0.0" },
		{ "454 4.7.0\r\n", "4.7.0" },
		{ "550-5.7.1 no\r\n550 5.7.2 no\r\n", "5.7.1" },
		{ "550-5.7.1\r\n550 no\r\n", "5.7.1" },
		{ "550 5.7.123 no\r\n", "5.7.123" },
		{ "550 5.7.1234 no\r\n", "" },
		{ "550 4.7.1 of another class\r\n", "" },
		{ "550 5.7 no\r\n", "" },
		{ "550 5.7.1no\r\n", "" },
		{ "550 no 5.7.1\r\n", "" },
		{ "550\r\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct stream *s = script_octets(span_str(rows[i].reply), 0);
		struct talk t;

		talk_init(&t, s, 0, NULL);
		smtp_reply(&t);
		if (!span_eq(smtp_enhanced(&t), span_str(rows[i].code)))
			fail_msg("%s", rows[i].reply);
		talk_free(&t);
		stream_free(s);
	}
}

#define MAIL "CMAIL FROM:<>\r\n"

static void
mail_before_tls(void **state)
{
	static const struct {
		const char *name;
		const char *script[6];
		enum smtp_tls_need need;
		enum step how;
		unsigned code;
	} rows[] = {
		{ "accepted", { MAIL, "S250 ok\r\n", "CRSET\r\n",
		    "S251 reset\r\n" }, SMTP_TLS_NOT_NEEDED, STEP_DONE, 250 },
		{ "accepted, then gone", { MAIL, "S250 ok\r\n", "CRSET\r\n" },
		    SMTP_TLS_NOT_NEEDED, STEP_DONE, 250 },
		{ "530", { MAIL, "S530 5.7.0 Must issue a STARTTLS command\r\n" },
		    SMTP_TLS_NEEDED, STEP_REFUSED, 530 },
		{ "530, in small letters",
		    { MAIL, "S530-no\r\n530 use starttls\r\n" },
		    SMTP_TLS_NEEDED, STEP_REFUSED, 530 },
		{ "530 of AUTH", { MAIL, "S530 5.7.0 Log in first\r\n" },
		    SMTP_AUTH_NEEDED, STEP_REFUSED, 530 },
		{ "another refusal", { MAIL, "S554 TLS or not\r\n" },
		    SMTP_TLS_UNKNOWN, STEP_REFUSED, 554 },
		{ "greylisted", { MAIL, "S450 later\r\n" },
		    SMTP_TLS_UNKNOWN, STEP_TEMPORARY, 450 },
		{ "silence", { MAIL, "T" }, SMTP_TLS_UNKNOWN, STEP_TIMEOUT, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		enum step how = STEP_NOT_TRIED;
		struct script script;
		struct stream *s = NULL;
		struct talk t;
		char *wrong = NULL;

		script_start(&script, rows[i].script, 0);
		s = script_stream(&script);
		talk_init(&t, s, 0, NULL);
		if (smtp_try_mail(&t, &how) != rows[i].need ||
		    how != rows[i].how || t.code != rows[i].code)
			fail_msg("%s: %s %u", rows[i].name, step_name(how),
			    t.code);
		wrong = script_end(&script);
		if (wrong != NULL)
			fail_msg("%s: %s", rows[i].name, wrong);
		talk_free(&t);
		stream_free(s);
	}
}

static void
services_have_names_and_ports(void **state)
{
	(void)state;
	for (unsigned s = 0; s < SERVICES; s++) {
		const struct service_info *info = service_info(s);

		assert_int_equal(service_named(span_str(info->name)), s);
		assert_int_equal(service_at(info->port), s);
	}
	assert_int_equal(service_named(SPAN("imap")), SERVICE_IMAP);
	assert_int_equal(service_info(SERVICE_SUBMISSIONS)->port, 465);
	assert_int_equal(service_named(SPAN("ima")), SERVICES);
	assert_int_equal(service_at(80), SERVICES);
}

static void
mechanisms_that_bare_the_password(void **state)
{
	static const struct {
		enum protocol protocol;
		const char *keyword;
		bool bares;
	} rows[] = {
		{ PROTOCOL_SMTP, "AUTH PLAIN LOGIN", true },
		{ PROTOCOL_SMTP, "AUTH SCRAM-SHA-256 oauthbearer", true },
		{ PROTOCOL_SMTP, "AUTH=LOGIN", true },
		{ PROTOCOL_SMTP, "AUTH GSSAPI SCRAM-SHA-1-PLUS", false },
		{ PROTOCOL_SMTP, "AUTH PLAINER", false },
		{ PROTOCOL_SMTP, "AUTH", false },
		{ PROTOCOL_IMAP, "AUTH=PLAIN", true },
		{ PROTOCOL_IMAP, "AUTH=CRAM-MD5", false },
		{ PROTOCOL_POP3, "SASL EXTERNAL XOAUTH2", true },
		{ PROTOCOL_POP3, "AUTH PLAIN", false },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct caps caps;

		caps_init(&caps);
		caps_add(&caps, rows[i].protocol, span_str(rows[i].keyword));
		if (caps_auth_bares(&caps) != rows[i].bares)
			fail_msg("%s", rows[i].keyword);
		caps_free(&caps);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enhanced_codes),
		cmocka_unit_test(mail_before_tls),
		cmocka_unit_test(services_have_names_and_ports),
		cmocka_unit_test(mechanisms_that_bare_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
