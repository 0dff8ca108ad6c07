/*
 * make: records of dmarc-verify to aggregate reports. All records are counted
 * first; reports are written when the input has ended.
 */
#include "dmarc-report.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/destination.h"
#include "base/date.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "report/parcel.h"
#include "report/tally.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/rec.h"
#include "sys/say.h"

enum { XML_MAX = 512 << 20, TEXT_MAX = 8192, ID_DIGITS = 16 };

struct making {
	struct make_args *a;
	struct run run;
	struct dmarc_ctx *ctx;		/* with --mail */
	struct span submitter;
	struct tally *tally;
	uint64_t counted, passed_over;
	size_t written;
	int status;
};

/* --- records in ----------------------------------------------------------- */

static struct span
text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (!json_is_string(v))
		return (struct span){ NULL, 0 };
	return span_of(json_string_value(v), json_string_length(v));
}

static struct span
domain_of(struct span address)
{
	size_t at = span_rchr(address, '@');

	return span_from(address, at < address.n ? at + 1 : 0);
}

/* rua is an array; the tally wants one text. */
static void
read_policy(const json_t *dmarc, struct buf *rua, struct tally_policy *p)
{
	const json_t *published = json_object_get(dmarc, "published");
	const json_t *list = json_object_get(published, "rua");
	const json_t *uri = NULL;
	size_t i = 0;

	*p = (struct tally_policy){
		.domain = text_of(dmarc, "domain"),
		.p = text_of(published, "p"), .sp = text_of(published, "sp"),
		.np = text_of(published, "np"),
		.adkim = text_of(published, "adkim"),
		.aspf = text_of(published, "aspf"),
		.fo = text_of(published, "fo"),
		.testing = json_is_true(json_object_get(published,
		    "testing")),
	};
	json_array_foreach(list, i, uri) {
		if (i > 0)
			buf_byte(rua, ',');
		buf_str(rua, json_string_value(uri));
	}
	p->rua = buf_get0(rua);
}

/* What passed first: RFC 9990 section 3.1.3 wants no more than 100. */
static void
read_signatures(const json_t *list, struct tally_mail *m)
{
	const json_t *s = NULL;
	size_t i = 0;

	for (int passing = 1; passing >= 0; passing--) {
		json_array_foreach(list, i, s) {
			struct tally_dkim d = { text_of(s, "domain"),
			    text_of(s, "selector"), text_of(s, "result") };

			if (span_eq(d.result, SPAN("pass")) == passing &&
			    d.domain.n > 0 && m->n < TALLY_RESULTS_MAX)
				m->signatures[m->n++] = d;
		}
	}
}

/* RFC 9990 section 3.1.1.9: "pass" where a policy that enforces passed. */
static void
read_disposition(const json_t *dmarc, struct tally_mail *m)
{
	bool pass = span_eq(text_of(dmarc, "result"), SPAN("pass"));
	struct span policy = text_of(dmarc, "policy");

	m->disposition = text_of(dmarc, "disposition");
	if (pass && policy.n > 0 && !span_eq(policy, SPAN("none")))
		m->disposition = SPAN("pass");
	else if (!pass && m->policy.testing &&
	    !span_eq(policy, m->disposition))
		m->reason = SPAN("policy_test_mode");
}

static bool
read_time(const json_t *member, const json_t *envelope, int64_t *out)
{
	return date_parse(text_of(envelope, "received_at"), out) ||
	    date_parse(text_of(member, "time"), out);
}

/* False for what is nothing to report: no policy applied, no client. */
static bool
read_member(const json_t *member, struct buf *rua, struct tally_mail *m)
{
	const json_t *dmarc = json_object_get(member, "dmarc");
	const json_t *envelope = json_object_get(member, "envelope");
	const json_t *align = json_object_get(dmarc, "alignment");
	const json_t *spf = json_object_get(member, "spf");

	*m = (struct tally_mail){ .ip = text_of(envelope, "ip"),
	    .header_from = text_of(member, "from"),
	    .envelope_from = domain_of(text_of(envelope, "mail_from")) };
	read_policy(dmarc, rua, &m->policy);
	if (!json_is_object(json_object_get(dmarc, "published")) ||
	    !parcel_is_domain(m->policy.domain) || m->ip.n == 0 ||
	    !read_time(member, envelope, &m->at))
		return false;
	m->dkim = json_is_true(json_object_get(align, "dkim"));
	m->spf = json_is_true(json_object_get(align, "spf"));
	read_disposition(dmarc, m);
	read_signatures(json_object_get(member, "dkim"), m);
	if (span_eq(text_of(spf, "scope"), SPAN("mfrom"))) {
		m->spf_domain = text_of(spf, "domain");
		m->spf_result = text_of(spf, "result");
	}
	return true;
}

