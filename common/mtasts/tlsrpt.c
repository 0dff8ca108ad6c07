/* TLSRPT records: RFC 8460 section 3; see tlsrpt.h. */
#include "mtasts/tlsrpt.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/uri.h"

#define VERSION SPAN("v=TLSRPTv1")

/*
 * What a report can be sent to: RFC 6068, RFC 9110 section 4.2.2. The record
 * wants its own separators encoded.
 */
static bool
is_usable(struct span uri)
{
	if (!uri_is_text(uri, "!,;"))
		return false;
	if (span_istarts(uri, SPAN("mailto:")))
		return field_is_domain(uri_mailto_domain(span_from(uri, 7)));
	return span_istarts(uri, SPAN("https:")) &&
	    field_is_domain(uri_host(span_from(uri, 6)));
}

static void
take_rua(struct span rest, const char *where, struct tlsrpt_record *r,
    struct findings *fs)
{
	struct span uri = { NULL, 0 };

	while (span_split(&rest, ',', &uri)) {
		uri = span_trim(uri);
		if (!is_usable(uri))
			finding_add(fs, F_TLSRPT_URI, where, "%.*s",
			    (int)span_first(uri, 100).n,
			    (const char *)uri.p);
		else if (r->n < TLSRPT_URIS_MAX)
			r->rua[r->n++] = uri;
	}
}

bool
tlsrpt_parse(struct span txt, const char *where, struct tlsrpt_record *out,
    struct findings *fs)
{
	struct cur c = cur_of(txt);
	struct field f = { { NULL, 0 }, { NULL, 0 } };
	struct tlsrpt_record r = { .n = 0 };
	bool seen = false;

	if (!cur_accept_lit(&c, VERSION))
		cur_fail(&c);
	while (field_next(&c, &f)) {
		if (!span_eq(f.name, SPAN("rua"))) {
			if (!field_is_plain(f.value))
				cur_fail(&c);
		} else if (seen) {
			finding_add(fs, F_TLSRPT_DUPLICATE, where, "rua");
		} else {
			take_rua(f.value, where, &r, fs);
			seen = true;
		}
	}
	if (!cur_done(&c))
		finding_add(fs, F_TLSRPT_INVALID, where,
		    "it breaks the grammar at octet %zu", c.at + 1);
	else if (!seen)
		finding_add(fs, F_TLSRPT_INVALID, where, "it has no rua");
	else if (r.n == 0)
		finding_add(fs, F_TLSRPT_INVALID, where,
		    "no rua can be used");
	if (!cur_done(&c) || r.n == 0)
		return false;
	*out = r;
	return true;
}

static void
judge(struct tlsrpt_discovered *d, const char *where, struct findings *fs)
{
	switch (d->txt.found) {
	case TXT_NONE:
		finding_add(fs, F_TLSRPT_ABSENT, NULL, NULL);
		break;
	case TXT_FAILED:
		if (d->txt.dns == DNS_BOGUS)
			finding_add(fs, F_DNSSEC_BOGUS, where, NULL);
		else
			finding_add(fs, F_TLSRPT_DNS, where, "%s",
			    dns_status_name(d->txt.dns));
		break;
	case TXT_SEVERAL:
		finding_add(fs, F_TLSRPT_SEVERAL, where, NULL);
		break;
	case TXT_RESEMBLES: case TXT_ONE:
		d->usable = tlsrpt_parse(buf_get0(&d->txt.text), where,
		    &d->record, fs);
		break;
	}
}

void
tlsrpt_discover(struct dns *dns, struct span domain,
    struct tlsrpt_discovered *out, struct findings *fs)
{
	char *where = xasprintf("_smtp._tls.%.*s", (int)domain.n,
	    (const char *)domain.p);

	*out = (struct tlsrpt_discovered){ .usable = false };
	txt_search(dns, "_smtp._tls", domain, VERSION, &out->txt);
	judge(out, where, fs);
	free(where);
}

void
tlsrpt_discovered_free(struct tlsrpt_discovered *d)
{
	txt_search_free(&d->txt);
}
