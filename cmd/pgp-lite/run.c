/*
 * A subcommand's frame: options, indirect arguments, the sandbox, the outputs
 * at the end. The first failure decides the status.
 */
#include "pgp-lite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cur.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "crypto/lib.h"
#include "pgp/inflate.h"
#include "sys/sandbox.h"
#include "sys/say.h"

enum { RAW_MAX = 4096, PASSWORD_MAX = 65536 };

/* Keys are their owner's, but each of their parts may need a derivation. */
enum { KEY_DERIVATIONS = 64 };

/* The draft wants another status than the usual one for each. */
static int
usage_status(enum opt_reason reason)
{
	return reason == OPT_WRONG_MISSING ? SOP_MISSING_ARG :
	    SOP_UNSUPPORTED_OPTION;
}

void
run_verdict(struct run *r, enum severity worst)
{
	if (worst == SEV_FAIL)
		r->status = SOP_NO_SIGNATURE;
	else if (worst == SEV_UNKNOWN)
		r->status = SOP_UNSUPPORTED_ASYMMETRIC_ALGO;
}

bool
run_fail(struct run *r, enum sop status, const char *fmt, ...)
{
	char *what = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	if (r->status == SOP_OK) {
		r->status = status;
		say_error("%s", what);
	}
	free(what);
	return false;
}

bool
run_fail_stdout(struct run *r)
{
	r->stdout_failed |= r->status == SOP_OK;
	return run_fail(r, SOP_UNSPECIFIED_FAILURE, "stdout: %s",
	    strerror(errno));
}

bool
run_fail_error(struct run *r, const char *what, enum sop bad)
{
	enum sop status = bad;

	switch (r->error.result) {
	case PGP_OK:
		return true;
	case PGP_FORGED:
	case PGP_NO_KEY:
		status = SOP_CANNOT_DECRYPT;
		break;
	case PGP_LOCKED:
		status = SOP_KEY_IS_PROTECTED;
		break;
	case PGP_IO:
		status = SOP_UNSPECIFIED_FAILURE;
		break;
	case PGP_BAD:
	case PGP_UNSUPPORTED:
	case PGP_LIMIT:
		break;
	}
	run_fail(r, status, "%s: %s", what, r->error.why);
	if (r->error.why == inflate_over)
		say_hint("--max-decompressed=MIB allows more");
	return false;
}

/* Other tools take what they work on as an operand; SOP does not. */
static void
hint_of_file(const char *operand)
{
	if (access(operand, R_OK) == 0)
		say_hint("what to work on comes from standard input: < %s",
		    operand);
}

bool
run_start(struct run *r, enum spec spec, int argc, char **argv,
    size_t least, size_t most)
{
	const struct opt_spec *s = &specs[spec];

	*r = (struct run){ .budget = S2K_BUDGET, .key_budget = S2K_BUDGET };
	r->a.not_before = DATE_UNBOUND;
	r->a.not_after = DATE_NOW;
	r->a.format = FORMAT_AUTO;
	r->a.add_autocrypt = AUTOCRYPT_NOT;
	r->a.s2k_kib = S2K_KIB_MAX;
	r->a.max_decompressed = INFLATE_MAX >> 20;
	/* no argument may move while spans lie in the others */
	r->raw = xcalloc(RAW_MAX, sizeof(*r->raw));
	if (opt_parse(s, argc, argv, &r->a, &r->res) == OPT_END) {
		if (r->res.status != 0)
			r->res.status = usage_status(r->res.reason);
		r->status = opt_end(&r->res);
		return false;
	}
	say_level(r->a.debug ? 1 : 0);
	r->budget.kib = r->key_budget.kib = r->a.s2k_kib;
	r->key_budget.argon2 = KEY_DERIVATIONS;
	if (r->res.operands.n < least)
		return run_fail(r, SOP_MISSING_ARG, "%s: an argument is "
		    "missing", s->tool);
	if (r->res.operands.n > most) {
		run_fail(r, SOP_UNSUPPORTED_OPTION, "%s: one argument too "
		    "many", s->tool);
		hint_of_file(r->res.operands.v[most]);
		return false;
	}
	if (r->a.armor && r->a.no_armor)
		return run_fail(r, SOP_INCOMPATIBLE_OPTIONS,
		    "--armor and --no-armor exclude each other");
	r->has_child = r->res.command != NULL &&
	    child_prepare(&r->child, r->res.command);
	if (r->res.command != NULL && !r->has_child)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE, "fork: %s",
		    strerror(errno));
	env_system(&r->env);
	if (r->a.find.now.given)
		env_fixed(&r->env, r->a.find.now.at);
	r->now = env_now(&r->env);
	run_keep_secrets();
	crypto_start();
	return true;
}

