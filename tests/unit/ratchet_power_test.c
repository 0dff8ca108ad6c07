/*
 * Power cuts. A layer below sqlite remembers what each file was when it was
 * last synced; at the cut every write since then is lost, or some of them
 * are, at random. The state must then open, hold what was committed last or
 * one transaction more, and not be behind its anchor.
 */
#include "unit.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "ratchet/curve.h"
#include "ratchet/store.h"

enum { FILES = 4, WRITES = 4096, SIZE_MAX_FILE = 1 << 20, ROUNDS = 6,
	OPERATIONS_MAX = 400 };

/* What the disk has of a file, and what was written since. */
struct disk {
	char path[512];
	unsigned char *synced;
	size_t n;
	struct { sqlite3_int64 at; int n; unsigned char *p; } w[WRITES];
	size_t writes;
};

/* Our layer's file: sqlite's own follows it. */
struct file {
	sqlite3_file base;
	struct disk *disk;
	sqlite3_file *real;
};

static struct disk disks[FILES];
static long operations, cut_at;
static struct env env;
static sqlite3_vfs *real_vfs, layer;
static sqlite3_io_methods methods;
static char *base;

static struct disk *
disk_of(const char *path)
{
	for (size_t i = 0; i < FILES; i++) {
		if (strcmp(disks[i].path, path) == 0)
			return &disks[i];
		if (disks[i].path[0] != '\0')
			continue;
		snprintf(disks[i].path, sizeof(disks[i].path), "%s", path);
		return &disks[i];
	}
	abort();
}

static void
forget_writes(struct disk *d)
{
	for (size_t i = 0; i < d->writes; i++)
		free(d->w[i].p);
	d->writes = 0;
}

/* The file as it is, is what the disk has. */
static void
note_synced(struct disk *d)
{
	int fd = open(d->path, O_RDONLY);
	struct stat st = { 0 };

	forget_writes(d);
	free(d->synced);
	d->synced = NULL;
	d->n = 0;
	if (fd < 0)
		return;
	assert_int_equal(fstat(fd, &st), 0);
	d->synced = xmalloc((size_t)st.st_size);
	d->n = (size_t)st.st_size;
	assert_int_equal(pread(fd, d->synced, d->n, 0), d->n);
	close(fd);
}

/* Whether the power is gone. */
static bool
is_cut(void)
{
	return ++operations >= cut_at;
}

static struct file *
file_of(sqlite3_file *f)
{
	return (struct file *)f;
}

static int
on_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct disk *d = file_of(f)->disk;

	if (is_cut())
		return SQLITE_IOERR_WRITE;
	assert_true(d->writes < WRITES);
	d->w[d->writes].at = at;
	d->w[d->writes].n = n;
	d->w[d->writes].p = xmalloc((size_t)n);
	memcpy(d->w[d->writes++].p, p, (size_t)n);
	return file_of(f)->real->pMethods->xWrite(file_of(f)->real, p, n, at);
}

static int
on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct disk *d = file_of(f)->disk;

	if (is_cut())
		return SQLITE_IOERR_TRUNCATE;
	assert_true(d->writes < WRITES);
	d->w[d->writes].at = size;
	d->w[d->writes].n = -1;
	d->w[d->writes++].p = NULL;
	return file_of(f)->real->pMethods->xTruncate(file_of(f)->real, size);
}

static int
on_sync(sqlite3_file *f, int flags)
{
	int rc = SQLITE_OK;

	if (is_cut())
		return SQLITE_IOERR_FSYNC;
	rc = file_of(f)->real->pMethods->xSync(file_of(f)->real, flags);
	if (rc == SQLITE_OK)
		note_synced(file_of(f)->disk);
	return rc;
}

#define PASS(name, params, args) \
	static int on_##name params \
	{ \
		sqlite3_file *r = file_of(f)->real; \
		return r->pMethods->x##name args; \
	}

