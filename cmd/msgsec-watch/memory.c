/* Findings from run to run; see memory.h. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "sys/jget.h"
#include "sys/jw.h"

#define STATE "msgsec-watch-state/1"

enum { KEY_MAX = 4 << 20, RUNS_MAX = 1000 };

/* Of a member in this run. */
static int certain, uncertain_;

struct memory {
	struct {
		struct watched **v;
		size_t n, cap;
	} all;
	struct map *by_key;	/* struct watched */
	struct map *members;	/* &certain or &uncertain_ */
};

struct memory *
memory_new(uint64_t seed)
{
	struct memory *m = xcalloc(1, sizeof(*m));

	m->by_key = map_new(seed);
	m->members = map_new(seed);
	return m;
}

static void
watched_free(struct watched *w)
{
	free(w->kind);
	free(w->subject);
	free(w->tool);
	free(w->code);
	free(w->where);
	free(w->text);
	free(w);
}

void
memory_free(struct memory *m)
{
	for (size_t i = 0; i < m->all.n; i++)
		watched_free(m->all.v[i]);
	free(m->all.v);
	map_free(m->by_key, NULL);
	map_free(m->members, NULL);
	free(m);
}

static void
put_member(const struct watch_key *k, struct buf *out)
{
	buf_counted(out, k->kind);
	buf_counted(out, k->subject);
	buf_counted(out, k->tool);
}

/* The one of that name, made if need be. */
static struct watched *
watched_of(struct memory *m, const struct watch_key *k)
{
	struct buf key = BUF(KEY_MAX);
	struct watched *w = NULL;

	put_member(k, &key);
	buf_counted(&key, k->code);
	buf_counted(&key, k->where);
	w = map_get0(m->by_key, buf_get0(&key));
	if (w == NULL) {
		w = xcalloc(1, sizeof(*w));
		*w = (struct watched){ .kind = span_dup(k->kind),
		    .subject = span_dup(k->subject),
		    .tool = span_dup(k->tool), .code = span_dup(k->code),
		    .where = span_dup(k->where) };
		map_put(m->by_key, buf_get0(&key), w);
		*VEC_PUSH(&m->all) = w;
	}
	buf_free(&key);
	return w;
}

/* --- this run ------------------------------------------------------------- */

/* Twice in a run: where one of them is uncertain, it is. */
void
memory_saw(struct memory *m, const struct watch_key *k, bool uncertain)
{
	struct buf key = BUF(KEY_MAX);

	put_member(k, &key);
	if (map_get0(m->members, buf_get0(&key)) != &uncertain_)
		map_put(m->members, buf_get0(&key),
		    uncertain ? &uncertain_ : &certain);
	buf_free(&key);
}

void
memory_add(struct memory *m, const struct watch_key *k, enum severity sev,
    struct span text)
{
	struct watched *w = watched_of(m, k);

	/* twice in a run: the worse one counts */
	if (w->text != NULL && sev <= w->now)
		return;
	free(w->text);
	w->text = span_dup(text);
	w->now = sev;
}

static int
by_name(const void *a, const void *b)
{
	const struct watched *x = *(struct watched *const *)a;
	const struct watched *y = *(struct watched *const *)b;
	int order = strcmp(x->kind, y->kind);

	order = order ? order : strcmp(x->subject, y->subject);
	order = order ? order : strcmp(x->tool, y->tool);
	order = order ? order : strcmp(x->code, y->code);
	return order ? order : strcmp(x->where, y->where);
}

/*
 * It is there in this run. What is unknown for a while leaves what was known
 * of it as it was.
 */
static bool
is_news(struct watched *w, unsigned patience)
{
	bool unknown = w->now == SEV_UNKNOWN;

	if (!unknown)
		w->runs = 0;
	else if (w->runs < RUNS_MAX)
		w->runs++;
	if (unknown && w->runs < patience) {
		if (w->sev == SEV_INFO)
			w->sev = SEV_UNKNOWN;
		return false;
	}
	/* it has become worse: that is new */
	w->told &= w->now <= w->sev;
	w->sev = w->now;
	return !w->told;
}

