/* DMARC policy records: RFC 9989 sections 4.7 and 4.8. */
#include "auth/dmarc.h"

#include "base/ascii.h"
#include "base/cur.h"
#include "base/uri.h"
#include "tag/tag.h"

static bool
is_version(struct span txt, bool by_the_letter)
{
	struct cur c = cur_of(txt);
	int end = 0;

	if (!by_the_letter)
		cur_skip_fws(&c);
	if (!cur_accept_ilit(&c, SPAN("v")))
		return false;
	cur_skip_wsp(&c);
	cur_expect(&c, '=');
	cur_skip_wsp(&c);
	if (!by_the_letter)
		return cur_accept_ilit(&c, SPAN("DMARC"));
	if (!cur_accept_lit(&c, SPAN("DMARC1")))
		return false;
	cur_skip_wsp(&c);
	end = cur_peek(&c);
	return cur_done(&c) || end == ';';
}

bool
dmarc_record_looks_like(struct span txt)
{
	return is_version(txt, false);
}

/* The first tag of that name: tag names are ABNF literals, without case. */
static const struct tag *
get_tag(const struct tags *tags, const char *name, struct dmarc_record *r)
{
	const struct tag *found = NULL;

	for (size_t i = 0; i < tags->n; i++) {
		if (!span_ieq(tags->v[i].name, span_str(name)))
			continue;
		if (found != NULL)
			r->problems |= DMARC_DUPLICATE;
		else
			found = &tags->v[i];
	}
	return found;
}

static enum dmarc_policy
get_policy(const struct tags *tags, const char *name, struct dmarc_record *r)
{
	const struct tag *t = get_tag(tags, name, r);

	if (t == NULL)
		return DMARC_ABSENT;
	for (int p = DMARC_NONE; p <= DMARC_REJECT; p++)
		if (span_ieq(t->value, span_str(dmarc_policy_name(p))))
			return p;
	r->problems |= DMARC_BAD_POLICY;
	return DMARC_INVALID;
}

/* The position of a one-letter value in "letters"; 0 is the default. */
static int
get_letter(const struct tags *tags, const char *name, const char *letters,
    struct dmarc_record *r)
{
	const struct tag *t = get_tag(tags, name, r);

	if (t == NULL)
		return 0;
	for (int i = 0; letters[i] != '\0'; i++)
		if (span_ieq(t->value, span_of(letters + i, 1)))
			return i;
	r->problems |= DMARC_BAD_VALUE;
	return 0;
}

/* dmarc-fo: each of 0, 1, d, s at most once, and not 0 with 1. */
static bool
is_fo(struct span value)
{
	static const char letters[] = "01ds";
	struct span item = { NULL, 0 };
	unsigned seen = 0;

	while (span_split(&value, ':', &item)) {
		const char *hit = NULL;
		unsigned bit = 0;

		item = span_trim(item);
		if (item.n != 1 || item.p[0] == '\0')
			return false;
		hit = strchr(letters, ascii_lower(item.p[0]));
		if (hit == NULL)
			return false;
		bit = 1u << (hit - letters);
		if (seen & bit)
			return false;
		seen |= bit;
	}
	return (seen & 3) != 3;
}

static bool
is_scheme_octet(unsigned char c)
{
	return ascii_is_alnum(c) || c == '+' || c == '-' || c == '.';
}

static bool
is_host(struct span host)
{
	struct dns_name name = { 0 };

	for (size_t i = 0; i < host.n; i++)
		if (!ascii_is_alnum(host.p[i]) && host.p[i] != '-' &&
		    host.p[i] != '.' && host.p[i] != '_')
			return false;
	return host.n > 0 && dns_name_parse(host, &name) &&
	    dns_name_labels(&name) > 0;
}

/* RFC 6068: one address is what a report can be sent to. */
static bool
read_mailto(struct span rest, struct dmarc_uri *uri)
{
	struct span host = uri_mailto_domain(rest);

	if (!is_host(host))
		return false;
	uri->host = host;
	return true;
}

static void
read_uri(struct dmarc_uri *uri)
{
	struct cur c = cur_of(uri->text);
	struct span scheme = cur_while(&c, is_scheme_octet, 1, 64);
	struct span rest = { NULL, 0 };

	cur_expect(&c, ':');
	rest = cur_left(&c);
	if (c.bad || !ascii_is_alpha(scheme.p[0]) ||
	    !uri_is_text(rest, "!,"))
		return;
	uri->mailto = span_ieq(scheme, SPAN("mailto"));
	if (uri->mailto) {
		uri->valid = read_mailto(rest, uri);
		return;
	}
	uri->valid = true;
	if (is_host(uri_host(rest)))
		uri->host = uri_host(rest);
}

/* obs-dmarc-report-size = "!" 1*DIGIT [ "k" / "m" / "g" / "t" ] */
static bool
is_size(struct span s)
{
	if (s.n > 0 && strchr("kmgt", ascii_lower(s.p[s.n - 1])) != NULL)
		s.n--;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]))
			return false;
	return s.n > 0;
}

