/* The keys of an audit, and which of them a message names. */
#ifndef LETTER_SEAL_KEYRING_H
#define LETTER_SEAL_KEYRING_H

#include "letter-seal.h"
#include "seal/audit.h"

struct keyring {
	struct ring_pair *v;	/* each own key with each other one */
	size_t n, cap;
};

/* Load them; 0, or the exit status after saying why. */
int keyring_load(struct keyring *k, const struct opt_list *own,
    const struct opt_list *peers);

/*
 * Open the letter with the pairs that its key ids allow; "plain" gets its
 * text when it is authentic.
 */
enum audit_auth keyring_open(struct keyring *k, const struct letter *l,
    struct buf *plain);

void keyring_free(struct keyring *k);

#endif
