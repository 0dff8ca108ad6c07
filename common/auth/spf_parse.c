/* The grammar of SPF records (RFC 7208 sections 4.5, 4.6.1, 5, 6 and 12). */
#include <stdlib.h>

#include "auth/spf_int.h"
#include "base/ascii.h"
#include "base/cur.h"
#include "base/vec.h"

enum domain_rule { NEVER, MAY, MUST };

static const struct mech_rule {
	const char *name;
	enum spf_mech mech;
	enum domain_rule domain;
	bool dual_cidr;
	const char *clause;
} mechs[] = {
	{ "all", SPF_ALL, NEVER, false, "RFC 7208 section 5.1" },
	{ "include", SPF_INCLUDE, MUST, false, "RFC 7208 section 5.2" },
	{ "a", SPF_A, MAY, true, "RFC 7208 section 5.3" },
	{ "mx", SPF_MX, MAY, true, "RFC 7208 section 5.4" },
	{ "ptr", SPF_PTR, MAY, false, "RFC 7208 section 5.5" },
	{ "ip4", SPF_IP4, NEVER, false, "RFC 7208 section 5.6" },
	{ "ip6", SPF_IP6, NEVER, false, "RFC 7208 section 5.6" },
	{ "exists", SPF_EXISTS, MUST, false, "RFC 7208 section 5.7" },
};

/* The first fault is the one told. Returns false, for the caller to pass on. */
static bool
fault(struct spf_record *rec, const char *clause, const char *what,
    struct span at)
{
	if (rec->fault.what == NULL)
		rec->fault = (struct spf_fault){ clause, what, at };
	return false;
}

bool
spf_is_record(struct span text)
{
	struct span version = SPAN("v=spf1");

	return span_istarts(text, version) &&
	    (text.n == version.n || text.p[version.n] == ' ');
}

static bool
domain_spec(struct spf_record *rec, struct span spec, const char *clause,
    struct span term)
{
	const char *what = spf_macro_fault(spec, SPF_DOMAIN_SPEC);

	if (what != NULL)
		return fault(rec, clause, what, term);
	return true;
}

/*
 * Cut a prefix length behind "slashes" slashes off the end of *s. Digits
 * behind a slash cannot end a domain-spec, so there is nothing to confuse
 * them with. False when the length is none (section 5.6, and "/0").
 */
static bool
cut_cidr(struct span *s, size_t slashes, uint64_t max, unsigned char *bits)
{
	size_t digits = 0, n = s->n;
	uint64_t v = 0;

	while (digits < n && ascii_is_digit(s->p[n - digits - 1]))
		digits++;
	if (digits == 0 || n < digits + slashes)
		return true;
	for (size_t i = 1; i <= slashes; i++)
		if (s->p[n - digits - i] != '/')
			return true;
	if ((digits > 1 && s->p[n - digits] == '0') ||
	    !span_dec(span_from(*s, n - digits), max, &v))
		return false;
	*bits = (unsigned char)v;
	s->n = n - digits - slashes;
	return true;
}

static bool
ip_network(struct spf_record *rec, struct spf_term *t, struct span arg,
    const char *clause)
{
	bool v4 = t->mech == SPF_IP4;

	if (arg.n == 0 || arg.p[0] != ':')
		return fault(rec, clause, "the address is missing", t->text);
	arg = span_from(arg, 1);
	if (!cut_cidr(&arg, 1, v4 ? 32 : 128, v4 ? &t->bits4 : &t->bits6))
		return fault(rec, clause, "bad prefix length", t->text);
	if (v4 ? !ip_parse4(arg, &t->addr) : !ip_parse6(arg, &t->addr))
		return fault(rec, clause, v4 ? "no IPv4 network" :
		    "no IPv6 network", t->text);
	return true;
}

static bool
mech_argument(struct spf_record *rec, struct spf_term *t, struct span arg,
    const struct mech_rule *rule)
{
	if (t->mech == SPF_IP4 || t->mech == SPF_IP6)
		return ip_network(rec, t, arg, rule->clause);
	if (rule->dual_cidr && (!cut_cidr(&arg, 2, 128, &t->bits6) ||
	    !cut_cidr(&arg, 1, 32, &t->bits4)))
		return fault(rec, rule->clause, "bad prefix length", t->text);
	if (arg.n == 0 && rule->domain == MUST)
		return fault(rec, rule->clause, "the domain is missing",
		    t->text);
	if (arg.n == 0)
		return true;
	if (arg.p[0] != ':' || rule->domain == NEVER)
		return fault(rec, rule->clause,
		    "something stands behind the mechanism's name", t->text);
	t->domain = span_from(arg, 1);
	return domain_spec(rec, t->domain, rule->clause, t->text);
}

