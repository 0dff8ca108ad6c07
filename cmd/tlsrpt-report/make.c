/*
 * make: what was found out about domains, or a log of deliveries, to TLS
 * reports. All lines are counted first; reports are written when the input
 * has ended.
 */
#include "tlsrpt-report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "report/making.h"
#include "report/tls_tally.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/jget.h"
#include "sys/rec.h"
#include "sys/say.h"

enum { JSON_MAX = 512 << 20, TEXT_MAX = 1 << 20, ADDRESS_MAX = 512 };

struct making {
	struct make_opts *o;
	struct run run;
	struct tls_tally *tally;
	size_t written;
	uint64_t line;
	int status;
};

/* Append a string; what is none, nothing. */
static void
put_string(struct buf *out, const char *before, const json_t *v)
{
	buf_str(out, before);
	buf_span(out, jget_text(v));
}

static void
strings_of(const json_t *array, struct tls_tally_strings *out)
{
	const json_t *v = NULL;
	size_t i = 0;

	json_array_foreach(array, i, v)
		if (json_is_string(v) && out->n < TLS_TALLY_STRINGS_MAX)
			out->v[out->n++] = jget_text(v);
}

static void
wrong(struct making *m, const char *why)
{
	say_error("line %" PRIu64 ": %s", m->line, why);
	m->status = exit_worse(m->status, EXIT_MALFORMED);
}

static void
count(struct making *m, const struct tls_tally_session *one)
{
	if (!tls_tally_add(m->tally, one))
		wrong(m, "more sessions than a report can count");
}

static uint64_t
count_of(const json_t *object, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(object, key));

	return v > 0 ? (uint64_t)v : 0;
}

/* --- what the tools found out --------------------------------------------- */

/* The texts that a policy is made of, for as long as its session is. */
struct policy_texts {
	struct buf rua, text;
	size_t ends[TLS_TALLY_STRINGS_MAX], n;
};

static void
add_text(struct policy_texts *t)
{
	if (t->n < TLS_TALLY_STRINGS_MAX)
		t->ends[t->n++] = t->text.n;
}

static void
lend_texts(const struct policy_texts *t, struct tls_tally_strings *out)
{
	size_t from = 0;

	for (size_t i = 0; i < t->n; i++) {
		out->v[out->n++] = span_of(t->text.p + from,
		    t->ends[i] - from);
		from = t->ends[i];
	}
}

/* RFC 8460 section 4.4: the policy's lines. */
static void
sts_texts(const json_t *policy, struct policy_texts *t)
{
	const json_t *v = NULL;
	size_t i = 0;

	buf_str(&t->text, "version: STSv1");
	add_text(t);
	put_string(&t->text, "mode: ", json_object_get(policy, "mode"));
	add_text(t);
	json_array_foreach(json_object_get(policy, "mx"), i, v) {
		put_string(&t->text, "mx: ", v);
		add_text(t);
	}
	buf_printf(&t->text, "max_age: %" JSON_INTEGER_FORMAT,
	    json_integer_value(json_object_get(policy, "max_age")));
	add_text(t);
}

/* The TLSA records as zone files have them. */
static void
tlsa_texts(const json_t *records, struct policy_texts *t)
{
	const json_t *v = NULL;
	size_t i = 0;

	json_array_foreach(records, i, v) {
		buf_printf(&t->text, "%d %d %d",
		    (int)json_integer_value(json_object_get(v, "usage")),
		    (int)json_integer_value(json_object_get(v, "selector")),
		    (int)json_integer_value(json_object_get(v, "matching")));
		put_string(&t->text, " ", json_object_get(v, "data"));
		add_text(t);
	}
}

/* The host's addresses as mstls-probe saw them; NULL where it did not. */
static const json_t *
addresses_of(const json_t *probe, struct span host)
{
	const json_t *mx = NULL;
	size_t i = 0;

	json_array_foreach(json_object_get(probe, "mx"), i, mx)
		if (span_eq(jget_span(mx, "host"), host))
			return json_object_get(mx, "addresses");
	return NULL;
}

/* The address that the row is about: the first that answered. */
static const json_t *
address_of(const json_t *addresses)
{
	const json_t *a = NULL;
	size_t i = 0;

	json_array_foreach(addresses, i, a)
		if (jget_true(a, "connected"))
			return a;
	return NULL;
}

/* DANE goes before MTA-STS (RFC 8461 section 2). */
static void
policy_of(const json_t *sts, const json_t *address, struct policy_texts *t,
    struct tls_tally_session *s)
{
	const json_t *dane = json_object_get(address, "dane");
	const json_t *policy = json_object_get(sts, "policy");
	struct span status = jget_span(dane, "status");

