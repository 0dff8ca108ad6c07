/*
 * Stored sessions: what is read is written as something that is read as the
 * same, within the limits; a record is cut into pieces of itself.
 */
#include "fuzz.h"

#include "ratchet/record.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), parts[4];
	struct buf once = BUF(2 * RECORD_SESSION_MAX),
	    twice = BUF(2 * RECORD_SESSION_MAX);
	struct ratchet s;
	bool current = false;
	size_t k = record_split(in, parts, 4, &current);

	must(k <= 4);
	for (size_t i = 0; i < k; i++)
		inside(parts[i], in);
	if (!record_session_read(in, &s))
		return 0;
	must(s.n_chains <= SESSION_CHAINS);
	must(ratchet_missing(&s) <= SESSION_KEPT_ALL);
	record_session_write(&s, &once);
	ratchet_free(&s);
	must(!once.over && record_session_read(buf_get0(&once), &s));
	record_session_write(&s, &twice);
	must(span_eq(buf_get0(&once), buf_get0(&twice)));
	ratchet_free(&s);
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
