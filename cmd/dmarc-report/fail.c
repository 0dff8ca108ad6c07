/*
 * failure: a report by mail for each message that failed DMARC, to those that
 * ask for such (RFC 9991). What it shows of the message is its header,
 * redacted (RFC 6590), never the body.
 */
#include "dmarc-report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/dmarc.h"
#include "base/ascii.h"
#include "base/date.h"
#include "base/ip.h"
#include "base/map.h"
#include "base/mem.h"
#include "fail.h"
#include "mail/header.h"
#include "report/afrf.h"
#include "report/redact.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/jget.h"
#include "sys/rec.h"
#include "sys/say.h"
#include "whom.h"

enum { MESSAGE_MAX = 64 << 20, TEXT_MAX = 64 << 10, MAIL_MAX = 128 << 20,
	KEY_MAX = 4096, RESULTS_MAX = 10, TXT_MAX = 700 };

struct failing {
	const struct fail_opts *o;
	struct run run;
	struct whom whom;
	struct redact redact;
	struct buf key;
	int folder;			/* of the messages */
	struct map *sent;		/* size_t, by domain */
	size_t written, kept_back;
	uint64_t line;
	int status;
};

static struct span
submitter(const struct fail_opts *o)
{
	struct span email = span_str(o->email);

	return o->submitter != NULL ? span_str(o->submitter) :
	    span_from(email, span_rchr(email, '@') + 1);
}

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
	f->kept_back += *n == (size_t)f->o->max_reports;
	return *n < (size_t)f->o->max_reports && ++*n > 0;
}

/* --- the message ---------------------------------------------------------- */

/* Below the folder of messages, and nowhere else. */
static int
open_below(const struct failing *f, struct span path)
{
	struct span folder = span_str(f->o->messages);
	struct span rest = path, part = { NULL, 0 };
	char *below = NULL;
	int fd = -1;

	while (folder.n > 1 && folder.p[folder.n - 1] == '/')
		folder.n--;
	if (!span_starts(path, folder) || path.n <= folder.n + 1 ||
	    path.p[folder.n] != '/' || span_chr(path, '\0') < path.n)
		return -1;
	path = span_from(path, folder.n + 1);
	for (rest = path; rest.n > 0 && span_split(&rest, '/', &part);)
		if (part.n == 0 || span_eq(part, SPAN("..")))
			return -1;
	below = span_dup(path);
	fd = openat(f->folder, below, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY);
	free(below);
	return fd;
}

static bool
read_header(struct failing *f, const json_t *record, struct buf *out)
{
	int fd = open_below(f, jget_span(record, "message"));
	struct buf octets = BUF(MESSAGE_MAX);
	size_t scan = 0, end = 0, blank = 0;
	struct span line = { NULL, 0 }, all = { NULL, 0 };
	enum file_result r = FILE_IO;
	bool ok = false;

	if (fd < 0) {
		wrong(f, EXIT_NO_INPUT, "its message is not in --messages");
		return false;
	}
	r = file_slurp_fd(fd, MESSAGE_MAX, &octets);
	close(fd);
	all = buf_get0(&octets);
	line = span_first(all, span_chr(all, '\n'));
	ok = r == FILE_OK && !header_is_envelope(line);
	if (r != FILE_OK) {
		wrong(f, EXIT_NO_INPUT, "its message cannot be read");
	} else if (!ok) {
		wrong(f, EXIT_MALFORMED, "its message is in an mbox, of which "
		    "no reports are made");
	} else {
		if (!header_end(all, &scan, &end, &blank))
			end = all.n;
		redact_header(&f->redact, span_first(all, end), out);
	}
	buf_free(&octets);
	return ok;
}

/* --- the report ----------------------------------------------------------- */

/* A result's word; what is none is not repeated. */
static bool
is_word(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alpha(s.p[i]))
			return false;
	return s.n > 0 && s.n < 20;
}

/* "name=value" in front of which a field goes on, if the value is one. */
static void
put_property(struct buf *out, const char *name, struct span v)
{
	if (parcel_is_domain(v))
		buf_printf(out, " %s=%.*s", name, (int)v.n,
		    (const char *)v.p);
}

static void
put_method(struct buf *out, const char *name, const json_t *object)
{
	struct span v = jget_span(object, "result");

	buf_printf(out, ";\r\n\t%s=%.*s", name, is_word(v) ? (int)v.n : 9,
	    is_word(v) ? (const char *)v.p : "permerror");
}

