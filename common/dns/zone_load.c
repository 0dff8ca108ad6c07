/*
 * Reading msgsec-zone(5): RFC 1035 section 5 entries, whose RDATA ldns takes
 * apart, and ";!" directives.
 */
#include "dns/zone_load.h"

#include <ldns/ldns.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/b64.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/mem.h"
#include "base/vec.h"
#include "dns/master.h"

enum {
	LINE_MAX_OCTETS = 1 << 19,
	LDNS_TEXT_MAX = 65000,	/* behind 65535 it stops, and says nothing */
	DEFAULT_TTL = 3600,
	SHOW_MAX = 80,		/* octets of a token in an error message */
};

/* What the entries read so far mean for the next. */
struct loader {
	struct zone *zone;
	struct zone_facts *facts;
	struct dns_name origin;	/* the root unless $ORIGIN was there */
	struct dns_name owner;	/* of the entry before; n is 0 at first */
	uint32_t ttl;
	bool ttl_fixed;		/* by $TTL (RFC 2308 section 4) */
	struct buf line;	/* what ldns reads; NUL-terminated */
	char *why;		/* owned, set on the first error */
};

static bool
wrong(struct loader *l, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
wrong(struct loader *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&l->why, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	return false;
}

/* A token for an error message: cut, and nothing that could fool a reader. */
static const char *
show(struct span token, char out[static SHOW_MAX])
{
	size_t n = token.n < SHOW_MAX - 1 ? token.n : SHOW_MAX - 1;

	for (size_t i = 0; i < n; i++)
		out[i] = ascii_is_print(token.p[i]) ? (char)token.p[i] : '?';
	out[n] = '\0';
	return out;
}

/* A name of the file: relative to the origin unless it ends in a dot. */
static bool
name_of(struct loader *l, struct span token, struct dns_name *out)
{
	char text[SHOW_MAX];
	struct dns_name name;
	size_t slashes = 0;

	if (span_eq(token, SPAN("@"))) {
		*out = l->origin;
		return true;
	}
	if (token.n == 0)
		return wrong(l, "a name is missing");
	if (!dns_name_parse_escaped(token, &name))
		return wrong(l, "not a domain name: %s", show(token, text));
	for (size_t i = token.n - 1; i > 0 && token.p[i - 1] == '\\'; i--)
		slashes++;
	if (token.p[token.n - 1] != '.' || slashes % 2 == 1) {
		if (name.n - 1 + l->origin.n > DNS_NAME_MAX)
			return wrong(l, "too long a name with its origin: %s",
			    show(token, text));
		memcpy(name.wire + name.n - 1, l->origin.wire, l->origin.n);
		name.n += l->origin.n - 1;
	}
	*out = name;
	return true;
}

static bool
type_of(struct loader *l, struct span token, enum dns_type *out)
{
	char text[SHOW_MAX], name[24];
	unsigned type = 0;

	if (token.n > 0 && token.n < sizeof(name)) {
		memcpy(name, token.p, token.n);
		name[token.n] = '\0';
		type = ldns_get_rr_type_by_name(name);
	}
	/* RFC 6895 section 3.1: OPT, and the range of Q and meta types */
	if (type == 0 || type == 41 || (type >= 128 && type <= 255) ||
	    type > 65535)
		return wrong(l, "not an RR type: %s", show(token, text));
	*out = (enum dns_type)type;
	return true;
}

/* RFC 3597 section 5: \# LENGTH HEX... */
static bool
generic_rdata(struct loader *l, struct cur *c, struct buf *out)
{
	struct span token = master_token(c);
	uint64_t want = 0;
	int high = -1;

	if (!span_dec(token, 65535, &want))
		return wrong(l, "no length after \\#");
	while ((token = master_token(c)).n > 0) {
		for (size_t i = 0; i < token.n; i++) {
			int v = ascii_hex(token.p[i]);

			if (v < 0)
				return wrong(l, "not hexadecimal after \\#");
			if (high >= 0)
				buf_byte(out, (unsigned char)(high << 4 | v));
			high = high >= 0 ? -1 : v;
		}
	}
	if (high >= 0 || out->over || out->n != want)
		return wrong(l, "not as many octets as \\# said");
	return true;
}

/*
 * ldns reads the RDATA of one RR at the root, with the file's origin for the
 * names inside.
 */
static bool
ldns_rdata(struct loader *l, struct span type, struct span rest,
    struct buf *out)
{
	ldns_rdf *origin = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME,
	    l->origin.n, l->origin.wire);
	ldns_buffer *wire = ldns_buffer_new(512);
	ldns_rr *rr = NULL;
	ldns_status status = LDNS_STATUS_MEM_ERR;

	if (origin == NULL || wire == NULL)
		mem_exhausted();
	buf_reset(&l->line);
	buf_str(&l->line, ". 0 IN ");
	buf_span(&l->line, type);
	buf_byte(&l->line, ' ');
	buf_span(&l->line, rest);
	buf_byte(&l->line, '\0');
	if (!l->line.over)
		status = ldns_rr_new_frm_str(&rr, (char *)l->line.p, 0,
		    origin, NULL);
	if (status == LDNS_STATUS_MEM_ERR)
		mem_exhausted();
	if (status == LDNS_STATUS_OK)
		status = ldns_rr_rdata2buffer_wire(wire, rr);
	if (status == LDNS_STATUS_OK)
		buf_add(out, ldns_buffer_begin(wire),
		    ldns_buffer_position(wire));
	else
		wrong(l, "%s", ldns_get_errorstr_by_id(status));
	ldns_rr_free(rr);
	ldns_buffer_free(wire);
	ldns_rdf_deep_free(origin);
	return l->why == NULL;
}