/* Folders that files will be linked into, and the one for spools. */
bool
run_close_in(struct run *r)
{
	const char *write[OUTPUTS_MAX + 2] = { file_temp_dir() };
	struct sandbox want = { .write = write };
	char *folders[OUTPUTS_MAX] = { NULL };
	enum sandbox_state got = SANDBOX_NONE;
	size_t n = 1;
	bool ok = false;

	for (size_t i = 0; i < r->outs; i++)
		if (r->out[i].fd < 0) {
			folders[i] = file_folder(r->out[i].arg);
			write[n++] = folders[i];
		}
	ok = sandbox_enter(&want, sandbox_mode, &got);
	say_detail("sandbox: %s", sandbox_state_name(got));
	for (size_t i = 0; i < OUTPUTS_MAX; i++)
		free(folders[i]);
	return ok || run_fail(r, SOP_UNSPECIFIED_FAILURE,
	    "the sandbox cannot be closed");
}

/* "@FD:n" to *fd, "@ENV:NAME" to *name, neither for a file. */
static bool
special(struct run *r, const char *arg, bool input, int *fd,
    const char **name)
{
	uint64_t n = 0;

	*fd = -1;
	*name = NULL;
	if (arg[0] != '@' || strchr(arg, ':') == NULL)
		return true;
	if (access(arg, F_OK) == 0)
		return run_fail(r, SOP_AMBIGUOUS_INPUT,
		    "%s: there is a file of that name", arg);
	if (strncmp(arg, "@FD:", 4) == 0 &&
	    span_dec(span_str(arg + 4), 1 << 20, &n)) {
		*fd = (int)n;
		return true;
	}
	if (input && strncmp(arg, "@ENV:", 5) == 0) {
		*name = arg + 5;
		return true;
	}
	return run_fail(r, SOP_UNSUPPORTED_SPECIAL_PREFIX,
	    "%s: no such kind of argument", arg);
}

static bool
read_file(struct run *r, const char *arg, int fd, struct buf *out)
{
	enum file_result f = fd >= 0 ? file_slurp_fd(fd, INPUT_MAX, out) :
	    (r->secrets ? file_slurp_key : file_slurp)(arg, INPUT_MAX, out);

	if (f == FILE_OK)
		return true;
	return run_fail(r, f == FILE_ABSENT || fd >= 0 ? SOP_MISSING_INPUT :
	    f == FILE_TOO_BIG ? SOP_BAD_DATA : SOP_UNSPECIFIED_FAILURE,
	    "%s: %s", arg, file_why(f));
}

struct buf *
run_room(struct run *r, size_t ceiling)
{
	if (r->raw_n == RAW_MAX) {
		run_fail(r, SOP_UNSPECIFIED_FAILURE, "too many arguments");
		return NULL;
	}
	r->raw[r->raw_n] = BUF(ceiling);
	return &r->raw[r->raw_n++];
}

bool
run_input(struct run *r, const char *arg, struct span *out)
{
	struct buf *b = run_room(r, INPUT_MAX);
	const char *name = NULL;
	int fd = -1;

	if (b == NULL || !special(r, arg, true, &fd, &name))
		return false;
	if (name != NULL) {
		const char *value = getenv(name);

		if (value == NULL)
			return run_fail(r, SOP_MISSING_INPUT,
			    "%s: not in the environment", arg);
		buf_str(b, value);
	} else if (!read_file(r, arg, fd, b)) {
		return false;
	}
	*out = buf_get0(b);
	return true;
}

