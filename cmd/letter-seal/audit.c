/* Judging the records on stdin, each beside those that came before it. */
#include "letter-seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "keyring.h"
#include "run/run.h"
#include "run/subject.h"
#include "seal/audit.h"
#include "sys/jw.h"
#include "sys/say.h"
#include "sys/scan.h"

enum { MEMBER_MAX = 4 << 20, OUT_MAX = 8 << 20, OUT_ENOUGH = 64 << 10 };

struct job {
	const struct args *a;
	struct run run;			/* without DNS */
	struct keyring keys;
	struct audit *audit;
	struct chunks chunks;
	struct buf plain, base, member, out;
	/* of the message at work */
	struct findings fs;
	bool readable;
	enum audit_auth auth;
};

/* --- one message ---------------------------------------------------------- */

static void
judge(struct job *j, struct span record, uint64_t place)
{
	struct chunks *c = &j->chunks;
	const char *why = NULL;

	j->auth = AUDIT_NOT_ASKED;
	j->readable = chunks_read(c, record, SPAN("letter-seal"), &why);
	if (j->readable)
		why = letter_flaw(&c->letter);
	if (why != NULL) {
		j->readable = false;
		finding_add(&j->fs, F_SEAL_MALFORMED, "", "%s", why);
		return;
	}
	j->auth = keyring_open(&j->keys, &c->letter, &j->plain);
	audit_auth(&c->letter, j->auth, buf_get0(&j->plain), &j->fs);
	if (j->plain.n > 0)
		explicit_bzero(j->plain.p, j->plain.n);
	audit_form(c, &j->fs);
	audit_beside(j->audit, c, j->auth, place, &j->fs);
}

static bool
has_counter(const struct job *j)
{
	return j->readable && j->chunks.letter.version == 2 &&
	    !finding_has(&j->fs, F_SEAL_NONCE_RANDOM);
}

static int
render_json(struct job *j, const struct subject *s)
{
	struct jw w = JW(&j->member);

	buf_reset(&j->base);
	buf_reset(&j->member);
	subject_base(s, "message", &j->base);
	run_member(&j->run, &w, "letter-seal-audit/1",
	    findings_verdict(&j->fs));
	jw_int(&w, "line", (int64_t)s->line);
	if (j->auth < AUDIT_FORGED)
		jw_null(&w, "authentic");
	else
		jw_bool(&w, "authentic", j->auth == AUDIT_AUTHENTIC);
	if (has_counter(j))
		jw_int(&w, "counter",
		    (int64_t)letter_counter(&j->chunks.letter));
	else
		jw_null(&w, "counter");
	jw_findings(&w, "findings", &j->fs);
	jw_end(&w);
	return subject_answer(s, buf_get0(&j->base), "letter-seal",
	    buf_get0(&j->member), &j->out);
}

static void
text_letter(const struct job *j, struct buf *out)
{
	const struct letter *l = &j->chunks.letter;

	buf_printf(out, ", version %" PRIu32 ", %.*s to %.*s, keys %" PRIu32
	    " and %" PRIu32, l->version, LETTER_MID_SIZE,
	    (const char *)l->from.p, LETTER_MID_SIZE, (const char *)l->to.p,
	    l->sender_key, l->receiver_key);
	if (has_counter(j))
		buf_printf(out, ", counter %" PRIu64, letter_counter(l));
	if (j->auth == AUDIT_AUTHENTIC)
		buf_str(out, ", authentic");
}

static void
render_text(struct job *j, const struct subject *s)
{
	struct buf *out = &j->out;

	run_banner(&j->run, out);
	buf_printf(out, "line %" PRIu64 ": %s", s->line,
	    findings_verdict(&j->fs));
	if (j->readable)
		text_letter(j, out);
	buf_byte(out, '\n');
	for (size_t i = 0; i < j->fs.n; i++) {
		const struct finding *f = &j->fs.v[i];
		const struct finding_info *info = finding_info(f->code);

		buf_printf(out, "    %s %s%s%s: %s%s%s%s\n",
		    severity_name(info->sev), info->code,
		    f->where[0] ? " " : "", f->where, info->text,
		    f->detail[0] ? ": " : "", f->detail,
		    f->ignored ? " (ignored)" : "");
	}
}

/* What the other rendering could not be added to is no better input here. */
static int
text_status(const struct job *j, const struct subject *s)
{
	struct scan_object o = { 0 };
	const char *why = NULL;
	size_t at = 0;

	if (j->readable || !s->is_record)
		return EXIT_HOLDS;
	if (!scan_object(s->text, &o, &why, &at))
		return EXIT_MALFORMED;
	free(o.v);
	return EXIT_HOLDS;
}

static int
one_subject(struct job *j, const struct subject *s)
{
	int status = EXIT_HOLDS, written = EXIT_HOLDS;

	judge(j, s->is_record ? s->text : SPAN(""), s->line);
	status = run_grade(&j->a->run, &j->fs);
	if (j->run.text) {
		render_text(j, s);
		written = text_status(j, s);
	} else {
		written = render_json(j, s);
	}
	findings_free(&j->fs);
	return exit_worse(status, written);
}

