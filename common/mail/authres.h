/*
 * Authentication-Results fields (RFC 8601, with RFC 8616 for UTF-8): read,
 * written, and recognised as claiming to be one's own.
 */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"
#include "mail/header.h"

enum {
	AUTHRES_RESULTS_MAX = 256,
	AUTHRES_PROPS_MAX = 64,		/* of one result */
	AUTHRES_VALUE_MAX = 512,	/* octets that are written of a value */
};

/* "header.d=example.org"; ptype is empty in the loose "action=none". */
struct authres_prop {
	struct span ptype, name, value;
};

struct authres_result {
	struct span method;
	unsigned version;		/* 1 unless given */
	struct span result;
	struct span reason;		/* p is NULL: none given */
	struct span comment;		/* behind the result; p NULL: none */
	struct authres_prop *v;
	size_t n, cap;
};

/* struct authres a = { 0 }; is empty: "none". Free with authres_free. */
struct authres {
	struct span id;			/* authserv-id, unquoted */
	struct authres_result *v;
	size_t n, cap;
	bool loose;			/* read in spite of grammar errors */
	struct buf text;		/* what the parser had to unquote */
};

enum authres_error {
	AUTHRES_OK,
	AUTHRES_BAD_ID,		/* no authserv-id */
	AUTHRES_BAD_VERSION,	/* another version than 1: not to be read */
	AUTHRES_NO_RESULT,	/* neither a result nor "none" */
	AUTHRES_BAD_METHOD,	/* no "method=result" behind a ";" */
	AUTHRES_BAD_PROPERTY,	/* neither reason nor "ptype.property=" */
	AUTHRES_BAD_VALUE,	/* a quoted string that does not end */
	AUTHRES_BAD_COMMENT,	/* a comment that does not end */
	AUTHRES_TOO_MANY,	/* over AUTHRES_RESULTS_MAX or _PROPS_MAX */
};

/*
 * Read a field's value. Spans point into "value" or into out->text. What
 * many writers get wrong is read and marked loose: values that should be
 * quoted or are missing, properties without a type, a ";" at the end.
 * *out is written only on AUTHRES_OK.
 */
enum authres_error authres_parse(struct span value, struct authres *out);
/* "the authserv-id is missing", ... */
const char *authres_error_text(enum authres_error e);

/*
 * Whether a field value claims the authserv-id, by any reading of comments,
 * folding, quotes, case, control octets, a final dot or a version: a forged
 * field must not survive because it is malformed (RFC 8601 section 5).
 */
bool authres_claims(struct span value, struct span id);

/* What a field that came in is to the host of that authserv-id. */
enum authres_forgery {
	AUTHRES_OTHER,
	AUTHRES_FORGED,		/* Authentication-Results that claim the id */
	AUTHRES_HIDDEN,		/* there is such a field, of whatever id,
				   behind a CR alone, which some readers take
				   for a line end */
};

enum authres_forgery authres_forged(const struct field *f, struct span id);

/* Add a result, or a property to a result; nothing is copied. */
struct authres_result *authres_add(struct authres *a, const char *method,
    const char *result);
void authres_prop(struct authres_result *r, const char *ptype,
    const char *name, struct span value);

/* The first result of that method, or NULL; a property's value or empty. */
const struct authres_result *authres_get0(const struct authres *a,
    struct span method);
struct span authres_value(const struct authres_result *r, struct span ptype,
    struct span name);

/*
 * Append the field: "start" is what stands before the authserv-id, like
 * "Authentication-Results: " or "ARC-Authentication-Results: i=1; "; "eol"
 * ends each line. Lines are folded at 78 octets where there is a blank to
 * fold at; values are quoted where they must be, what could break out of a
 * value or comment is escaped or replaced. A property whose value is longer
 * than AUTHRES_VALUE_MAX is left out: half a domain would be another one.
 * The same struct gives the same octets, and authres_parse reads them back.
 */
void authres_write(struct buf *out, struct span start,
    const struct authres *a, struct span eol);

void authres_free(struct authres *a);

#endif
