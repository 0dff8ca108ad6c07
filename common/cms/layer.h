/*
 * One layer of S/MIME (RFC 8551 section 3). Only the root of a message, or of
 * what was in the layer around it, is looked at: a part beside others is
 * never decrypted and never called signed, since readers would show them as
 * one (EFAIL).
 */
#ifndef CMS_LAYER_H
#define CMS_LAYER_H

#include <stdbool.h>

#include "cms/entity.h"
#include "cms/split.h"

enum layer_kind {
	LAYER_NONE,
	LAYER_DETACHED,		/* multipart/signed (section 3.5.3) */
	LAYER_OPAQUE,		/* application/pkcs7-mime */
};

/*
 * Octets of a CMS structure, which is read here and there: in memory, or in
 * an unnamed file, unless they are secret.
 */
struct der {
	struct buf mem;
	bool secret;
	int fd;
	uint64_t n;
	void *map;
	int error;
};

struct layer {
	enum layer_kind kind;
	struct der der;
	struct cms_parts parts;
	struct entity content;	/* CMS_SIGNED: what was signed */
	const char *why;	/* what is wrong with it, static; or NULL */
	int error;		/* errno: it could not be kept */
};

/* One that was never read, for layer_free. */
#define LAYER ((struct layer){ .der = { .fd = -1 } })

/* Hands the whole of something to fn; false when it cannot. */
struct cms_source {
	bool (*each)(void *arg, void (*fn)(void *arg, struct span s),
	    void *to);
	void *arg;
};

/* Which kind the Content-Type says it is. */
enum layer_kind layer_kind_of(const struct header *h);
/* What the parameters say is in it. */
bool layer_says_signed(const struct header *h);
bool layer_says_encrypted(const struct header *h);

/*
 * Read the body of an entity with that header. False when the source failed,
 * or with l->error when it could not be kept; what is wrong with the layer
 * itself is in l->why. With "secret" it was encrypted, and must not get on
 * the disk. Free in any case.
 */
bool layer_read(struct layer *l, const struct header *h,
    const struct cms_source *from, bool secret, const struct env *env);

static inline bool
layer_is_signed(const struct layer *l)
{
	return l->kind != LAYER_NONE && l->why == NULL &&
	    l->parts.type == CMS_SIGNED;
}

void layer_free(struct layer *l);

#endif
