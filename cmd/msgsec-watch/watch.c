/*
 * Records in, changes out. The memory is written when all of them are on
 * stdout: what could not be told is told the next time. Meanwhile it is
 * nobody else's, or two runs would tell the same, and one forget the other's.
 */
#include "msgsec-watch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "memory.h"
#include "run/run.h"
#include "sys/file.h"
#include "sys/jget.h"
#include "sys/rec.h"
#include "sys/say.h"

enum { STATE_MAX = 1 << 30, OUT_MAX = 1 << 30 };

struct watching {
	const struct watch_opts *o;
	struct run run;
	struct memory *memory;
	int state;			/* the file, locked; -1: not open */
	struct buf out;
	/* of the subject that is being told */
	const struct watched *subject;	/* a copy of its names */
	struct watched names;
	struct buf news, gone;		/* for JSON: items of arrays */
	enum severity worst;
	int news_status;	/* of the subjects that have been told */
	int status;
};

/* --- records in ----------------------------------------------------------- */

static enum severity
severity_of(const json_t *finding)
{
	int sev = SEV_FAIL;

	if (jget_true(finding, "ignored"))
		return SEV_INFO;
	while (sev > SEV_INFO && !span_eq(jget_span(finding, "severity"),
	    span_str(severity_name((enum severity)sev))))
		sev--;
	return (enum severity)sev;
}

/* Names are kept as strings: one is what stands in front of a NUL. */
static struct span
name(const json_t *object, const char *key)
{
	struct span s = jget_span(object, key);

	return span_first(s, span_chr(s, '\0'));
}

static void
take_finding(struct watching *w, struct watch_key k, const json_t *finding)
{
	enum severity sev = severity_of(finding);
	char *text = NULL;

	k.code = name(finding, "code");
	k.where = name(finding, "where");
	if (sev < SEV_WARN || k.code.n == 0)
		return;
	text = json_dumps(finding, JSON_COMPACT);
	if (text == NULL)
		mem_exhausted();
	memory_add(w->memory, &k, sev, span_str(text));
	free(text);
}

static void
take_member(struct watching *w, const struct watch_key *k,
    const json_t *findings)
{
	const json_t *f = NULL;
	bool uncertain = false;
	size_t i = 0;

	json_array_foreach(findings, i, f)
		uncertain |= severity_of(f) == SEV_UNKNOWN;
	memory_saw(w->memory, k, uncertain);
	json_array_foreach(findings, i, f)
		take_finding(w, *k, f);
}

/* What it is about; false for rows of reports and other things. */
static bool
subject_of(const json_t *record, struct watch_key *k)
{
	static const char *const kinds[] = { "domain", "endpoint", "message" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		k->kind = span_str(kinds[i]);
		k->subject = name(record, kinds[i]);
		if (k->subject.n > 0)
			return true;
	}
	return false;
}

static bool
take_record(struct watching *w, struct span text)
{
	json_t *record = json_loadb((const char *)text.p, text.n,
	    JSON_ALLOW_NUL, NULL);
	struct watch_key k = { .kind = SPAN("") };
	const char *tool = NULL;
	json_t *member = NULL;
	bool ok = false;

	if (record != NULL && subject_of(record, &k)) {
		json_object_foreach(record, tool, member) {
			const json_t *findings = json_object_get(member,
			    "findings");

			k.tool = span_str(tool);
			if (k.tool.n == 0 || !json_is_array(findings))
				continue;
			ok = true;
			take_member(w, &k, findings);
		}
	}
	json_decref(record);
	return ok;
}

static void
take_line(void *arg, struct span text, uint64_t line)
{
	struct watching *w = arg;

	if (take_record(w, text))
		return;
	say_error("line %" PRIu64 ": no record of a subject with findings",
	    line);
	w->status = exit_worse(w->status, EXIT_MALFORMED);
}

/* --- changes out ---------------------------------------------------------- */

static void
put_text(struct buf *out, enum watch_change c, const struct watched *w)
{
	json_t *finding = w->text != NULL ? json_loads(w->text,
	    JSON_ALLOW_NUL, NULL) : NULL;
	struct span text = jget_span(finding, "text");

	buf_printf(out, "  %s %s ", c == WATCH_NEW ? "new " : "gone",
	    severity_name(w->sev));
	utf8_clean(out, span_str(w->code));
	if (w->where[0] != '\0') {
		buf_str(out, " at ");
		utf8_clean(out, span_str(w->where));
	}
	buf_str(out, " (");
	utf8_clean(out, span_str(w->tool));
	buf_str(out, ")");
	if (text.n > 0) {
		buf_str(out, ": ");
		utf8_clean(out, text);
	}
	buf_byte(out, '\n');
	json_decref(finding);
}

/* The finding as it was, and whose it is. */
static void
put_json(struct watching *t, enum watch_change c, const struct watched *w)
{
	struct jw news = JW(&t->news), gone = JW(&t->gone);
	struct jw *j = &gone;

	news.comma = t->news.n > 0;
	gone.comma = t->gone.n > 0;
	if (c == WATCH_NEW) {
		jw_raw(&news, NULL, span_str(w->text));
		return;
	}
	jw_object(j, NULL);
	jw_str(j, "tool", w->tool);
	jw_str(j, "code", w->code);
	jw_str(j, "severity", severity_name(w->sev));
	jw_str(j, "where", w->where);
	jw_end(j);
}

/* News of one subject; a subject that is certain outranks one that is not. */
static int
status_of(enum severity worst, enum fail_on on)
{
	if (on == FAIL_ON_NEVER || worst == SEV_INFO)
		return EXIT_HOLDS;
	if (worst == SEV_UNKNOWN)
		return EXIT_UNKNOWN;
	return worst == SEV_FAIL || on == FAIL_ON_WARN ? EXIT_HOLDS_NOT :
	    EXIT_HOLDS;
}