	if (span_eq(status, SPAN("match")) ||
	    span_eq(status, SPAN("mismatch"))) {
		s->policy_type = SPAN("tlsa");
		tlsa_texts(json_object_get(dane, "records"), t);
	} else if (json_is_string(json_object_get(policy, "mode")) &&
	    json_is_integer(json_object_get(policy, "max_age"))) {
		s->policy_type = SPAN("sts");
		sts_texts(policy, t);
		strings_of(json_object_get(policy, "mx"), &s->mx_host);
	} else {
		s->policy_type = SPAN("no-policy-found");
	}
	lend_texts(t, &s->policy);
}

/* One host by the sender that knows both policies. */
static void
take_row(struct making *m, const json_t *record, const json_t *row,
    struct tls_tally_session *s)
{
	const json_t *sts = json_object_get(record, "mtasts-check");
	const json_t *probe = json_object_get(record, "mstls-probe");
	const json_t *address = address_of(addresses_of(probe,
	    jget_span(row, "host")));
	struct span outcome = jget_span(row, "outcome");
	struct policy_texts t = { .text = BUF(TEXT_MAX) };

	s->mx = jget_span(row, "host");
	s->result_type = jget_span(row, "result_type");
	s->receiving_ip = jget_span(address, "address");
	s->failed = s->result_type.n > 0;
	s->successful = !s->failed && span_eq(outcome, SPAN("deliver"));
	/* what could not be found out is no session */
	if (!span_eq(outcome, SPAN("unknown")) &&
	    s->failed + s->successful > 0) {
		policy_of(sts, address, &t, s);
		count(m, s);
	}
	buf_free(&t.text);
}

static bool
take_domain(struct making *m, const json_t *record)
{
	const json_t *sts = json_object_get(record, "mtasts-check");
	const json_t *probe = json_object_get(record, "mstls-probe");
	const json_t *member = probe != NULL ? probe : sts;
	const json_t *rows = json_object_get(json_object_get(member,
	    "senders"), "dane+mta-sts");
	const json_t *v = NULL;
	struct buf rua = BUF(TEXT_MAX);
	struct tls_tally_session s = { .domain = jget_span(record, "domain") };
	size_t i = 0;

	if (!json_is_array(rows) || !parcel_is_domain(s.domain) ||
	    !date_parse(jget_span(member, "time"), &s.at))
		return false;
	json_array_foreach(json_object_get(json_object_get(sts, "tlsrpt"),
	    "rua"), i, v)
		put_string(&rua, i > 0 ? "," : "", v);
	s.rua = buf_get0(&rua);
	json_array_foreach(rows, i, v) {
		struct tls_tally_session one = s;

		take_row(m, record, v, &one);
	}
	buf_free(&rua);
	return true;
}

/* --- a log of sessions ---------------------------------------------------- */

/* {"session": {...}}: see tlsrpt-report(1). */
static bool
take_session(struct making *m, const json_t *log)
{
	struct tls_tally_session s = {
		.domain = jget_span(log, "policy_domain"),
		.rua = jget_span(log, "rua"),
		.policy_type = jget_span(log, "policy_type"),
		.sending_ip = jget_span(log, "sending_mta_ip"),
		.mx = jget_span(log, "receiving_mx_hostname"),
		.helo = jget_span(log, "receiving_mx_helo"),
		.receiving_ip = jget_span(log, "receiving_ip"),
		.more = jget_span(log, "additional_information"),
		.reason = jget_span(log, "failure_reason_code"),
	};
	struct span result = jget_span(log, "result");
	uint64_t times = json_object_get(log, "count") == NULL ? 1 :
	    count_of(log, "count");

	if (!parcel_is_domain(s.domain) || result.n == 0 || times == 0 ||
	    !date_parse(jget_span(log, "time"), &s.at))
		return false;
	if (s.policy_type.n == 0)
		s.policy_type = SPAN("no-policy-found");
	strings_of(json_object_get(log, "policy_string"), &s.policy);
	strings_of(json_object_get(log, "mx_host"), &s.mx_host);
	if (span_eq(result, SPAN("success"))) {
		s.successful = times;
	} else {
		s.failed = times;
		s.result_type = result;
	}
	count(m, &s);
	return true;
}

static void
take_line(void *arg, struct span text, uint64_t line)
{
	struct making *m = arg;
	json_t *record = json_loadb((const char *)text.p, text.n,
	    JSON_ALLOW_NUL, NULL);
	const json_t *log = json_object_get(record, "session");
	bool ok = false;

	m->line = line;
	ok = log != NULL ? take_session(m, log) : take_domain(m, record);
	if (!ok)
		wrong(m, "neither a session nor a record of a domain by "
		    "mtasts-check or mstls-probe");
	json_decref(record);
}

/* --- reports out ---------------------------------------------------------- */

