/*
 * A report on its way: compressed, and the mail around it (RFC 8460 section
 * 5.3, RFC 9990 section 3.5), ready to be signed and sent.
 */
#ifndef REPORT_PARCEL_H
#define REPORT_PARCEL_H

#include "base/buf.h"
#include "sys/env.h"

/*
 * A host name of ASCII letters, digits and hyphens, and an address with such
 * a domain and a local part of such letters and "._+-=": what can stand in a
 * field, a file name or a command as it is.
 */
bool parcel_is_domain(struct span s);
bool parcel_is_address(struct span s);

/*
 * Append the address in a mailto URI (RFC 6068), its %-encoding undone, its
 * header fields left out; false, with nothing appended, where it is no such
 * address.
 */
bool parcel_mailto(struct span uri, struct buf *out);

/* Append s as gzip, without name and time, so that it depends on s alone. */
void parcel_gzip(struct span s, struct buf *out);

/*
 * What the mail says. Texts are plain ASCII that needs no encoding: the
 * caller has seen that names are domains and addresses are addresses.
 */
struct parcel {
	struct span from;	/* an address, no display name */
	struct span to;		/* addresses, separated by ", " */
	struct span id;		/* in front of the Message-ID's "@" */
	struct span submitter;	/* behind it */
	struct span subject;
	struct span fields;	/* further fields, each with its CRLF */
	const char *kind;	/* report-type of multipart/report, or NULL:
				   multipart/mixed */
	struct span text;	/* for people, lines end with CRLF */
	const char *type;	/* of the attachment */
	struct span name;	/* ... its file name */
	struct span octets;	/* ... compressed */
};

/* Append the whole message, lines ending with CRLF. */
void parcel_write(const struct parcel *p, const struct env *env,
    struct buf *out);

#endif
