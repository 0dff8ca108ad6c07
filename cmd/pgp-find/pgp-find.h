/* What the files of pgp-find share. */
#ifndef PGP_FIND_PROGRAM_H
#define PGP_FIND_PROGRAM_H

#include "run/run.h"

/*
 * Search for the address's certificates and write what became of it, in one
 * write, so that who waits reads what is there. The exit status.
 */
int search(const struct run *r, const char *address);

#endif
