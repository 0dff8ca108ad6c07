/*
 * Reports come plain, by gzip (RFC 1952) or in a zip with one file in it,
 * whatever they are called. What it is shows in the first octets. Nothing is
 * kept: pieces go in, unpacked pieces come out, and both the output and its
 * ratio to the input have ceilings, so that a bomb costs no more than they
 * say.
 */
#ifndef REPORT_UNPACK_H
#define REPORT_UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum unpack_form { UNPACK_PLAIN, UNPACK_GZIP, UNPACK_ZIP };

enum unpack_result {
	UNPACK_OK,
	UNPACK_BAD,		/* cut short or damaged, no form that is read */
	UNPACK_LIMIT,		/* more comes out than it may */
};

struct unpack;

/* At most max octets go to "to". */
struct unpack *unpack_new(uint64_t max,
    void (*to)(void *arg, struct span piece), void *arg);

/* False once it has failed: what follows would be lost. */
bool unpack_add(struct unpack *u, struct span piece);

/*
 * The input has ended: whether it was whole. *why (static text) says what is
 * wrong at which offset of the input.
 */
enum unpack_result unpack_end(struct unpack *u, const char **why,
    uint64_t *at);

/* What it was; octets behind the packed file are passed over and counted. */
enum unpack_form unpack_form(const struct unpack *u);
uint64_t unpack_trailing(const struct unpack *u);

void unpack_free(struct unpack *u);

#endif
