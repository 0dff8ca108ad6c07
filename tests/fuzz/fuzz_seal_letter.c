/*
 * A message and a change: [version][content type][position, 2 octets][xor]
 * and the plaintext. It opens to what it was, and after the change it does
 * not open.
 */
#include "fuzz.h"
#include "letter_pair.h"

#include "base/cur.h"
#include "seal/letter.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct cur c = cur_of(span_of(data, n));
	struct letter l = {
		.from = SPAN("u00000000000000000000000000000001"),
		.to = SPAN("u00000000000000000000000000000002"),
		.version = 1 + cur_u8(&c) % 2, .sender_key = 1,
		.receiver_key = 2,
	};
	struct letter_fresh fresh = { { 1 }, { 2 }, 3 };
	struct buf octets = BUF(2 * LETTER_PLAIN_MAX);
	struct buf plain = BUF(LETTER_PLAIN_MAX + 64);
	struct span given = { NULL, 0 };
	size_t at = 0;
	uint8_t change = 0;

	l.content_type = cur_u8(&c);
	at = cur_u16(&c);
	change = cur_u8(&c);
	given = cur_left(&c);
	if (c.bad || given.n > LETTER_PLAIN_MAX)
		return 0;
	must(letter_seal(fuzz_pair(), &l, &fresh, given, &octets));
	must(letter_flaw(&l) == NULL);
	must(letter_open(fuzz_pair(), &l, &plain));
	must(span_eq(buf_get0(&plain), given));
	buf_reset(&plain);
	if (change != 0) {
		octets.p[at % octets.n] ^= change;
		must(!letter_open(fuzz_pair(), &l, &plain));
		must(plain.n == 0);
	}
	buf_free(&octets);
	buf_free(&plain);
	return 0;
}
