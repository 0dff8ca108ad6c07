/* Header protection, as the author tells it; see protect.h. */
#include "mail/protect.h"

bool
protect_tells_outer(const struct header *payload)
{
	return protect_is_cipher(payload) &&
	    header_count(payload, SPAN("HP-Outer")) > 0;
}
