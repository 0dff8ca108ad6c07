/* Where results go, what is read, and the line where power is given up. */
#include "letter-seal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/say.h"

static bool
stdout_is_exposed(void)
{
	struct stat st = { 0 };

	return fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & S_IRWXO) != 0;
}

int
output_open(struct output *o, const char *path, bool secret)
{
	enum file_result r = FILE_OK;

	*o = (struct output){ .path = path };
	if (path == NULL) {
		if (!secret || !stdout_is_exposed())
			return EXIT_HOLDS;
		say_error("stdout is a file that others may read");
		say_hint("--output FILE is readable by you alone");
		return EXIT_PERMISSION;
	}
	r = file_out_open(&o->file, path, 0600);
	if (r != FILE_OK) {
		say_error("%s: %s", path, file_why(r));
		return file_status(r);
	}
	o->folder = file_folder(path);
	return EXIT_HOLDS;
}

static int
end_file(struct output *o, struct span content, bool replace)
{
	enum file_result r = FILE_IO;

	if (file_write_all(o->file.fd, content))
		r = file_out_commit(&o->file, replace);
	else
		file_out_abort(&o->file);
	free(o->folder);
	o->folder = NULL;
	if (r == FILE_OK)
		return EXIT_HOLDS;
	say_error("%s: %s", o->path, file_why(r));
	if (r == FILE_EXISTS)
		say_hint("--force replaces it");
	return file_status(r);
}

int
output_end(struct output *o, struct span content, bool replace)
{
	if (o->path != NULL)
		return end_file(o, content, replace);
	return run_stdout_last(content);
}

int
output_flush(struct buf *out)
{
	int status = run_stdout(buf_get0(out));

	buf_reset(out);
	return status;
}

int
output_each_line(struct buf *out, size_t enough, output_line_fn *fn,
    void *arg)
{
	struct rec_reader r;
	struct span text = { NULL, 0 };
	enum rec_kind kind = REC_MORE;
	int status = EXIT_HOLDS, written = EXIT_HOLDS;

	rec_open(&r, STDIN_FILENO, '\n');
	while (written == EXIT_HOLDS &&
	    (kind = rec_next(&r, &text)) != REC_END && kind != REC_FAILED) {
		if (kind != REC_MORE)
			status = exit_worse(status,
			    fn(arg, kind, text, r.line));
		if (kind == REC_MORE || out->n > enough)
			written = output_flush(out);
		if (kind == REC_MORE && written == EXIT_HOLDS)
			rec_fill(&r);
	}
	if (kind == REC_FAILED) {
		say_error("stdin: %s", strerror(r.error));
		status = exit_worse(status, EXIT_IO);
	}
	rec_close(&r);
	return exit_worse(status, written == EXIT_HOLDS ? output_flush(out) :
	    written);
}

void
output_abort(struct output *o)
{
	if (o->folder == NULL)
		return;
	file_out_abort(&o->file);
	free(o->folder);
	o->folder = NULL;
}

bool
give_up_power(const struct args *a, const char *folder, const char *other)
{
	const char *const write[] = {
		folder ? folder : other, folder ? other : NULL, NULL
	};
	const struct sandbox want = { .write = write };

	return run_enter_sandbox(&want, a->run.sandbox);
}

const char *
nothing_given(void)
{
	return isatty(STDIN_FILENO) ? "stdin is a terminal" : NULL;
}
