/* Folders walked; see walk.h. */
#include "run/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { DEPTH_MAX = 64 };

struct folder {
	DIR *dir;
	char *path;
};

struct walk {
	const struct opt_list *operands;
	size_t next;
	struct folder stack[DEPTH_MAX];
	size_t depth;
	int status;
};

struct walk *
walk_new(const struct opt_list *operands)
{
	struct walk *w = xcalloc(1, sizeof(*w));

	w->operands = operands;
	return w;
}

void
walk_failed(struct walk *w, const char *path)
{
	int e = errno;

	say_error("%s: %s", path, strerror(e));
	w->status = exit_worse(w->status, exit_of_input(e));
}

void
walk_malformed(struct walk *w, const char *path, const char *why)
{
	say_error("%s: %s", path, why);
	w->status = exit_worse(w->status, EXIT_MALFORMED);
}

/* Takes "path" over. */
static void
push(struct walk *w, char *path)
{
	DIR *dir = w->depth < DEPTH_MAX ? opendir(path) : NULL;

	if (w->depth == DEPTH_MAX)
		errno = ELOOP;
	if (dir == NULL) {
		walk_failed(w, path);
		free(path);
		return;
	}
	w->stack[w->depth++] = (struct folder){ dir, path };
}

/* A Maildir's tmp, beside its cur, holds what is not delivered yet. */
static bool
is_passed_over(const char *folder, const char *name)
{
	char *cur = NULL;
	bool maildir = false;

	if (strcmp(name, "tmp") == 0) {
		cur = xasprintf("%s/cur", folder);
		maildir = access(cur, F_OK) == 0;
		free(cur);
	}
	return maildir || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* As the folder was written, with one "/" behind it. */
static char *
join(const char *folder, const char *name)
{
	size_t n = strlen(folder);

	return xasprintf("%s%s%s", folder,
	    n > 0 && folder[n - 1] == '/' ? "" : "/", name);
}

/* What a Maildir keeps for itself beside its messages. */
static bool
is_bookkeeping(const char *name)
{
	static const char *const starts[] = {
		".", "dovecot-", "dovecot.index", "dovecot.list",
		"dovecot.mailbox"
	};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	return strcmp(name, "maildirfolder") == 0 ||
	    strcmp(name, "subscriptions") == 0;
}

enum kind { OTHER, FOLDER, REGULAR };

/* Most file systems tell the kind with the name; links are not followed. */
static enum kind
kind_of(struct walk *w, const struct dirent *e, const char *path)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR ? FOLDER :
		    e->d_type == DT_REG ? REGULAR : OTHER;
	if (lstat(path, &st) != 0) {
		walk_failed(w, path);
		return OTHER;
	}
	return S_ISDIR(st.st_mode) ? FOLDER :
	    S_ISREG(st.st_mode) ? REGULAR : OTHER;
}

/* The next file of the innermost folder; entering folders on the way. */
static char *
next_in_folder(struct walk *w)
{
	while (w->depth > 0) {
		struct folder *f = &w->stack[w->depth - 1];
		struct dirent *e = NULL;
		char *path = NULL;
		enum kind kind = OTHER;

		errno = 0;
		e = readdir(f->dir);
		if (e == NULL) {
			if (errno != 0)
				walk_failed(w, f->path);
			closedir(f->dir);
			free(f->path);
			w->depth--;
			continue;
		}
		if (is_passed_over(f->path, e->d_name))
			continue;
		path = join(f->path, e->d_name);
		kind = kind_of(w, e, path);
		if (kind == REGULAR && !is_bookkeeping(e->d_name))
			return path;
		if (kind == FOLDER)
			push(w, path);
		else
			free(path);
	}
	return NULL;
}

char *
walk_next(struct walk *w)
{
	for (;;) {
		char *path = next_in_folder(w);
		const char *operand = NULL;
		struct stat st;

		if (path != NULL)
			return path;
		if (w->next == w->operands->n)
			return NULL;
		operand = w->operands->v[w->next++];
		if (strcmp(operand, "-") == 0 || stat(operand, &st) != 0 ||
		    !S_ISDIR(st.st_mode))
			return xstrdup(operand);
		push(w, xstrdup(operand));
	}
}

int
walk_status(const struct walk *w)
{
	return w->status;
}

void
walk_free(struct walk *w)
{
	while (w->depth > 0) {
		w->depth--;
		closedir(w->stack[w->depth].dir);
		free(w->stack[w->depth].path);
	}
	free(w);
}
