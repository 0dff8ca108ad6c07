/* The environment of a run; see run.h. */
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "dns/dns.h"
#include "sys/exit.h"
#include "sys/libexec.h"
#include "sys/say.h"
#include "sys/words.h"

enum {
	CACHE_ENTRIES = 4096,
	CACHE_LEAST = 256,	/* what a subject and its neighbours ask */
};

/* A zone may say when it was true; --now goes before it. */
static void
take_zone_clock(struct run *r, const struct dns *zone)
{
	int64_t now = 0;

	if (!r->opts->now.given && zone != NULL && dns_zone_now(zone, &now))
		env_fixed(&r->env, now);
}

/* The cache's clock only has to go forward. */
static int64_t
cache_clock(void *arg)
{
	(void)arg;
	return env_monotonic();
}

static struct dns *
cached(const struct run *r, struct dns *inner, size_t entries)
{
	return dns_cache_open(inner, entries, env_seed(&r->env),
	    cache_clock, NULL);
}

/* The DNS process remembers for all; so some hundreds of workers may not. */
static size_t
worker_entries(const struct run *r)
{
	size_t share = CACHE_ENTRIES / r->jobs;

	return share > CACHE_LEAST ? share : CACHE_LEAST;
}

static int
open_zone(const char *path, struct dns **zone)
{
	char *why = NULL;
	int status = EXIT_MALFORMED;

	*zone = dns_zone_open(path, &why);
	if (*zone != NULL)
		return EXIT_HOLDS;
	if (access(path, R_OK) != 0)
		status = errno == EACCES ? EXIT_PERMISSION : EXIT_NO_INPUT;
	say_error("--zone: %s", why);
	free(why);
	return status;
}

static int
open_live(const struct run *r, struct dns **live)
{
	const char *why = "";

	if (r->opts->offline) {
		*live = dns_none_open();
		return EXIT_HOLDS;
	}
	*live = dns_live_open(r->opts->resolver, r->opts->trust_ad, &why);
	if (*live != NULL)
		return EXIT_HOLDS;
	say_error("%s: %s", r->opts->resolver ? r->opts->resolver : "DNS",
	    why);
	return EXIT_USAGE;
}

static int
open_record(struct run *r, struct dns **inner)
{
	int fd = -1;

	if (r->opts->record == NULL)
		return EXIT_HOLDS;
	fd = open(r->opts->record, O_WRONLY | O_CREAT | O_TRUNC |
	    O_APPEND | O_CLOEXEC,
	    0644);
	if (fd < 0) {
		say_error("--record: %s: %s", r->opts->record,
		    strerror(errno));
		return EXIT_CANNOT_CREATE;
	}
	r->record_fd = fd;
	r->record = *inner = dns_record_open(*inner, fd, env_now(&r->env));
	return EXIT_HOLDS;
}

/*
 * Three quarters of --timeout for the questions, so that a subject whose
 * name servers are slow can still be judged by what was found out.
 */
static struct dns *
budgeted(struct run *r, struct dns *inner)
{
	if (r->opts->timeout == 0)
		return inner;
	r->budget = dns_budget_open(inner,
	    (unsigned)(r->opts->timeout * 3 + 3) / 4);
	return r->budget;
}

/* The DNS in this process: zone or live, recorded, cached. */
static int
open_here(struct run *r, struct dns *zone)
{
	struct dns *dns = zone;
	int status = zone != NULL ? EXIT_HOLDS : open_live(r, &dns);

	if (status == EXIT_HOLDS)
		status = open_record(r, &dns);
	if (status != EXIT_HOLDS) {
		dns_free(dns);
		return status;
	}
	r->env.dns = zone != NULL && r->record == NULL ? dns :
	    budgeted(r, cached(r, dns, CACHE_ENTRIES));
	return EXIT_HOLDS;
}

static void
process_options(const struct run *r, struct words *w)
{
	char now[DATE_RFC3339_SIZE] = "";

	words_option(w, "zone", r->opts->zone);
	words_option(w, "resolver", r->opts->resolver);
	words_option(w, "trust-anchor", r->opts->trust_anchor);
	words_option(w, "record", r->opts->record);
	words_option(w, "sandbox", sandbox_mode_name(r->opts->sandbox));
	words_flag(w, "dnssec", r->opts->dnssec);
	words_flag(w, "keep", r->opts->keep);
	/* the machine's clock the process reads itself */
	if (r->opts->now.given || r->opts->zone != NULL)
		words_option(w, "now", date_rfc3339(now, env_now(&r->env)));
	words_end(w);
}