/* "[TTL] [class] type" in either order of the first two; type is returned. */
static bool
ttl_and_type(struct loader *l, struct cur *c, uint32_t *ttl,
    struct span *type)
{
	char text[SHOW_MAX];
	bool has_ttl = false, has_class = false;

	*ttl = l->ttl;
	for (;;) {
		*type = master_token(c);
		if (!has_ttl && type->n > 0 && ascii_is_digit(type->p[0])) {
			if (!master_ttl(*type, ttl))
				return wrong(l, "not a time to live: %s",
				    show(*type, text));
			has_ttl = true;
			if (!l->ttl_fixed)
				l->ttl = *ttl;
		} else if (!has_class && span_ieq(*type, SPAN("IN"))) {
			has_class = true;
		} else {
			return type->n > 0 || wrong(l, "no RR type");
		}
	}
}

static bool
load_rr(struct loader *l, struct span entry)
{
	struct cur c = cur_of(entry), ahead = { .bad = false };
	struct buf rdata = BUF(65535);
	struct span token = { NULL, 0 };
	enum dns_type type = 0;
	uint32_t ttl = 0;
	bool ok = false;

	if (entry.p[0] == ' ' && l->owner.n == 0)
		return wrong(l, "no name at the first entry");
	if (entry.p[0] != ' ' && !name_of(l, master_token(&c), &l->owner))
		return false;
	if (!ttl_and_type(l, &c, &ttl, &token) || !type_of(l, token, &type))
		return false;
	ahead = c;
	if (span_eq(master_token(&ahead), SPAN("\\#")))
		ok = generic_rdata(l, &ahead, &rdata);
	else if (cur_left(&c).n > LDNS_TEXT_MAX)
		ok = wrong(l, "over %d characters: such a record is read as "
		    "\\# LENGTH HEX", LDNS_TEXT_MAX);
	else
		ok = ldns_rdata(l, token, cur_left(&c), &rdata);
	if (ok && !zone_add(l->zone, &l->owner, type, ttl,
	    buf_get0(&rdata)))
		ok = wrong(l, "an RRset of more than 65535 octets");
	buf_free(&rdata);
	return ok;
}

/* $ORIGIN and $TTL; $INCLUDE would open files that nobody named. */
static bool
load_control(struct loader *l, struct span entry)
{
	char text[SHOW_MAX];
	struct cur c = cur_of(entry);
	struct span word = master_token(&c), value = master_token(&c);
	bool ok = false;

	if (span_ieq(word, SPAN("$ORIGIN"))) {
		ok = name_of(l, value, &l->origin);
	} else if (span_ieq(word, SPAN("$TTL"))) {
		ok = master_ttl(value, &l->ttl) ||
		    wrong(l, "not a time to live: %s", show(value, text));
		l->ttl_fixed = true;
	} else {
		return wrong(l, "not read here: %s", show(word, text));
	}
	if (ok && master_token(&c).n > 0)
		return wrong(l, "more than one value");
	return ok;
}

enum verb {
	V_SERVFAIL, V_TIMEOUT, V_BOGUS, V_NODATA,
	V_NXDOMAIN, V_SECURE, V_INSECURE, V_NOW, V_FETCH, V_RECORDED, V_DNSSEC,
	VERBS
};

static enum verb
verb_of(struct span word)
{
	static const char *const names[] = {
		"servfail", "timeout", "bogus", "nodata", "nxdomain",
		"secure", "insecure", "now", "fetch", "recorded", "dnssec",
	};
	enum verb v = 0;

	while (v < VERBS && !span_eq(word, span_str(names[v])))
		v++;
	return v;
}

/* "NAME [TYPE]" */
static bool
load_fault(struct loader *l, struct cur *c, enum dns_status status)
{
	struct dns_name owner;
	enum dns_type type = 0;
	struct span token = { NULL, 0 };

	if (!name_of(l, master_token(c), &owner))
		return false;
	token = master_token(c);
	if (token.n > 0 && !type_of(l, token, &type))
		return false;
	zone_fault(l->zone, &owner, token.n > 0 ? type :
	    (enum dns_type)ZONE_ANY_TYPE, status);
	return true;
}

