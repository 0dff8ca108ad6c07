/*
 * Our reader and writer of session records as a filter: a record in
 * hexadecimal digits on stdin, read, written again, on stdout. Status 1 when
 * it is none.
 */
#include <stdio.h>

#include "base/ascii.h"
#include "ratchet/record.h"

static void
read_hex(struct buf *out)
{
	int high = 0, low = 0;

	while ((high = getchar()) != EOF && (low = getchar()) != EOF)
		buf_byte(out, (unsigned char)(ascii_hex((unsigned char)high) <<
		    4 | ascii_hex((unsigned char)low)));
}

int
main(void)
{
	struct buf in = BUF(16 << 20), out = BUF(16 << 20);
	struct span parts[RECORD_ARCHIVED + 1];
	bool current = false;
	size_t n = 0;

	curve_start();
	read_hex(&in);
	n = record_split(buf_get0(&in), parts, RECORD_ARCHIVED + 1, &current);
	for (size_t i = 0; i < n; i++) {
		struct buf one = BUF(RECORD_SESSION_MAX);
		struct ratchet s;

		if (!record_session_read(parts[i], &s) ||
		    !record_session_sound(&s))
			return 1;
		record_session_write(&s, &one);
		record_join(&out, buf_get0(&one), current && i == 0);
		buf_free(&one);
		ratchet_free(&s);
	}
	for (size_t i = 0; i < out.n; i++)
		printf("%02x", out.p[i]);
	return n == 0;
}
