/*
 * make: records of dmarc-verify to aggregate reports. All records are counted
 * first; reports are written when the input has ended.
 */
#include "dmarc-report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "report/mail_tally.h"
#include "report/making.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/jget.h"
#include "sys/rec.h"
#include "sys/say.h"
#include "whom.h"

enum { XML_MAX = 512 << 20, TEXT_MAX = 8192 };

struct making {
	struct make_opts *o;
	struct run run;
	struct whom whom;		/* with --mail */
	struct mail_tally *tally;
	uint64_t counted, passed_over;
	size_t written;
	int status;
};

/* --- records in ----------------------------------------------------------- */

static struct span
domain_of(struct span address)
{
	size_t at = span_rchr(address, '@');

	return span_from(address, at < address.n ? at + 1 : 0);
}

/* rua is an array; the tally wants one text. */
static void
read_policy(const json_t *dmarc, struct buf *rua, struct mail_tally_policy *p)
{
	const json_t *published = json_object_get(dmarc, "published");
	const json_t *list = json_object_get(published, "rua");
	const json_t *uri = NULL;
	size_t i = 0;

	*p = (struct mail_tally_policy){
		.domain = jget_span(dmarc, "domain"),
		.p = jget_span(published, "p"),
		.sp = jget_span(published, "sp"),
		.np = jget_span(published, "np"),
		.adkim = jget_span(published, "adkim"),
		.aspf = jget_span(published, "aspf"),
		.fo = jget_span(published, "fo"),
		.testing = jget_true(published, "testing"),
	};
	json_array_foreach(list, i, uri) {
		if (i > 0)
			buf_byte(rua, ',');
		buf_span(rua, jget_text(uri));
	}
	p->rua = buf_get0(rua);
}

/*
 * What passed first: RFC 9990 section 3.1.3 wants no more than 100. A
 * signature that lacks a tag has not all that a report has to say of it.
 */
static void
read_signatures(const json_t *list, struct mail_tally_one *m)
{
	const json_t *s = NULL;
	size_t i = 0;

	for (int passing = 1; passing >= 0; passing--) {
		json_array_foreach(list, i, s) {
			struct mail_tally_dkim d = { jget_span(s, "domain"),
			    jget_span(s, "selector"), jget_span(s, "result") };

			if (span_eq(d.result, SPAN("pass")) == passing &&
			    d.domain.n > 0 && d.selector.n > 0 &&
			    d.result.n > 0 && m->n < MAIL_TALLY_RESULTS_MAX)
				m->signatures[m->n++] = d;
		}
	}
}

/* RFC 9990 appendix A: "pass" where a policy that enforces passed. */
static void
read_disposition(const json_t *dmarc, struct mail_tally_one *m)
{
	bool pass = span_eq(jget_span(dmarc, "result"), SPAN("pass"));
	struct span policy = jget_span(dmarc, "policy");

	m->disposition = jget_span(dmarc, "disposition");
	if (pass && policy.n > 0 && !span_eq(policy, SPAN("none")))
		m->disposition = SPAN("pass");
	else if (!pass && m->policy.testing &&
	    !span_eq(policy, m->disposition))
		m->reason = SPAN("policy_test_mode");
}

static bool
read_time(const json_t *member, const json_t *envelope, int64_t *out)
{
	return date_parse(jget_span(envelope, "received_at"), out) ||
	    date_parse(jget_span(member, "time"), out);
}

/* False for what is nothing to report: no policy applied, no client. */
static bool
read_member(const json_t *member, struct buf *rua, struct mail_tally_one *m)
{
	const json_t *dmarc = json_object_get(member, "dmarc");
	const json_t *envelope = json_object_get(member, "envelope");
	const json_t *align = json_object_get(dmarc, "alignment");
	const json_t *spf = json_object_get(member, "spf");

	*m = (struct mail_tally_one){ .ip = jget_span(envelope, "ip"),
	    .header_from = jget_span(member, "from"),
	    .envelope_from = domain_of(jget_span(envelope, "mail_from")) };
	read_policy(dmarc, rua, &m->policy);
	if (!json_is_object(json_object_get(dmarc, "published")) ||
	    !parcel_is_domain(m->policy.domain) || m->ip.n == 0 ||
	    !read_time(member, envelope, &m->at))
		return false;
	m->dkim = jget_true(align, "dkim");
	m->spf = jget_true(align, "spf");
	read_disposition(dmarc, m);
	read_signatures(json_object_get(member, "dkim"), m);
	if (span_eq(jget_span(spf, "scope"), SPAN("mfrom"))) {
		m->spf_domain = jget_span(spf, "domain");
		m->spf_result = jget_span(spf, "result");
	}
	return true;
}

static void
take_record(void *arg, struct span text, uint64_t line)
{
	struct making *m = arg;
	json_t *record = json_loadb((const char *)text.p, text.n,
	    JSON_ALLOW_NUL, NULL);
	const json_t *member = json_object_get(record, "dmarc-verify");
	struct buf rua = BUF(TEXT_MAX);
	struct mail_tally_one mail;

	if (!span_eq(jget_span(member, "schema"),
	    SPAN("dmarc-verify-message/1"))) {
		say_error("line %" PRIu64 ": no record of a message by "
		    "dmarc-verify", line);
		m->status = exit_worse(m->status, EXIT_MALFORMED);
	} else if (read_member(member, &rua, &mail)) {
		mail_tally_add(m->tally, &mail);
		m->counted++;
	} else {
		m->passed_over++;
	}
	buf_free(&rua);
	json_decref(record);
}

