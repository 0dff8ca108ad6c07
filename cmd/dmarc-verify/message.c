/*
 * Messages: one on stdin or in a file is judged in this process, many by
 * workers. What goes in and out of a worker is text.
 */
#include "dmarc-verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/vec.h"
#include "crypto/lib.h"
#include "run/coord.h"
#include "sys/file.h"
#include "sys/say.h"

enum {
	MEMBER_MAX = 8 << 20,
	PART_SECONDS = 20,	/* RFC 7208 section 4.6.4: at least, for SPF */
};

/* What a worker keeps between its messages. */
struct worker {
	struct judge judge;
	struct buf member;
};

struct message_run {
	struct args *a;
	struct run run;
	struct input *input;
};

/* A quarter of the three quarters of --timeout that questions may take. */
static unsigned
part_seconds(const struct run_opts *o)
{
	unsigned part = (unsigned)o->timeout * 3 / 16;

	return o->timeout == 0 ? PART_SECONDS : part > 0 ? part : 1;
}

void
judge_open(struct judge *j, const struct args *a, struct env *env)
{
	struct spf_limits limits = spf_limits_default();

	limits.trace = a->explain;
	limits.seconds = part_seconds(&a->run);
	*j = (struct judge){
		.env = env, .keys = dkim_keys_new(env_seed(env)),
		.spf = spf_new(env, &limits), .connection = &a->connection,
		.limits = msg_limits_default, .receiver = a->authserv_id,
		.explain = a->explain, .at_received = a->at == 1,
		.seconds = limits.seconds,
	};
	j->seed = env_seed(env);
	if (a->onward.max_header > 0)
		j->limits.header_bytes = (size_t)a->onward.max_header;
}

void
judge_close(struct judge *j)
{
	dkim_keys_free(j->keys);
	spf_free(j->spf);
}

static void *
start(void *arg)
{
	struct message_run *m = arg;
	struct worker *w = xcalloc(1, sizeof(*w));

	judge_open(&w->judge, m->a, &m->run.env);
	w->member = BUF(MEMBER_MAX);
	return w;
}

/* A file that cannot be opened gets its record like any other. */
static void
not_opened(struct verdict *v, const struct place *p, int64_t now)
{
	int e = errno;

	*v = (struct verdict){ .file = p->file, .n = p->n, .time = now,
	    .envelope.received_at = -1, .arc.reason = "" };
	v->dmarc.result = DMARC_R_TEMPERROR;
	v->broken = exit_of_input(e);
	finding_add(&v->findings, F_MESSAGE_UNREADABLE, p->file, "%s",
	    strerror(e));
	say_error("%s: %s", p->file, strerror(e));
}

/* The record that a message without one gets: {"message", "n"}. */
static void
bare_record(const char *file, uint64_t n, struct buf *out)
{
	struct jw j = JW(out);

	jw_object(&j, NULL);
	jw_text(&j, "message", span_str(file));
	jw_int(&j, "n", (int64_t)n);
	jw_end(&j);
}

/* Returns the status of writing alone, not of the verdict. */
static int
answer(const struct message_run *m, struct worker *w,
    const struct subject *s, const struct verdict *v, struct buf *out)
{
	struct buf record = BUF(MEMBER_MAX);
	int status = EX_OK;

	if (m->a->header) {
		render_field(v, m->a->authserv_id, "\n", out);
	} else if (m->run.text) {
		render_text(v, &m->run, out);
	} else {
		bare_record(v->file, v->n, &record);
		buf_reset(&w->member);
		render_json(v, &m->run, &w->member);
		status = subject_answer(s, buf_get0(&record), "dmarc-verify",
		    buf_get0(&w->member), out);
	}
	buf_free(&record);
	return status;
}

static int
work(void *arg, void *state, const struct subject *s, struct reply *r)
{
	struct message_run *m = arg;
	struct worker *w = state;
	struct place p = { 0 };
	struct opened o = { .fd = -1 };
	struct verdict v;
	int status = EX_SOFTWARE;

	if (!place_parse(s->text, &p))
		return status;
	if (place_open(&p, &o))
		judge_message(&w->judge, opened_source(&o), p.file, p.n, &v);
	else
		not_opened(&v, &p, env_now(&m->run.env));
	opened_close(&o);
	status = run_grade(&m->a->run, &v.findings);
	if (v.broken != 0)
		status = v.broken;
	status = exit_worse(status, answer(m, w, s, &v, &r->line));
	verdict_free(&v);
	place_free(&p);
	return status;
}

static bool
next(void *arg, struct buf *text)
{
	struct message_run *m = arg;

	return input_next(m->input, text);
}

/* What stands for a message whose worker crashed. */
static void
base(void *arg, const struct subject *s, struct buf *out)
{
	struct place p = { 0 };

	(void)arg;
	if (!place_parse(s->text, &p))
		return;
	bare_record(p.file, p.n, out);
	place_free(&p);
}

/* One message, and nothing that could stand for more. */
static bool
is_single(const struct args *a, const struct opt_list *operands)
{
	struct stat st;

	if (a->run.files_from.n > 0 || a->mbox || operands->n != 1)
		return false;
	return stat(operands->v[0], &st) != 0 || !S_ISDIR(st.st_mode);
}

/*
 * Files named on the command line are all that has to be opened from here
 * on; the live resolver alone needs sockets, and in bulk not even that.
 */
