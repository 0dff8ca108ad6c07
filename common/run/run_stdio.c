/* Stdin and stdout, and what becomes of them; see run_opts.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "run/run_opts.h"
#include "sys/file.h"
#include "sys/say.h"

static int
told(bool ok)
{
	if (ok)
		return EXIT_HOLDS;
	say_error("stdout: %s", strerror(errno));
	return EXIT_IO;
}

int
run_stdout(struct span s)
{
	return told(file_write_all(STDOUT_FILENO, s));
}

int
run_stdout_last(struct span s)
{
	return told(file_write_all(STDOUT_FILENO, s) && file_close_stdout());
}

int
run_stdin(size_t max, struct buf *out)
{
	enum file_result r = file_slurp_fd(STDIN_FILENO, max, out);

	if (r == FILE_OK)
		return EXIT_HOLDS;
	say_error("stdin: %s", file_why(r));
	return file_status(r);
}
