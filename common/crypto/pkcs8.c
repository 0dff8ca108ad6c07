/* PrivateKeyInfo; see pkcs8.h. */
#include "crypto/pkcs8.h"

#include "crypto/der.h"

struct span
pkcs8_private_key(struct span der, struct span *alg)
{
	struct cur outer = cur_of(der);
	struct cur c = cur_of(der_take(&outer, 0x30));
	struct span version = der_unsigned(&c);
	struct span id = der_take(&c, 0x30), inside = der_take(&c, 0x04);

	if (c.bad || !cur_done(&outer) || version.n > 1)
		return (struct span){ NULL, 0 };
	*alg = id;
	return inside;
}
