/* Pulled octets; see in.h. */
#include "pgp/in.h"

#include <stdlib.h>

#include "base/mem.h"
#include "sys/file.h"

void
in_init(struct in *in, size_t (*read)(void *, unsigned char *, size_t),
    void *arg, struct pgp_error *error)
{
	*in = (struct in){ .read = read, .arg = arg, .error = error };
}

void
in_of_span(struct in *in, struct span s, struct pgp_error *error)
{
	*in = (struct in){ .error = error, .p = s.p, .n = s.n,
	    .ended = true };
}

static size_t
read_fd(void *arg, unsigned char *p, size_t n)
{
	struct in *in = arg;
	ssize_t got = file_read(in->fd, p, n);

	if (got >= 0)
		return (size_t)got;
	pgp_fail(in->error, PGP_IO, "the input cannot be read");
	return 0;
}

void
in_of_fd(struct in *in, int fd, struct pgp_error *error)
{
	in_init(in, read_fd, in, error);
	in->fd = fd;
}

/* More behind what is lent, which moves to the window's front for it. */
static void
fill(struct in *in)
{
	size_t got = 0;

	if (in->own == NULL)
		in->own = xmalloc(IN_WINDOW);
	if (in->n > 0 && in->p != in->own)
		memmove(in->own, in->p, in->n);
	in->p = in->own;
	got = in->read(in->arg, in->own + in->n, IN_WINDOW - in->n);
	in->ended = got == 0;
	in->n += got;
	if (in->n > in->used)
		in->used = in->n;
}

struct span
in_peek(struct in *in, size_t want)
{
	while (in->n < want && !in->ended && in->error->result == PGP_OK)
		fill(in);
	if (in->error->result != PGP_OK)
		return (struct span){ NULL, 0 };
	return span_of(in->p, in->n);
}

void
in_skip(struct in *in, size_t n)
{
	in->p += n;
	in->n -= n;
}

bool
in_ended(struct in *in)
{
	return in_peek(in, 1).n == 0;
}

void
in_free(struct in *in)
{
	if (in->own != NULL) {
		explicit_bzero(in->own, in->used);
		free(in->own);
	}
	*in = (struct in){ .ended = true };
}
