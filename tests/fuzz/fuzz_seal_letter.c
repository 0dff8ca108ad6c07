/*
 * A message and a change: [version][content type][position, 2 octets][xor]
 * and the plaintext. It opens to what it was, and after the change it does
 * not open. The same octets stand for a group's key that is wrapped: what is
 * unwrapped is what was wrapped, though nothing authenticates it.
 */
#include "fuzz.h"
#include "letter_pair.h"

#include <string.h>

#include "base/cur.h"
#include "seal/letter.h"

/* There is one wrapping of each key, so that what opens is that. */
static bool
unwraps(struct span wrapped, unsigned char key[static X25519_SIZE])
{
	struct buf again = BUF(2 * LETTER_WRAPPED_SIZE);
	bool ok = letter_unwrap(fuzz_pair(), wrapped, key);

	if (ok) {
		letter_wrap(fuzz_pair(), key, &again);
		must(span_eq(buf_get0(&again), wrapped));
	}
	buf_free(&again);
	return ok;
}

static void
group_key(struct span given, size_t at, uint8_t change)
{
	unsigned char key[X25519_SIZE], got[X25519_SIZE] = { 0 };
	struct buf wrapped = BUF(2 * LETTER_WRAPPED_SIZE);

	memset(key, 0x77, sizeof(key));
	unwraps(given, got);
	memcpy(key, given.p, given.n < X25519_SIZE ? given.n : X25519_SIZE);
	letter_wrap(fuzz_pair(), key, &wrapped);
	must(wrapped.n == LETTER_WRAPPED_SIZE);
	must(unwraps(buf_get0(&wrapped), got));
	must(memcmp(got, key, X25519_SIZE) == 0);
	wrapped.p[at % wrapped.n] ^= change;
	if (unwraps(buf_get0(&wrapped), got))
		must((memcmp(got, key, X25519_SIZE) == 0) == (change == 0));
	/* what stands in front of the padding's block changes the padding */
	must(change == 0 || at % wrapped.n < X25519_SIZE / 2 ||
	    !letter_unwrap(fuzz_pair(), buf_get0(&wrapped), got));
	must(!unwraps(span_first(buf_get0(&wrapped), LETTER_WRAPPED_SIZE -
	    1), got));
	buf_free(&wrapped);
}

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
	group_key(given, at, change);
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
