/*
 * Signing the message on stdin. The message is held back until it is whole
 * and signed, so that whoever reads our output never takes half a message
 * for one; whatever goes wrong is answered with 75, and the mail waits.
 */
#include "dkim-sign.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "mail/msg.h"
#include "sys/child.h"
#include "sys/env.h"
#include "sys/file.h"
#include "sys/say.h"
#include "sys/secret.h"
#include "sys/spool.h"

enum { IN_MEMORY = 256 * 1024, FIELDS_MAX = 4 << 20, NAMES_MAX = 256 * 1024 };

struct job {
	const struct args *a;
	struct wants wants;
	struct table table;
	struct msg m;
	struct spool spool;		/* the message behind m.envelope */
	struct buf fields;		/* what goes on top of it */
	struct child child;
	bool has_child;
};

enum outcome {
	SIGNED,
	UNCHANGED,	/* no key for this message */
	FAILED,		/* having said why */
};

/* -d, -s and -k go together in the order they were given. */
static bool
wants_of_options(struct job *j)
{
	const struct args *a = j->a;

	for (size_t i = 0; i < a->key.n; i++) {
		struct dkim_want *w = VEC_PUSH(&j->wants);

		w->domain = a->domain.v[i];
		w->selector = a->selector.v[i];
		w->key = load_key(a->key.v[i], a->allow_weak);
		if (w->key == NULL)
			return false;
	}
	return a->key_table == NULL || table_read(a->key_table, &j->table);
}

/* The folders of the table's keys, which are read after the header. */
static const char **
key_folders(const struct table *t)
{
	struct { const char **v; size_t n, cap; } list = { 0 };
	const char **end = NULL;

	for (size_t i = 0; i < t->n; i++) {
		char *slash = strrchr(t->v[i].path, '/');
		char *folder = slash ? span_dup(span_of(t->v[i].path,
		    (size_t)(slash - t->v[i].path) + 1)) : xstrdup(".");

		if (list.n > 0 && strcmp(list.v[list.n - 1], folder) == 0)
			free(folder);
		else
			*VEC_PUSH(&list) = folder;
	}
	end = VEC_PUSH(&list);
	*end = NULL;
	return list.v;
}

static bool
give_up_power(struct job *j)
{
	const char **read = key_folders(&j->table);
	const char *write[] = { file_temp_dir(), NULL };
	struct sandbox want = { .read = read, .write = write };
	enum sandbox_state got = SANDBOX_NONE;
	bool ok = sandbox_enter(&want, (enum sandbox_mode)j->a->sandbox,
	    &got);

	say_detail("sandbox: %s", sandbox_state_name(got));
	if (!ok)
		say_error("sandbox: this kernel cannot close it all");
	return ok;
}

static const char *
msg_problem(enum msg_status status, int error)
{
	switch (status) {
	case MSG_EMPTY:
		return "the message is empty";
	case MSG_TOO_LONG:
		return "the header section is longer than --max-header";
	case MSG_TOO_MANY:
		return "the header section has over 10000 fields";
	default:
		return strerror(error);
	}
}

/* What the signature says before it is made; false under --strict. */
static bool
lint(const struct job *j, struct dkim_lint *body)
{
	struct findings fs = { 0 };
	bool ok = true;

	dkim_lint_header(&j->m.header, j->wants.v, j->wants.n, &fs);
	dkim_lint_end(body, &j->m.header, &fs);
	for (size_t i = 0; i < fs.n; i++) {
		const struct finding_info *f = finding_info(fs.v[i].code);
		bool refuse = j->a->strict && f->sev == SEV_FAIL;

		(refuse ? say_error : say_warn)("%s: %s%s%s (%s)",
		    fs.v[i].where, f->text, fs.v[i].detail[0] ? ": " : "",
		    fs.v[i].detail, f->clause);
		ok &= !refuse;
	}
	findings_free(&fs);
	return ok;
}

/* The rest of stdin, into the spool and through "each" if there is one. */
static bool
read_body(struct job *j, struct body *body, struct dkim_lint *lint_state)
{
	struct span piece = { NULL, 0 };

	while (msg_next(&j->m, &piece)) {
		spool_add(&j->spool, piece);
		body_add(body, piece);
		dkim_lint_body(lint_state, piece);
	}
	body_end(body);
	if (j->m.error != 0)
		say_error("stdin: %s", strerror(j->m.error));
	else if (j->spool.state != SPOOL_OK)
		say_error("spool: %s", spool_why(&j->spool));
	return j->m.error == 0 && j->spool.state == SPOOL_OK;
}

static bool
make_fields(struct job *j, const struct body *body)
{
	struct header_index *index = header_index_new(&j->m.header, 0);
	struct buf names = BUF(NAMES_MAX);
	bool crlf = j->m.header.lf == 0, ok = true;
	struct env env;

	if (j->a->clock >= 0)
		env_fixed(&env, j->a->clock);
	else
		env_system(&env);
	dkim_choose(&j->m.header, &j->a->choice, &names);
	for (size_t i = 0; ok && i < j->wants.n; i++)
		ok = !names.over && dkim_sign_field(&j->wants.v[i], body,
		    index, buf_get0(&names), env_now(&env), crlf,
		    &j->fields);
	if (!ok)
		say_error("the signature cannot be made");
	buf_free(&names);
	header_index_free(index);
	return ok;
}

