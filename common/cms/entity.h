/* A MIME entity that is kept until it is judged. */
#ifndef CMS_ENTITY_H
#define CMS_ENTITY_H

#include <stdbool.h>

#include "crypto/vault.h"
#include "mail/header.h"

enum { ENTITY_HEAD_MAX = 1 << 20, ENTITY_FIELDS_MAX = 10000 };

struct entity {
	struct vault octets;
	struct buf head;	/* what they start with */
	struct header header;	/* after entity_split */
	size_t skip;		/* octets before the body */
};

/* An empty one; "env" and "open" as vault_init takes them. */
void entity_start(struct entity *e, const struct env *env, bool open);
/* Append; e->octets.state says whether all could be kept. */
void entity_add(void *entity, struct span s);
/* Split the header off; false when it is none. */
bool entity_split(struct entity *e);
/* Hand over what follows the header; false when it cannot be read. */
bool entity_body(void *entity, void (*fn)(void *arg, struct span s),
    void *arg);
/* One that is all zero is fine. */
void entity_free(struct entity *e);

#endif
