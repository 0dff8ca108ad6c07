/*
 * Build-time only: writes the seccomp filters of sandbox.c as C arrays, so
 * that no tool links libseccomp or spends time on making them. A deny list:
 * what a filter over mail and DNS never needs answers EPERM.
 */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const always[] = {
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise",
	"pidfd_getfd", "kcmp",
	"mount", "umount", "umount2", "pivot_root", "chroot", "move_mount",
	"open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
	"mount_setattr", "swapon", "swapoff", "quotactl", "quotactl_fd",
	"bpf", "keyctl", "add_key", "request_key", "perf_event_open",
	"userfaultfd", "io_uring_setup", "io_uring_enter",
	"io_uring_register", "kexec_load", "kexec_file_load", "init_module",
	"finit_module", "delete_module", "unshare", "setns", "personality",
	"open_by_handle_at", "name_to_handle_at", "lookup_dcookie",
	"modify_ldt", "iopl", "ioperm", "vhangup", "reboot", "acct",
	"settimeofday", "clock_settime", "clock_adjtime", "adjtimex",
	"sethostname", "setdomainname", "syslog",
	/* who listens does so before; without a port it would be given one */
	"listen", NULL
};

static const char *const network[] = {
	"socket", "connect", "bind", "socketcall", NULL
};

static const char *const accepting[] = { "accept", "accept4", NULL };

static const char *const execution[] = { "execve", "execveat", NULL };

static void
check(int rc)
{
	if (rc == 0)
		return;
	fprintf(stderr, "gen_seccomp: libseccomp error %d\n", rc);
	exit(EXIT_FAILURE);
}

/* Names that this architecture does not have need no rule. */
static void
deny(scmp_filter_ctx ctx, const char *const *names)
{
	for (; *names != NULL; names++) {
		int nr = seccomp_syscall_resolve_name(*names);

		if (nr != __NR_SCMP_ERROR && nr >= 0)
			check(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
			    nr, 0));
	}
}

/*
 * New namespaces come by clone's flags too. clone3 hides them in memory, so
 * it is said not to exist, and the C library falls back to clone.
 */
static void
deny_by_argument(scmp_filter_ctx ctx)
{
	static const unsigned long spaces[] = {
		CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET,
		CLONE_NEWIPC, CLONE_NEWUTS, 0x02000000 /* CLONE_NEWCGROUP */
	};
	static const unsigned long typing[] = { TIOCSTI, TIOCLINUX };
	int clone3 = seccomp_syscall_resolve_name("clone3");

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		check(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, spaces[i],
		    spaces[i])));
	if (clone3 >= 0)
		check(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), clone3,
		    0));
	/* typing, and on a console pasting, into who started us */
	for (size_t i = 0; i < sizeof(typing) / sizeof(typing[0]); i++)
		check(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(ioctl), 1, SCMP_A1(SCMP_CMP_MASKED_EQ,
		    0xffffffffu, typing[i])));
}

static void
write_array(int fd, const char *name)
{
	struct { unsigned short code; unsigned char jt, jf; unsigned k; } op;
	unsigned n = 0;

	printf("static const struct sock_filter %s[] = {\n", name);
	lseek(fd, 0, SEEK_SET);
	while (read(fd, &op, sizeof(op)) == (ssize_t)sizeof(op)) {
		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", op.code, op.jt,
		    op.jf, op.k);
		n++;
	}
	printf("};\n\n");
	if (n == 0)
		check(-1);
}

enum reach { OFFLINE, ACCEPT, NETWORK };

static void
filter(const char *name, enum reach reach, int with_exec)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int fd = memfd_create(name, 0);

	if (ctx == NULL || fd < 0)
		check(-1);
	check(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
	    SCMP_ACT_ERRNO(EPERM)));
	/* a binary tree: a handful of comparisons for any system call */
	check(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2));
	deny(ctx, always);
	deny_by_argument(ctx);
	if (reach < NETWORK)
		deny(ctx, network);
	if (reach < ACCEPT)
		deny(ctx, accepting);
	if (!with_exec)
		deny(ctx, execution);
	check(seccomp_export_bpf(ctx, fd));
	write_array(fd, name);
	close(fd);
	seccomp_release(ctx);
}

int
main(void)
{
	printf("/* Made by gen_seccomp; the list is in gen_seccomp.c. */\n");
	filter("filter_offline", OFFLINE, 0);
	filter("filter_offline_exec", OFFLINE, 1);
	filter("filter_accept", ACCEPT, 0);
	filter("filter_accept_exec", ACCEPT, 1);
	filter("filter_network", NETWORK, 0);
	filter("filter_network_exec", NETWORK, 1);
	return ferror(stdout) != 0;
}
