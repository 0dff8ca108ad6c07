/* Asking on the terminal; see ask.h. */
#include "run/ask.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <termios.h>
#include <unistd.h>

#include "base/utf8.h"
#include "sys/file.h"

/* What may come from the keyboard or from who shuts the session down. */
static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP };

enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static volatile sig_atomic_t caught;

static void
note(int sig)
{
	caught = sig;
}

/* Who sits in front of it; a job in the background would be stopped. */
static int
open_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0 && tcgetpgrp(fd) != getpgrp()) {
		close(fd);
		return -1;
	}
	return fd;
}

/* False at the end, after a signal, or when it is more than fits. */
static bool
read_line(int fd, struct buf *out)
{
	unsigned char c = 0;

	while (caught == 0 && read(fd, &c, 1) == 1) {
		if (c == '\n')
			return true;
		buf_byte(out, c);
		if (out->over)
			break;
	}
	return false;
}

static bool
ask(int fd, struct span question, struct buf *out)
{
	struct sigaction mine = { .sa_handler = note }, was[SIGNALS];
	struct termios old, quiet;
	bool ok = tcgetattr(fd, &old) == 0;

	if (!ok)
		return false;
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ICANON | ISIG | ECHONL;
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &mine, &was[i]);
	/* what was typed before the question is no answer */
	ok = tcsetattr(fd, TCSAFLUSH, &quiet) == 0 &&
	    file_write_all(fd, question) && read_line(fd, out);
	tcsetattr(fd, TCSAFLUSH, &old);
	if (!ok)
		file_write_all(fd, SPAN("\n"));
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &was[i], NULL);
	return ok;
}

enum ask_result
ask_secret(const char *what, struct buf *out)
{
	struct buf question = BUF(4096);
	int fd = open_terminal();
	bool ok = false;

	if (fd < 0)
		return ASK_NOBODY;
	caught = 0;
	utf8_clean(&question, span_first(span_str(what), 1024));
	buf_str(&question, ": ");
	buf_room(out, out->max);
	ok = ask(fd, buf_get0(&question), out);
	close(fd);
	buf_free(&question);
	if (caught != 0)
		raise(caught);
	return ok && out->n > 0 ? ASK_TYPED : ASK_GIVEN_UP;
}
