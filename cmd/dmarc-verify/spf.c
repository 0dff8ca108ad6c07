/*
 * dmarc-verify spf: may this client send for this domain? One client by
 * options, or a stream of records with the keys ip, helo and mail_from
 * (RFC 7208). A bare line is an address, with the options for the rest.
 */
#include "spf.h"

#include <stdlib.h>

#include "auth/spf.h"
#include "base/utf8.h"
#include "mail/addr.h"
#include "render_spf.h"
#include "run/coord.h"
#include "run/run_opts.h"
#include "sys/rec.h"
#include "sys/scan.h"

struct args {
	struct run_opts run;
	const char *ip, *helo, *mail_from, *receiver;
	bool explain;
};

/* What "start" makes in each worker. */
struct spf_job {
	const struct args *args;
	struct run *run;
	struct spf_ctx *ctx;
	struct spf_verdict verdict;
	struct findings findings;
	struct buf ip, helo, mail_from;	/* of the subject at work */
	struct buf base, member;
	bool judged;
	bool no_sender;			/* a mail_from that is no string */
};

#define AT(field) .at = offsetof(struct args, field)

static const struct opt rows[] = {
	{ .name = "ip", .letter = 'i', .arg = "ADDRESS", .kind = OPT_STR,
	    AT(ip), .help = "judge this client, read no stdin" },
	{ .name = "helo", .arg = "NAME", .kind = OPT_STR, AT(helo),
	    .help = "what it said in HELO or EHLO" },
	{ .name = "mail-from", .arg = "ADDRESS", .kind = OPT_STR,
	    AT(mail_from),
	    .help = "what it said in MAIL FROM, without <>; empty: nobody" },
	{ .name = "receiver", .arg = "NAME", .kind = OPT_STR, AT(receiver),
	    .help = "this host, for explanations that name it" },
	{ .name = "explain", .kind = OPT_FLAG, AT(explain),
	    .help = "show every term and every question" },
};

static const struct opt_chunk chunks[] = {
	OPT_CHUNK("The client", rows),
	RUN_VERDICT(offsetof(struct args, run)),
	RUN_DNS(offsetof(struct args, run)),
	RUN_NOW(offsetof(struct args, run)),
	RUN_BULK(offsetof(struct args, run)),
	RUN_SANDBOX(offsetof(struct args, run)),
	RUN_SPEECH(offsetof(struct args, run)),
};

static const struct opt_spec spec = {
	.tool = "dmarc-verify spf",
	.usage = "--ip ADDRESS --helo NAME --mail-from ADDRESS\n"
	    "[OPTIONS] [ADDRESS...]\n"
	    "[OPTIONS] < records",
	.about = "Check by SPF (RFC 7208) whether a client may send for a "
	    "domain.",
	.chunks = chunks, .n = sizeof(chunks) / sizeof(chunks[0]),
	.usage_status = EXIT_USAGE,
};

static void
take_option(struct buf *out, const char *value)
{
	buf_reset(out);
	if (value != NULL)
		buf_str(out, value);
}

/*
 * A member of the record over the option's value. False where it is there and
 * no string: null is unknown, and not the null sender.
 */
static bool
take_member(const struct scan_object *o, const char *key, struct buf *out)
{
	const struct scan_member *m = scan_find0(o, span_str(key));

	if (m == NULL)
		return true;
	if (m->value.n == 0 || m->value.p[0] != '"')
		return false;
	buf_reset(out);
	scan_string(m->value, out);
	return true;
}

/* The three facts of the subject; false when the record is no record. */
static bool
read_subject(struct spf_job *j, const struct subject *s)
{
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;
	bool ok = true;

	j->no_sender = false;
	buf_reset(&j->ip);
	take_option(&j->helo, j->args->helo);
	take_option(&j->mail_from, j->args->mail_from);
	if (!s->is_record) {
		buf_span(&j->ip, s->text);
		return true;
	}
	ok = scan_object(s->text, &o, &why, &at);
	if (ok) {
		take_member(&o, "ip", &j->ip);
		take_member(&o, "helo", &j->helo);
		j->no_sender = !take_member(&o, "mail_from", &j->mail_from) ||
		    (j->args->mail_from == NULL &&
		    scan_find0(&o, SPAN("mail_from")) == NULL);
	}
	free(o.v);
	return ok;
}

static void
judge(struct spf_job *j, const struct subject *s)
{
	struct spf_identity id = {
		.receiver = span_str(j->args->receiver),
	};

	j->judged = false;
	if (!read_subject(j, s))
		return;
	id.helo = buf_get0(&j->helo);
	id.mail_from = buf_get0(&j->mail_from);
	if (j->no_sender) {
		finding_add(&j->findings, F_INPUT_NO_SENDER, "mail_from",
		    NULL);
		return;
	}
	/* a path may stand in brackets, as in SMTP */
	if (span_starts(id.mail_from, SPAN("<")))
		addr_path(id.mail_from, &id.mail_from);
	if (!ip_parse(buf_get0(&j->ip), &id.ip)) {
		finding_add(&j->findings, F_INPUT_NOT_AN_ADDRESS, "ip",
		    "\"%.*s\"", (int)span_first(buf_get0(&j->ip), 100).n,
		    (const char *)j->ip.p);
		return;
	}
	spf_check(j->ctx, &id, &j->verdict);
	spf_findings(&j->verdict, &j->findings);
	j->judged = true;
}

