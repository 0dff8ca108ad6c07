/* A disk that is full; see depot_int.h. */
#include "relay/depot_int.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	/* what the log may have grown to when no checkpoint found room: twice
	   its length between two */
	RESERVE = 2 * DEPOT_LOG_PAGES * DEPOT_PAGE,
	FREE_PAGES = 2 * DEPOT_LOG_PAGES,
};

/* As much again must be there beside it, for what is done with it in place. */
static bool
take_up(const struct depot *d)
{
	int fd = open(d->reserve, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	bool ok = fd >= 0 && posix_fallocate(fd, 0, 2 * RESERVE) == 0 &&
	    ftruncate(fd, RESERVE) == 0;

	if (fd >= 0)
		close(fd);
	if (!ok)
		unlink(d->reserve);
	return ok;
}

/* Room within the database, which a limit of its own may leave without. */
static bool
has_free_pages(struct depot *d)
{
	int64_t most = depot_pragma(d, "PRAGMA max_page_count");
	int64_t pages = depot_pragma(d, "PRAGMA page_count");
	int64_t unused = depot_pragma(d, "PRAGMA freelist_count");

	if (d->config.octets == 0)
		return unused >= FREE_PAGES;
	/* a sixteenth of it, so that it does not fill up again at once */
	return most - pages + unused > most / 16;
}

void
depot_tight_open(struct depot *d, const char *folder)
{
	d->reserve = xasprintf("%s/relay.reserve", folder);
	d->tight = !take_up(d) && !has_free_pages(d);
}

void
depot_tight_full(struct depot *d)
{
	d->tight = true;
	unlink(d->reserve);
	sqlite3_wal_checkpoint_v2(d->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
	    NULL, NULL);
}

void
depot_tight_look(struct depot *d)
{
	if (!d->tight)
		return;
	if (d->config.octets != 0)
		d->tight = !has_free_pages(d) || !take_up(d);
	else
		d->tight = !take_up(d) && !has_free_pages(d);
}
