/*
 * The anchor: a small file outside the state folder that holds the state's
 * generation. A state behind it was rolled back (a restored backup, a copied
 * folder, a snapshot), and would use message keys a second time.
 */
#ifndef RATCHET_ANCHOR_H
#define RATCHET_ANCHOR_H

#include <stdint.h>

#include "ratchet/vault.h"

enum anchor_result {
	ANCHOR_OK,
	ANCHOR_ABSENT,		/* no file, or nothing whole in it */
	ANCHOR_FAILED,		/* errno says why */
};

/*
 * Open the file, making it and its folders with "make". Returns the
 * descriptor, or -1: ANCHOR_ABSENT or ANCHOR_FAILED in *why.
 */
int anchor_open(const char *path, bool make, enum anchor_result *why);

/* The newest generation in it whose code is right. */
enum anchor_result anchor_read(int fd, const struct vault *v,
    uint64_t *generation);

/*
 * Raise it to "generation" and wait for the disk; never lowers it. The older
 * of two places is written, so that a torn write loses nothing.
 */
enum anchor_result anchor_raise(int fd, const struct vault *v,
    uint64_t generation);

#endif
