/* Starting and ending the DNS process; see process.h. */
#include "dns/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/mem.h"
#include "dns/dns.h"
#include "sys/say.h"
#include "sys/words.h"

/* The program, its options, the sockets' numbers. */
static void
words_make(struct words *w, const char *program, const char *const *options,
    const int *server, size_t n)
{
	words_add(w, program);
	for (; *options != NULL; options++)
		words_add(w, *options);
	words_add(w, "--");
	for (size_t i = 0; i < n; i++)
		words_own(w, xasprintf("%d", server[i]));
	words_end(w);
}

static void
close_all(const int *fd, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(fd[i]);
}

/* n pairs; the ends for the clients stay close-on-exec. */
static bool
make_pairs(int *client, int *server, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
		    pair) < 0) {
			int err = errno;

			close_all(client, i);
			close_all(server, i);
			errno = err;
			return false;
		}
		client[i] = pair[0];
		server[i] = pair[1];
	}
	return true;
}

static _Noreturn void
become(char **argv, const int *server, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fcntl(server[i], F_SETFD, 0);
	execv(argv[0], argv);
	say_error("%s: %m", argv[0]);
	_exit(EX_UNAVAILABLE);
}

static int
wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	/* 1 would be a verdict to whoever ends with it, and it has none */
	if (!WIFEXITED(status) || WEXITSTATUS(status) == 1)
		return EX_SOFTWARE;
	return WEXITSTATUS(status);
}

/* The first packet says that it is ready, the end of the stream that not. */
static bool
hello(int fd, enum dns_trust *trust)
{
	unsigned char octet = 0;
	ssize_t n = 0;

	do
		n = recv(fd, &octet, 1, 0);
	while (n < 0 && errno == EINTR);
	if (n != 1 || octet > DNS_CHECKED)
		return false;
	*trust = (enum dns_trust)octet;
	return true;
}

bool
dns_process_start(struct dns_process *p, const char *program,
    const char *const *options, size_t n, int *status)
{
	int *client = xcalloc(n, sizeof(*client));
	int *server = xcalloc(n, sizeof(*server));
	struct words words = { NULL, 0, 0 };
	enum dns_trust trust = DNS_UNCHECKED;
	pid_t pid = -1;
	bool ok = false;

	if (!make_pairs(client, server, n))
		goto out;
	words_make(&words, program, options, server, n);
	pid = fork();
	if (pid == 0)
		become(words.v, server, n);
	close_all(server, n);
	if (pid > 0 && hello(client[0], &trust)) {
		*p = (struct dns_process){ pid, n, trust, client };
		client = NULL;
		ok = true;
		goto out;
	}
	close_all(client, n);
	if (pid > 0) {
		*status = wait_for(pid);
		errno = 0;
	}
out:
	words_free(&words);
	free(client);
	free(server);
	return ok;
}

struct dns *
dns_process_client(const struct dns_process *p, size_t i)
{
	return dns_remote_open(fcntl(p->client[i], F_DUPFD_CLOEXEC, 0),
	    p->trust);
}

int
dns_process_stop(struct dns_process *p)
{
	close_all(p->client, p->n);
	free(p->client);
	return wait_for(p->pid);
}