/* "NAME" */
static bool
load_name(struct loader *l, struct cur *c, enum verb verb)
{
	struct dns_name owner;

	if (!name_of(l, master_token(c), &owner))
		return false;
	if (verb == V_NXDOMAIN)
		zone_deny(l->zone, &owner);
	else
		zone_secure(l->zone, &owner,
		    verb == V_SECURE ? DNS_SECURE : DNS_INSECURE);
	return true;
}

/* What tools that fetch call a failure: "cert-expired". */
static bool
is_reason(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (ascii_is_upper(s.p[i]) ||
		    (!ascii_is_alpha(s.p[i]) && s.p[i] != '-'))
			return false;
	return s.n > 0;
}

/*
 * "URL STATUS TYPE BASE64", or "URL REASON" where no answer came. Which
 * reasons there are is for the tools that fetch to say.
 */
static bool
load_fetch(struct loader *l, struct cur *c)
{
	struct span url = master_token(c), status = master_token(c);
	struct span type = { NULL, 0 };
	struct zone_fetch *f = NULL;
	struct buf body = BUF(LINE_MAX_OCTETS);
	uint64_t code = 0;
	bool ok = false;

	if (is_reason(status)) {
		type = status;
		ok = true;
	} else {
		type = master_token(c);
		ok = span_dec(status, 999, &code) && code >= 100 &&
		    type.n > 0 && b64_decode(&body, master_token(c));
	}
	if (!ok || !span_starts(url, SPAN("https://"))) {
		buf_free(&body);
		return wrong(l, "fetch wants URL STATUS TYPE BASE64");
	}
	f = VEC_PUSH(&l->facts->fetches);
	*f = (struct zone_fetch){
		span_dup(url), (unsigned)code, span_dup(type), body
	};
	return true;
}

/* "unchecked", "no-anchor", "stripped" or "checked" */
static bool
load_trust(struct loader *l, struct cur *c)
{
	char text[SHOW_MAX];
	struct span word = master_token(c);

	for (int t = DNS_UNCHECKED; t <= DNS_CHECKED; t++)
		if (span_eq(word, span_str(dns_trust_name(
		    (enum dns_trust)t)))) {
			l->facts->trust = (enum dns_trust)t;
			return true;
		}
	return wrong(l, "not known of DNSSEC: %s", show(word, text));
}

static bool
load_directive(struct loader *l, struct span entry)
{
	static const enum dns_status status[] = {
		DNS_SERVFAIL, DNS_TIMEOUT, DNS_BOGUS, DNS_NODATA
	};
	char text[SHOW_MAX];
	struct cur c = cur_of(entry);
	struct span word = master_token(&c);
	enum verb verb = verb_of(word);
	bool ok = true;

	switch (verb) {
	case V_SERVFAIL: case V_TIMEOUT: case V_BOGUS: case V_NODATA:
		ok = load_fault(l, &c, status[verb]);
		break;
	case V_NXDOMAIN: case V_SECURE: case V_INSECURE:
		ok = load_name(l, &c, verb);
		break;
	case V_NOW:
		l->facts->has_now = date_parse(master_token(&c),
		    &l->facts->now);
		ok = l->facts->has_now || wrong(l, "now wants a time");
		break;
	case V_FETCH:
		ok = load_fetch(l, &c);
		break;
	case V_RECORDED:
		zone_recorded(l->zone);
		l->facts->recorded = true;
		break;
	case V_DNSSEC:
		ok = load_trust(l, &c);
		break;
	case VERBS:
		return wrong(l, "no such directive: %s", show(word, text));
	}
	word = master_token(&c);
	if (ok && word.n > 0)
		return wrong(l, "left over: %s", show(word, text));
	return ok;
}

bool
zone_load(struct zone *z, struct span text, const char *path,
    struct zone_facts *facts, char **why)
{
	struct loader l = { .zone = z, .facts = facts, .origin = { 1, { 0 } },
		.ttl = DEFAULT_TTL, .line = BUF(LINE_MAX_OCTETS) };
	struct master m;
	bool ok = false;

	master_open(&m, text);
	while (l.why == NULL && master_next(&m)) {
		struct span entry = buf_get0(&m.text);

		if (m.directive)
			load_directive(&l, entry);
		else if (entry.p[0] == '$')
			load_control(&l, entry);
		else
			load_rr(&l, entry);
	}
	if (l.why == NULL && m.why != NULL)
		wrong(&l, "%s", m.why);
	ok = l.why == NULL;
	if (!ok)
		*why = xasprintf("%s: line %zu: %s", path, m.line, l.why);
	free(l.why);
	buf_free(&l.line);
	master_close(&m);
	return ok;
}

void
zone_facts_free(struct zone_facts *facts)
{
	for (size_t i = 0; i < facts->fetches.n; i++) {
		free(facts->fetches.v[i].url);
		free(facts->fetches.v[i].what);
		buf_free(&facts->fetches.v[i].body);
	}
	free(facts->fetches.v);
	facts->fetches.v = NULL;
	facts->fetches.n = facts->fetches.cap = 0;
}