static void
end_subject(struct watching *t)
{
	struct jw j = JW(&t->out);

	t->news_status = exit_worse(t->news_status,
	    status_of(t->worst, t->o->run.fail_on));
	if (t->subject != NULL && !t->run.text) {
		jw_object(&j, NULL);
		jw_str(&j, t->names.kind, t->names.subject);
		buf_str(&t->out, ",\"msgsec-watch\":");
		j.comma = false;
		run_member(&t->run, &j, "msgsec-watch/1", t->worst ==
		    SEV_INFO ? "pass" : severity_name(t->worst));
		buf_str(&t->out, ",\"gone\":[");
		buf_span(&t->out, buf_get0(&t->gone));
		buf_str(&t->out, "],\"findings\":[");
		buf_span(&t->out, buf_get0(&t->news));
		buf_byte(&t->out, ']');
		jw_end(&j);
		jw_end(&j);
		buf_byte(&t->out, '\n');
	}
	buf_reset(&t->news);
	buf_reset(&t->gone);
	free(t->names.kind);
	free(t->names.subject);
	t->names = (struct watched){ .kind = NULL };
	t->subject = NULL;
	t->worst = SEV_INFO;
}

static void
begin_subject(struct watching *t, const struct watched *w)
{
	t->names = (struct watched){ .kind = xstrdup(w->kind),
	    .subject = xstrdup(w->subject) };
	t->subject = &t->names;
	if (t->run.text) {
		utf8_clean(&t->out, span_str(w->subject));
		buf_byte(&t->out, '\n');
	}
}

static void
tell(void *arg, enum watch_change c, const struct watched *w)
{
	struct watching *t = arg;

	if (t->subject == NULL || strcmp(t->names.kind, w->kind) != 0 ||
	    strcmp(t->names.subject, w->subject) != 0) {
		end_subject(t);
		begin_subject(t, w);
	}
	if (c == WATCH_NEW && w->sev > t->worst)
		t->worst = w->sev;
	if (t->run.text)
		put_text(&t->out, c, w);
	else
		put_json(t, c, w);
}

/* --- the memory ----------------------------------------------------------- */

static bool
load(struct watching *t)
{
	struct buf text = BUF(STATE_MAX);
	enum file_result r = file_open_locked(t->o->state, O_RDWR | O_CREAT,
	    0600, &t->state);
	const char *why = NULL;

	if (r == FILE_OK)
		r = file_slurp_fd(t->state, STATE_MAX, &text);
	/* where it would be made there is no folder */
	t->status = r == FILE_ABSENT ? EXIT_CANNOT_CREATE : file_status(r);
	if (r != FILE_OK)
		why = file_why(r);
	else if (!memory_load(t->memory, buf_get0(&text), &why))
		t->status = EXIT_MALFORMED;
	if (t->status != EXIT_HOLDS)
		say_error("%s: %s", t->o->state, why);
	buf_free(&text);
	return t->status == EXIT_HOLDS;
}

static void
save(struct watching *t)
{
	struct buf text = BUF(STATE_MAX);
	struct file_out f;
	enum file_result r = FILE_TOO_BIG;

	memory_save(t->memory, &text);
	if (!text.over)
		r = file_out_open(&f, t->o->state, 0600);
	if (r == FILE_OK && !file_write_all(f.fd, buf_get0(&text))) {
		file_out_abort(&f);
		r = FILE_IO;
	} else if (r == FILE_OK) {
		r = file_out_commit(&f, true);
	}
	if (r != FILE_OK) {
		say_error("%s: %s", t->o->state, file_why(r));
		t->status = exit_worse(t->status, r == FILE_TOO_BIG ?
		    EXIT_CANNOT_CREATE : file_status(r));
	}
	buf_free(&text);
}

static bool
give_up_power(const struct watch_opts *o)
{
	char *folder = file_folder(o->state);
	const char *write[] = { folder, NULL };
	const struct sandbox want = { .write = write };
	bool ok = run_enter_sandbox(&want, o->run.sandbox);

	free(folder);
	return ok;
}

static void
compare(struct watching *t)
{
	memory_compare(t->memory, (unsigned)t->o->patience, tell, t);
	end_subject(t);
	if (t->out.over || t->news.over || t->gone.over) {
		say_error("there are too many changes");
		t->status = exit_worse(t->status, EXIT_CANNOT_CREATE);
	} else if (run_stdout(buf_get0(&t->out)) != EXIT_HOLDS) {
		t->status = exit_worse(t->status, EXIT_IO);
	} else {
		t->status = exit_worse(t->status, t->news_status);
		save(t);
	}
}

int
watch(const struct watch_opts *o)
{
	struct watching t = { .o = o, .state = -1, .out = BUF(OUT_MAX),
	    .news = BUF(OUT_MAX), .gone = BUF(OUT_MAX) };

	run_open_plain(&t.run, &o->run);
	if (!give_up_power(o))
		return EXIT_INTERNAL;
	t.memory = memory_new(env_seed(&t.run.env));
	if (load(&t)) {
		if (rec_each(STDIN_FILENO, take_line, &t)) {
			compare(&t);
		} else {
			say_error("stdin: %s", strerror(errno));
			t.status = EXIT_IO;
		}
	}
	if (t.state >= 0)
		close(t.state);
	memory_free(t.memory);
	buf_free(&t.out);
	buf_free(&t.news);
	buf_free(&t.gone);
	return t.status;
}
