/*
 * The verb "make" of a report tool, without the format: its options, records
 * in, and each report out, as a file or a mail.
 */
#ifndef REPORT_MAKING_H
#define REPORT_MAKING_H

#include "report/parcel.h"
#include "run/run.h"
#include "sys/opt.h"

struct make_opts {
	struct run_opts run;
	const char *org, *email, *contact, *submitter, *output;
	bool mail;
};

#define MAKE_OPTS_DEFAULT { .run = RUN_OPTS_DEFAULT }

enum { MAKE_ROWS = 6, MAKE_CHUNKS = 5 };
/* Their options, whose fields lie in a struct make_opts. */
extern const struct opt make_rows[MAKE_ROWS];
extern const struct opt_chunk make_chunks[MAKE_CHUNKS];

/* What is wrong with them, or NULL. */
const char *make_opts_wrong0(const struct make_opts *o);

/*
 * The receiver, as names and subjects call it: --submitter, or the domain of
 * --email.
 */
struct span report_submitter(const char *submitter, const char *email);
struct span make_submitter(const struct make_opts *o);

/*
 * The end of a domain that is too long to stand in a file's name beside
 * another: names have 255 octets at most.
 */
struct span report_name_part(struct span domain);

/* A report, ready. */
struct made {
	struct span domain;
	int64_t begin, end;
	struct span octets;		/* plain */
	const char *extension;		/* "xml", "json" */
	struct span id;			/* of made_id */
	/* for --mail */
	struct span to;			/* empty: to nobody */
	const char *type;		/* of the attachment */
	const char *kind;		/* report-type, or NULL */
	struct span fields, text;	/* as struct parcel has them */
};

enum { MADE_ID_SIZE = 17 };

/*
 * The id of a report: the same whenever it is made again (RFC 9990 section
 * 3.5.2), so that who gets it twice counts it once; and another one when it
 * says something else, or the second would pass for the first. "says" is the
 * report without its author and id.
 */
void made_id(const struct make_opts *o, const struct made *m,
    struct span says, char out[static MADE_ID_SIZE]);

/*
 * Write it to the folder that the options name, by gzip or in a mail: a file
 * under the name that RFC 8460 section 5.1 and RFC 9990 section 3.5.2 have
 * alike; without a folder as it is to "fd", which is stdout. Returns 0, or the
 * exit status with the reason appended to *why.
 */
int made_write(const struct make_opts *o, const struct env *env,
    const struct made *m, int fd, struct buf *why);

#endif