bool
run_output(struct run *r, const char *arg, struct buf **content)
{
	struct output *o = &r->out[r->outs];
	const char *name = NULL;
	enum file_result f = FILE_OK;

	*content = NULL;
	if (arg == NULL)
		return true;
	o->content = BUF(1 << 24);
	if (!special(r, arg, false, &o->fd, &name))
		return false;
	if (o->fd < 0 && access(arg, F_OK) == 0)
		return run_fail(r, SOP_OUTPUT_EXISTS, "%s: it exists", arg);
	if (o->fd < 0)
		f = file_out_open(&o->file, arg, 0600);
	if (f != FILE_OK)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE, "%s: %s", arg,
		    file_why(f));
	o->arg = arg;
	r->outs++;
	*content = &o->content;
	return true;
}

static bool
read_passwords(struct run *r, const struct opt_list *args,
    struct passphrases *out)
{
	out->v = xcalloc(args->n + 1, sizeof(*out->v));
	for (size_t i = 0; i < args->n; i++) {
		if (!run_input(r, args->v[i], &out->v[i]))
			return false;
		if (out->v[i].n > PASSWORD_MAX)
			return run_fail(r, SOP_UNSPECIFIED_FAILURE,
			    "%s: too long for a passphrase", args->v[i]);
		out->n++;
	}
	return true;
}

bool
run_passwords(struct run *r)
{
	return read_passwords(r, &r->a.key_passwords, &r->key_passwords) &&
	    read_passwords(r, &r->a.passwords, &r->passwords);
}

bool
run_read_secrets(struct run *r, const char *const *args, size_t n,
    struct files *out)
{
	bool ok = false;

	r->secrets = true;
	ok = run_read_files(r, args, n, out) && run_passwords(r);
	r->secrets = false;
	return ok;
}

bool
run_new_password(struct run *r, const char *arg, struct span *out)
{
	struct span s = { NULL, 0 };

	if (!run_input(r, arg, &s))
		return false;
	s = passphrase_trim(s);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return run_fail(r, SOP_PASSWORD_NOT_HUMAN_READABLE,
			    "%s: control characters cannot be typed", arg);
	if (!utf8_valid(s) || s.n > PASSWORD_MAX)
		return run_fail(r, SOP_PASSWORD_NOT_HUMAN_READABLE,
		    "%s: not UTF-8, or too long", arg);
	*out = s;
	return true;
}

void
run_new_files(size_t n, struct files *out)
{
	*out = (struct files){ .v = xcalloc(n + 1, sizeof(*out->v)),
	    .raw = xcalloc(n + 1, sizeof(*out->raw)),
	    .from = xcalloc(n + 1, sizeof(*out->from)) };
}

bool
run_read_files(struct run *r, const char *const *args, size_t n,
    struct files *out)
{
	run_new_files(n, out);
	for (size_t i = 0; i < n; i++) {
		if (!run_input(r, args[i], &out->raw[i]))
			return false;
		out->v[i] = CERTS;
		out->v[i].file = args[i];
		out->n++;
	}
	return true;
}

static bool
parse(struct run *r, struct in *in, bool secret, struct certs *c)
{
	const char *why = NULL;
	enum pgp_result result = certs_read(in, secret, c, &why);

	if (result == PGP_OK)
		return true;
	return run_fail(r, result == PGP_IO ? SOP_UNSPECIFIED_FAILURE :
	    SOP_BAD_DATA, "%s: %s", c->file, why);
}

bool
run_parse_file(struct run *r, bool secret, struct files *f, size_t i)
{
	struct in in;
	bool ok = false;

	in_of_span(&in, f->raw[i], &r->error);
	ok = parse(r, &in, secret, &f->v[i]);
	in_free(&in);
	return ok;
}