static const struct mech_rule *
mech_named(struct span name)
{
	for (size_t i = 0; i < sizeof(mechs) / sizeof(mechs[0]); i++)
		if (span_ieq(name, span_str(mechs[i].name)))
			return &mechs[i];
	return NULL;
}

static enum spf_result
qualifier(struct cur *c)
{
	if (cur_accept(c, '-'))
		return SPF_FAIL;
	if (cur_accept(c, '~'))
		return SPF_SOFTFAIL;
	if (cur_accept(c, '?'))
		return SPF_NEUTRAL;
	cur_accept(c, '+');
	return SPF_PASS;
}

/* directive = [ qualifier ] mechanism */
static bool
directive(struct spf_record *rec, struct span text)
{
	struct cur c = cur_of(text);
	struct spf_term t = {
		.result = qualifier(&c), .bits4 = 32, .bits6 = 128,
		.text = text,
	};
	struct span name = cur_while(&c, ascii_is_alnum, 0, text.n);
	const struct mech_rule *rule = mech_named(name);

	if (rule == NULL)
		return fault(rec, "RFC 7208 section 4.6.1",
		    "unknown mechanism", text);
	t.mech = rule->mech;
	if (!mech_argument(rec, &t, cur_left(&c), rule))
		return false;
	if (t.mech == SPF_ALL && rec->all == SIZE_MAX)
		rec->all = rec->terms.n;
	*VEC_PUSH(&rec->terms) = t;
	return true;
}

/* Octets of the name before "=" when the term is a modifier, else 0. */
static size_t
modifier_name(struct span text)
{
	size_t n = 0;

	if (text.n == 0 || !ascii_is_alpha(text.p[0]))
		return 0;
	while (n < text.n && (ascii_is_alnum(text.p[n]) ||
	    text.p[n] == '-' || text.p[n] == '_' || text.p[n] == '.'))
		n++;
	return n < text.n && text.p[n] == '=' ? n : 0;
}

static bool
modifier(struct spf_record *rec, struct span text, size_t n)
{
	struct span name = span_first(text, n), value = span_from(text, n + 1);
	bool redirect = span_ieq(name, SPAN("redirect"));
	struct span *slot = redirect ? &rec->redirect : &rec->exp;
	const char *what = NULL;

	if (!redirect && !span_ieq(name, SPAN("exp"))) {
		what = spf_macro_fault(value, SPF_MACRO_STRING);
		return what == NULL ||
		    fault(rec, "RFC 7208 section 6", what, text);
	}
	if (slot->p != NULL)
		return fault(rec, "RFC 7208 section 6",
		    "the modifier stands there twice", text);
	*slot = value;
	if (redirect)
		rec->redirect_text = text;
	return domain_spec(rec, value, redirect ? "RFC 7208 section 6.1" :
	    "RFC 7208 section 6.2", text);
}

static bool
term(struct spf_record *rec, struct span text)
{
	size_t n = modifier_name(text);

	for (size_t i = 0; i < text.n; i++)
		if (!ascii_is_graph(text.p[i]))
			return fault(rec, "RFC 7208 section 3.1",
			    "an octet that is not printable ASCII", text);
	return n > 0 ? modifier(rec, text, n) : directive(rec, text);
}

struct spf_record *
spf_record_new(struct span text)
{
	struct spf_record *rec = xcalloc(1, sizeof(*rec));
	struct span rest = { NULL, 0 }, piece = { NULL, 0 };

	rec->text = span_of(span_dup(text), text.n);
	rec->all = SIZE_MAX;
	rest = span_from(rec->text, 6);
	while (span_split(&rest, ' ', &piece))
		if (piece.n > 0 && !term(rec, piece))
			break;
	if (rec->all == SIZE_MAX)
		rec->all = rec->terms.n;
	return rec;
}

void
spf_record_free(struct spf_record *rec)
{
	if (rec == NULL)
		return;
	free((void *)(uintptr_t)rec->text.p);
	free(rec->terms.v);
	free(rec);
}