static enum outcome
sign_read(struct job *j)
{
	struct body *body = body_new();
	struct dkim_lint state = { 0 };
	enum outcome result = FAILED;

	for (size_t i = 0; i < j->wants.n; i++) {
		j->wants.v[i].header_canon = j->a->header_canon;
		j->wants.v[i].body_canon = j->a->body_canon;
		j->wants.v[i].identity = j->a->identity;
		j->wants.v[i].expire = j->a->expire;
	}
	dkim_sign_start(j->wants.v, j->wants.n, body);
	if (read_body(j, body, &state)) {
		if (j->wants.n == 0)
			result = UNCHANGED;
		else if (lint(j, &state) && make_fields(j, body))
			result = SIGNED;
	}
	body_free(body);
	return result;
}

static enum outcome
no_key(struct job *j)
{
	say_warn("no key for this From domain: left unsigned");
	if (!j->a->require_key)
		return UNCHANGED;
	say_hint("--require-key asks for one");
	return FAILED;
}

static enum outcome
sign_stdin(struct job *j, bool ready)
{
	static int in = STDIN_FILENO;
	struct msg_limits limits = msg_limits_default;
	enum msg_status status = MSG_OK;

	limits.header_bytes = (size_t)j->a->max_header;
	status = msg_open(&j->m, msg_source_fd(&in), &limits);
	if (status == MSG_OK) {
		spool_add(&j->spool, span_of(j->m.read.p + j->m.envelope,
		    j->m.read.n - j->m.envelope - j->m.first.n));
	} else {
		spool_add(&j->spool, buf_get0(&j->m.read));
		say_error("stdin: %s", msg_problem(status, j->m.error));
	}
	if (status != MSG_OK || !ready)
		return FAILED;
	if (j->table.n > 0 &&
	    !table_pick(&j->table, &j->m.header, j->a, &j->wants))
		return FAILED;
	if (j->wants.n == 0 && no_key(j) == FAILED)
		return FAILED;
	return sign_read(j);
}

/* --on-error=pass: whatever came is handed on as it came. */
static bool
read_rest(struct job *j)
{
	struct span piece = { NULL, 0 };

	while (msg_next(&j->m, &piece))
		spool_add(&j->spool, piece);
	return j->m.error == 0 && j->spool.state == SPOOL_OK &&
	    j->spool.n > 0;
}

static bool
write_out(struct job *j, int fd)
{
	if (file_write_all(fd, span_first(buf_get0(&j->m.read),
	    j->m.envelope)) && file_write_all(fd, buf_get0(&j->fields)) &&
	    spool_copy(&j->spool, fd) == SPOOL_OK)
		return true;
	if (errno != EPIPE)
		say_error("output: %s", strerror(errno));
	return false;
}

static int
deliver(struct job *j)
{
	bool ok = false;

	if (!j->has_child)
		return write_out(j, STDOUT_FILENO) && file_close_stdout() ?
		    EX_OK : EX_TEMPFAIL;
	if (!child_start(&j->child)) {
		say_error("the command cannot be started: %s",
		    strerror(errno));
		return EX_TEMPFAIL;
	}
	ok = write_out(j, j->child.fd);
	return child_end(&j->child, ok);
}

static int
finish(struct job *j, enum outcome got)
{
	if (got == FAILED) {
		buf_reset(&j->fields);
		if (j->a->on_error == ON_ERROR_REJECT)
			return EX_DATAERR;
		if (j->a->on_error != ON_ERROR_PASS || !read_rest(j))
			return EX_TEMPFAIL;
		say_warn("handed on unsigned (--on-error=pass)");
	}
	return deliver(j);
}

static enum opt_next
check_options(const struct args *a, struct opt_result *res)
{
	if (a->key.n != a->domain.n || a->key.n != a->selector.n)
		return opt_wrong(&sign_spec, res,
		    "give -d, -s and -k equally often");
	if (a->key.n == 0 && a->key_table == NULL)
		return opt_wrong(&sign_spec, res,
		    "give -d, -s and -k, or --key-table");
	if (res->operands.n > 0)
		return opt_wrong(&sign_spec, res, "%s: the message is read "
		    "from stdin", res->operands.v[0]);
	if (isatty(STDIN_FILENO))
		return opt_wrong(&sign_spec, res,
		    "stdin is a terminal: give it a message");
	return OPT_RUN;
}

int
sign_main(int argc, char **argv)
{
	struct args a = { .header_canon = CANON_RELAXED,
	    .body_canon = CANON_RELAXED, .clock = -1,
	    .max_header = (int)msg_limits_default.header_bytes };
	struct job j = { .a = &a, .fields = BUF(FIELDS_MAX) };
	struct opt_result res;
	bool ready = false;
	int status = EX_TEMPFAIL;

	if (opt_parse(&sign_spec, argc, argv, &a, &res) == OPT_END ||
	    check_options(&a, &res) == OPT_END)
		return opt_end(&res);
	say_level(a.quiet ? -1 : a.verbose);
	signal(SIGPIPE, SIG_IGN);
	if (res.command != NULL && !(j.has_child =
	    child_prepare(&j.child, res.command))) {
		say_error("fork: %s", strerror(errno));
		return EX_TEMPFAIL;
	}
	secret_process();
	spool_init(&j.spool, IN_MEMORY);
	crypto_start();
	ready = wants_of_options(&j);
	if (give_up_power(&j))
		status = finish(&j, sign_stdin(&j, ready));
	if (j.has_child)
		child_abandon(&j.child);
	return status;
}