/* --- the stream ----------------------------------------------------------- */

/* A line over the ceiling goes on as it came. */
static int
copy_long(struct job *j, enum rec_kind kind, struct span piece,
    uint64_t line)
{
	if (!j->run.text)
		buf_span(&j->out, piece);
	if (kind != REC_LONG_END)
		return EXIT_MALFORMED;
	say_error("line %" PRIu64 ": longer than 1 MiB: %s", line,
	    j->run.text ? "passed over" : "copied as it is");
	return EXIT_MALFORMED;
}

static int
one_line(void *arg, enum rec_kind kind, struct span text, uint64_t line)
{
	struct job *j = arg;
	struct subject s = {
		.is_record = kind == REC_RECORD, .line = line, .text = text,
	};

	if (kind == REC_LONG || kind == REC_LONG_END)
		return copy_long(j, kind, text, line);
	return one_subject(j, &s);
}

/* --- records of before ---------------------------------------------------- */

struct memory {
	struct job *job;
	uint64_t base;		/* places of this file begin here */
};

/* What is wrong in it was told in its own time. */
static void
remember(void *arg, struct span text, uint64_t line)
{
	const struct memory *m = arg;

	if (text.n == 0)
		return;
	judge(m->job, text, m->base + line);
	findings_free(&m->job->fs);
}

/* Opened before power is given up, read behind that line. */
static int
open_seen(const struct opt_list *seen, int *fd)
{
	int status = EXIT_HOLDS;

	for (size_t i = 0; status == EXIT_HOLDS && i < seen->n; i++) {
		fd[i] = open(seen->v[i], O_RDONLY | O_CLOEXEC);
		if (fd[i] >= 0)
			continue;
		status = exit_of_input(errno);
		say_error("%s: %s", seen->v[i], strerror(errno));
	}
	return status;
}

static int
read_seen(struct job *j, const int *fd)
{
	const struct opt_list *seen = &j->a->seen;

	for (size_t i = 0; i < seen->n; i++) {
		struct memory m = { j, AUDIT_EARLIER };

		if (!rec_each(fd[i], remember, &m)) {
			say_error("%s: %s", seen->v[i], strerror(errno));
			return EXIT_IO;
		}
		close(fd[i]);
	}
	return EXIT_HOLDS;
}

static int
audit_all(struct job *j)
{
	int *fd = xcalloc(j->a->seen.n + 1, sizeof(*fd));
	int status = keyring_load(&j->keys, &j->a->keys, &j->a->peers);

	if (status == EXIT_HOLDS)
		status = open_seen(&j->a->seen, fd);
	if (status == EXIT_HOLDS && !give_up_power(j->a, NULL, NULL))
		status = EXIT_INTERNAL;
	if (status == EXIT_HOLDS)
		status = read_seen(j, fd);
	if (status == EXIT_HOLDS)
		status = output_each_line(&j->out, OUT_ENOUGH, one_line,
		    j);
	free(fd);
	return status;
}

static int
run_audit(const struct args *a)
{
	struct job j = {
		.a = a,
		.plain = BUF(LETTER_PLAIN_MAX + 64),
		.base = BUF(MEMBER_MAX), .member = BUF(MEMBER_MAX),
		.out = BUF(OUT_MAX),
	};
	int status = EXIT_HOLDS;

	run_open_plain(&j.run, &a->run);
	j.audit = audit_new(env_seed(&j.run.env));
	chunks_init(&j.chunks);
	buf_room(&j.plain, j.plain.max);
	status = audit_all(&j);
	if (!file_close_stdout())
		status = exit_worse(status, EXIT_IO);
	keyring_free(&j.keys);
	audit_free(j.audit);
	chunks_free(&j.chunks);
	buf_free_wipe(&j.plain);
	buf_free(&j.base);
	buf_free(&j.member);
	buf_free(&j.out);
	return status;
}

int
audit_main(int argc, char **argv)
{
	static const char *const areas[] = { "seal", "record", NULL };
	struct args a = ARGS_DEFAULT;
	struct opt_result res;
	int status = EXIT_HOLDS;

	if (!begin(&audit_spec, argc, argv, &a, &res, &status))
		return status;
	if (a.run.list_codes)
		return run_print_codes(areas, &res);
	if (res.operands.n > 0) {
		opt_wrong(&audit_spec, &res, "%s: records come on stdin",
		    res.operands.v[0]);
		return opt_end(&res);
	}
	if ((a.keys.n == 0) != (a.peers.n == 0)) {
		opt_wrong(&audit_spec, &res, "give both -k and -p, or none");
		return opt_end(&res);
	}
	if (nothing_given() != NULL) {
		opt_wrong(&audit_spec, &res, "%s", nothing_given());
		return opt_end(&res);
	}
	opt_result_free(&res);
	status = run_audit(&a);
	free(a.keys.v);
	free(a.peers.v);
	free(a.seen.v);
	return status;
}
