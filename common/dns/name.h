/*
 * Domain names. On the wire a name is labels with length octets; in text it
 * is octets between dots. Everything inside msgsec that compares or stores
 * names uses struct dns_name: wire form, lower case.
 */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

enum { DNS_NAME_MAX = 255, DNS_LABEL_MAX = 63 };

struct dns_name {
	size_t n;		/* octets used, the root's zero included */
	unsigned char wire[DNS_NAME_MAX];
};

/*
 * Text to wire, lower-cased; octets are taken as they are (no escapes), one
 * final dot is dropped. False for an empty label, a label over 63 octets or
 * a name over 255 (RFC 1035 section 2.3.4). "" and "." are the root.
 */
bool dns_name_parse(struct span text, struct dns_name *out);

/* As dns_name_parse with the escapes \DDD and \X of master files. */
bool dns_name_parse_escaped(struct span text, struct dns_name *out);

/* From wire octets without compression; false when they are no name. */
bool dns_name_wire(struct span wire, struct dns_name *out);

/*
 * Append the text form, no final dot (the root gives "."). With "escape",
 * dots inside labels, backslashes and octets that are not printable become
 * \X or \DDD as in master files; without, octets are copied as they are.
 */
void dns_name_text(struct buf *out, const struct dns_name *name, bool escape);

static inline struct span
dns_name_span(const struct dns_name *name)
{
	return span_of(name->wire, name->n);
}

/* dns_name_text escaped, as an owned string; "" for a name with n of 0. */
char *dns_name_str(const struct dns_name *name);

bool dns_name_eq(const struct dns_name *a, const struct dns_name *b);
/* Whether "name" is "parent" or below it. */
bool dns_name_is_below(const struct dns_name *name,
    const struct dns_name *parent);
/* Labels, the root not counted. */
size_t dns_name_labels(const struct dns_name *name);
/* Drop the leftmost label in place; false at the root. */
bool dns_name_up(struct dns_name *name);

/*
 * Text helpers over plain dotted text (no escapes, no final dot).
 * dns_text_labels counts labels; dns_text_parent drops the leftmost label and
 * gives an empty span when none is left.
 */
size_t dns_text_labels(struct span text);
struct span dns_text_parent(struct span text);
/* Whether "name" equals "parent" or ends in "." parent, without case. */
bool dns_text_is_below(struct span name, struct span parent);

/*
 * Whether the text is a domain that mail can use: labels of 1 to 63 letters,
 * digits, hyphens (not at an end) and underscores, at most 253 octets, no
 * final dot. One label is enough.
 */
bool dns_text_is_domain(struct span text);

#endif
