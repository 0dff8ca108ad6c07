/*
 * What a survey asks of each domain, and what may be answered: the columns of
 * its grid. Answers are words of ours alone, so that no output has to fear
 * them.
 */
#ifndef SURVEY_CHECK_H
#define SURVEY_CHECK_H

#include <stddef.h>

enum survey_check {
	CHECK_STARTTLS, CHECK_TLS, CHECK_CERT, CHECK_DANE, CHECK_MTASTS,
	CHECK_TLSRPT, CHECK_SPF, CHECK_DKIM, CHECK_DMARC,
	CHECKS,
};

/* How a cell of the grid stands. */
enum survey_standing {
	STANDING_GOOD,
	STANDING_WEAK,
	STANDING_BAD,
	STANDING_UNKNOWN,	/* could not be found out: never bad */
	STANDING_ABSENT,	/* not published, which nothing forbids */
	STANDING_NOTHING,	/* nothing to judge: no mail, no domain */
	STANDING_NOT_ASKED,
	STANDINGS,
};

/* "good", "weak", ... */
extern const char *const survey_standings[STANDINGS];

/* Answers that every check has; its own follow. */
enum {
	ANSWER_NOT_ASKED,
	ANSWER_NOTHING,
	ANSWER_UNKNOWN,
	ANSWER_OWN,
	ANSWERS_MAX = 10,
};

enum { STARTTLS_YES = ANSWER_OWN, STARTTLS_SOME, STARTTLS_NO };
enum { TLS_13 = ANSWER_OWN, TLS_12, TLS_OLD, TLS_NONE };
enum { CERT_VALID = ANSWER_OWN, CERT_NAMED_WRONG, CERT_NOT_TRUSTED, CERT_OLD,
	CERT_NO_TLS };
enum { DANE_MATCH = ANSWER_OWN, DANE_SOME, DANE_WRONG, DANE_FORGED,
	DANE_NO_USE, DANE_NO };
enum { STS_ENFORCE = ANSWER_OWN, STS_TESTING, STS_OFF, STS_BROKEN, STS_NO };
enum { RPT_YES = ANSWER_OWN, RPT_NO };
enum { SPF_MINUS = ANSWER_OWN, SPF_TILDE, SPF_QUESTION, SPF_PLUS, SPF_OPEN,
	SPF_NO };
enum { KEYS_FOUND = ANSWER_OWN, KEYS_GONE, KEYS_NO };
enum { DMARC_REJECT = ANSWER_OWN, DMARC_QUARANTINE, DMARC_WATCH,
	DMARC_BROKEN, DMARC_NO };

struct survey_answer {
	const char *id;		/* for machines: contract */
	const char *label;	/* for people */
	enum survey_standing standing;
};

struct survey_check_info {
	const char *id, *title;
	const char *about;	/* what counts, a phrase */
	const char *areas;	/* of its findings, between blanks */
	const char *absent;	/* the finding that says it is not there */
	struct survey_answer answers[ANSWERS_MAX];	/* up to a NULL id */
};

extern const struct survey_check_info survey_checks[CHECKS];

#endif