bool
run_parse_files(struct run *r, bool secret, struct files *f)
{
	bool ok = true;

	for (size_t i = 0; ok && i < f->n; i++)
		ok = run_parse_file(r, secret, f, i);
	return ok;
}

bool
run_parse_stdin(struct run *r, bool secret, struct certs *out)
{
	struct in in;
	bool ok = false;

	out->file = "stdin";
	in_of_fd(&in, STDIN_FILENO, &r->error);
	ok = parse(r, &in, secret, out);
	in_free(&in);
	return ok;
}

static bool
too_many_parts(struct run *r, const char *file)
{
	return run_fail(r, SOP_BAD_DATA, "%s: more user IDs and subkeys than "
	    "allowed", file);
}

bool
run_unite(struct run *r, struct certs *first, struct files *f)
{
	struct certs **all = xcalloc(f->n + 1, sizeof(*all));
	size_t n = 0;
	bool ok = false;

	if (first != NULL)
		all[n++] = first;
	for (size_t i = 0; i < f->n; i++)
		all[n++] = &f->v[i];
	ok = certs_unite(all, n);
	free(all);
	return ok || too_many_parts(r, "the certificates of one key");
}

bool
run_learn(struct run *r, struct cert *c, const struct certs *from, size_t n)
{
	bool ok = true;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < from[i].n; j++)
			if (ok && cert_same(c, &from[i].v[j]))
				ok = cert_merge(c, &from[i].v[j]);
	cert_merge_end(c);
	return ok || too_many_parts(r, c->file);
}

void
run_write_certs(const struct files *f, struct buf *out)
{
	for (size_t i = 0; i < f->n; i++)
		for (size_t j = 0; j < f->v[i].n; j++)
			cert_write_public(&f->v[i].v[j], out);
}

void
run_free_files(struct files *f)
{
	for (size_t i = 0; i < f->n; i++) {
		certs_free(&f->v[i]);
		free(f->from[i].path);
	}
	free(f->v);
	free(f->raw);
	free(f->from);
}

static bool
write_output(struct run *r, struct output *o)
{
	enum file_result f = FILE_OK;
	int fd = o->fd >= 0 ? o->fd : o->file.fd;

	if (!file_write_all(fd, buf_get0(&o->content)))
		return run_fail(r, SOP_UNSPECIFIED_FAILURE, "%s: %s", o->arg,
		    strerror(errno));
	if (o->fd < 0)
		f = file_out_commit(&o->file, false);
	return f == FILE_OK || run_fail(r, f == FILE_EXISTS ?
	    SOP_OUTPUT_EXISTS : SOP_UNSPECIFIED_FAILURE, "%s: %s", o->arg,
	    file_why(f));
}

bool
run_commit(struct run *r)
{
	bool ok = r->status == SOP_OK;

	for (size_t i = 0; ok && i < r->outs; i++)
		ok = write_output(r, &r->out[i]);
	return ok;
}

int
run_end(struct run *r)
{
	/* the last chance to learn of a write that failed (NFS) */
	if (r->status == SOP_OK && !file_close_stdout() && errno != EBADF)
		run_fail_stdout(r);
	if (r->has_child)
		child_abandon(&r->child);
	finder_end(&r->finder);
	for (size_t i = 0; i < r->outs; i++) {
		struct output *o = &r->out[i];

		if (o->fd < 0 && o->file.path != NULL)
			file_out_abort(&o->file);
		buf_free_wipe(&o->content);
	}
	for (size_t i = 0; i < r->raw_n; i++)
		buf_free_wipe(&r->raw[i]);
	free(r->raw);
	free(r->key_passwords.v);
	free(r->passwords.v);
	opt_result_free(&r->res);
	free(r->a.key_passwords.v);
	free(r->a.passwords.v);
	free(r->a.sign_with.v);
	free(r->a.session_keys.v);
	free(r->a.verify_with.v);
	free(r->a.user_ids.v);
	free(r->a.merge_certs.v);
	free(r->a.cert_dirs.v);
	return r->status;
}
