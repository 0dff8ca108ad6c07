/* Plaintext kept back; see vault.h. */
#include "crypto/vault.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/cipher.h"
#include "sys/file.h"

/*
 * A mail of 1 MiB, whose armor or encryption is more, needs no file while it
 * is secret: to encrypt it and decrypt it again takes longer than the memory
 * does. What is public is written as fast as it is kept.
 */
enum {
	SECRET = 2 << 20,
	PUBLIC = 1 << 18,
	PIECE = 1 << 18,
	RESERVE = 16 << 20,
};

void
vault_init(struct vault *v, const struct env *env, bool open)
{
	*v = (struct vault){ .env = env, .open = open, .fd = -1,
	    .mem = BUF(open ? PUBLIC : SECRET) };
}

static void
fails(struct vault *v, int error)
{
	bool space = error == ENOSPC || error == EDQUOT || error == EFBIG;

	v->state = space ? SPOOL_NO_SPACE : SPOOL_IO;
	v->error = error;
}

/* One key is used for one stream from its start, so the counter may be 0. */
static struct ctr *
stream(const struct vault *v)
{
	static const unsigned char zero[CIPHER_BLOCK];

	return ctr_new(v->key, zero);
}

static bool
begin_file(struct vault *v)
{
	v->fd = file_unnamed();
	if (v->fd < 0)
		return false;
	v->sealed = xmalloc(PIECE);
	if (v->open)
		return true;
	v->env->random(v->env->arg, v->key, sizeof(v->key));
	v->ctr = stream(v);
	return true;
}

/*
 * Blocks that are asked for one by one cost as much as writing them. A file
 * system that cannot do it gives them when they are written.
 */
static void
reserve(struct vault *v)
{
	for (; v->reserved < v->n; v->reserved += RESERVE)
		if (fallocate(v->fd, FALLOC_FL_KEEP_SIZE,
		    (off_t)v->reserved, RESERVE) != 0)
			v->reserved = UINT64_MAX - RESERVE;
}

static void
to_file(struct vault *v, struct span s)
{
	if (v->open && !file_write_all(v->fd, s))
		fails(v, errno);
	while (!v->open && s.n > 0 && v->state == SPOOL_OK) {
		struct span piece = span_first(s, PIECE);

		ctr_run(v->ctr, piece, v->sealed);
		if (!file_write_all(v->fd, span_of(v->sealed, piece.n)))
			fails(v, errno);
		s = span_from(s, piece.n);
	}
}

static void
flush(struct vault *v)
{
	if (v->fd < 0 && !begin_file(v)) {
		fails(v, errno);
		return;
	}
	reserve(v);
	to_file(v, buf_get0(&v->mem));
	buf_reset(&v->mem);
}

/* The file gets full memories only: of whole pages, at their places. */
void
vault_add(struct vault *v, struct span s)
{
	while (s.n > 0 && v->state == SPOOL_OK) {
		struct span part = span_first(s, v->mem.max - v->mem.n);

		if (part.n == 0) {
			flush(v);
			continue;
		}
		/* room at once: growing would leave copies in freed memory */
		if (v->mem.p == NULL)
			buf_room(&v->mem, v->mem.max);
		buf_span(&v->mem, part);
		v->n += part.n;
		s = span_from(s, part.n);
	}
}

enum spool_result
vault_each(struct vault *v, bool (*fn)(void *arg, struct span piece),
    void *arg)
{
	uint64_t size = v->n - v->mem.n;
	struct ctr *ctr = NULL;
	bool more = true;
	ssize_t n = 1;

	if (v->state != SPOOL_OK)
		return v->state;
	if (size > 0 && !v->open)
		ctr = stream(v);
	for (uint64_t at = 0; more && n > 0 && at < size;) {
		n = pread(v->fd, v->sealed, PIECE, (off_t)at);
		if (n < 0 && errno == EINTR) {
			n = 1;
			continue;
		}
		if (n <= 0)
			break;
		if (ctr != NULL)
			ctr_run(ctr, span_of(v->sealed, (size_t)n),
			    v->sealed);
		more = fn(arg, span_of(v->sealed, (size_t)n));
		at += (uint64_t)n;
	}
	ctr_free(ctr);
	if (n <= 0)
		return SPOOL_IO;
	if (more && v->mem.n > 0)
		fn(arg, buf_get0(&v->mem));
	return SPOOL_OK;
}

struct copy {
	int fd;
	bool ok;
};

static bool
write_piece(void *arg, struct span piece)
{
	struct copy *c = arg;

	c->ok = file_write_all(c->fd, piece);
	return c->ok;
}

enum spool_result
vault_copy(struct vault *v, int fd)
{
	struct copy c = { fd, true };
	enum spool_result r = v->state;

	if (r == SPOOL_OK && v->open && v->fd >= 0)
		c.ok = file_copy(v->fd, v->n - v->mem.n, fd) &&
		    write_piece(&c, buf_get0(&v->mem));
	else
		r = vault_each(v, write_piece, &c);

	if (r == SPOOL_OK && !c.ok)
		r = errno == ENOSPC || errno == EDQUOT ? SPOOL_NO_SPACE :
		    SPOOL_IO;
	return r;
}

void
vault_free(struct vault *v)
{
	if (v->fd >= 0)
		close(v->fd);
	ctr_free(v->ctr);
	if (v->sealed != NULL && !v->open)
		explicit_bzero(v->sealed, PIECE);
	free(v->sealed);
	/* pages that were never touched stay so */
	if (v->mem.p != NULL && !v->open)
		explicit_bzero(v->mem.p, v->n > v->mem.n ? v->mem.cap :
		    v->mem.n);
	buf_free(&v->mem);
	OPENSSL_cleanse(v, sizeof(*v));
	v->fd = -1;
}
