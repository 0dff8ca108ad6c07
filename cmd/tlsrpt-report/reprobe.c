/*
 * reprobe: reports are read, the domains in them looked at by mtasts-check
 * and mstls-probe, and each failure is held against what they see. This
 * process itself has no network, and no file but unnamed ones.
 */
#include "tlsrpt-report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "look.h"
#include "report/parcel.h"
#include "report/retest.h"
#include "report/row.h"
#include "sys/file.h"
#include "sys/jget.h"
#include "sys/rec.h"
#include "sys/say.h"

enum { MEMBER_MAX = 8 << 20, SEEN_MAX = 4096 };

struct reprobe {
	const struct reprobe_opts *o;
	struct run run;
	struct look look;
	struct map *domains;	/* of those that are looked at: json_t, or
				   "pending" before */
	struct buf list;	/* a line each */
	bool over;		/* there are more of them */
	int status;
};

static int pending;

/* --- lines of our own files ----------------------------------------------- */

struct reading {
	void (*fn)(struct reprobe *p, json_t *record);
	struct reprobe *p;
};

static void
take_line(void *arg, struct span text, uint64_t line)
{
	struct reading *r = arg;
	json_t *record = json_loadb((const char *)text.p, text.n,
	    JSON_ALLOW_NUL, NULL);

	(void)line;
	if (record != NULL)
		r->fn(r->p, record);
	json_decref(record);
}

/* Hand on each record of the file; false with errno set. */
static bool
each_record(int fd, void (*fn)(struct reprobe *p, json_t *record),
    struct reprobe *p)
{
	struct reading r = { fn, p };

	return lseek(fd, 0, SEEK_SET) == 0 && rec_each(fd, take_line, &r);
}

static const json_t *
failure_of(const json_t *record)
{
	return json_object_get(json_object_get(record, "tlsrpt-report"),
	    "failure");
}

/* As the tools write it; false for what is no name to look at. */
static bool
domain_of(const json_t *record, struct buf *out)
{
	struct span s = jget_span(json_object_get(record, "report"),
	    "domain");

	if (span_ends(s, SPAN(".")))
		s.n--;
	buf_lower(out, s);
	return parcel_is_domain(s);
}

/* --- which domains -------------------------------------------------------- */

static void
take_domain(struct reprobe *p, json_t *record)
{
	struct buf domain = BUF(256);
	bool ok = json_is_object(failure_of(record)) &&
	    domain_of(record, &domain) &&
	    map_get0(p->domains, buf_get0(&domain)) == NULL;

	if (ok && map_count(p->domains) == (size_t)p->o->max_domains) {
		p->over = true;
	} else if (ok) {
		map_put(p->domains, buf_get0(&domain), &pending);
		buf_span(&p->list, buf_get0(&domain));
		buf_byte(&p->list, '\n');
	}
	buf_free(&domain);
}

static void
take_probe(struct reprobe *p, json_t *record)
{
	struct span domain = jget_span(record, "domain");

	if (map_get0(p->domains, domain) == &pending)
		map_put(p->domains, domain, json_incref(record));
}

static void
forget(void *value)
{
	if (value != &pending)
		json_decref(value);
}

/* --- rows out ------------------------------------------------------------- */

/* What "read" said of the row; that it has failures, this says better. */
static void
findings_of(const json_t *member, struct findings *fs)
{
	const json_t *f = NULL;
	size_t i = 0;

	json_array_foreach(json_object_get(member, "findings"), i, f) {
		enum finding_code code = finding_named(jget_span(f, "code"));
		struct span text = jget_span(f, "text");

		if (code == FINDING_CODES || code == F_TLSRPT_FAILURES)
			continue;
		/* the detail stands behind the code's own text and ": " */
		text = span_from(text, strlen(finding_info(code)->text) + 2);
		finding_add(fs, code, json_string_value(json_object_get(f,
		    "where")), "%.*s", (int)text.n, (const char *)text.p);
	}
}

