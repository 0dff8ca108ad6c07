/*
 * Certificates by mail address: from a file that is called so, from folders
 * that are named, else by the program pgp-find from what the address's domain
 * publishes. It is started before power is given up, and what it found is
 * looked into afterwards.
 */
#include "find.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "dns/name.h"
#include "pgp/found.h"
#include "pgp/valid.h"
#include "pgp/wkd.h"
#include "sys/libexec.h"
#include "sys/say.h"
#include "sys/words.h"

/* --- which arguments are addresses, and where their files are */

/* The ways that are none of pgp-find's. */
static const char by_file[] = "file", by_folder[] = "folder";

/*
 * Neither a path nor "@FD:" and its like. There may be a file of that name:
 * who gave the address may know nothing of it.
 */
static bool
is_address(const char *arg)
{
	struct buf local = BUF(WKD_LOCAL_MAX), domain = BUF(DNS_NAME_MAX);
	bool is = strchr(arg, '@') != NULL && arg[0] != '@' &&
	    strchr(arg, '/') == NULL &&
	    wkd_address(span_str(arg), &local, &domain);

	buf_free(&local);
	buf_free(&domain);
	return is;
}

/* The first of FOLDER/ADDRESS and its usual endings that is there; owned. */
static char *
in_folders(const struct opt_list *folders, const char *address)
{
	static const char *const endings[] = { "", ".asc", ".pgp", ".cert",
	    ".gpg" };

	for (size_t i = 0; i < folders->n; i++)
		for (size_t j = 0; j < sizeof(endings) / sizeof(*endings);
		    j++) {
			char *path = xasprintf("%s/%s%s", folders->v[i],
			    address, endings[j]);

			if (access(path, F_OK) == 0)
				return path;
			free(path);
		}
	return NULL;
}

/* The file of an address, and what it is; false: it has none. */
static bool
find_file(const struct opt_list *folders, struct origin *from)
{
	if (access(from->address, F_OK) == 0) {
		from->path = xstrdup(from->address);
		from->way = by_file;
		return true;
	}
	from->path = in_folders(folders, from->address);
	from->way = by_folder;
	return from->path != NULL;
}

/* --- the helper */

static void
helper_words(const struct run *r, const struct files *f, struct words *w)
{
	const struct run_opts *o = &r->a.find;
	char now[DATE_RFC3339_SIZE] = "";

	words_own(w, libexec_path("pgp-find"));
	words_option(w, "zone", o->zone);
	words_option(w, "resolver", o->resolver);
	words_option(w, "trust-anchor", o->trust_anchor);
	words_option(w, "record", o->record);
	words_option(w, "ca-file", o->ca_file);
	words_option(w, "sandbox", sandbox_mode_name(sandbox_mode));
	words_flag(w, "trust-ad", o->trust_ad);
	words_flag(w, "allow-private", o->allow_private);
	words_flag(w, "verbose", r->a.debug);
	if (o->now.given)
		words_option(w, "now", date_rfc3339(now, o->now.at));
	words_number(w, "timeout", o->timeout);
	words_add(w, "--");
	for (size_t i = 0; i < f->n; i++)
		if (f->from[i].asked)
			words_add(w, f->from[i].address);
	words_end(w);
}

/* Our stdin is the message: it is none of the helper's. */
static _Noreturn void
become(char **argv, int out)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
	    dup2(out, STDOUT_FILENO) >= 0)
		execv(argv[0], argv);
	say_error("%s: %s", argv[0], strerror(errno));
	_exit(SOP_UNSPECIFIED_FAILURE);
}

static bool
start_helper(struct run *r, const struct files *f)
{
	struct words w = { NULL, 0, 0 };
	int ends[2] = { -1, -1 };

	if (pipe2(ends, O_CLOEXEC) != 0)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE, "pipe: %s",
		    strerror(errno));
	helper_words(r, f, &w);
	r->finder.pid = fork();
	if (r->finder.pid == 0)
		become(w.v, ends[1]);
	close(ends[1]);
	r->finder.fd = ends[0];
	words_free(&w);
	return r->finder.pid > 0 || run_fail(r, SOP_UNSPECIFIED_FAILURE,
	    "fork: %s", strerror(errno));
}

void
finder_end(struct finder *f)
{
	if (f->pid <= 0)
		return;
	close(f->fd);
	/* what it still looks for, nobody wants any more */
	kill(f->pid, SIGTERM);
	while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
		;
	buf_free(&f->answers);
	f->pid = 0;
}

/* --- before power is given up */

static bool
read_one(struct run *r, struct files *f, size_t i, const char *arg)
{
	struct origin *from = &f->from[i];

	if (!is_address(arg))
		return run_input(r, arg, &f->raw[i]);
	from->address = arg;
	if (find_file(&r->a.cert_dirs, from))
		return run_input(r, from->path, &f->raw[i]);
	if (r->a.find.offline && r->a.find.zone == NULL)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE, "%s: no such "
		    "file, and --offline forbids to search further", arg);
	from->asked = true;
	return true;
}

bool
find_read(struct run *r, const char *const *args, size_t n,
    struct files *out)
{
	bool ask = false;

	run_new_files(n, out);
	for (size_t i = 0; i < n; i++) {
		if (!read_one(r, out, i, args[i]))
			return false;
		out->v[i] = CERTS;
		out->v[i].file = args[i];
		ask |= out->from[i].asked;
		out->n++;
	}
	return !ask || start_helper(r, out);
}

