/*
 * Preloaded (LD_PRELOAD) to make the C library fail:
 *   FAULT_MALLOC=K      the K-th allocation gives NULL, and all behind it
 *                       when FAULT_STAY is set
 *   FAULT_COUNT=FILE    the number of allocations goes there (od -tu8)
 *   FAULT_IN=NAME       all this in the program of that name alone: what is
 *                       started before it is left in peace, as is what it
 *                       starts
 *   FAULT_TRACE=1       say on stderr where that was
 *   FAULT_LDNS=A-B      libldns stands at these offsets of the executable
 *   FAULT_IO=SEED       reads and writes are short, and interrupted
 *   FAULT_CLOCK=1       the date leaps, ten years on and back, at each look
 *   FAULT_LATER=N       the date is N seconds later
 *   FAULT_CRASH=WORD    a child that opens a file of such a name crashes
 * libldns, which does not look whether there is memory, always has some: what
 * it asks for does not count. What a process forks counts with it. A signal
 * that ends a process without memory is said on stderr, whoever waits for it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

/* shared with what is forked: each allocation has a number of its own */
static atomic_ulong *count;
static unsigned long fail_at;
static int stay, io, ready, trace, leaps;
static unsigned long dice;
static pid_t self;
static char crash[64];
static time_t later;
static uintptr_t ldns_start, ldns_end;

/* Where libldns lies: a library, or linked into the tool (FAULT_LDNS). */
static int
find_ldns(struct dl_phdr_info *info, size_t size, void *arg)
{
	const char *range = arg;
	char *end_text = NULL;

	(void)size;
	if (range != NULL) {
		/* the tool itself comes first */
		ldns_start = info->dlpi_addr + strtoul(range, &end_text, 16);
		ldns_end = info->dlpi_addr + strtoul(end_text + 1, NULL, 16);
		return 1;
	}
	if (strstr(info->dlpi_name, "libldns") == NULL)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t end = info->dlpi_addr +
		    info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;

		ldns_end = end > ldns_end ? end : ldns_end;
	}
	ldns_start = info->dlpi_addr;
	return 1;
}

static void
say_signal(int sig)
{
	char text[] = "fault: signal 00\n";

	text[sizeof(text) - 4] = (char)('0' + sig / 10);
	text[sizeof(text) - 3] = (char)('0' + sig % 10);
	if (write(2, text, sizeof(text) - 1) > 0)
		raise(sig);
}

/* What a program does that does not look what malloc() gave it. */
static void
watch_signals(void)
{
	static const int deadly[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL,
	    SIGFPE };
	struct sigaction act = { .sa_handler = say_signal,
	    .sa_flags = SA_RESETHAND | SA_NODEFER };

	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		sigaction(deadly[i], &act, NULL);
}

/* Whether this is the program that has the faults. */
static int
is_meant(const char *name)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	const char *last = NULL;

	if (name == NULL)
		return 1;
	path[n > 0 ? n : 0] = '\0';
	last = strrchr(path, '/');
	return last != NULL && strcmp(last + 1, name) == 0;
}

/* In that file, which holds however the process ends; or in none. */
static void
open_count(const char *file)
{
	int fd = file == NULL ? -1 :
	    open(file, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (file != NULL && ftruncate(fd, sizeof(*count)) != 0)
		_exit(98);
	count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
	    MAP_SHARED | (file == NULL ? MAP_ANONYMOUS : 0), fd, 0);
	if (count == MAP_FAILED)
		_exit(98);
	if (fd >= 0)
		close(fd);
}

static void __attribute__((constructor))
start(void)
{
	const char *s = NULL;

	if (!is_meant(getenv("FAULT_IN")))
		return;
	unsetenv("FAULT_IN");
	s = getenv("FAULT_MALLOC");
	fail_at = s != NULL ? strtoul(s, NULL, 10) : 0;
	stay = getenv("FAULT_STAY") != NULL;
	s = getenv("FAULT_IO");
	io = s != NULL;
	trace = getenv("FAULT_TRACE") != NULL;
	dl_iterate_phdr(find_ldns, getenv("FAULT_LDNS"));
	dice = s != NULL ? strtoul(s, NULL, 10) : 0;
	open_count(getenv("FAULT_COUNT"));
	/* what is started from here is left in peace */
	unsetenv("LD_PRELOAD");
	unsetenv("FAULT_MALLOC");
	unsetenv("FAULT_STAY");
	unsetenv("FAULT_COUNT");
	unsetenv("FAULT_IO");
	unsetenv("FAULT_TRACE");
	s = getenv("FAULT_CRASH");
	snprintf(crash, sizeof(crash), "%s", s != NULL ? s : "");
	unsetenv("FAULT_CRASH");
	leaps = getenv("FAULT_CLOCK") != NULL;
	unsetenv("FAULT_CLOCK");
	s = getenv("FAULT_LATER");
	later = s != NULL ? (time_t)strtoul(s, NULL, 10) : 0;
	unsetenv("FAULT_LATER");
	self = getpid();
	if (fail_at > 0)
		watch_signals();
	ready = 1;
}