/* The keys of the member that "read" wrote, but for those that are new. */
static void
put_old(struct jw *j, json_t *member)
{
	static const char *const renewed[] = {
		"schema", "version", "time", "verdict", "assumed", "findings"
	};
	const char *key = NULL;
	json_t *v = NULL;

	for (size_t i = 0; i < sizeof(renewed) / sizeof(renewed[0]); i++)
		json_object_del(member, renewed[i]);
	json_object_foreach(member, key, v) {
		char *text = json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY);

		if (text == NULL)
			mem_exhausted();
		jw_raw(j, key, span_str(text));
		free(text);
	}
}

static void
put_json(struct reprobe *p, json_t *record, enum retest r, struct span seen,
    const struct findings *fs, struct buf *out)
{
	const json_t *report = json_object_get(record, "report");
	struct buf member = BUF(MEMBER_MAX);
	struct jw j = JW(&member);
	struct row_head head = { .org = jget_span(report, "org"),
	    .id = jget_span(report, "id"),
	    .domain = jget_span(report, "domain"),
	    .n = (uint64_t)json_integer_value(json_object_get(record, "n")) };

	head.dated = date_parse(jget_span(report, "begin"), &head.begin) &&
	    date_parse(jget_span(report, "end"), &head.end);
	run_member(&p->run, &j, "tlsrpt-report/1", findings_verdict(fs));
	put_old(&j, json_object_get(record, "tlsrpt-report"));
	jw_object(&j, "reprobe");
	jw_str(&j, "result", retest_name(r));
	jw_some(&j, "seen", seen);
	jw_end(&j);
	jw_findings(&j, "findings", fs);
	jw_end(&j);
	row_write(&head, "tlsrpt-report", buf_get0(&member), out);
	buf_free(&member);
}

static void
put_text(const json_t *record, enum retest r, struct span seen,
    struct buf *out)
{
	const json_t *f = failure_of(record);
	struct span ip = jget_span(f, "receiving_ip");
	struct span host = jget_span(f, "receiving_mx_hostname");

	utf8_clean(out, jget_span(json_object_get(record, "report"),
	    "domain"));
	buf_printf(out, ": %lld ", (long long)json_integer_value(
	    json_object_get(f, "failed_session_count")));
	utf8_clean(out, jget_span(f, "result_type"));
	buf_str(out, host.n + ip.n > 0 ? " at " : "");
	utf8_clean(out, host);
	if (ip.n > 0) {
		buf_str(out, host.n > 0 ? " [" : "[");
		utf8_clean(out, ip);
		buf_str(out, "]");
	}
	buf_printf(out, ": %s", retest_name(r));
	if (seen.n > 0) {
		buf_str(out, " (");
		utf8_clean(out, seen);
		buf_str(out, ")");
	}
	buf_byte(out, '\n');
}

static void
put_failure(struct reprobe *p, json_t *record, struct buf *out)
{
	static const enum finding_code codes[] = {
		[RETEST_REPRODUCED] = F_TLSRPT_REPRODUCED,
		[RETEST_FIXED] = F_TLSRPT_FIXED,
		[RETEST_NOT_REPRODUCED] = F_TLSRPT_NOT_REPRODUCED,
		[RETEST_UNKNOWN] = F_TLSRPT_NOT_LOOKED_AT,
	};
	struct findings fs = { 0 };
	struct buf domain = BUF(256), seen = BUF(SEEN_MAX);
	const json_t *now = NULL;
	enum retest r = RETEST_UNKNOWN;

	if (domain_of(record, &domain))
		now = map_get0(p->domains, buf_get0(&domain));
	r = retest_judge(record, (const void *)now == &pending ? NULL : now,
	    &seen);
	findings_of(json_object_get(record, "tlsrpt-report"), &fs);
	finding_add(&fs, codes[r], NULL, "%.*s", (int)seen.n,
	    (const char *)seen.p);
	p->status = exit_worse(p->status, run_grade(&p->o->run, &fs));
	if (p->run.text)
		put_text(record, r, buf_get0(&seen), out);
	else
		put_json(p, record, r, buf_get0(&seen), &fs, out);
	buf_free(&domain);
	buf_free(&seen);
	findings_free(&fs);
}

