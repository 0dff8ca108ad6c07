/* STARTTLS Everywhere lists; see preload.h. */
#include "mtasts/preload.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/vec.h"
#include "dns/name.h"
#include "mtasts/field.h"

/* every pattern of a list with its mark and its end */
enum { TEXT_MAX = 2 * PRELOAD_MAX };

struct preload {
	json_t *root;
	json_t *aliases;	/* in root, or NULL */
	json_t *policies;	/* by domain, in small letters */
	int64_t expires;
};

static struct span
text_of(const json_t *s)
{
	return span_of(json_string_value(s), json_string_length(s));
}

/* RFC 3339, the same without a zone (which is UTC), or seconds. */
static bool
read_time(const json_t *v, int64_t *out)
{
	struct buf zoned = BUF(100);
	bool ok = false;

	if (json_is_integer(v)) {
		*out = json_integer_value(v);
		return true;
	}
	if (!json_is_string(v))
		return false;
	if (date_parse(text_of(v), out))
		return true;
	buf_span(&zoned, text_of(v));
	buf_byte(&zoned, 'Z');
	ok = !zoned.over && date_parse(buf_get0(&zoned), out);
	buf_free(&zoned);
	return ok;
}

/* A host name, or one behind the dot that stands for one label. */
static bool
is_pattern(const json_t *v)
{
	struct span s = json_is_string(v) ? text_of(v) : span_of(NULL, 0);

	if (span_starts(s, SPAN(".")))
		s = span_from(s, 1);
	return field_is_domain(s);
}

static bool
is_policy_body(const json_t *v)
{
	const json_t *mode = json_object_get(v, "mode");
	const json_t *mxs = json_object_get(v, "mxs"), *one = NULL;
	enum sender_policy_mode m = json_is_string(mode) ?
	    sender_policy_named(text_of(mode)) : SENDER_POLICY_UNKNOWN;
	size_t i = 0;

	if (m != SENDER_POLICY_ENFORCE && m != SENDER_POLICY_TESTING)
		return false;
	json_array_foreach(mxs, i, one)
		if (!is_pattern(one))
			return false;
	return json_array_size(mxs) > 0;
}

/* What a policy says: itself, or the alias that it names; NULL: neither. */
static const json_t *
body_of(const struct preload *p, const json_t *policy)
{
	const json_t *alias = json_object_get(policy, "policy-alias");

	if (alias == NULL)
		return policy;
	return json_is_string(alias) ?
	    json_object_get(p->aliases, json_string_value(alias)) : NULL;
}

/* False when the domain is there already, in other letters. */
static bool
add_policy(struct preload *p, const char *domain, json_t *policy)
{
	struct buf lower = BUF(DNS_NAME_MAX + 1);
	const char *key = NULL;
	bool is_new = false;

	buf_lower(&lower, span_str(domain));
	buf_byte(&lower, '\0');
	key = (const char *)lower.p;
	is_new = json_object_get(p->policies, key) == NULL;
	if (is_new && json_object_set(p->policies, key, policy) != 0)
		mem_exhausted();
	buf_free(&lower);
	return is_new;
}

static char *
check(struct preload *p)
{
	const json_t *expires = json_object_get(p->root, "expires");
	json_t *policies = json_object_get(p->root, "policies");
	const char *key = NULL;
	json_t *v = NULL;

	if (!json_is_object(p->root))
		return xstrdup("it is no JSON object");
	if (!read_time(expires, &p->expires))
		return xstrdup("\"expires\" is missing, or no time");
	p->aliases = json_object_get(p->root, "policy-aliases");
	if (!json_is_object(policies))
		return xstrdup("\"policies\" is missing, or no object");
	if (p->aliases != NULL && !json_is_object(p->aliases))
		return xstrdup("\"policy-aliases\" is no object");
	json_object_foreach(p->aliases, key, v)
		if (!is_policy_body(v))
			return xasprintf("alias %s: no mode and mxs", key);
	json_object_foreach(policies, key, v) {
		if (!field_is_domain(span_str(key)) ||
		    !is_policy_body(body_of(p, v)))
			return xasprintf("%s: no domain with mode and mxs, "
			    "or a known policy-alias", key);
		if (!add_policy(p, key, v))
			return xasprintf("%s is there twice", key);
	}
	return NULL;
}

