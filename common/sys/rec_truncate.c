/* Making a member fit its line; see rec.h. */
#include "sys/rec.h"

#include <jansson.h>
#include <string.h>

#include "base/mem.h"
#include "sys/jw.h"

static size_t
size_of(const json_t *v)
{
	return json_dumpb(v, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY);
}

static bool
is_kept(const char *key)
{
	static const char *const kept[] = {
		"schema", "version", "time", "verdict", "assumed",
		"findings", "truncated",
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strcmp(key, kept[i]) == 0)
			return true;
	return false;
}

/* The key of the largest detail, or NULL when none is left to cut. */
static const char *
largest(json_t *member)
{
	const char *key = NULL, *found = NULL;
	json_t *value = NULL;
	size_t most = 0;

	json_object_foreach(member, key, value) {
		/* an empty array or null has nothing to give */
		size_t n = is_kept(key) || json_is_null(value) ||
		    (json_is_array(value) && json_array_size(value) == 0) ?
		    0 : size_of(value);

		if (n > most) {
			most = n;
			found = key;
		}
	}
	return found;
}

/* Arrays keep their first half; all else becomes absent. */
static void
cut(json_t *member, const char *key)
{
	json_t *value = json_object_get(member, key);
	size_t n = json_is_array(value) ? json_array_size(value) : 0;

	if (n == 0) {
		json_object_del(member, key);
		return;
	}
	for (size_t i = n; i > n / 2; i--)
		json_array_remove(value, i - 1);
}

/* Remove the last finding of the mildest severity that is there. */
static bool
cut_finding(json_t *findings)
{
	static const char *const order[] = {
		"info", "warn", "unknown", "fail"
	};

	for (size_t s = 0; s < sizeof(order) / sizeof(order[0]); s++)
		for (size_t i = json_array_size(findings); i > 0; i--) {
			const json_t *f = json_array_get(findings, i - 1);
			const char *sev = json_string_value(
			    json_object_get(f, "severity"));

			if (sev == NULL || strcmp(sev, order[s]) != 0)
				continue;
			json_array_remove(findings, i - 1);
			return true;
		}
	return false;
}

/* The finding record.truncated as JSON text. */
static void
truncated_text(struct buf *out)
{
	struct findings fs = { 0 };
	struct jw j = JW(out);

	finding_add(&fs, F_RECORD_TRUNCATED, NULL, NULL);
	jw_findings(&j, NULL, &fs);
	findings_free(&fs);
}

static bool
shrink(json_t *member, size_t max)
{
	const char *key = NULL;

	while (size_of(member) > max) {
		if ((key = largest(member)) != NULL)
			cut(member, key);
		else if (!cut_finding(json_object_get(member, "findings")))
			return false;
	}
	return true;
}

/* The finding that says so is never cut: it is added when all is done. */
static bool
mark_and_shrink(json_t *member, size_t max)
{
	struct buf text = BUF(4096);
	json_t *more = NULL;
	bool ok = false;

	truncated_text(&text);
	more = json_loadb((const char *)text.p, text.n,
	    JSON_ALLOW_NUL, NULL);
	if (more == NULL ||
	    json_object_set_new(member, "truncated", json_true()) != 0)
		mem_exhausted();
	ok = shrink(member, max > text.n ? max - text.n : 0);
	json_array_extend(json_object_get(member, "findings"), more);
	json_decref(more);
	buf_free(&text);
	return ok;
}

static int
append(const char *p, size_t n, void *arg)
{
	buf_add(arg, p, n);
	return 0;
}

bool
rec_truncate(struct span member, size_t max, struct buf *out)
{
	json_t *v = NULL;
	bool ok = false;

	if (member.n <= max) {
		buf_span(out, member);
		return true;
	}
	v = json_loadb((const char *)member.p, member.n,
	    JSON_ALLOW_NUL, NULL);
	if (json_is_object(v) && mark_and_shrink(v, max))
		ok = json_dump_callback(v, append, out, JSON_COMPACT) == 0;
	json_decref(v);
	return ok;
}