static void
put_results(const struct failing *f, const json_t *member, struct buf *out)
{
	const json_t *spf = json_object_get(member, "spf"), *s = NULL;
	struct span who = submitter(f->o);
	size_t i = 0;

	buf_printf(out, "Authentication-Results: %.*s", (int)who.n,
	    (const char *)who.p);
	put_method(out, "dmarc", json_object_get(member, "dmarc"));
	put_property(out, "header.from", jget_span(member, "from"));
	put_method(out, "spf", spf);
	put_property(out, span_eq(jget_span(spf, "scope"), SPAN("mfrom")) ?
	    "smtp.mailfrom" : "smtp.helo", jget_span(spf, "domain"));
	json_array_foreach(json_object_get(member, "dkim"), i, s) {
		if (i == RESULTS_MAX)
			break;
		put_method(out, "dkim", s);
		put_property(out, "header.d", jget_span(s, "domain"));
		put_property(out, "header.s", jget_span(s, "selector"));
	}
	buf_str(out, "\r\n");
}

static void
put_mail_from(const struct failing *f, const json_t *envelope,
    struct buf *out)
{
	struct span from = jget_span(envelope, "mail_from");
	struct buf address = BUF(TEXT_MAX);

	buf_byte(&address, '<');
	if (f->redact.off)
		buf_span(&address, from);
	else
		redact_text(&f->redact, from, false, &address);
	buf_byte(&address, '>');
	if (json_is_string(json_object_get(envelope, "mail_from")) &&
	    !address.over && span_is_ascii(buf_get0(&address)) &&
	    span_chr(buf_get0(&address), '\n') == address.n &&
	    span_chr(buf_get0(&address), '\r') == address.n) {
		buf_str(out, "Original-Mail-From: ");
		buf_span(out, buf_get0(&address));
		buf_str(out, "\r\n");
	}
	buf_free(&address);
}

/* Below the Organizational Domain: what could have been aligned. */
static bool
could_align(const json_t *dmarc, struct span domain)
{
	struct dns_name name, org;

	return parcel_is_domain(domain) && dns_name_parse(domain, &name) &&
	    dns_name_parse(jget_span(dmarc, "org_domain"), &org) &&
	    dns_name_is_below(&name, &org);
}

/* RFC 9991 section 4: of a signature that failed, the first such. */
static void
put_signature(const json_t *dmarc, const json_t *signatures, struct buf *out)
{
	const json_t *s = NULL;
	size_t i = 0;

	json_array_foreach(signatures, i, s) {
		struct span domain = jget_span(s, "domain");
		struct span selector = jget_span(s, "selector");

		if (span_eq(jget_span(s, "result"), SPAN("pass")) ||
		    !could_align(dmarc, domain) || !parcel_is_domain(selector))
			continue;
		/* the local part of an identity is a person's */
		buf_printf(out, "DKIM-Domain: %.*s\r\n"
		    "DKIM-Identity: @%.*s\r\nDKIM-Selector: %.*s\r\n",
		    (int)domain.n, (const char *)domain.p, (int)domain.n,
		    (const char *)domain.p, (int)selector.n,
		    (const char *)selector.p);
		return;
	}
}

/* The record as a quoted string; false where it is none that can be one. */
static bool
quoted_record(const struct dns_answer *a, struct buf *out)
{
	for (size_t i = 0; i < a->n; i++) {
		struct buf txt = BUF(TXT_MAX);
		bool ok = dns_rr_txt(a->rdata[i], &txt) &&
		    span_istarts(buf_get0(&txt), SPAN("v=spf1")) &&
		    span_is_ascii(buf_get0(&txt));

		for (size_t k = 0; k < txt.n; k++)
			ok &= txt.p[k] >= ' ' && txt.p[k] < 0x7f &&
			    txt.p[k] != '"' && txt.p[k] != '\\';
		if (ok)
			buf_printf(out, "\"%.*s\"", (int)txt.n,
			    (const char *)txt.p);
		buf_free(&txt);
		if (ok)
			return true;
	}
	return false;
}

/* RFC 6591 section 3.2.6: the record that SPF failed by. */
static void
put_spf_record(const struct failing *f, const json_t *dmarc,
    const json_t *spf, struct buf *out)
{
	struct span domain = jget_span(spf, "domain");
	struct buf record = BUF(TEXT_MAX);
	struct dns_answer *a = NULL;

	if (!could_align(dmarc, domain) ||
	    span_eq(jget_span(spf, "result"), SPAN("pass")))
		return;
	a = dns_query(f->run.env.dns, domain, DNS_TXT);
	if (quoted_record(a, &record))
		buf_printf(out, "SPF-DNS: txt : %.*s :\r\n\t%.*s\r\n",
		    (int)domain.n, (const char *)domain.p, (int)record.n,
		    (const char *)record.p);
	dns_answer_free(a);
	buf_free(&record);
}