struct preload *
preload_read(struct span json, char **why)
{
	struct preload *p = xcalloc(1, sizeof(*p));
	json_error_t error = { 0 };

	p->policies = json_object();
	if (p->policies == NULL)
		mem_exhausted();
	p->root = json_loadb((const char *)json.p, json.n,
	    JSON_REJECT_DUPLICATES, &error);
	*why = p->root != NULL ? check(p) :
	    xasprintf("line %d: %s", error.line, error.text);
	if (*why == NULL)
		return p;
	preload_free(p);
	return NULL;
}

void
preload_free(struct preload *p)
{
	if (p == NULL)
		return;
	json_decref(p->policies);
	json_decref(p->root);
	free(p);
}

bool
preload_expired(const struct preload *p, int64_t now)
{
	return now >= p->expires;
}

/* The patterns in the form of RFC 8461, one behind the other. */
static void
copy_patterns(const json_t *mxs, struct preload_policy *out)
{
	const json_t *one = NULL;
	size_t i = 0, at = 0;

	json_array_foreach(mxs, i, one) {
		if (span_starts(text_of(one), SPAN(".")))
			buf_byte(&out->text, '*');
		buf_lower(&out->text, text_of(one));
		buf_byte(&out->text, '\n');
	}
	while (at < out->text.n) {
		struct span rest = span_from(buf_get0(&out->text), at);
		struct span mx = span_first(rest, span_chr(rest, '\n'));

		*VEC_PUSH(&out->policy.mx) = mx;
		at += mx.n + 1;
	}
}

bool
preload_find(const struct preload *p, struct span domain,
    struct preload_policy *out)
{
	char *key = span_dup(domain);
	const json_t *policy = json_object_get(p->policies, key);
	const json_t *body = policy != NULL ? body_of(p, policy) : NULL;

	free(key);
	if (body == NULL)
		return false;
	*out = (struct preload_policy){ .text = BUF(TEXT_MAX) };
	out->policy.mode = sender_policy_named(text_of(
	    json_object_get(body, "mode")));
	copy_patterns(json_object_get(body, "mxs"), out);
	return true;
}

void
preload_policy_free(struct preload_policy *p)
{
	sts_policy_free(&p->policy);
	buf_free(&p->text);
}

void
preload_begin(struct jw *j, int64_t now, int64_t expires)
{
	jw_object(j, NULL);
	jw_time(j, "timestamp", now);
	jw_time(j, "expires", expires);
	jw_str(j, "author", "mtasts-check " MSGSEC_VERSION);
	jw_str(j, "version", "0.1");
	jw_object(j, "policy-aliases");
	jw_end(j);
	jw_object(j, "policies");
}

void
preload_add(struct jw *j, struct span domain, const struct sts_policy *policy)
{
	char *key = NULL;

	if (policy->mode == SENDER_POLICY_NONE)
		return;
	key = span_dup(domain);
	jw_object(j, key);
	jw_str(j, "mode", sts_mode_name(policy->mode));
	jw_array(j, "mxs");
	for (size_t i = 0; i < policy->mx.n; i++)
		/* "*.example.com" is ".example.com" there */
		jw_span(j, NULL, span_from(policy->mx.v[i],
		    span_starts(policy->mx.v[i], SPAN("*.")) ? 1 : 0));
	jw_end(j);
	jw_end(j);
	free(key);
}

void
preload_end(struct jw *j)
{
	jw_end(j);
	jw_end(j);
}
