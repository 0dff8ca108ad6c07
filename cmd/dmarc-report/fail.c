/*
 * failure: a report by mail for each message that failed DMARC, to those that
 * ask for such (RFC 9991). What it shows of the message is its header,
 * redacted (RFC 6590), never the body.
 */
#include "dmarc-report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/dmarc.h"
#include "base/map.h"
#include "base/mem.h"
#include "fail_mail.h"
#include "origin.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/jget.h"
#include "sys/rec.h"
#include "sys/say.h"
#include "whom.h"

enum { TEXT_MAX = 64 << 10, MAIL_MAX = 128 << 20, KEY_MAX = 4096 };

struct failing {
	const struct fail_opts *o;
	struct run run;
	struct whom whom;
	struct redact redact;
	struct buf key;
	struct origin *origin;
	struct map *sent;		/* size_t, by domain */
	size_t written, kept_back;
	uint64_t line;
	int status;
};

static void
wrong(struct failing *f, int status, const char *why)
{
	say_error("line %" PRIu64 ": %s", f->line, why);
	f->status = exit_worse(f->status, status);
}

/* --- whether one is wanted ------------------------------------------------ */

static bool
any_dkim_failed(const json_t *signatures)
{
	const json_t *s = NULL;
	size_t i = 0;

	json_array_foreach(signatures, i, s)
		if (!span_eq(jget_span(s, "result"), SPAN("pass")))
			return true;
	return false;
}

/* fo (RFC 9989 section 4.7): "0" unless others are listed. */
static bool
is_asked_for(struct span fo, const json_t *member)
{
	const json_t *align = json_object_get(json_object_get(member,
	    "dmarc"), "alignment");
	bool dkim = jget_true(align, "dkim"), spf = jget_true(align, "spf");
	struct span result = jget_span(json_object_get(member, "spf"),
	    "result");

	return (span_list_has(fo, ':', SPAN("0")) && !dkim && !spf) ||
	    (span_list_has(fo, ':', SPAN("1")) && (!dkim || !spf)) ||
	    (span_list_has(fo, ':', SPAN("d")) &&
	    any_dkim_failed(json_object_get(member, "dkim"))) ||
	    (span_list_has(fo, ':', SPAN("s")) &&
	    (span_eq(result, SPAN("fail")) ||
	    span_eq(result, SPAN("softfail"))));
}

/* Who wants them: nobody where it is a public suffix (RFC 9991 section 2). */
static void
addresses(struct failing *f, struct span domain, const json_t *member,
    struct buf *to)
{
	struct dns_name name;
	const struct dmarc_point *p = NULL;
	const struct dmarc_record *r = NULL;

	if (!dns_name_parse(domain, &name))
		return;
	p = dmarc_point_get0(f->whom.ctx, &name);
	r = dmarc_point_record0(p);
	if (dns_failed(p->status))
		wrong(f, EXIT_UNKNOWN, "who wants a report could not be "
		    "found out");
	if (r == NULL || r->psd == DMARC_PSD_Y ||
	    !is_asked_for(r->fo, member))
		return;
	for (size_t i = 0; i < r->ruf.n; i++)
		if (r->ruf.v[i].valid && r->ruf.v[i].mailto)
			whom_add(&f->whom, domain, r->ruf.v[i].text, to);
	f->status = exit_worse(f->status, f->whom.status);
}

/* No domain is flooded, whoever sends mail in its name. */
static bool
is_within_limit(struct failing *f, struct span domain)
{
	size_t *n = map_get0(f->sent, domain);

	if (n == NULL) {
		n = xcalloc(1, sizeof(*n));
		map_put(f->sent, domain, n);
	}
	f->kept_back += *n >= (size_t)f->o->max_reports;
	return *n < (size_t)f->o->max_reports && ++*n > 0;
}

/* --- the report ----------------------------------------------------------- */

static void
save(struct failing *f, struct span domain, struct span octets,
    uint64_t seed)
{
	struct span who = report_name_part(fail_submitter(f->o));
	struct span part = report_name_part(domain);
	char *path = xasprintf("%s/%.*s!%.*s!%016" PRIx64 ".eml",
	    f->o->output, (int)who.n, (const char *)who.p, (int)part.n,
	    (const char *)part.p, seed);
	struct file_out out;
	enum file_result r = file_out_open(&out, path, 0644);

	if (r == FILE_OK && !file_write_all(out.fd, octets)) {
		file_out_abort(&out);
		r = FILE_IO;
	} else if (r == FILE_OK) {
		r = file_out_commit(&out, false);
	}
	if (r != FILE_OK)
		say_error("%s: %s", path, file_why(r));
	f->written += r == FILE_OK;
	f->status = exit_worse(f->status, file_status(r));
	free(path);
}

static bool
read_header(struct failing *f, const json_t *record, struct buf *out)
{
	json_int_t n = json_integer_value(json_object_get(record, "n"));
	struct buf header = BUF(MAIL_MAX / 2);
	const char *why = NULL;
	int status = EXIT_HOLDS;
	bool ok = origin_header(f->origin, jget_span(record, "message"),
	    n > 0 ? (uint64_t)n : 0, &header, &why, &status);

	if (ok)
		redact_header(&f->redact, buf_get0(&header), out);
	else
		wrong(f, status, why);
	buf_free(&header);
	return ok;
}