static int
open_process(struct run *r)
{
	char *program = libexec_path("msgsec-dns");
	struct words w = { 0 };
	int status = 0;
	bool ok = false;

	process_options(r, &w);
	errno = 0;
	ok = dns_process_start(&r->process, program,
	    (const char *const *)w.v, r->jobs, &status);
	if (!ok && errno != 0) {
		say_error("%s: %s", program, strerror(errno));
		status = EXIT_INTERNAL;
	} else if (!ok && status == EXIT_HOLDS) {
		status = EXIT_INTERNAL;
	}
	words_free(&w);
	free(program);
	return ok ? EXIT_HOLDS : status;
}

static bool
recurses(const struct run_opts *o)
{
	return o->resolver != NULL && strcmp(o->resolver, "recurse") == 0;
}

/* The stub resolver alone can pass on what a server says of DNSSEC. */
static bool
believes_ad(const struct run_opts *o)
{
	return o->trust_ad && o->trust_anchor == NULL && !recurses(o);
}

/*
 * In bulk one process asks and remembers for all workers; a zone that is not
 * recorded needs none, and a server whose AD is believed remembers itself. A
 * stub resolver can neither validate nor recurse, so those two need it for a
 * single subject as well.
 */
static bool
wants_process(const struct run_opts *o, bool bulk)
{
	if (o->zone != NULL || o->offline)
		return bulk && o->record != NULL && o->zone != NULL;
	if (believes_ad(o))
		return false;
	return bulk || o->dnssec || o->trust_anchor != NULL || recurses(o);
}

/* Workers that ask for themselves cannot share one file. */
static int
check_record(const struct run_opts *o, bool bulk)
{
	if (!bulk || o->record == NULL || o->zone != NULL || o->offline ||
	    !believes_ad(o))
		return EXIT_HOLDS;
	say_error("--record: not together with --trust-ad for many subjects");
	say_hint("record with --trust-anchor, or one subject at a time");
	return EXIT_USAGE;
}

/* Some hundreds of workers have two each; the usual limit is 1024. */
static void
allow_descriptors(void)
{
	struct rlimit files = { 0, 0 };

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
}

int
run_open(struct run *r, const struct run_opts *o, bool bulk)
{
	struct dns *zone = NULL;
	int status = check_record(o, bulk);

	run_open_plain(r, o);
	r->jobs = bulk ? run_jobs(o) : 1;
	if (status == EXIT_HOLDS && o->zone != NULL)
		status = open_zone(o->zone, &zone);
	if (status != EXIT_HOLDS)
		return status;
	take_zone_clock(r, zone);
	if (bulk)
		allow_descriptors();
	if (!wants_process(o, bulk))
		return open_here(r, zone);
	dns_free(zone);
	status = open_process(r);
	if (status == EXIT_HOLDS && !bulk)
		run_worker(r, 0);
	return status;
}

void
run_worker(struct run *r, unsigned slot)
{
	if (r->process.pid == 0)
		return;
	r->env.dns = budgeted(r, cached(r,
	    dns_process_client(&r->process, slot), worker_entries(r)));
}

void
run_subject(struct run *r)
{
	if (r->budget != NULL)
		dns_budget_renew(r->budget);
}

int
run_close(struct run *r, int status)
{
	int error = r->record != NULL ? dns_record_errno(r->record) : 0;
	int other = EXIT_HOLDS;

	if (r->env.dns != NULL)
		dns_free(r->env.dns);
	if (r->record_fd >= 0 && close(r->record_fd) != 0 && error == 0)
		error = errno;
	if (error != 0) {
		say_error("--record: %s: %s", r->opts->record,
		    strerror(error));
		status = exit_worse(status, EXIT_IO);
	}
	if (r->process.pid != 0)
		other = dns_process_stop(&r->process);
	if (other == EXIT_INTERNAL)
		say_error("msgsec-dns ended before its time: what was asked "
		    "after that is unknown (--retry-unknown)");
	r->env.dns = r->record = r->budget = NULL;
	return exit_worse(status, other);
}
