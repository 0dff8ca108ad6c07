/* The least that somebody needs to write to one address; see cert.h. */
#include "pgp/packet.h"
#include "pgp/packet_out.h"
#include "pgp/valid.h"

/* The one self-signature in force, if there is one. */
static void
write_binding(struct cert *c, size_t i, int64_t at, struct buf *out)
{
	struct sig s;

	if (valid_binding(c, i, at, &s) == NULL)
		packet_write(out, TAG_SIGNATURE, s.body);
}

/* The user ID of the address, and the newest subkey to encrypt to; or 0. */
static size_t
find_user(struct cert *c, struct span addr, int64_t at)
{
	for (size_t i = 1; i < c->n; i++)
		if (c->v[i].kind == COMPONENT_USER_ID &&
		    user_id_has_addr(c->v[i].id, addr) &&
		    valid_user(c, i, at))
			return i;
	return 0;
}

static size_t
find_encryption(struct cert *c, int64_t at)
{
	size_t best = 0;

	for (size_t i = 1; i < c->n; i++)
		if (c->v[i].kind == COMPONENT_SUBKEY &&
		    algo_pk_encrypts(c->v[i].key.algo) &&
		    valid_key(c, i, at, KEY_ENCRYPT_COMMS |
		    KEY_ENCRYPT_STORAGE) == NULL &&
		    (best == 0 ||
		    c->v[i].key.created > c->v[best].key.created))
			best = i;
	return best;
}

bool
cert_write_minimal(struct cert *c, struct span addr, int64_t at,
    struct buf *out)
{
	struct sig self;
	size_t user = find_user(c, addr, at), key = find_encryption(c, at);

	if (user == 0 || key == 0 || valid_cert(c, at, &self) != NULL)
		return false;
	packet_write(out, TAG_PUBLIC_KEY, c->v[0].key.pub);
	write_binding(c, 0, at, out);
	packet_write(out, TAG_USER_ID, c->v[user].id);
	write_binding(c, user, at, out);
	packet_write(out, TAG_PUBLIC_SUBKEY, c->v[key].key.pub);
	write_binding(c, key, at, out);
	return true;
}