static void
report_on(struct failing *f, const json_t *record, const json_t *member)
{
	struct span domain = jget_span(json_object_get(member, "dmarc"),
	    "domain");
	struct buf to = BUF(TEXT_MAX), header = BUF(MAIL_MAX / 2),
	    mail = BUF(MAIL_MAX);
	uint64_t seed = env_seed(&f->run.env);
	const struct fail_mail parts = { f->o, &f->run.env, &f->redact };

	addresses(f, domain, member, &to);
	if (to.n > 0 && is_within_limit(f, domain) &&
	    read_header(f, record, &header)) {
		fail_mail_write(&parts, member, buf_get0(&to),
		    buf_get0(&header), seed, &mail);
		if (header.over || mail.over)
			wrong(f, EXIT_CANNOT_CREATE, "the report is too large");
		else
			save(f, domain, buf_get0(&mail), seed);
	}
	buf_free(&to);
	buf_free(&header);
	buf_free(&mail);
}

static void
take_record(void *arg, struct span text, uint64_t line)
{
	struct failing *f = arg;
	json_t *record = json_loadb((const char *)text.p, text.n,
	    JSON_ALLOW_NUL, NULL);
	const json_t *member = json_object_get(record, "dmarc-verify");
	const json_t *dmarc = json_object_get(member, "dmarc");

	f->line = line;
	if (!span_eq(jget_span(member, "schema"),
	    SPAN("dmarc-verify-message/1")))
		wrong(f, EXIT_MALFORMED, "no record of a message by "
		    "dmarc-verify");
	else if (json_is_object(json_object_get(dmarc, "published")) &&
	    (span_eq(jget_span(dmarc, "result"), SPAN("pass")) ||
	    span_eq(jget_span(dmarc, "result"), SPAN("fail"))) &&
	    parcel_is_domain(jget_span(dmarc, "domain")))
		report_on(f, record, member);
	json_decref(record);
}

/* --- the verb ------------------------------------------------------------- */

/* Without one, the codes of this run are like those of no other. */
static bool
open_key(struct failing *f)
{
	enum file_result r = FILE_OK;

	f->key = BUF(KEY_MAX);
	if (f->o->redact_key != NULL) {
		r = file_slurp_key(f->o->redact_key, KEY_MAX, &f->key);
		if (r != FILE_OK || f->key.n == 0) {
			say_error("%s: %s", f->o->redact_key, r != FILE_OK ?
			    file_why(r) : "it is empty");
			return false;
		}
	} else {
		for (int i = 0; i < 4; i++)
			buf_u64(&f->key, env_seed(&f->run.env));
	}
	f->redact = (struct redact){ .off = f->o->no_redact,
	    .key = buf_get0(&f->key) };
	return true;
}

static bool
give_up_power(const struct failing *f)
{
	const char *read[] = { f->o->messages, NULL };
	const char *write[] = { f->o->output, NULL };
	const struct sandbox want = { .read = read, .write = write,
	    .network = run_is_live(&f->o->run) };

	return run_enter_sandbox(&want, f->o->run.sandbox);
}

static int
fail_all(struct failing *f)
{
	f->origin = origin_open(f->o->messages);
	if (f->origin == NULL) {
		say_error("%s: %s", f->o->messages, strerror(errno));
		return EXIT_NO_INPUT;
	}
	if (!open_key(f))
		return EXIT_NO_INPUT;
	if (!give_up_power(f))
		return EXIT_INTERNAL;
	f->whom = whom_new(&f->run.env);
	f->sent = map_new(env_seed(&f->run.env));
	if (!rec_each(STDIN_FILENO, take_record, f)) {
		say_error("stdin: %s", strerror(errno));
		f->status = exit_worse(f->status, EXIT_IO);
	}
	if (f->kept_back > 0)
		say_warn("%zu messages have no report: of their domains "
		    "there are not more than %d (--max-reports)",
		    f->kept_back, f->o->max_reports);
	say_detail("%zu reports written", f->written);
	map_free(f->sent, free);
	whom_free(&f->whom);
	return f->status;
}

int
failure_main(int argc, char **argv)
{
	struct fail_opts o = { .run = RUN_OPTS_DEFAULT, .max_reports = 10 };
	struct failing f = { .o = &o };
	struct opt_result res;
	const char *wrong_use = NULL;
	int status = EXIT_HOLDS;

	if (opt_parse(&failure_spec, argc, argv, &o, &res) == OPT_END)
		return opt_end(&res);
	wrong_use = res.operands.n > 0 ? "records come by stdin" :
	    isatty(STDIN_FILENO) ?
	    "stdin is a terminal: give records of dmarc-verify" :
	    fail_opts_wrong0(&o);
	if (wrong_use != NULL) {
		opt_wrong(&failure_spec, &res, "%s", wrong_use);
		return opt_end(&res);
	}
	opt_result_free(&res);
	run_speak("dmarc-report", &o.run);
	status = run_open(&f.run, &o.run, false);
	if (status != EXIT_HOLDS)
		return status;
	status = fail_all(&f);
	buf_free_wipe(&f.key);
	origin_free(f.origin);
	return run_close(&f.run, status);
}
