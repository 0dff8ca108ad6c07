/* SMTP's details: MAIL before TLS. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../support/script.h"
#include "net/service.h"
#include "net/smtp.h"

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
		/* behind more than is kept of the list */
		{ PROTOCOL_SMTP, "AUTH X-0123456789ABCDE-01 "
		    "X-0123456789ABCDE-02 X-0123456789ABCDE-03 "
		    "X-0123456789ABCDE-04 X-0123456789ABCDE-05 "
		    "X-0123456789ABCDE-06 X-0123456789ABCDE-07 "
		    "X-0123456789ABCDE-08 X-0123456789ABCDE-09 "
		    "X-0123456789ABCDE-10 X-0123456789ABCDE-11 "
		    "X-0123456789ABCDE-12 X-0123456789ABCDE-13 "
		    "X-0123456789ABCDE-14 X-0123456789ABCDE-15 "
		    "X-0123456789ABCDE-16 X-0123456789ABCDE-17 "
		    "X-0123456789ABCDE-18 X-0123456789ABCDE-19 "
		    "X-0123456789ABCDE-20 PLAIN", true },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct caps caps;

		caps_init(&caps);
		caps_add(&caps, rows[i].protocol, span_str(rows[i].keyword));
		if (caps.bares != rows[i].bares)
			fail_msg("%s", rows[i].keyword);
		caps_free(&caps);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mail_before_tls),
		cmocka_unit_test(services_have_names_and_ports),
		cmocka_unit_test(mechanisms_that_bare_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