/* --- afterwards */

/* All answers, when the helper has the last one. */
static bool
read_answers(struct run *r, const struct files *f)
{
	struct finder *h = &r->finder;
	enum file_result got = FILE_OK;

	if (h->pid <= 0)
		return true;
	h->answers = BUF(f->n * FOUND_MAX);
	got = file_slurp_fd(h->fd, h->answers.max, &h->answers);
	return got == FILE_OK || run_fail(r, SOP_UNSPECIFIED_FAILURE,
	    "pgp-find: %s", file_why(got));
}

/* None was found: which reasons there are, in one line. */
static bool
not_found(struct run *r, const char *address, const struct buf *reasons,
    bool unknown)
{
	return run_fail(r, unknown ? SOP_UNSPECIFIED_FAILURE :
	    SOP_MISSING_INPUT, "%s: %s: %.*s", address, unknown ?
	    "it could not be found out whether there is a certificate" :
	    "no certificate is published", (int)reasons->n,
	    (const char *)reasons->p);
}

static bool
take_answer(struct run *r, struct cur *c, struct files *f, size_t i)
{
	struct origin *from = &f->from[i];
	struct buf reasons = BUF(FOUND_MAX);
	struct found step;
	bool unknown = false, ok = false;

	while (found_get(c, &step)) {
		if (step.result == FOUND_OK) {
			f->raw[i] = step.certs;
			from->way = found_way_name(step.way);
			free(from->path);
			from->path = span_dup(step.where);
			continue;
		}
		unknown |= step.result == FOUND_UNKNOWN ||
		    step.result == FOUND_BOGUS;
		buf_printf(&reasons, "%s%s: %.*s", reasons.n > 0 ? "; " : "",
		    found_way_name(step.way), (int)step.why.n,
		    (const char *)step.why.p);
		say_detail("%s: %s: %.*s: %.*s", from->address,
		    found_way_name(step.way), (int)step.where.n,
		    (const char *)step.where.p, (int)step.why.n,
		    (const char *)step.why.p);
	}
	if (c->bad)
		buf_printf(&reasons, "%sthe search broke off",
		    reasons.n > 0 ? "; " : "");
	ok = (!c->bad && f->raw[i].n > 0) || not_found(r, from->address,
	    &reasons, unknown || c->bad);
	buf_free(&reasons);
	return ok;
}

/*
 * Only what is said of this address is asked for, and who publishes it may
 * claim any other beside it. False when nothing is left.
 */
static bool
keep_address(struct cert *c, struct span address, int64_t now)
{
	bool has = false;

	for (size_t i = c->n; i-- > 1;) {
		bool user = c->v[i].kind == COMPONENT_USER_ID &&
		    user_id_has_addr(c->v[i].id, address);

		if (user && valid_user(c, i, now))
			has = true;
		else if (user || c->v[i].kind == COMPONENT_USER_ID ||
		    c->v[i].kind == COMPONENT_ATTRIBUTE)
			cert_drop(c, i);
	}
	return has;
}

static void
drop_cert(struct certs *file, size_t i)
{
	cert_close(&file->v[i]);
	file->n--;
	memmove(file->v + i, file->v + i + 1,
	    (file->n - i) * sizeof(*file->v));
}

static const char *
where(const struct origin *from)
{
	return from->path != NULL ? from->path : "the message itself";
}

static void
tell(const struct cert *c, const struct origin *from)
{
	char hex[KEY_HEX];

	say_warn("%s: %s from %s (%s)", from->address,
	    key_hex(&c->v[0].key, hex), from->way, where(from));
}

const char *
find_trim(struct run *r, struct files *f, size_t n)
{
	const struct origin *from = &f->from[n];
	struct certs *file = &f->v[n];
	const char *why = NULL, *first = NULL;
	struct sig self;

	for (size_t i = file->n; i-- > 0;) {
		why = valid_cert(&file->v[i], r->now, &self);
		if (why == NULL && !keep_address(&file->v[i],
		    span_str(from->address), r->now))
			why = "no user ID of this address holds in it";
		if (why == NULL)
			continue;
		first = why;
		drop_cert(file, i);
	}
	if (file->n == 0)
		return first;
	for (size_t i = 0; i < file->n; i++)
		tell(&file->v[i], from);
	return NULL;
}

bool
find_keep(struct run *r, struct files *f, size_t n)
{
	const struct origin *from = &f->from[n];
	const char *why = find_trim(r, f, n);

	if (why == NULL)
		return true;
	run_fail(r, SOP_BAD_DATA, "%s: the certificate from %s (%s) is not "
	    "used: %s", from->address, from->way, where(from), why);
	if (from->way == by_file)
		say_hint("./%s takes the file as it is", from->address);
	return false;
}

bool
find_parse(struct run *r, struct files *f)
{
	struct cur c = { .bad = false };
	bool ok = read_answers(r, f);

	c = cur_of(buf_get0(&r->finder.answers));
	for (size_t i = 0; ok && i < f->n; i++)
		ok = !f->from[i].asked || take_answer(r, &c, f, i);
	ok = ok && run_parse_files(r, false, f);
	for (size_t i = 0; ok && i < f->n; i++)
		ok = f->from[i].address == NULL ||
		    find_keep(r, f, i);
	return ok;
}