static int
fails(void *caller)
{
	uintptr_t from = (uintptr_t)caller;
	unsigned long k = 0;

	if (!ready || (from >= ldns_start && from < ldns_end))
		return 0;
	k = atomic_fetch_add(count, 1) + 1;
	if (fail_at == 0 || k < fail_at || (k > fail_at && !stay))
		return 0;
	if (trace) {
		void *at[24];

		ready = 0;
		backtrace_symbols_fd(at, backtrace(at, 24), 2);
		ready = 1;
	}
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return fails(__builtin_return_address(0)) ?
	     NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0)) ?
	     NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails(__builtin_return_address(0)) ?
	     NULL : __libc_realloc(p, n);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (size != 0 && n > (size_t)-1 / size) {
		errno = ENOMEM;
		return NULL;
	}
	return fails(__builtin_return_address(0)) ?
	     NULL : __libc_realloc(p, n * size);
}

/* The next throw: 0 interrupted, else how many octets go at most. */
static size_t
throw_dice(size_t n)
{
	size_t few = 0;

	if (!io || n == 0)
		return n;
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	few = (dice >> 33) % 9;
	if (few == 8)
		return n;
	return few < n ? few : n;
}

#define REAL(name) \
	static __typeof__(name) *real; \
	if (real == NULL) \
		real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define SHORT(n) \
	size_t some = throw_dice(n); \
	if (n > 0 && some == 0) { \
		errno = EINTR; \
		return -1; \
	}

/* How far the date is off, at this look. */
static time_t
leap(void)
{
	static atomic_uint looks;

	if (!leaps)
		return later;
	return atomic_fetch_add(&looks, 1) % 2 ? 315360000 : -315360000;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	REAL(clock_gettime);
	int status = real(clock, t);

	if (status == 0 && clock == CLOCK_REALTIME)
		t->tv_sec += leap();
	return status;
}

time_t
time(time_t *to)
{
	REAL(time);
	time_t now = real(NULL) + leap();

	if (to != NULL)
		*to = now;
	return now;
}

int
openat(int dir, const char *path, int flags, ...)
{
	REAL(openat);
	mode_t mode = 0;
	va_list ap;

	va_start(ap, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(ap, mode_t);
	va_end(ap);
	if (crash[0] != '\0' && getpid() != self &&
	    strstr(path, crash) != NULL)
		raise(SIGSEGV);
	return real(dir, path, flags, mode);
}

int
open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	va_start(ap, flags);
	if (flags & (O_CREAT | O_TMPFILE))
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return openat(AT_FDCWD, path, flags, mode);
}

ssize_t
read(int fd, void *p, size_t n)
{
	REAL(read);
	SHORT(n)
	return real(fd, p, some);
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	REAL(pread);
	SHORT(n)
	return real(fd, p, some, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	REAL(write);
	SHORT(n)
	return real(fd, p, some);
}

ssize_t
sendfile(int to, int from, off_t *at, size_t n)
{
	REAL(sendfile);
	SHORT(n)
	return real(to, from, at, some);
}

ssize_t
recvmsg(int fd, struct msghdr *m, int flags)
{
	REAL(recvmsg);
	SHORT((size_t)1)
	return real(fd, m, flags);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	REAL(sendmsg);
	SHORT((size_t)1)
	return real(fd, m, flags);
}

pid_t
waitpid(pid_t pid, int *status, int options)
{
	REAL(waitpid);
	SHORT((size_t)1)
	return real(pid, status, options);
}

int
poll(struct pollfd *fds, nfds_t n, int timeout)
{
	REAL(poll);
	SHORT((size_t)1)
	return real(fds, n, timeout);
}