/* What is no report: as "read" says it, whose status stands for it. */
static void
put_none(struct reprobe *p, const json_t *record, struct buf *out)
{
	const json_t *member = json_object_get(record, "tlsrpt-report");
	const char *file = json_string_value(json_object_get(member, "file"));
	struct findings fs = { 0 };

	findings_of(member, &fs);
	p->status = exit_worse(p->status, run_grade(&p->o->run, &fs));
	row_none(&p->run, "tlsrpt-report", "tlsrpt-report/1",
	    file != NULL ? file : "", &fs, out);
	findings_free(&fs);
}

static void
put_row(struct reprobe *p, json_t *record)
{
	struct buf out = BUF(2 * MEMBER_MAX);

	if (json_is_object(failure_of(record)))
		put_failure(p, record, &out);
	else if (json_integer_value(json_object_get(record, "n")) == 0)
		put_none(p, record, &out);
	if (p->status != EXIT_IO &&
	    run_stdout(buf_get0(&out)) != EXIT_HOLDS)
		p->status = EXIT_IO;
	buf_free(&out);
}

/* --- the verb ------------------------------------------------------------- */

static bool
look(struct reprobe *p)
{
	int list = p->look.fd[LOOK_DOMAINS];

	if (!each_record(p->look.fd[LOOK_ROWS], take_domain, p))
		return false;
	if (p->over)
		say_warn("there are more than %d domains: the others are not "
		    "looked at (--max-domains)", p->o->max_domains);
	if (map_count(p->domains) == 0)
		return true;
	if (!file_write_all(list, buf_get0(&p->list)))
		return false;
	p->status = exit_worse(p->status, look_run(&p->look));
	return each_record(p->look.fd[LOOK_PROBES], take_probe, p);
}

static int
reprobe(struct reprobe *p, const struct opt_list *operands)
{
	static const struct sandbox nothing = { 0 };

	p->status = look_open(&p->look, p->o);
	if (p->status == EXIT_HOLDS)
		p->status = look_read(&p->look, p->o, operands);
	if (p->look.probe.pid <= 0)
		return p->status;
	if (!run_enter_sandbox(&nothing, p->o->run.sandbox))
		return EXIT_INTERNAL;
	p->domains = map_new(env_seed(&p->run.env));
	p->list = BUF((size_t)p->o->max_domains * 256);
	if (!look(p) || !each_record(p->look.fd[LOOK_ROWS], put_row, p)) {
		say_error("%s: %s", file_temp_dir(), strerror(errno));
		p->status = exit_worse(p->status, EXIT_IO);
	}
	map_free(p->domains, forget);
	buf_free(&p->list);
	return p->status;
}

int
reprobe_main(int argc, char **argv)
{
	static const char *const areas[] = { "report", "tlsrpt", "run", NULL };
	struct reprobe_opts o = { .run = RUN_OPTS_DEFAULT, .max_size = 64,
	    .max_domains = MAX_DOMAINS };
	struct reprobe p = { .o = &o };
	struct opt_result res;
	int status = EXIT_HOLDS;

	if (opt_parse(&reprobe_spec, argc, argv, &o, &res) == OPT_END)
		return opt_end(&res);
	if (o.run.list_codes)
		return run_print_codes(areas, &res);
	if (o.run.record != NULL ||
	    (res.operands.n == 0 && isatty(STDIN_FILENO))) {
		opt_wrong(&reprobe_spec, &res, "%s", o.run.record != NULL ?
		    "two programs ask the DNS here: record it with theirs" :
		    "stdin is a terminal: name a report");
		return opt_end(&res);
	}
	run_speak("tlsrpt-report", &o.run);
	run_open_plain(&p.run, &o.run);
	status = reprobe(&p, &res.operands);
	look_close(&p.look);
	opt_result_free(&res);
	return status;
}