static void
get_uris(const struct tags *tags, const char *name, struct dmarc_record *r,
    struct dmarc_uris *out)
{
	const struct tag *t = get_tag(tags, name, r);
	struct span rest = t ? t->value : span_of(NULL, 0);
	struct span item = { NULL, 0 };

	while (t != NULL && out->n < DMARC_URIS_MAX &&
	    span_split(&rest, ',', &item)) {
		struct dmarc_uri *uri = &out->v[out->n++];
		size_t bang = 0;

		uri->text = span_trim(item);
		bang = span_chr(uri->text, '!');
		if (bang < uri->text.n &&
		    is_size(span_from(uri->text, bang + 1))) {
			uri->text = span_trim(span_first(uri->text, bang));
			r->problems |= DMARC_SIZE;
		}
		read_uri(uri);
		if (!uri->valid)
			r->problems |= DMARC_BAD_URI;
	}
}

static void
note_names(const struct tags *tags, struct dmarc_record *r)
{
	static const char *const known[] = {
		"v", "p", "sp", "np", "adkim", "aspf", "fo", "psd", "rua",
		"ruf", "t", "pct", "rf", "ri"
	};
	enum { KNOWN = sizeof(known) / sizeof(known[0]), HISTORIC = 11 };

	for (size_t i = 0; i < tags->n; i++) {
		size_t k = 0;

		while (k < KNOWN &&
		    !span_ieq(tags->v[i].name, span_str(known[k])))
			k++;
		if (k == KNOWN)
			r->problems |= DMARC_UNKNOWN_TAG;
		else if (k >= HISTORIC)
			r->problems |= DMARC_HISTORIC;
	}
}

bool
dmarc_record_parse(struct span txt, struct dmarc_record *out)
{
	struct dmarc_record r = { .fo = SPAN("0") };
	const struct tag *fo = NULL;
	struct tags tags = { .n = 0 };

	if (!is_version(txt, true))
		return false;
	if (!tags_scan(txt, &tags))
		r.problems |= DMARC_SYNTAX;
	r.p = get_policy(&tags, "p", &r);
	r.sp = get_policy(&tags, "sp", &r);
	r.np = get_policy(&tags, "np", &r);
	r.adkim_strict = get_letter(&tags, "adkim", "rs", &r) == 1;
	r.aspf_strict = get_letter(&tags, "aspf", "rs", &r) == 1;
	r.testing = get_letter(&tags, "t", "ny", &r) == 1;
	r.psd = (enum dmarc_psd)get_letter(&tags, "psd", "uny", &r);
	get_uris(&tags, "rua", &r, &r.rua);
	get_uris(&tags, "ruf", &r, &r.ruf);
	fo = get_tag(&tags, "fo", &r);
	if (fo != NULL && !is_fo(fo->value))
		r.problems |= DMARC_BAD_VALUE;
	else if (fo != NULL && r.ruf.n == 0)
		r.problems |= DMARC_FO_ALONE;
	else if (fo != NULL)
		r.fo = fo->value;
	note_names(&tags, &r);
	*out = r;
	return true;
}

bool
dmarc_has_rua(const struct dmarc_record *r)
{
	for (size_t i = 0; i < r->rua.n; i++)
		if (r->rua.v[i].valid)
			return true;
	return false;
}

/* Without a p tag it is as if p=none stood there (section 4.7). */
static enum dmarc_policy
policy_p(const struct dmarc_record *r)
{
	return r->p != DMARC_ABSENT ? r->p : DMARC_NONE;
}

/* A tag that is there and not valid spoils the others (section 4.10.1). */
static bool
is_policy_bad(const struct dmarc_record *r)
{
	return r->p == DMARC_INVALID || r->sp == DMARC_INVALID ||
	    r->np == DMARC_INVALID;
}

bool
dmarc_record_usable(const struct dmarc_record *r)
{
	return !is_policy_bad(r) || dmarc_has_rua(r);
}

enum dmarc_policy
dmarc_policy_own(const struct dmarc_record *r)
{
	return is_policy_bad(r) ? DMARC_NONE : policy_p(r);
}

enum dmarc_policy
dmarc_policy_sub(const struct dmarc_record *r, bool exists)
{
	if (is_policy_bad(r))
		return DMARC_NONE;
	if (!exists && r->np != DMARC_ABSENT)
		return r->np;
	return r->sp != DMARC_ABSENT ? r->sp : policy_p(r);
}

enum dmarc_policy
dmarc_policy_tested(const struct dmarc_record *r, enum dmarc_policy policy)
{
	if (!r->testing)
		return policy;
	return policy == DMARC_REJECT ? DMARC_QUARANTINE : DMARC_NONE;
}

const char *
dmarc_policy_name(enum dmarc_policy p)
{
	static const char *const names[] = {
		NULL, "none", "quarantine", "reject", NULL
	};

	return names[p];
}

const char *
dmarc_result_name(enum dmarc_result r)
{
	static const char *const names[] = {
		"none", "pass", "fail", "temperror", "permerror"
	};

	return names[r];
}

const char *
dmarc_psd_name(enum dmarc_psd psd)
{
	static const char *const names[] = { "u", "n", "y" };

	return names[psd];
}