PASS(Close, (sqlite3_file *f), (r))
PASS(Read, (sqlite3_file *f, void *p, int n, sqlite3_int64 at), (r, p, n, at))
PASS(FileSize, (sqlite3_file *f, sqlite3_int64 *n), (r, n))
PASS(Lock, (sqlite3_file *f, int how), (r, how))
PASS(Unlock, (sqlite3_file *f, int how), (r, how))
PASS(CheckReservedLock, (sqlite3_file *f, int *out), (r, out))
PASS(FileControl, (sqlite3_file *f, int op, void *p), (r, op, p))
PASS(SectorSize, (sqlite3_file *f), (r))
PASS(DeviceCharacteristics, (sqlite3_file *f), (r))

static int
on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
    int *out)
{
	struct file *mine = file_of(f);
	int rc = SQLITE_OK;

	(void)vfs;
	mine->base.pMethods = NULL;
	mine->real = (sqlite3_file *)(mine + 1);
	rc = real_vfs->xOpen(real_vfs, name, mine->real, flags, out);
	if (rc != SQLITE_OK)
		return rc;
	mine->disk = disk_of(name);
	mine->base.pMethods = &methods;
	return rc;
}

static void
set_up_layer(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	layer = *real_vfs;
	layer.zName = "power";
	layer.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
	layer.xOpen = on_open;
	methods = (sqlite3_io_methods){ .iVersion = 1, .xClose = on_Close,
	    .xRead = on_Read, .xWrite = on_write, .xTruncate = on_truncate,
	    .xSync = on_sync, .xFileSize = on_FileSize, .xLock = on_Lock,
	    .xUnlock = on_Unlock, .xCheckReservedLock = on_CheckReservedLock,
	    .xFileControl = on_FileControl, .xSectorSize = on_SectorSize,
	    .xDeviceCharacteristics = on_DeviceCharacteristics };
}

/* Write back what the disk has, and "some" of what it was given since. */
static void
lose_power(struct disk *d, uint64_t some)
{
	int fd = open(d->path, O_RDWR);

	if (fd < 0)
		return;
	assert_int_equal(ftruncate(fd, (off_t)d->n), 0);
	assert_int_equal(pwrite(fd, d->synced, d->n, 0), d->n);
	for (size_t i = 0; i < d->writes; i++) {
		some = some * 6364136223846793005u + 1442695040888963407u;
		if (some >> 63 == 0)
			continue;
		if (d->w[i].n < 0)
			assert_int_equal(ftruncate(fd, d->w[i].at), 0);
		else
			assert_int_equal(pwrite(fd, d->w[i].p,
			    (size_t)d->w[i].n, d->w[i].at), d->w[i].n);
	}
	close(fd);
}

static struct store_place
place(void)
{
	static char state[512], anchors[512];

	snprintf(state, sizeof(state), "%s/state", base);
	snprintf(anchors, sizeof(anchors), "%s/anchors", base);
	return (struct store_place){ state, anchors, 0 };
}

#define SECRET SPAN("01234567890123456789012345678901")

static struct store *
opened(void)
{
	struct store_place p = place();
	enum store_secret how = STORE_PASSPHRASE;
	struct store *s = NULL;

	if (store_open(&p, &env, &s, &how) != STORE_OK)
		return NULL;
	assert_int_equal(store_unlock(s, SECRET), STORE_OK);
	return s;
}

/* One transaction: the counter, and enough beside it to change pages. */
static enum store_result
step(struct store *s, unsigned n)
{
	unsigned char filler[3000];
	enum store_result r = store_begin(s, true, false);

	if (r != STORE_OK)
		return r;
	env.random(NULL, filler, sizeof(filler));
	store_put(s, STORE_PEER, SPAN("counter"), span_of(&n, sizeof(n)));
	store_put(s, STORE_SESSION, span_of(&n, sizeof(n)),
	    span_of(filler, sizeof(filler)));
	if (n >= 3) {
		unsigned old = n - 3;

		store_drop(s, STORE_SESSION, span_of(&old, sizeof(old)));
	}
	return store_commit(s);
}