/* --- reports out ---------------------------------------------------------- */

/* The mailto destinations that may have it, as a To field lists them. */
static void
destinations(struct making *m, const struct mail_tally_report *r,
    struct buf *to)
{
	struct span rest = r->rua, uri = { NULL, 0 };

	while (rest.n > 0 && span_split(&rest, ',', &uri))
		whom_add(&m->whom, r->domain, uri, to);
	m->status = exit_worse(m->status, m->whom.status);
}

static void
write_one(struct making *m, struct made *made,
    const struct mail_tally_report *r)
{
	struct buf to = BUF(TEXT_MAX), text = BUF(TEXT_MAX),
	    why = BUF(TEXT_MAX);
	int status = EXIT_HOLDS;

	if (m->o->mail)
		destinations(m, r, &to);
	buf_printf(&text, "A DMARC aggregate report about %.*s is attached: "
	    "%" PRIu64 " messages.\r\n", (int)r->domain.n,
	    (const char *)r->domain.p, r->messages);
	made->to = buf_get0(&to);
	made->text = buf_get0(&text);
	if (!m->o->mail || to.n > 0) {
		status = made_write(m->o, &m->run.env, made,
		    STDOUT_FILENO, &why);
		m->written += status == EXIT_HOLDS;
	}
	if (why.n > 0)
		say_error("%.*s", (int)why.n, (const char *)why.p);
	m->status = exit_worse(m->status, status);
	buf_free(&to);
	buf_free(&text);
	buf_free(&why);
}

static void
write_report(void *arg, const struct mail_tally_report *r)
{
	struct making *m = arg;
	struct span who = make_submitter(m->o);
	char id[MADE_ID_SIZE];
	struct buf full_id = BUF(TEXT_MAX), xml = BUF(XML_MAX);
	const struct mail_tally_author nobody = { 0 };
	struct mail_tally_author author = { .org = span_str(m->o->org),
	    .email = span_str(m->o->email),
	    .contact = span_str(m->o->contact) };
	struct made made = { .domain = r->domain, .begin = r->begin,
	    .end = r->end, .extension = "xml",
	    .type = "application/gzip" };

	mail_tally_xml(r, &nobody, &xml);
	made_id(m->o, &made, buf_get0(&xml), id);
	made.id = span_str(id);
	buf_printf(&full_id, "%s@%.*s", id, (int)who.n, (const char *)who.p);
	author.id = buf_get0(&full_id);
	buf_reset(&xml);
	mail_tally_xml(r, &author, &xml);
	made.octets = buf_get0(&xml);
	if (xml.over) {
		say_error("%.*s: the report is too large", (int)r->domain.n,
		    (const char *)r->domain.p);
		m->status = exit_worse(m->status, EXIT_CANNOT_CREATE);
	} else {
		write_one(m, &made, r);
	}
	buf_free(&full_id);
	buf_free(&xml);
}

/* --- the verb ------------------------------------------------------------- */

static void
count_report(void *arg, const struct mail_tally_report *r)
{
	(void)r;
	++*(size_t *)arg;
}

static void
write_all(struct making *m)
{
	size_t reports = 0;

	mail_tally_each(m->tally, count_report, &reports);
	if (reports > 1 && m->o->output == NULL) {
		say_error("these are %zu reports", reports);
		say_hint("give a folder with -o, which gets a file for each");
		m->status = exit_worse(m->status, EXIT_USAGE);
		return;
	}
	mail_tally_each(m->tally, write_report, m);
	say_detail("%" PRIu64 " messages counted, %" PRIu64 " without a "
	    "policy passed over, %zu reports written", m->counted,
	    m->passed_over, m->written);
}

/* Whether others agree to get reports is all that the DNS is asked. */
static bool
give_up_power(const struct making *m)
{
	const char *write[] = { m->o->output, NULL };
	const struct sandbox want = { .write = write,
	    .network = m->o->mail && run_is_live(&m->o->run) };

	return run_enter_sandbox(&want, m->o->run.sandbox);
}

static int
make(struct making *m)
{
	if (!give_up_power(m))
		return EXIT_INTERNAL;
	m->tally = mail_tally_new(env_seed(&m->run.env));
	if (m->o->mail)
		m->whom = whom_new(&m->run.env);
	if (rec_each(STDIN_FILENO, take_record, m)) {
		write_all(m);
	} else {
		say_error("stdin: %s", strerror(errno));
		m->status = EXIT_IO;
	}
	whom_free(&m->whom);
	mail_tally_free(m->tally);
	return m->status;
}

int
make_main(int argc, char **argv)
{
	struct make_opts a = MAKE_OPTS_DEFAULT;
	struct making m = { .o = &a };
	struct opt_result res;
	const char *wrong = NULL;
	int status = EXIT_HOLDS;

	if (opt_parse(&make_spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	wrong = res.operands.n > 0 ? "records come by stdin" :
	    isatty(STDIN_FILENO) ?
	    "stdin is a terminal: give records of dmarc-verify" :
	    make_opts_wrong0(&a);
	if (wrong != NULL) {
		opt_wrong(&make_spec, &res, "%s", wrong);
		return opt_end(&res);
	}
	opt_result_free(&res);
	run_speak("dmarc-report", &a.run);
	if (!a.mail) {
		run_open_plain(&m.run, &a.run);
		return make(&m);
	}
	status = run_open(&m.run, &a.run, false);
	if (status != EXIT_HOLDS)
		return status;
	return run_close(&m.run, make(&m));
}