static void
put_fields(const struct failing *f, const json_t *member, struct buf *out)
{
	const json_t *dmarc = json_object_get(member, "dmarc");
	const json_t *align = json_object_get(dmarc, "alignment");
	const json_t *envelope = json_object_get(member, "envelope");
	bool dkim = jget_true(align, "dkim"), spf = jget_true(align, "spf");
	struct span domain = jget_span(dmarc, "domain");
	struct span ip = jget_span(envelope, "ip"), who = submitter(f->o);
	struct ip_addr addr;
	int64_t at = 0;
	char text[IP_TEXT_SIZE], date[DATE_MAIL_SIZE];

	buf_printf(out, "Feedback-Type: auth-failure\r\n"
	    "User-Agent: msgsec-dmarc-report/%s\r\nVersion: 1\r\n"
	    "Reporting-MTA: dns; %.*s\r\n", MSGSEC_VERSION, (int)who.n,
	    (const char *)who.p);
	put_mail_from(f, envelope, out);
	if (ip_parse(ip, &addr))
		buf_printf(out, "Source-IP: %s\r\n", ip_text(text, &addr));
	if (date_parse(jget_span(envelope, "received_at"), &at) ||
	    date_parse(jget_span(member, "time"), &at))
		buf_printf(out, "Arrival-Date: %s\r\n", date_mail(date, at));
	buf_printf(out, "Reported-Domain: %.*s\r\nAuth-Failure: dmarc\r\n"
	    "Identity-Alignment: %s\r\n", (int)domain.n,
	    (const char *)domain.p, afrf_unaligned(dkim, spf));
	if (!dkim)
		put_signature(dmarc, json_object_get(member, "dkim"), out);
	if (!spf)
		put_spf_record(f, dmarc, json_object_get(member, "spf"), out);
	put_results(f, member, out);
}

static void
put_mail(const struct failing *f, const json_t *member, struct span to,
    struct span header, uint64_t seed, struct buf *out)
{
	struct span domain = jget_span(json_object_get(member, "dmarc"),
	    "domain"), who = submitter(f->o);
	char date[DATE_MAIL_SIZE];

	buf_printf(out, "From: %s\r\nTo: %.*s\r\n"
	    "Subject: DMARC failure report for %.*s\r\nDate: %s\r\n"
	    "Message-ID: <%016" PRIx64 ".failure@%.*s>\r\n"
	    "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/report; report-type=feedback-report;"
	    "\r\n\tboundary=\"%016" PRIx64 "\"\r\n\r\n", f->o->email,
	    (int)to.n, (const char *)to.p, (int)domain.n,
	    (const char *)domain.p, date_mail(date, env_now(&f->run.env)),
	    seed, (int)who.n, (const char *)who.p, seed);
	buf_printf(out, "--%016" PRIx64 "\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
	    "A message that names %.*s as its author failed DMARC.\r\n"
	    "\r\n--%016" PRIx64 "\r\n"
	    "Content-Type: message/feedback-report\r\n\r\n", seed,
	    (int)domain.n, (const char *)domain.p, seed);
	put_fields(f, member, out);
	buf_printf(out, "\r\n--%016" PRIx64 "\r\n"
	    "Content-Type: text/rfc822-headers%s\r\n\r\n", seed,
	    span_is_ascii(header) ? "" :
	    "\r\nContent-Transfer-Encoding: 8bit");
	buf_span(out, header);
	buf_printf(out, "\r\n--%016" PRIx64 "--\r\n", seed);
}

static void
save(struct failing *f, struct span domain, struct span octets,
    uint64_t seed)
{
	struct span who = submitter(f->o);
	char *path = xasprintf("%s/%.*s!%.*s!%016" PRIx64 ".eml",
	    f->o->output, (int)who.n, (const char *)who.p, (int)domain.n,
	    (const char *)domain.p, seed);
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

static void
report_on(struct failing *f, const json_t *record, const json_t *member)
{
	struct span domain = jget_span(json_object_get(member, "dmarc"),
	    "domain");
	struct buf to = BUF(TEXT_MAX), header = BUF(MAIL_MAX / 2),
	    mail = BUF(MAIL_MAX);
	uint64_t seed = env_seed(&f->run.env);

	addresses(f, domain, member, &to);
	if (to.n > 0 && is_within_limit(f, domain) &&
	    read_header(f, record, &header)) {
		put_mail(f, member, buf_get0(&to), buf_get0(&header), seed,
		    &mail);
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
	f->folder = open(f->o->messages, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (f->folder < 0) {
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
		say_warn("of %zu domains there were more than %d reports: "
		    "the others are not written (--max-reports)",
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
	struct failing f = { .o = &o, .folder = -1 };
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
	if (f.folder >= 0)
		close(f.folder);
	return run_close(&f.run, status);
}