/* RFC 8460 section 3: the mailto ones, as a To field lists them. */
static void
destinations(const struct tls_tally_report *r, struct buf *to)
{
	struct span rua = r->rua, uri = { NULL, 0 };

	while (rua.n > 0 && span_split(&rua, ',', &uri)) {
		struct buf address = BUF(ADDRESS_MAX);

		uri = span_trim(uri);
		if (parcel_mailto(uri, &address)) {
			buf_str(to, to->n > 0 ? ",\r\n\t" : "");
			buf_span(to, buf_get0(&address));
		} else {
			say_warn("%.*s: no report to %.*s: no address of the "
			    "kind that gets mails", (int)r->domain.n,
			    (const char *)r->domain.p, (int)uri.n,
			    (const char *)uri.p);
		}
		buf_free(&address);
	}
}

/*
 * RFC 8460 section 5.3: what tells the mail from others. It is delivered
 * even where TLS fails, or nobody would ever hear of that (section 3).
 */
static void
put_fields(const struct make_opts *o, struct span domain, struct buf *out)
{
	struct span who = make_submitter(o);

	buf_printf(out, "TLS-Report-Domain: %.*s\r\n"
	    "TLS-Report-Submitter: %.*s\r\nTLS-Required: No\r\n",
	    (int)domain.n, (const char *)domain.p, (int)who.n,
	    (const char *)who.p);
}

static void
write_made(struct making *m, const struct made *made)
{
	struct buf why = BUF(TEXT_MAX);
	int status = made_write(m->o, &m->run.env, made,
	    STDOUT_FILENO, &why);

	if (why.n > 0)
		say_error("%.*s", (int)why.n, (const char *)why.p);
	m->written += status == EXIT_HOLDS;
	m->status = exit_worse(m->status, status);
	buf_free(&why);
}

static void
write_report(void *arg, const struct tls_tally_report *r)
{
	struct making *m = arg;
	struct span who = make_submitter(m->o);
	char id[MADE_ID_SIZE];
	struct buf json = BUF(JSON_MAX), full_id = BUF(TEXT_MAX),
	    to = BUF(TEXT_MAX), fields = BUF(TEXT_MAX);
	struct made made = { .domain = r->domain, .begin = r->begin,
	    .end = r->end, .extension = "json", .kind = "tlsrpt",
	    .type = "application/tlsrpt+gzip",
	    .text = SPAN("A TLS report is attached (RFC 8460).\r\n") };

	tls_tally_json(r, SPAN(""), SPAN(""), SPAN(""), &json);
	made_id(m->o, &made, buf_get0(&json), id);
	made.id = span_str(id);
	buf_reset(&json);
	buf_printf(&full_id, "%s@%.*s", id, (int)who.n, (const char *)who.p);
	tls_tally_json(r, span_str(m->o->org), span_str(m->o->contact ?
	    m->o->contact : m->o->email), buf_get0(&full_id), &json);
	if (m->o->output == NULL)
		buf_byte(&json, '\n');
	if (m->o->mail)
		destinations(r, &to);
	put_fields(m->o, r->domain, &fields);
	made.octets = buf_get0(&json);
	made.to = buf_get0(&to);
	made.fields = buf_get0(&fields);
	if (json.over) {
		say_error("%.*s: the report is too large", (int)r->domain.n,
		    (const char *)r->domain.p);
		m->status = exit_worse(m->status, EXIT_CANNOT_CREATE);
	} else if (m->o->mail && to.n == 0) {
		say_detail("%.*s: it asks for no report by mail",
		    (int)r->domain.n, (const char *)r->domain.p);
	} else {
		write_made(m, &made);
	}
	buf_free(&json);
	buf_free(&full_id);
	buf_free(&to);
	buf_free(&fields);
}

/* --- the verb ------------------------------------------------------------- */

static int
make(struct making *m)
{
	const char *write[] = { m->o->output, NULL };
	const struct sandbox want = { .write = write };

	if (!run_enter_sandbox(&want, m->o->run.sandbox))
		return EXIT_INTERNAL;
	m->tally = tls_tally_new(env_seed(&m->run.env));
	if (rec_each(STDIN_FILENO, take_line, m)) {
		tls_tally_each(m->tally, write_report, m);
		say_detail("%zu reports written", m->written);
	} else {
		say_error("stdin: %s", strerror(errno));
		m->status = EXIT_IO;
	}
	tls_tally_free(m->tally);
	return m->status;
}

int
make_main(int argc, char **argv)
{
	struct make_opts o = MAKE_OPTS_DEFAULT;
	struct making m = { .o = &o };
	struct opt_result res;
	const char *wrong = NULL;

	if (opt_parse(&make_spec, argc, argv, &o, &res) == OPT_END)
		return opt_end(&res);
	wrong = res.operands.n > 0 ? "records come by stdin" :
	    isatty(STDIN_FILENO) ? "stdin is a terminal: give it records" :
	    make_opts_wrong0(&o);
	if (wrong != NULL) {
		opt_wrong(&make_spec, &res, "%s", wrong);
		return opt_end(&res);
	}
	opt_result_free(&res);
	run_speak("tlsrpt-report", &o.run);
	run_open_plain(&m.run, &o.run);
	return make(&m);
}
