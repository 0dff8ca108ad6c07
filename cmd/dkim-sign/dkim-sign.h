/* What the files of dkim-sign share. */
#ifndef DKIM_SIGN_H
#define DKIM_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/dkim_sign.h"
#include "base/vec.h"
#include "run/onward.h"
#include "sys/opt.h"
#include "sys/sandbox.h"

struct args {
	struct opt_list domain, selector, key;	/* the n-th go together */
	const char *key_table;
	const char *identity;
	const char *now;
	enum canon header_canon, body_canon;
	struct dkim_choice choice;
	int64_t expire;
	int sandbox;			/* enum sandbox_mode */
	int bits, algorithm;		/* keygen */
	const char *out;
	int verbose;
	struct onward_opts onward;
	bool strict, allow_weak, require_key, quiet, force;
	int64_t clock;			/* --now, or -1 */
};

/* The verbs; each returns the exit status. */
int sign_main(int argc, char **argv);
int keygen_main(int argc, char **argv);
int check_main(int argc, char **argv);
extern const struct opt_verb verbs[];

/* The tables of options.c. */
extern const struct opt_spec sign_spec, keygen_spec, check_spec;

/* Keys that are loaded, as wanted signatures. */
struct wants {
	struct dkim_want *v;
	size_t n, cap;
};

/*
 * One line of a key table: "FROM-DOMAIN SELECTOR KEYFILE [SIGNING-DOMAIN]".
 * FROM-DOMAIN may be "*.example.org" (everything below) or "*".
 */
struct table_line {
	char *from, *selector, *path, *domain;
};

struct table {
	struct table_line *v;
	size_t n, cap;
};

/* Read the file; false, after having said why. */
bool table_read(const char *path, struct table *out);
/* Load the keys of the lines that match best; false, having said why. */
bool table_pick(const struct table *t, const struct header *header,
    const struct args *a, struct wants *out);

#endif
