/* Where Postfix finds us; see serve.h. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "serve.h"
#include "sys/inet.h"
#include "sys/say.h"

enum { BACKLOG = 128, SOCKET_MODE = 0666 };

static int
complain(const char *address)
{
	say_error("--socketmap: %s: %s", address, strerror(errno));
	return errno == EACCES || errno == EPERM ? EXIT_PERMISSION :
	    EXIT_CANNOT_CREATE;
}

/* What a service that was killed left behind; one that lives is kept. */
static bool
clear_way(const struct sockaddr_un *at)
{
	struct stat st;
	bool lives = false;
	int fd = -1;

	if (lstat(at->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
		return true;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	lives = fd >= 0 && connect(fd, (const struct sockaddr *)at,
	    sizeof(*at)) == 0;
	if (fd >= 0)
		close(fd);
	errno = EADDRINUSE;
	return !lives && unlink(at->sun_path) == 0;
}

/* Who may look up is for the folder to say: Postfix's user has no group. */
static int
listen_unix(const char *path, struct listener *out)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = -1;

	if (*path == '\0' || strlen(path) >= sizeof(at.sun_path)) {
		say_error("--socketmap: the path is empty or too long");
		return EXIT_USAGE;
	}
	memcpy(at.sun_path, path, strlen(path));
	if (!clear_way(&at))
		return complain(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    chmod(path, SOCKET_MODE) != 0 || listen(fd, BACKLOG) != 0) {
		int status = complain(path);

		if (fd >= 0)
			close(fd);
		return status;
	}
	*out = (struct listener){ fd, xstrdup(path) };
	return EXIT_HOLDS;
}

/* One that Postfix can be told of: the port is not left to the kernel. */
static bool
read_inet(struct span s, struct sockaddr_storage *at, socklen_t *n)
{
	struct sockaddr_in v4;

	if (!inet_read(s, at, n))
		return false;
	/* an IPv6 port lies at the same place */
	memcpy(&v4, at, sizeof(v4));
	return v4.sin_port != 0;
}

static int
listen_inet(const char *text, struct listener *out)
{
	struct sockaddr_storage at;
	socklen_t n = 0;
	int fd = -1, one = 1;

	if (!read_inet(span_str(text), &at, &n)) {
		say_error("--socketmap: %s: want inet:ADDRESS:PORT", text);
		return EXIT_USAGE;
	}
	fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one,
	    sizeof(one)) != 0 || bind(fd, (struct sockaddr *)&at, n) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		int status = complain(text);

		if (fd >= 0)
			close(fd);
		return status;
	}
	*out = (struct listener){ fd, NULL };
	return EXIT_HOLDS;
}

int
listen_open(const char *address, struct listener *out)
{
	if (strncmp(address, "unix:", 5) == 0)
		return listen_unix(address + 5, out);
	if (strncmp(address, "inet:", 5) == 0)
		return listen_inet(address + 5, out);
	say_error("--socketmap: %s: want unix:PATH or inet:HOST:PORT",
	    address);
	return EXIT_USAGE;
}

void
listen_close(struct listener *l)
{
	close(l->fd);
	if (l->path != NULL)
		unlink(l->path);
	free(l->path);
}
