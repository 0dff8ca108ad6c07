/*
 * Addresses that people see: what is told has both halves, what is known to
 * nobody is found first, what is known to everybody never is.
 */
#include "fuzz.h"

#include "mail/shown.h"

struct known {
	size_t asked;
	bool is;
};

static bool
is_known(void *arg, struct span local, struct span domain)
{
	struct known *k = arg;

	must(span_chr(domain, '.') < domain.n);
	must(span_chr(domain, '@') == domain.n);
	must(local.n <= 320);
	k->asked++;
	return k->is;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), told = { NULL, 0 };
	struct known all = { 0, true }, no = { 0, false };
	struct buf other = BUF(n * SHOWN_GROWTH);

	if (shown_other(in, is_known, &all, &other))
		must(all.asked == 1000);
	must(all.asked <= 1000);
	buf_reset(&other);
	must(shown_other(in, is_known, &no, &other) == (all.asked > 0));
	told = buf_get0(&other);
	must(!other.over);
	must((told.n > 0) == (all.asked > 0));
	must(told.n == 0 || span_chr(told, '@') < told.n);
	buf_free(&other);
	return 0;
}