/* {"ip", "helo", "mail_from"} for a bare address. */
static void
make_base(const struct args *a, const struct subject *s, struct buf *out)
{
	struct jw w = JW(out);

	if (s->is_record) {
		buf_span(out, s->text);
		return;
	}
	jw_object(&w, NULL);
	jw_text(&w, "ip", s->text);
	if (a->helo != NULL)
		jw_text(&w, "helo", span_str(a->helo));
	if (a->mail_from != NULL)
		jw_text(&w, "mail_from", span_str(a->mail_from));
	jw_end(&w);
}

static int
render_json(struct spf_job *j, const struct subject *s, struct buf *out)
{
	struct jw w = JW(&j->member);

	buf_reset(&j->base);
	buf_reset(&j->member);
	make_base(j->args, s, &j->base);
	run_member(j->run, &w, "dmarc-verify-spf/1",
	    findings_verdict(&j->findings));
	if (j->judged)
		render_spf_json(&w, "spf", &j->verdict);
	else
		jw_null(&w, "spf");
	jw_findings(&w, "findings", &j->findings);
	jw_end(&w);
	return subject_answer(s, buf_get0(&j->base), "dmarc-verify",
	    buf_get0(&j->member), out);
}

static void
text_line(struct buf *out, const char *name, struct span value)
{
	if (value.n == 0)
		return;
	buf_printf(out, "    %s: ", name);
	utf8_clean(out, value);
	buf_byte(out, '\n');
}

static void
text_verdict(const struct spf_verdict *v, struct buf *out)
{
	buf_printf(out, " %s for ", spf_result_name(v->result));
	utf8_clean(out, v->domain);
	buf_printf(out, " (%s)\n", spf_scope_name(v->scope));
	text_line(out, "decided by", v->mechanism);
	text_line(out, "problem", v->problem);
	text_line(out, "rule", span_str(v->clause));
	text_line(out, "the domain explains", v->explanation);
	buf_printf(out, "    lookups: %u of %d, void: %u\n", v->lookups,
	    SPF_TERMS_MAX, v->void_lookups);
	render_spf_trace(&v->trace, "    ", out);
}

static void
render_text(struct spf_job *j, struct buf *out)
{
	run_banner(j->run, out);
	utf8_clean(out, buf_get0(&j->ip));
	buf_byte(out, ':');
	if (j->judged)
		text_verdict(&j->verdict, out);
	else
		buf_byte(out, '\n');
	for (size_t i = 0; i < j->findings.n; i++) {
		const struct finding *f = &j->findings.v[i];
		const struct finding_info *info = finding_info(f->code);

		buf_printf(out, "    %s %s: %s%s\n", severity_name(info->sev),
		    info->code, info->text, f->ignored ? " (ignored)" : "");
	}
}

static void *
start(void *arg)
{
	struct spf_job *j = arg;
	struct spf_limits limits = spf_limits_default();

	limits.trace = j->args->explain;
	j->ctx = spf_new(&j->run->env, &limits);
	j->ip = j->helo = j->mail_from = BUF(REC_MAX);
	j->base = j->member = BUF(4 * REC_MAX);
	return j;
}

static int
work(void *arg, void *state, const struct subject *s, struct reply *r)
{
	struct spf_job *j = state;
	int status = 0, written = 0;

	(void)arg;
	judge(j, s);
	status = run_grade(&j->args->run, &j->findings);
	if (j->run->text)
		render_text(j, &r->line);
	else
		written = render_json(j, s, &r->line);
	findings_free(&j->findings);
	return exit_worse(status, written);
}

static void
base(void *arg, const struct subject *s, struct buf *out)
{
	const struct spf_job *j = arg;

	make_base(j->args, s, out);
}

static void
finish(struct spf_job *j)
{
	spf_free(j->ctx);
	spf_verdict_free(&j->verdict);
	buf_free(&j->ip);
	buf_free(&j->helo);
	buf_free(&j->mail_from);
	buf_free(&j->base);
	buf_free(&j->member);
}

static int
run_all(struct args *a, struct opt_result *res)
{
	static const struct coord_ops ops = {
		.start = start, .work = work, .base = base,
	};
	static const struct run_power nothing = { .connects = false };
	const char *const one[] = { a->ip };
	bool alone = a->ip != NULL;
	struct run run;
	struct spf_job job = { .args = a, .run = &run };
	struct coord c = {
		.run = &run, .tool = "dmarc-verify",
		.schema = "dmarc-verify-spf/1", .key = "ip helo mail_from",
		.operands = alone ? one : res->operands.v,
		.n = alone ? 1 : res->operands.n, .in_process = alone,
	};
	int status = run_open(&run, &a->run, !alone);

	if (status != EXIT_HOLDS)
		return status;
	status = run_give_up_power(&run, &nothing) ?
	    coord_run(&c, &ops, &job) : EXIT_INTERNAL;
	finish(&job);
	return run_close(&run, status);
}

int
spf_main(int argc, char **argv)
{
	static const char *const areas[] = {
		"input", "record", "run", "spf", NULL
	};
	struct args a = { .run = RUN_OPTS_KEEP };
	struct opt_result res = { 0 };
	int status = EXIT_HOLDS;

	if (opt_parse(&spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	run_speak("dmarc-verify", &a.run);
	if (a.run.list_codes)
		return run_print_codes(areas, &res);
	if (a.ip != NULL && res.operands.n > 0) {
		opt_wrong(&spec, &res, "--ip and operands exclude each other");
		return opt_end(&res);
	}
	status = run_all(&a, &res);
	opt_result_free(&res);
	free(a.run.files_from.v);
	return status;
}