static bool
give_up_power(const struct args *a, const struct opt_list *operands,
    bool network)
{
	struct { const char **v; size_t n, cap; } read = { 0 };
	/* --resume may make its file */
	char *folder = a->run.resume ? file_folder(a->run.resume) : NULL;
	const char *write[] = { folder, NULL };
	struct sandbox want = { .write = write, .network = network };
	struct dns_name unused, example;
	bool ok = false;

	for (size_t i = 0; i < operands->n; i++)
		*VEC_PUSH(&read) = operands->v[i];
	if (a->run.files_from.n > 0)
		*VEC_PUSH(&read) = "/";
	if (a->run.skip != NULL)
		*VEC_PUSH(&read) = a->run.skip;
	*VEC_PUSH(&read) = NULL;
	want.read = read.v;
	/* loads the public suffix list while that can still be done */
	dns_name_parse(SPAN("example.org"), &example);
	dmarc_psl_org(&example, &unused);
	ok = run_enter_sandbox(&want, a->run.sandbox);
	free(read.v);
	free(folder);
	return ok;
}

static int
run_messages(struct args *a, const struct opt_list *operands)
{
	static const struct coord_ops ops = {
		.start = start, .work = work, .next = next, .base = base,
	};
	bool single = is_single(a, operands);
	struct message_run m = { .a = a };
	struct coord c = { .run = &m.run, .tool = "dmarc-verify",
	    .schema = MESSAGE_SCHEMA, .key = "message",
	    .stdin_is_no_list = true, .in_process = single };
	int status = run_open(&m.run, &a->run, !single);

	if (status != 0)
		return status;
	if (!give_up_power(a, operands, single && run_is_live(&a->run)))
		return run_close(&m.run, EX_SOFTWARE);
	m.input = input_new(operands, a->mbox);
	status = coord_run(&c, &ops, &m);
	status = exit_worse(status, input_status(m.input));
	input_free(m.input);
	return run_close(&m.run, status);
}

static enum opt_next
check_options(const struct opt_spec *spec, struct args *a,
    struct opt_result *res)
{
	static const char *const stdin_alone[] = { "-" };

	if (a->prepend && (res->operands.n > 1 || a->mbox ||
	    a->run.files_from.n > 0))
		return opt_wrong(spec, res,
		    "--prepend takes exactly one message");
	if (a->mbox && a->run.files_from.n > 0)
		return opt_wrong(&message_spec, res,
		    "--mbox takes operands, not --files-from");
	if (a->prepend && a->authserv_id == NULL)
		return opt_wrong(spec, res,
		    "--prepend needs --authserv-id");
	if (res->command != NULL && !a->prepend)
		return opt_wrong(spec, res,
		    "a command after -- goes with --prepend");
	if (res->operands.n > 0 || a->run.files_from.n > 0)
		return OPT_RUN;
	if (isatty(STDIN_FILENO))
		return opt_wrong(spec, res,
		    "stdin is a terminal: name a message, or give it one");
	*VEC_PUSH(&res->operands) = stdin_alone[0];
	return OPT_RUN;
}

/* A command line of which nothing else may be right; "--pre" will do. */
static bool
names_prepend(char **argv)
{
	for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
		struct span arg = span_str(*argv);

		if (span_starts(arg, SPAN("--pre")) &&
		    span_starts(SPAN("--prepend"), arg))
			return true;
	}
	return false;
}

/* The one message of --prepend: stdin, or the file that becomes it. */
static bool
take_stdin(const char *path)
{
	int fd = STDIN_FILENO;

	if (strcmp(path, "-") == 0)
		return true;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0) {
		say_error("%s: %s", path, strerror(errno));
		return false;
	}
	if (fd != STDIN_FILENO)
		close(fd);
	return true;
}

static int
prepend(const struct args *a, const struct opt_result *res)
{
	struct run run;
	int status = EX_TEMPFAIL;

	if (!take_stdin(res->operands.v[0]) ||
	    run_open(&run, &a->run, false) != 0)
		return EX_TEMPFAIL;
	status = prepend_message(a, &run, res->command);
	/* a failed recording is said, but nothing is sent twice for it */
	run_close(&run, EX_OK);
	return status;
}

int
message_main(int argc, char **argv)
{
	static const char *const areas[] = {
		"message", "header", "from", "received", "dkim", "arc",
		"dmarc", "spf", "record", "run", NULL
	};
	struct args a = { .run = RUN_OPTS_KEEP };
	struct opt_spec spec = message_spec;
	struct opt_result res;

	if (names_prepend(argv)) {
		/* whatever is wrong, mail must not bounce for it */
		spec.usage_status = EX_TEMPFAIL;
		mem_on_failure("dmarc-verify", EX_TEMPFAIL);
	}
	if (opt_parse(&spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	if (a.run.list_codes)
		return run_print_codes(areas, &res);
	if (check_options(&spec, &a, &res) == OPT_END)
		return opt_end(&res);
	run_speak("dmarc-verify", &a.run);
	crypto_start();
	if (!a.prepend) {
		/* the field must say who speaks */
		if (a.authserv_id == NULL && a.header)
			a.authserv_id = env_host_name();
		return run_messages(&a, &res.operands);
	}
	return prepend(&a, &res);
}
