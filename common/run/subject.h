/*
 * What a line is about: the record that a bare subject stands for, the key
 * by which two lines are about the same, and the domain in it.
 */
#ifndef RUN_SUBJECT_H
#define RUN_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/finding.h"
#include "base/span.h"

/* One line of input, or one operand. */
struct subject {
	bool is_record;
	uint64_t line;		/* from 1; 0: an operand */
	struct span text;
};

/* Append {"KEY":"TEXT"} for a bare subject, a record's text as it is. */
void subject_base(const struct subject *s, const char *key, struct buf *out);

/* False for a record that is no JSON object. */
bool subject_is_sound(const struct subject *s);

/*
 * As subject_base for what is about domains: a bare one is named by its
 * A-labels. With "endpoints", "HOST:PORT" becomes {"endpoint":"HOST:PORT"}.
 */
void subject_domain_base(const struct subject *s, bool endpoints,
    struct buf *out);

/*
 * Append what identifies the record: the string under "key", or else under
 * "endpoint", as A-labels if it is a domain, and the number under "n" if it
 * is not 1. Of several keys, "ip helo", the strings under all count as they
 * are, but only the first has to be there. False when the record has none.
 */
bool subject_key(struct span record, const char *key, struct buf *out);
/*
 * The same, and of a record that has none, or a line that is no record, all
 * of it but the tool's own member and those of others, by which the answer of
 * a pipeline differs from its input.
 */
void subject_line_key(struct span line, const char *key, const char *tool,
    struct buf *out);

/*
 * Append the domain that the line is about as A-labels, lower case, no final
 * dot. False when there is none; the finding then says why, with the line
 * and a hint, and *out has the text as it came.
 */
bool subject_domain(const struct subject *s, struct buf *out,
    struct findings *fs);

/*
 * Whether the line is about an endpoint: "HOST:PORT", "ADDRESS:PORT" or
 * "[ADDRESS]:PORT", or a record with such an "endpoint" and no "domain". The
 * host is appended as A-labels, or as the address without brackets.
 */
bool subject_endpoint(const struct subject *s, struct buf *host,
    uint16_t *port);

/*
 * Append the line that answers a subject: its record with "member" (the text
 * of an object) under the tool's name, cut to fit, and a line end. When the
 * input is no JSON object or too long to be added to, it is copied through.
 * Returns 0, or 65 then, after having said so.
 */
int subject_answer(const struct subject *s, struct span base,
    const char *tool, struct span member, struct buf *out);

#endif
