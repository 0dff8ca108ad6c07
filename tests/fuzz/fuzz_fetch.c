/*
 * Answers over HTTPS that a zone file scripts (msgsec-zone(5)): a file that is
 * refused says why, and what is answered has a known result, a body within
 * the limit only where the status is 200, and nothing where nothing came.
 */
#include "fuzz.h"

#include "net/fetch.h"

enum { BODY_MAX = 4096 };

static void
ask(struct fetcher *f, const char *path, size_t addresses)
{
	static const struct ip_addr to = { .family = 4, .b = { 192, 0, 2, 1 } };
	const struct fetch_request want = {
		.host = "mta-sts.a.test", .path = path, .to = &to,
		.n = addresses, .deadline = INT64_MAX, .max = BODY_MAX
	};
	struct fetch_answer a;

	fetch_get(f, &want, &a);
	must(a.result < FETCH_RESULTS);
	must(fetch_result_named(span_str(fetch_result_name(a.result))) ==
	    a.result);
	must(a.body.n <= BODY_MAX && !a.body.over);
	must(a.body.n == 0 || a.status == 200);
	must(a.result == FETCH_OK || a.body.n == 0);
	fetch_answer_free(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *why = NULL;
	struct dns *zone = NULL;
	struct fetcher *f = NULL;

	if (n > 1 << 15)
		return 0;
	zone = dns_zone_read(span_of(data, n), "z", &why);
	free(why);
	if (zone == NULL)
		return 0;
	why = NULL;
	f = fetch_zone_open(zone, 1, &why);
	must((f == NULL) == (why != NULL));
	free(why);
	if (f != NULL) {
		ask(f, "/.well-known/mta-sts.txt", 1);
		ask(f, "/.well-known/mta-sts.txt", 0);
		ask(f, "/", 1);
	}
	fetch_free(f);
	dns_free(zone);
	return 0;
}