/* Work until the power goes; the last step that was committed. */
static unsigned
work(void)
{
	struct store *s = NULL;
	unsigned done = 0;

	sqlite3_vfs_register(&layer, 1);
	s = opened();
	while (s != NULL && done < ROUNDS && step(s, done + 1) == STORE_OK)
		done++;
	store_close(s);
	sqlite3_vfs_unregister(&layer);
	return done;
}

static unsigned
counter(struct store *s)
{
	struct buf b = BUF(64);
	unsigned n = 0;
	enum store_result r = store_get(s, STORE_PEER, SPAN("counter"), &b);

	if (r == STORE_OK && b.n == sizeof(n))
		memcpy(&n, b.p, sizeof(n));
	buf_free(&b);
	return n;
}

static void
fresh_state(void)
{
	char *command = xasprintf("rm -rf '%s'/*", base);
	struct store_place p = place();
	struct store *s = NULL;

	assert_int_equal(system(command), 0);
	free(command);
	assert_int_equal(store_make(&p, &env, STORE_KEY_FILE, SECRET, &s),
	    STORE_OK);
	assert_int_equal(store_publish(s), STORE_OK);
	for (size_t i = 0; i < FILES; i++) {
		forget_writes(&disks[i]);
		free(disks[i].synced);
		memset(&disks[i], 0, sizeof(disks[i]));
	}
	snprintf(disks[0].path, sizeof(disks[0].path), "%s/state.db",
	    p.folder);
	note_synced(&disks[0]);
	operations = 0;
}

/* Cut at each operation in turn, each time with another choice of losses. */
static void
test_power_cuts(void **state)
{
	unsigned done = 0, cuts = 0, ahead = 0;
	uint64_t seed = env_seed(&env);

	(void)state;
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (cut_at = 1; done < ROUNDS && cut_at < OPERATIONS_MAX; cut_at++) {
		struct store *s = NULL;
		unsigned got = 0;

		fresh_state();
		done = work();
		cuts += operations >= cut_at;
		for (size_t i = 0; i < FILES; i++)
			if (disks[i].path[0] != '\0')
				lose_power(&disks[i], seed + (uint64_t)cut_at);
		s = opened();
		assert_non_null(s);
		/* not behind the anchor: store_begin would say so */
		assert_int_equal(store_begin(s, true, false), STORE_OK);
		got = counter(s);
		if (got != done && got != done + 1)
			fail_msg("cut at %ld: %u were committed, it has %u",
			    cut_at, done, got);
		ahead += got != done;
		store_abandon(s);
		assert_int_equal(step(s, got + 1), STORE_OK);
		store_close(s);
	}
	print_message("# %u cuts, %u of them kept a commit that was not "
	    "told\n", cuts, ahead);
	assert_true(cuts > 50 && done == ROUNDS);
}

static int
setup(void **state)
{
	/* in memory where there is a place: the layer does the losing */
	char memory[] = "/dev/shm/msgsec-power.XXXXXX";
	char disk[] = "/tmp/msgsec-power.XXXXXX";

	(void)state;
	base = xstrdup(mkdtemp(access("/dev/shm", W_OK) == 0 ? memory :
	    disk));
	set_up_layer();
	return 0;
}

static int
teardown(void **state)
{
	char *command = xasprintf("rm -rf '%s'", base);

	(void)state;
	assert_int_equal(system(command), 0);
	free(command);
	free(base);
	for (size_t i = 0; i < FILES; i++) {
		forget_writes(&disks[i]);
		free(disks[i].synced);
	}
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_cuts),
	};

	env_system(&env);
	curve_start();
	return cmocka_run_group_tests(tests, setup, teardown);
}
