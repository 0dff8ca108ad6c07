/* What all fetchers share, and the one that never fetches; see fetch.h. */
#include "net/fetch.h"

#include <stdlib.h>

#include "base/mem.h"

void
fetch_get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out)
{
	*out = (struct fetch_answer){ .body = BUF(want->max) };
	f->get(f, want, out);
}

void
fetch_answer_free(struct fetch_answer *a)
{
	free(a->type);
	free(a->error);
	buf_free(&a->body);
	*a = (struct fetch_answer){ 0 };
}

static const char *const names[FETCH_RESULTS] = {
	[FETCH_OK] = "ok",
	[FETCH_OFFLINE] = "offline",
	[FETCH_NO_HOST] = "no-host",
	[FETCH_NOT_PUBLIC] = "not-public",
	[FETCH_REFUSED] = "refused",
	[FETCH_UNREACHABLE] = "unreachable",
	[FETCH_TIMEOUT] = "timeout",
	[FETCH_CUT] = "cut",
	[FETCH_TLS] = "tls",
	[FETCH_CERT_EXPIRED] = "cert-expired",
	[FETCH_CERT_NAME] = "cert-name",
	[FETCH_CERT_UNTRUSTED] = "cert-untrusted",
	[FETCH_CERT_INVALID] = "cert-invalid",
	[FETCH_HTTP] = "http",
	[FETCH_TOO_BIG] = "too-big",
	[FETCH_FAILED] = "failed",
};

const char *
fetch_result_name(enum fetch_result r)
{
	return names[r];
}

enum fetch_result
fetch_result_named(struct span name)
{
	for (enum fetch_result r = FETCH_OK; r < FETCH_RESULTS; r++)
		if (span_eq(name, span_str(names[r])))
			return r;
	return FETCH_RESULTS;
}

void
fetch_free(struct fetcher *f)
{
	if (f != NULL)
		f->free(f);
}

static void
none_get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out)
{
	(void)f;
	(void)want;
	out->result = FETCH_OFFLINE;
}

static void
none_free(struct fetcher *f)
{
	free(f);
}

struct fetcher *
fetch_none_open(void)
{
	struct fetcher *f = xcalloc(1, sizeof(*f));

	*f = (struct fetcher){ none_get, none_free };
	return f;
}
