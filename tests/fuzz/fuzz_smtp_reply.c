/* A hostile SMTP server, up to the handshake and in a second look behind it. */
#include "dialogue.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	dialogue(SERVICE_SMTP, span_of(data, n));
	return 0;
}