/* Whether it is to be kept; *changed, and how. */
static bool
compare_one(struct memory *m, struct watched *w, unsigned patience,
    bool *changed, enum watch_change *c)
{
	const struct watch_key k = { span_str(w->kind),
	    span_str(w->subject), span_str(w->tool), { NULL, 0 },
	    { NULL, 0 } };
	struct buf key = BUF(KEY_MAX);
	const int *member = NULL;

	put_member(&k, &key);
	member = map_get0(m->members, buf_get0(&key));
	buf_free(&key);
	*changed = false;
	if (w->text != NULL) {
		*c = WATCH_NEW;
		*changed = is_news(w, patience);
		w->told |= *changed;
		return true;
	}
	if (member == NULL || (member == &uncertain_ && w->told))
		return true;
	*c = WATCH_GONE;
	*changed = w->told;
	return false;
}

void
memory_compare(struct memory *m, unsigned patience,
    void (*fn)(void *, enum watch_change, const struct watched *), void *arg)
{
	size_t kept = 0;

	if (m->all.n > 0)
		qsort(m->all.v, m->all.n, sizeof(*m->all.v), by_name);
	for (size_t i = 0; i < m->all.n; i++) {
		struct watched *w = m->all.v[i];
		enum watch_change c = WATCH_NEW;
		bool changed = false;
		bool keep = compare_one(m, w, patience, &changed, &c);

		if (changed)
			fn(arg, c, w);
		if (keep)
			m->all.v[kept++] = w;
		else
			watched_free(w);
	}
	m->all.n = kept;
	map_clear(m->by_key, NULL);
}

/* --- from run to run ------------------------------------------------------ */

void
memory_save(const struct memory *m, struct buf *out)
{
	buf_str(out, "{\"schema\":\"" STATE "\"}\n");
	for (size_t i = 0; i < m->all.n; i++) {
		const struct watched *w = m->all.v[i];
		struct jw j = JW(out);

		jw_object(&j, NULL);
		jw_str(&j, "kind", w->kind);
		jw_str(&j, "subject", w->subject);
		jw_str(&j, "tool", w->tool);
		jw_str(&j, "code", w->code);
		jw_str(&j, "where", w->where);
		jw_str(&j, "severity", severity_name(w->sev));
		jw_int(&j, "runs", w->runs);
		jw_bool(&j, "told", w->told);
		jw_end(&j);
		buf_byte(out, '\n');
	}
}

static bool
load_one(struct memory *m, const json_t *line)
{
	const struct watch_key k = { jget_span(line, "kind"),
	    jget_span(line, "subject"), jget_span(line, "tool"),
	    jget_span(line, "code"), jget_span(line, "where") };
	json_int_t runs = json_integer_value(json_object_get(line, "runs"));
	struct watched *w = NULL;
	int sev = SEV_WARN;

	while (sev <= SEV_FAIL && !span_eq(jget_span(line, "severity"),
	    span_str(severity_name((enum severity)sev))))
		sev++;
	if (sev > SEV_FAIL || k.kind.n == 0 || k.subject.n == 0 ||
	    k.tool.n == 0 || k.code.n == 0 || runs < 0 || runs > RUNS_MAX)
		return false;
	w = watched_of(m, &k);
	w->sev = (enum severity)sev;
	w->runs = (unsigned)runs;
	w->told = jget_true(line, "told");
	return true;
}

bool
memory_load(struct memory *m, struct span text, const char **why)
{
	struct span line = { NULL, 0 };
	bool ok = true;

	for (bool first = true; ok && text.n > 0; first = false) {
		json_t *o = NULL;

		/* the last line ends, or somebody has cut it */
		ok = span_chr(text, '\n') < text.n;
		span_split(&text, '\n', &line);
		if (ok)
			o = json_loadb((const char *)line.p, line.n, 0, NULL);
		ok = o != NULL && (first ? span_eq(jget_span(o, "schema"),
		    SPAN(STATE)) : load_one(m, o));
		json_decref(o);
	}
	*why = "it is not what an earlier run has left";
	return ok;
}
