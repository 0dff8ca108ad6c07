/* What check and serve open before the sandbox closes; see mtasts-check.h. */
#include "mtasts-check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/run_connect.h"
#include "sys/file.h"
#include "sys/say.h"

enum {
	BATCH = 1 << 16,	/* octets of changes that are worth a write */
	CHANGES_MAX = 1 << 24,
};

/* --- the memory */

/* $XDG_STATE_HOME, or what it means where it is not set. */
static char *
state_folder(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (geteuid() == 0)
		return xstrdup("/var/lib/msgsec");
	if (state != NULL && state[0] == '/')
		return xasprintf("%s/msgsec", state);
	return home != NULL && home[0] == '/' ?
	    xasprintf("%s/.local/state/msgsec", home) : NULL;
}

/* The folder and those above it, for this user alone. */
static bool
make_folders(char *path)
{
	for (char *c = path + 1; *c != '\0'; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
		*c = '/';
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

char *
job_memory_path(const struct cache_opt *cache, bool make)
{
	char *folder = NULL, *path = NULL;

	if (cache->file != NULL)
		return xstrdup(cache->file);
	folder = state_folder();
	if (folder == NULL) {
		say_error("--cache: neither XDG_STATE_HOME nor HOME is set");
		say_hint("name the file: --cache=FILE");
		return NULL;
	}
	if (make && !make_folders(folder))
		say_error("%s: %s", folder, strerror(errno));
	else
		path = xasprintf("%s/mtasts.db", folder);
	free(folder);
	return path;
}

int
job_memory_status(enum memory_result r)
{
	switch (r) {
	case MEMORY_OK: case MEMORY_ABSENT:
		return EXIT_HOLDS;
	case MEMORY_BROKEN:
		return EXIT_MALFORMED;
	case MEMORY_BUSY:
		return EXIT_UNKNOWN;
	case MEMORY_DENIED:
		return EXIT_PERMISSION;
	case MEMORY_FULL: case MEMORY_FAILED:
		break;
	}
	return EXIT_IO;
}

/*
 * Opened and closed again: workers, which are forked, open it themselves. A
 * service goes on without, until somebody has mended it.
 */
static int
open_memory(struct job *j)
{
	struct memory *m = NULL;
	enum memory_result r = MEMORY_OK;

	if (!j->args->cache.on)
		return EXIT_HOLDS;
	/* what is assumed gets into the memory only if it is named */
	j->memory_writes = j->args->cache.file != NULL ||
	    !run_assumes(&j->args->run);
	j->memory_path = job_memory_path(&j->args->cache, j->memory_writes);
	if (j->memory_path == NULL)
		return EXIT_CANNOT_CREATE;
	r = memory_open(j->memory_path, &m);
	memory_free(m);
	if (r == MEMORY_OK || r == MEMORY_ABSENT)
		return EXIT_HOLDS;
	say_error("%s: %s", j->memory_path, memory_why(r));
	if (r == MEMORY_BROKEN)
		say_hint("move the file away to start with an empty memory");
	return j->args->socketmap != NULL ? EXIT_HOLDS : job_memory_status(r);
}

void
job_note(struct job *j, struct span changes)
{
	if (!j->memory_writes)
		return;
	buf_span(&j->changes, changes);
	if (j->changes.n >= BATCH)
		job_keep(j);
}

/* Said once: a full disk stays full, and each change is lost alike. */
void
job_keep(struct job *j)
{
	enum memory_result r = MEMORY_OK;

	if (j->changes.n == 0)
		return;
	r = memory_apply(j->memory_path, buf_get0(&j->changes));
	buf_reset(&j->changes);
	if (r != MEMORY_OK && r != j->kept)
		say_error("%s: not remembered: %s", j->memory_path,
		    memory_why(r));
	if (r != MEMORY_OK)
		j->kept = r;
}

/* --- lists, roots, the network */

static int
open_preload(struct job *j)
{
	struct buf text = BUF(PRELOAD_MAX);
	enum file_result r = FILE_OK;
	char *why = NULL;

	if (j->args->preload == NULL)
		return EXIT_HOLDS;
	r = file_slurp(j->args->preload, PRELOAD_MAX, &text);
	if (r != FILE_OK) {
		say_error("%s: %s", j->args->preload, file_why(r));
		buf_free(&text);
		return file_status(r);
	}
	j->preload = preload_read(buf_get0(&text), &why);
	buf_free(&text);
	if (j->preload != NULL)
		return EXIT_HOLDS;
	say_error("%s: %s", j->args->preload, why);
	free(why);
	return EXIT_MALFORMED;
}

int
job_open(struct job *j, const struct args *args, bool bulk)
{
	int status = EXIT_HOLDS;

	*j = (struct job){ .args = args, .scratch = -1,
	    .changes = BUF(CHANGES_MAX) };
	status = open_memory(j);
	if (status == EXIT_HOLDS)
		status = open_preload(j);
	if (status == EXIT_HOLDS)
		status = run_open(&j->run, &args->run, bulk);
	if (status != EXIT_HOLDS) {
		free(j->memory_path);
		preload_free(j->preload);
		return status;
	}
	j->run.env.dial = run_dialer(&args->run,
	    args->manner.source.family != 0 ? &args->manner.source : NULL);
	status = run_fetch_open(&j->run, &j->web);
	return status == EXIT_HOLDS ? status : job_close(j, status);
}

bool
job_give_up_power(const struct job *j, const char *socket_folder)
{
	char *memory = j->memory_path ? file_folder(j->memory_path) : NULL;
	const struct run_power keep = {
		.connects = true, .serves = j->args->socketmap != NULL,
		.from = j->args->manner.source.family != 0,
		.write = { memory, socket_folder },
	};
	bool ok = run_give_up_power(&j->run, &keep);

	free(memory);
	return ok;
}

int
job_close(struct job *j, int status)
{
	job_keep(j);
	status = exit_worse(status, job_memory_status(j->kept));
	if (j->worker != NULL)
		memory_free(j->worker->memory);
	free(j->worker);
	status = run_fetch_close(&j->run, &j->web, status);
	dial_free(j->run.env.dial);
	preload_free(j->preload);
	free(j->memory_path);
	buf_free(&j->changes);
	return run_close(&j->run, status);
}

/* --- in the workers */

struct worker *
worker_open(struct job *j)
{
	j->worker = xcalloc(1, sizeof(*j->worker));
	worker_look_again(j);
	return j->worker;
}

void
worker_look_again(struct job *j)
{
	struct worker *w = j->worker;

	if (j->memory_path != NULL && w->memory == NULL)
		w->memory_result = memory_open(j->memory_path, &w->memory);
}

struct sts_ways
job_ways(const struct job *j, const struct worker *w, int64_t deadline)
{
	return (struct sts_ways){
		.env = &j->run.env, .memory = w->memory,
		.lost = w->memory_result == MEMORY_ABSENT ? MEMORY_OK :
		    w->memory_result,
		.preload = j->preload, .deadline = deadline,
		.refresh = j->args->refresh,
		.each_family = j->args->each_family,
		.host_tls = j->args->host_tls,
		.valid_for = j->args->valid_for,
	};
}
