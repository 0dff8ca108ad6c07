/* Hexadecimal digits; see hex.h. */
#include "hex.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"

struct buf
unhex(const char *digits)
{
	struct buf out = BUF(1 << 16);

	/* empty, it still points to something */
	buf_room(&out, 0);
	for (const char *s = digits; s[0] != '\0'; s += s[0] == ' ' ? 1 : 2) {
		int high = ascii_hex((unsigned char)s[0]);
		int low = high < 0 ? -1 : ascii_hex((unsigned char)s[1]);

		if (s[0] == ' ')
			continue;
		if (low < 0) {
			fprintf(stderr, "not hexadecimal: %s\n", digits);
			abort();
		}
		buf_byte(&out, (unsigned char)(high << 4 | low));
	}
	return out;
}

bool
hex_eq(struct span got, const char *digits)
{
	struct buf want = unhex(digits);
	bool eq = span_eq(got, buf_get0(&want));

	buf_free(&want);
	return eq;
}
