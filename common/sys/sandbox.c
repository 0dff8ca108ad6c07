/* Landlock and seccomp; see sandbox.h. The filters come from gen_seccomp.c. */
#include "sys/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "seccomp_filters.h"

/* What the C library's headers may be too old to name. */
enum {
	ACCESS_TRUNCATE = 1 << 14,	/* ABI 3 */
	ACCESS_IOCTL_DEV = 1 << 15,	/* ABI 5 */
	NET_BIND = 1 << 0,		/* ABI 4 */
	NET_CONNECT = 1 << 1,
	SCOPE_ABSTRACT_UNIX = 1 << 0,	/* ABI 6 */
	RULE_NET_PORT = 2,
};

enum {
	FILE_READ = LANDLOCK_ACCESS_FS_READ_FILE,
	FILE_WRITE = LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE,
	DIR_READ = LANDLOCK_ACCESS_FS_READ_DIR,
	DIR_WRITE = LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_REMOVE_FILE,
};

/* ABI 6 of struct landlock_ruleset_attr; older kernels get a shorter one. */
struct ruleset {
	uint64_t fs, net, scoped;
};

struct port_rule {
	uint64_t access, port;
};

static int
abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
}

/* All file rights that a kernel of this ABI can take away. */
static uint64_t
all_file_rights(int version)
{
	uint64_t all = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1;

	if (version >= 2)
		all |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		all |= ACCESS_TRUNCATE;
	if (version >= 5)
		all |= ACCESS_IOCTL_DEV;
	return all;
}

static bool
allow_path(int rules, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr a = { .allowed_access = rights };
	struct stat st = { 0 };
	bool ok = false;

	a.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (a.parent_fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
	if (fstat(a.parent_fd, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			a.allowed_access &= ~(uint64_t)(DIR_READ | DIR_WRITE);
		/* EBADFD: a pipe or socket, which stays open to us anyway */
		ok = syscall(SYS_landlock_add_rule, rules,
		    LANDLOCK_RULE_PATH_BENEATH, &a, 0) == 0 ||
		    errno == EBADFD;
	}
	close(a.parent_fd);
	return ok;
}

static bool
allow_paths(int rules, const char *const *paths, uint64_t rights)
{
	bool ok = true;

	for (; paths != NULL && *paths != NULL; paths++)
		ok = allow_path(rules, *paths, rights) && ok;
	return ok;
}

static bool
allow_port(int rules, uint64_t right, uint16_t port)
{
	struct port_rule a = { right, port };

	return syscall(SYS_landlock_add_rule, rules, RULE_NET_PORT, &a, 0) ==
	    0;
}

static bool
allow_ports(int rules, const uint16_t *ports)
{
	bool ok = true;

	for (; ports != NULL && *ports != 0; ports++)
		ok = allow_port(rules, NET_CONNECT, *ports) && ok;
	return ok;
}

/* Which TCP rights to take; connect stays where all ports are wanted. */
static uint64_t
net_rights(const struct sandbox *want)
{
	if (want->network && want->connect == NULL)
		return NET_BIND;
	return NET_BIND | NET_CONNECT;
}

/* True when everything that was wanted is in force. */
static bool
landlock(const struct sandbox *want)
{
	int version = abi(), rules = -1;
	struct ruleset r = { 0 };
	size_t size = offsetof(struct ruleset, net);
	uint64_t read = FILE_READ | DIR_READ;
	bool ok = false;

	if (version < 1)
		return false;
	r.fs = all_file_rights(version);
	if (version >= 4) {
		r.net = net_rights(want);
		size = offsetof(struct ruleset, scoped);
	}
	if (version >= 6) {
		r.scoped = SCOPE_ABSTRACT_UNIX;
		size = sizeof(r);
	}
	rules = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (rules < 0)
		return false;
	if (want->exec)
		read |= LANDLOCK_ACCESS_FS_EXECUTE;
	ok = allow_paths(rules, want->read, read & r.fs);
	ok = allow_paths(rules, want->write,
	    (read | FILE_WRITE | DIR_WRITE) & r.fs) && ok;
	/* without a network seccomp refuses every socket, whatever the ABI */
	if (want->network && want->connect != NULL)
		ok = version >= 4 && allow_ports(rules, want->connect) && ok;
	/* at port 0, which leaves the choice to the kernel */
	if (want->network && want->source && version >= 4)
		ok = allow_port(rules, NET_BIND, 0) && ok;
	ok = syscall(SYS_landlock_restrict_self, rules, 0) == 0 && ok;
	close(rules);
	return ok;
}

#define PROGRAM(filter) \
	{ sizeof(filter) / sizeof((filter)[0]), filter }

static bool
seccomp(const struct sandbox *want)
{
	static const struct {
		size_t n;
		const struct sock_filter *v;
	} filters[3][2] = {
		{ PROGRAM(filter_offline), PROGRAM(filter_offline_exec) },
		{ PROGRAM(filter_accept), PROGRAM(filter_accept_exec) },
		{ PROGRAM(filter_network), PROGRAM(filter_network_exec) },
	};
	size_t reach = want->network ? 2 : want->accept ? 1 : 0;
	/* the kernel's struct has no const, and does not write */
	union {
		const struct sock_filter *v;
		struct sock_filter *kernel;
	} filter = { filters[reach][want->exec].v };
	struct sock_fprog program = {
		(unsigned short)filters[reach][want->exec].n,
		filter.kernel
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool
sandbox_enter(const struct sandbox *want, enum sandbox_mode mode,
    enum sandbox_state *got)
{
	bool files = false, calls = false;

	*got = SANDBOX_NONE;
	if (mode == SANDBOX_OFF)
		return true;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
		files = landlock(want);
		calls = seccomp(want);
	}
	if (files && calls)
		*got = SANDBOX_FULL;
	else if (files || calls)
		*got = SANDBOX_PARTIAL;
	return mode != SANDBOX_REQUIRE || *got == SANDBOX_FULL;
}

const char *
sandbox_state_name(enum sandbox_state s)
{
	static const char *const names[] = { "none", "partial", "full" };

	return names[s];
}

const char *
sandbox_mode_name(int mode)
{
	static const char *const names[] = { [SANDBOX_AUTO] = "auto",
	    [SANDBOX_REQUIRE] = "require", [SANDBOX_OFF] = "off" };

	return names[mode];
}
