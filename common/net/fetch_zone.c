/* Fetching from a zone file, and writing down what was fetched. */
#include <errno.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/b64.h"
#include "base/map.h"
#include "base/mem.h"
#include "net/fetch.h"
#include "sys/file.h"

enum { URL_MAX = 4096, ENTRY_MAX = 1 << 20 };

struct zone_fetcher {
	struct fetcher fetcher;
	struct map *urls;	/* struct dns_fetch of each URL */
	bool recorded;
};

static void
add_url(const struct fetch_request *want, struct buf *out)
{
	buf_printf(out, "https://%s%s", want->host, want->path);
}

/*
 * A content over the request's limit comes to the same here as on the
 * network. Reasons were checked when the file was opened.
 */
static void
answer_from(const struct dns_fetch *entry, struct fetch_answer *out)
{
	if (entry->status == 0) {
		out->result = fetch_result_named(entry->what);
		if (out->result >= FETCH_CERT_EXPIRED &&
		    out->result <= FETCH_CERT_INVALID)
			out->faults = 1u << out->result;
		return;
	}
	out->result = FETCH_OK;
	out->connected = true;
	out->status = entry->status;
	if (!span_eq(entry->what, SPAN("-")))
		out->type = span_dup(entry->what);
	if (entry->body.n > out->body.max)
		out->result = FETCH_TOO_BIG;
	else if (out->status == 200)
		buf_span(&out->body, entry->body);
}

static void
zone_get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out)
{
	const struct zone_fetcher *self = (const struct zone_fetcher *)f;
	struct buf url = BUF(URL_MAX);
	const struct dns_fetch *entry = NULL;

	add_url(want, &url);
	entry = map_get0(self->urls, buf_get0(&url));
	if (want->n > 0)
		out->address = want->to[0];
	if (entry != NULL)
		answer_from(entry, out);
	else if (want->n == 0)
		out->result = FETCH_NO_HOST;
	else
		out->result = self->recorded ? FETCH_TIMEOUT : FETCH_OFFLINE;
	buf_free(&url);
}

static void
zone_free_fetcher(struct fetcher *f)
{
	struct zone_fetcher *self = (struct zone_fetcher *)f;

	map_free(self->urls, free);
	free(self);
}

static bool
is_known(const struct dns_fetch *entry)
{
	return entry->status != 0 ||
	    (fetch_result_named(entry->what) != FETCH_RESULTS &&
	    fetch_result_named(entry->what) != FETCH_OK);
}

struct fetcher *
fetch_zone_open(const struct dns *zone, uint64_t seed, char **why)
{
	struct zone_fetcher *self = xcalloc(1, sizeof(*self));
	struct dns_fetch entry = { .status = 0 };

	self->fetcher = (struct fetcher){ zone_get, zone_free_fetcher };
	self->urls = map_new(seed);
	self->recorded = dns_zone_is_recorded(zone);
	for (size_t i = 0; dns_zone_fetch(zone, i, &entry); i++) {
		struct dns_fetch *kept = NULL;

		if (!is_known(&entry)) {
			*why = xasprintf("fetch %.*s: no such reason: %.*s",
			    (int)entry.url.n, (const char *)entry.url.p,
			    (int)entry.what.n, (const char *)entry.what.p);
			zone_free_fetcher(&self->fetcher);
			return NULL;
		}
		if (map_get0(self->urls, entry.url) != NULL)
			continue;
		kept = xmalloc(sizeof(*kept));
		*kept = entry;
		map_put(self->urls, entry.url, kept);
	}
	return &self->fetcher;
}

/* --- the recorder */

struct record_fetcher {
	struct fetcher fetcher;
	struct fetcher *inner;
	int fd;
	int error;
};

/* A media type as one token of a master file: no blanks, never empty. */
static void
add_type(const char *type, struct buf *out)
{
	size_t before = out->n;

	for (const char *c = type; c != NULL && *c != '\0'; c++)
		if (ascii_is_graph((unsigned char)*c) && *c != '"' &&
		    *c != '\\')
			buf_byte(out, (unsigned char)*c);
	/* a comment would begin there */
	if (out->n > before && out->p[before] == ';')
		out->n = before;
	if (out->n == before)
		buf_byte(out, '-');
}

/*
 * The content of other answers than 200 was not kept, and does not matter.
 * What was forbidden here says nothing of the server.
 */
static void
note(struct record_fetcher *self, const struct fetch_request *want,
    const struct fetch_answer *a)
{
	struct buf text = BUF(ENTRY_MAX);

	if (a->result == FETCH_OFFLINE || a->result == FETCH_NOT_PUBLIC ||
	    a->result == FETCH_FAILED)
		return;
	buf_str(&text, ";! fetch ");
	add_url(want, &text);
	if (a->result == FETCH_OK) {
		buf_printf(&text, " %u ", a->status);
		add_type(a->type, &text);
		buf_byte(&text, ' ');
		b64_encode(&text, buf_get0(&a->body));
	} else {
		buf_printf(&text, " %s", fetch_result_name(a->result));
	}
	buf_byte(&text, '\n');
	if (self->error == 0 && !file_write_all(self->fd, buf_get0(&text)))
		self->error = errno;
	buf_free(&text);
}

static void
record_get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out)
{
	struct record_fetcher *self = (struct record_fetcher *)f;

	self->inner->get(self->inner, want, out);
	note(self, want, out);
}

static void
record_free(struct fetcher *f)
{
	struct record_fetcher *self = (struct record_fetcher *)f;

	fetch_free(self->inner);
	free(self);
}

struct fetcher *
fetch_record_open(struct fetcher *inner, int fd)
{
	struct record_fetcher *self = xcalloc(1, sizeof(*self));

	*self = (struct record_fetcher){
		.fetcher = { record_get, record_free }, .inner = inner,
		.fd = fd,
	};
	return &self->fetcher;
}

int
fetch_record_errno(const struct fetcher *record)
{
	return ((const struct record_fetcher *)record)->error;
}
