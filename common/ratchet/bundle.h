/*
 * Prekey bundles as JSON: what somebody needs of us to start a session while
 * we are away. One bundle serves once; all of it is signed with the identity
 * key, so that who carries it can mix nothing, nor serve it for ever.
 */
#ifndef RATCHET_BUNDLE_H
#define RATCHET_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ratchet/x3dh.h"

enum {
	NAME_MAX_OCTETS = 128,
	BUNDLE_MAX = 16384,	/* octets of one as JSON */
};

struct bundle {
	char name[NAME_MAX_OCTETS + 1];	/* "" in other programs' */
	uint32_t device_id;
	struct x3dh_offer offer;
	bool has_kyber;
	struct x3dh_kyber kyber;
	/* both are missing in other programs' */
	bool is_signed;
	int64_t expires;
	unsigned char signature[CURVE_SIGNATURE];
};

/*
 * What a person or a device is called: 1 to 128 octets of UTF-8 without
 * control or bidirectional characters, blanks at the ends, and line ends.
 */
bool name_ok(struct span name);

/*
 * Read one. False with the member that is wrong in *bad (static; "object" for
 * what is no object). Whether its signatures hold, bundle_holds says.
 */
bool bundle_read(struct span json, struct bundle *out, const char **bad);

/* The bundle's own signature, where there is one, and the prekeys'. */
bool bundle_holds(const struct bundle *b);

/* Sign it: is_signed and signature are set. */
void bundle_sign(const struct env *env, const struct identity *us,
    struct bundle *b);

/* Append it as one line. */
void bundle_write(const struct bundle *b, struct buf *out);

#endif
