/* What inspect.c and inspect_mail.c share. */
#ifndef INSPECT_H
#define INSPECT_H

#include "pgp-lite.h"
#include "pgp/in.h"
#include "sys/jw.h"

struct inspect {
	struct run *r;
	struct buf line;
	struct jw j;
	bool text;
	struct stage out;
};

/* A line, of which the first fact is what it is about. */
void inspect_begin(struct inspect *i, const char *key, struct span name);
void inspect_end(struct inspect *i);

/* A fact: ", key value" for people, a member for programs. */
void fact_bool(struct inspect *i, const char *key, bool v);
void fact_text(struct inspect *i, const char *key, struct span v);

/* A line for each packet of OpenPGP data, armored or not. */
void inspect_packets(struct inspect *i, struct in *in);

/* --- inspect_mail.c */

/* Whether what comes is the header of a mail, and neither of the two. */
bool inspect_is_mail(struct in *in);
/*
 * The fields and parts of a mail, and whether every server on the way can
 * read them; of those that are OpenPGP the packets. False after run_fail.
 */
bool inspect_mail(struct inspect *i, struct in *in);

#endif
