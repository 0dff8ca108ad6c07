/* MTA-STS discovery: RFC 8461 section 3.1; see record.h. */
#include "mtasts/record.h"

#include <stdlib.h>

#include "base/ascii.h"
#include "base/mem.h"

#define VERSION SPAN("v=STSv1")

bool
sts_is_id(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]))
			return false;
	return s.n > 0 && s.n <= STS_ID_MAX;
}

bool
sts_record_parse(struct span txt, const char *where, struct sts_record *out,
    struct findings *fs)
{
	struct cur c = cur_of(txt);
	struct field f = { { NULL, 0 }, { NULL, 0 } };
	struct span id = { NULL, 0 };

	if (!cur_accept_lit(&c, VERSION)) {
		finding_add(fs, F_MTASTS_INVALID, where,
		    "it does not begin with v=STSv1");
		return false;
	}
	while (field_next(&c, &f)) {
		if (!field_is_plain(f.value)) {
			cur_fail(&c);
			break;
		}
		if (!span_eq(f.name, SPAN("id")))
			continue;
		if (id.n > 0)
			finding_add(fs, F_MTASTS_DUPLICATE, where, "id");
		else
			id = f.value;
	}
	if (!cur_done(&c))
		finding_add(fs, F_MTASTS_INVALID, where,
		    "it breaks the grammar at octet %zu", c.at + 1);
	else if (id.n == 0)
		finding_add(fs, F_MTASTS_INVALID, where, "it has no id");
	else if (!sts_is_id(id))
		finding_add(fs, F_MTASTS_INVALID, where,
		    "the id is not 1 to 32 letters and digits");
	else
		*out = (struct sts_record){ id };
	return cur_done(&c) && sts_is_id(id);
}

bool
sts_record_is_literal(struct span txt)
{
	return field_begins(txt, VERSION, true);
}

static void
found_none(const struct txt_search *t, const char *where, struct findings *fs)
{
	finding_add(fs, F_MTASTS_NONE, NULL, NULL);
	if (t->foreign)
		finding_add(fs, F_MTASTS_WILDCARD, where, NULL);
}

static enum sts_discovery
judge(struct sts_discovered *d, const char *where, struct findings *fs)
{
	const struct txt_search *t = &d->txt;

	switch (t->found) {
	case TXT_NONE:
		found_none(t, where, fs);
		return STS_ABSENT;
	case TXT_FAILED:
		if (t->dns == DNS_BOGUS)
			finding_add(fs, F_DNSSEC_BOGUS, where, NULL);
		else
			finding_add(fs, F_MTASTS_DNS, where, "%s",
			    dns_status_name(t->dns));
		return STS_DNS_FAILED;
	case TXT_SEVERAL:
		finding_add(fs, F_MTASTS_SEVERAL, where, NULL);
		return STS_BAD;
	case TXT_RESEMBLES: case TXT_ONE:
		break;
	}
	if (t->found == TXT_ONE && t->ambiguous)
		finding_add(fs, F_MTASTS_AMBIGUOUS, where, NULL);
	return sts_record_parse(buf_get0(&t->text), where, &d->record, fs) ?
	    STS_FOUND : STS_BAD;
}

/* Where people put it by mistake; what fails here is no news. */
static void
look_at_apex(struct dns *dns, struct span domain, struct findings *fs)
{
	struct txt_search apex;

	txt_search(dns, "", domain, VERSION, &apex);
	if (apex.found == TXT_ONE || apex.found == TXT_SEVERAL)
		finding_add(fs, F_MTASTS_MISPLACED, NULL, NULL);
	txt_search_free(&apex);
}

void
sts_discover(struct dns *dns, struct span domain, struct sts_discovered *out,
    struct findings *fs)
{
	char *where = xasprintf("_mta-sts.%.*s", (int)domain.n,
	    (const char *)domain.p);

	*out = (struct sts_discovered){ .how = STS_ABSENT };
	txt_search(dns, "_mta-sts", domain, VERSION, &out->txt);
	out->how = judge(out, where, fs);
	if (out->how == STS_ABSENT)
		look_at_apex(dns, domain, fs);
	free(where);
}

void
sts_discovered_free(struct sts_discovered *d)
{
	txt_search_free(&d->txt);
}
