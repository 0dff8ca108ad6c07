/* Fetching as the options say; see run_fetch.h. */
#include "run/run_fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/run_connect.h"
#include "sys/exit.h"
#include "sys/say.h"

/* The zone's own DNS may be wrapped, or in another process. */
static int
open_zone(const struct run *r, struct run_fetch *f)
{
	char *why = NULL;

	f->zone = dns_zone_open(r->opts->zone, &why);
	if (f->zone != NULL)
		f->fetch = fetch_zone_open(f->zone, env_seed(&r->env), &why);
	if (f->fetch != NULL)
		return EXIT_HOLDS;
	say_error("--zone: %s", why);
	free(why);
	return EXIT_MALFORMED;
}

static int
open_https(const struct run *r, struct run_fetch *f)
{
	struct fetch_https with = {
		.env = &r->env, .allow_private = r->opts->allow_private,
	};
	int status = run_open_trust(r->opts, &f->trust);

	if (status != EXIT_HOLDS)
		return status;
	with.roots = trust_store0(f->trust);
	f->fetch = fetch_https_open(&with);
	if (f->fetch != NULL)
		return EXIT_HOLDS;
	say_error("libcurl cannot be set up");
	return EXIT_INTERNAL;
}

/* Behind what the DNS writes there; each entry is one write(2). */
static int
open_record(const struct run *r, struct run_fetch *f)
{
	if (r->opts->record == NULL)
		return EXIT_HOLDS;
	f->record_fd = open(r->opts->record, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (f->record_fd < 0) {
		say_error("--record: %s: %s", r->opts->record,
		    strerror(errno));
		return EXIT_CANNOT_CREATE;
	}
	f->fetch = fetch_record_open(f->fetch, f->record_fd);
	return EXIT_HOLDS;
}

int
run_fetch_open(struct run *r, struct run_fetch *out)
{
	int status = EXIT_HOLDS;

	*out = (struct run_fetch){ .record_fd = -1 };
	if (r->opts->zone != NULL)
		status = open_zone(r, out);
	else if (r->opts->offline)
		out->fetch = fetch_none_open();
	else
		status = open_https(r, out);
	if (status == EXIT_HOLDS)
		status = open_record(r, out);
	r->env.fetch = out->fetch;
	return status;
}

int
run_fetch_close(const struct run *r, struct run_fetch *f, int status)
{
	int error = f->record_fd >= 0 ? fetch_record_errno(f->fetch) : 0;

	if (error != 0) {
		say_error("--record: %s: %s", r->opts->record,
		    strerror(error));
		status = exit_worse(status, EXIT_IO);
	}
	fetch_free(f->fetch);
	if (f->record_fd >= 0)
		close(f->record_fd);
	if (f->zone != NULL)
		dns_free(f->zone);
	trust_free(f->trust);
	return status;
}
