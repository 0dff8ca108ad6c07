/* From members to cells; for row.c only. */
#ifndef SURVEY_JUDGE_H
#define SURVEY_JUDGE_H

#include "survey/row.h"

/* What the findings say that values alone do not. */
struct survey_said {
	bool fail[CHECKS], warn[CHECKS], unknown[CHECKS];
	bool absent[CHECKS];		/* looked for, and not there */
	bool unknown_else[SURVEY_TOOLS];	/* of no check */
	bool no_domain;			/* there is no such, or no name */
	bool no_mail;
	bool no_mx;			/* as mtasts-check saw it */
	bool cert_expired;
};

/* Fill the cells from the members. */
void survey_judge(struct survey_row *row);

/* The four columns of the mail hosts, the answers only. */
void survey_judge_hosts(struct survey_row *row,
    const struct survey_said *said);

/* Whether the member's mx_status says so. */
bool survey_takes_no_mail(const json_t *member);

#endif