static void
take_record(struct making *m, struct span text, uint64_t line)
{
	json_t *record = json_loadb((const char *)text.p, text.n, 0, NULL);
	const json_t *member = json_object_get(record, "dmarc-verify");
	struct buf rua = BUF(TEXT_MAX);
	struct tally_mail mail;

	if (!span_eq(text_of(member, "schema"),
	    SPAN("dmarc-verify-message/1"))) {
		say_error("line %" PRIu64 ": no record of a message by "
		    "dmarc-verify", line);
		m->status = exit_worse(m->status, EXIT_MALFORMED);
	} else if (read_member(member, &rua, &mail)) {
		tally_add(m->tally, &mail);
		m->counted++;
	} else {
		m->passed_over++;
	}
	buf_free(&rua);
	json_decref(record);
}

static void
read_records(struct making *m)
{
	struct rec_reader r;
	struct span text = { NULL, 0 };
	enum rec_kind kind = REC_MORE;

	rec_open(&r, STDIN_FILENO, '\n');
	while ((kind = rec_next(&r, &text)) != REC_END &&
	    kind != REC_FAILED) {
		if (kind == REC_MORE)
			rec_fill(&r);
		else if (kind != REC_LONG)
			take_record(m, kind == REC_RECORD ? text : SPAN(""),
			    r.line);
	}
	if (kind == REC_FAILED) {
		say_error("stdin: %s", strerror(r.error));
		m->status = exit_worse(m->status, EXIT_IO);
	}
	rec_close(&r);
}

/* --- reports out ---------------------------------------------------------- */

/*
 * The same report has the same id, however often it is made (RFC 9990
 * section 3.5.2): a digest of what tells it from others.
 */
static void
make_id(const struct making *m, const struct tally_report *r,
    char out[static ID_DIGITS + 1])
{
	unsigned char digest[SHA256_SIZE];
	struct buf b = BUF(XML_MAX);

	buf_span(&b, m->submitter);
	buf_u64(&b, (uint64_t)r->begin);
	buf_span(&b, r->policy);
	hash_sha256(buf_get0(&b), digest);
	for (int i = 0; i < ID_DIGITS / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
	buf_free(&b);
}

/* RFC 9990 section 3.5.3. */
static void
put_name(const struct making *m, const struct tally_report *r,
    const char *id, const char *extension, struct buf *out)
{
	buf_span(out, m->submitter);
	buf_byte(out, '!');
	buf_span(out, r->domain);
	buf_printf(out, "!%" PRId64 "!%" PRId64 "!%s.%s", r->begin, r->end,
	    id, extension);
}

static void
save(struct making *m, const struct buf *name, struct span octets)
{
	char *path = xasprintf("%s/%.*s", m->a->output, (int)name->n,
	    (const char *)name->p);
	struct file_out f;
	enum file_result r = file_out_open(&f, path, 0644);

	if (r == FILE_OK && !file_write_all(f.fd, octets)) {
		file_out_abort(&f);
		r = FILE_IO;
	} else if (r == FILE_OK) {
		r = file_out_commit(&f, true);
	}
	if (r != FILE_OK) {
		say_error("%s: %s", path, file_why(r));
		m->status = exit_worse(m->status, file_status(r));
	}
	m->written += r == FILE_OK;
	free(path);
}

/* Whether the host may have it; why not is said. */
static bool
may_have(struct making *m, const struct tally_report *r, struct span host)
{
	struct dns_name domain;
	enum dmarc_destination d = DMARC_DEST_NO_NAME;

	if (dns_name_parse(r->domain, &domain))
		d = dmarc_destination(m->ctx, m->run.env.dns, &domain, host);
	if (d == DMARC_DEST_OWN || d == DMARC_DEST_AUTHORIZED)
		return true;
	say_warn("%.*s: no report to %.*s: %s", (int)r->domain.n,
	    (const char *)r->domain.p, (int)host.n, (const char *)host.p,
	    d == DMARC_DEST_UNKNOWN ? "its DNS could not be asked" :
	    d == DMARC_DEST_ELSEWHERE ? "it names another host for them" :
	    "it has not agreed to get them (RFC 9990 section 4)");
	if (d == DMARC_DEST_UNKNOWN)
		m->status = exit_worse(m->status, EXIT_UNKNOWN);
	return false;
}

/* The mailto destinations that may have it, as a To field lists them. */
static void
destinations(struct making *m, const struct tally_report *r, struct buf *to)
{
	struct span rest = r->rua, uri = { NULL, 0 };

	while (rest.n > 0 && span_split(&rest, ',', &uri)) {
		struct span address = span_from(uri, 7);

		address = span_first(address, span_chr(address, '?'));
		if (!span_istarts(uri, SPAN("mailto:")) ||
		    !parcel_is_address(address) ||
		    !may_have(m, r, domain_of(address)))
			continue;
		if (to->n > 0)
			buf_str(to, ",\r\n\t");
		buf_span(to, address);
	}
}

static void
put_subject(const struct making *m, const struct tally_report *r,
    const char *id, struct buf *out)
{
	buf_str(out, "Report Domain: ");
	buf_span(out, r->domain);
	buf_str(out, "\r\n\tSubmitter: ");
	buf_span(out, m->submitter);
	buf_printf(out, "\r\n\tReport-ID: <%s@", id);
	buf_span(out, m->submitter);
	buf_byte(out, '>');
}

static void
save_mail(struct making *m, const struct tally_report *r, const char *id,
    struct span to, struct span xml)
{
	struct buf gz = BUF(XML_MAX), name = BUF(TEXT_MAX),
	    subject = BUF(TEXT_MAX), text = BUF(TEXT_MAX), mail = BUF(XML_MAX);
	struct buf file = BUF(TEXT_MAX);
	struct parcel p = { .from = span_str(m->a->email), .to = to,
	    .id = span_str(id), .submitter = m->submitter,
	    .type = "application/gzip" };

	parcel_gzip(xml, &gz);
	put_name(m, r, id, "xml.gz", &name);
	put_subject(m, r, id, &subject);
	buf_printf(&text, "A DMARC aggregate report about %.*s is attached: "
	    "%" PRIu64 " messages.\r\n", (int)r->domain.n,
	    (const char *)r->domain.p, r->messages);
	p.octets = buf_get0(&gz);
	p.name = buf_get0(&name);
	p.subject = buf_get0(&subject);
	p.text = buf_get0(&text);
	parcel_write(&p, &m->run.env, &mail);
	put_name(m, r, id, "eml", &file);
	save(m, &file, buf_get0(&mail));
	buf_free(&gz);
	buf_free(&name);
	buf_free(&subject);
	buf_free(&text);
	buf_free(&mail);
	buf_free(&file);
}

static void
save_file(struct making *m, const struct tally_report *r, const char *id,
    struct span xml)
{
	struct buf gz = BUF(XML_MAX), name = BUF(TEXT_MAX);

	parcel_gzip(xml, &gz);
	put_name(m, r, id, "xml.gz", &name);
	save(m, &name, buf_get0(&gz));
	buf_free(&gz);
	buf_free(&name);
}

static void
write_report(void *arg, const struct tally_report *r)
{
	struct making *m = arg;
	char id[ID_DIGITS + 1] = "";
	struct buf full_id = BUF(TEXT_MAX), xml = BUF(XML_MAX),
	    to = BUF(TEXT_MAX);
	struct tally_author author = { .org = span_str(m->a->org),
	    .email = span_str(m->a->email),
	    .contact = span_str(m->a->contact) };

	make_id(m, r, id);
	buf_printf(&full_id, "%s@%.*s", id, (int)m->submitter.n,
	    (const char *)m->submitter.p);
	author.id = buf_get0(&full_id);
	tally_xml(r, &author, &xml);
	if (xml.over) {
		say_error("%.*s: the report is too large", (int)r->domain.n,
		    (const char *)r->domain.p);
		m->status = exit_worse(m->status, EXIT_CANNOT_CREATE);
	} else if (m->a->mail) {
		destinations(m, r, &to);
		if (to.n > 0)
			save_mail(m, r, id, buf_get0(&to), buf_get0(&xml));
	} else if (m->a->output != NULL) {
		save_file(m, r, id, buf_get0(&xml));
	} else if (!file_write_all(STDOUT_FILENO, buf_get0(&xml))) {
		say_error("stdout: %s", strerror(errno));
		m->status = exit_worse(m->status, EXIT_IO);
	} else {
		m->written++;
	}
	buf_free(&full_id);
	buf_free(&xml);
	buf_free(&to);
}

/* --- the verb ------------------------------------------------------------- */

static void
count_report(void *arg, const struct tally_report *r)
{
	(void)r;
	++*(size_t *)arg;
}

static void
write_all(struct making *m)
{
	size_t reports = 0;

	tally_each(m->tally, count_report, &reports);
	if (reports > 1 && m->a->output == NULL) {
		say_error("these are %zu reports", reports);
		say_hint("give a folder with -o, which gets a file for each");
		m->status = exit_worse(m->status, EXIT_USAGE);
		return;
	}
	tally_each(m->tally, write_report, m);
	say_detail("%" PRIu64 " messages counted, %" PRIu64 " without a "
	    "policy passed over, %zu reports written", m->counted,
	    m->passed_over, m->written);
}

/* Whether others agree to get reports is all that the DNS is asked. */
static bool
give_up_power(const struct making *m)
{
	const char *write[] = { m->a->output, NULL };
	const struct sandbox want = { .write = write,
	    .network = m->a->mail && m->a->run.zone == NULL &&
	    !m->a->run.offline };

	return run_enter_sandbox(&want, m->a->run.sandbox);
}

static int
make(struct making *m)
{
	if (!give_up_power(m))
		return EXIT_INTERNAL;
	m->tally = tally_new(env_seed(&m->run.env));
	if (m->a->mail)
		m->ctx = dmarc_ctx_new(m->run.env.dns);
	read_records(m);
	if (m->status != EXIT_IO)
		write_all(m);
	if (m->a->mail)
		dmarc_ctx_free(m->ctx);
	tally_free(m->tally);
	return m->status;
}

static const char *
what_is_wrong(const struct make_args *a)
{
	if (a->org == NULL || a->email == NULL)
		return "give --org and --email";
	if (!parcel_is_address(span_str(a->email)))
		return "--email is a plain address, without a name";
	if (a->submitter != NULL && !parcel_is_domain(span_str(a->submitter)))
		return "--submitter is a domain";
	if (a->mail && a->output == NULL)
		return "--mail needs -o FOLDER";
	if (isatty(STDIN_FILENO))
		return "stdin is a terminal: give records of dmarc-verify";
	return NULL;
}

int
make_main(int argc, char **argv)
{
	struct make_args a = { .run = RUN_OPTS_DEFAULT };
	struct making m = { .a = &a };
	struct opt_result res;
	const char *wrong = NULL;
	int status = EXIT_HOLDS;

	if (opt_parse(&make_spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	wrong = res.operands.n > 0 ? "records come by stdin" :
	    what_is_wrong(&a);
	if (wrong != NULL) {
		opt_wrong(&make_spec, &res, "%s", wrong);
		return opt_end(&res);
	}
	opt_result_free(&res);
	run_speak("dmarc-report", &a.run);
	m.submitter = a.submitter != NULL ? span_str(a.submitter) :
	    domain_of(span_str(a.email));
	if (!a.mail) {
		run_open_plain(&m.run, &a.run);
		return make(&m);
	}
	status = run_open(&m.run, &a.run, false);
	if (status != EXIT_HOLDS)
		return status;
	return run_close(&m.run, make(&m));
}
