/* What an earlier run has answered; see resume.h. */
#include "run/resume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/vec.h"
#include "run/subject.h"
#include "sys/file.h"
#include "sys/rec.h"
#include "sys/scan.h"

void
resume_init(struct resume *r, uint64_t seed0, uint64_t seed1)
{
	*r = (struct resume){ .fd = -1, .seed = { seed0, seed1 } };
}

static struct resume_entry
entry_of(const struct resume *r, struct span key)
{
	uint64_t a = hash_of(r->seed[0], key), b = hash_of(r->seed[1], key);

	return (struct resume_entry){
		{ (uint32_t)a, (uint32_t)(a >> 32), (uint32_t)b }, 1
	};
}

static int
compare(const void *a, const void *b)
{
	const struct resume_entry *x = a, *y = b;

	return memcmp(x->hash, y->hash, sizeof(x->hash));
}

/* Whether the record's own verdict is "unknown". */
static bool
is_unknown(struct span record, const char *tool)
{
	struct scan_object o = { 0 }, m = { 0 };
	const struct scan_member *member = NULL, *verdict = NULL;
	const char *why = NULL;
	size_t at = 0;

	if (!scan_object(record, &o, &why, &at))
		return false;
	member = scan_find0(&o, span_str(tool));
	if (member != NULL && scan_object(member->value, &m, &why, &at))
		verdict = scan_find0(&m, SPAN("verdict"));
	free(o.v);
	if (verdict != NULL)
		verdict = span_eq(verdict->value, SPAN("\"unknown\"")) ?
		    verdict : NULL;
	free(m.v);
	return verdict != NULL;
}

static void
note(struct resume *r, struct span record, const struct resume_rule *rule)
{
	struct buf key = BUF(2 * REC_MAX);

	subject_line_key(record, rule->key, rule->tool, &key);
	if (!(rule->retry_unknown && is_unknown(record, rule->tool)))
		*VEC_PUSH(r) = entry_of(r, buf_get0(&key));
	buf_free(&key);
}

/* Sort, and make one entry with a count of those that are the same. */
static void
settle(struct resume *r)
{
	size_t n = 0;

	if (r->n == 0)
		return;
	qsort(r->v, r->n, sizeof(*r->v), compare);
	for (size_t i = 1; i < r->n; i++) {
		if (compare(&r->v[n], &r->v[i]) == 0)
			r->v[n].left += r->v[i].left;
		else
			r->v[++n] = r->v[i];
	}
	r->n = r->cap = n + 1;
	r->v = xreallocarray(r->v, r->n, sizeof(*r->v));
}

static enum resume_result
read_all(struct resume *r, int fd, const struct resume_rule *rule)
{
	struct rec_reader in = { 0 };
	struct span text = { NULL, 0 };
	enum rec_kind kind = REC_MORE;

	rec_open(&in, fd, '\n');
	while (kind != REC_END && kind != REC_FAILED) {
		kind = rec_next(&in, &text);
		if (kind == REC_MORE)
			rec_fill(&in);
		else if (kind == REC_RECORD)
			note(r, text, rule);
	}
	errno = in.error;
	rec_close(&in);
	settle(r);
	return kind == REC_FAILED ? RESUME_FAILED : RESUME_OK;
}

/* A run that was killed may have left half a line: it was not answered. */
static bool
cut_torn_line(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END), at = end;
	char piece[4096];

	while (at > 0) {
		size_t n = at < (off_t)sizeof(piece) ? (size_t)at :
		    sizeof(piece);
		const char *line = NULL;

		if (!file_read_at(fd, piece, n, at - (off_t)n))
			return false;
		line = memrchr(piece, '\n', n);
		if (line != NULL) {
			at -= (off_t)n - (line + 1 - piece);
			break;
		}
		at -= (off_t)n;
	}
	return (at == end || ftruncate(fd, at) == 0) &&
	    lseek(fd, 0, SEEK_SET) == 0;
}

enum resume_result
resume_open(struct resume *r, const char *path,
    const struct resume_rule *rule)
{
	enum resume_result result = RESUME_FAILED;
	enum file_result opened = FILE_OK;
	int fd = -1, saved = 0;

	opened = file_open_locked(path, O_RDWR | O_CREAT | O_APPEND, 0666,
	    &fd);
	if (opened != FILE_OK)
		return opened == FILE_LOCKED ? RESUME_LOCKED : RESUME_FAILED;
	if (cut_torn_line(fd))
		result = read_all(r, fd, rule);
	if (result == RESUME_OK) {
		r->fd = fd;
		return RESUME_OK;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

enum resume_result
resume_read(struct resume *r, const char *path,
    const struct resume_rule *rule)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved = 0;
	enum resume_result result = RESUME_FAILED;

	if (fd < 0)
		return RESUME_FAILED;
	result = read_all(r, fd, rule);
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

bool
resume_skips(struct resume *r, struct span key)
{
	struct resume_entry want = entry_of(r, key), *e = NULL;

	if (r->n > 0)
		e = bsearch(&want, r->v, r->n, sizeof(want), compare);
	if (e == NULL || e->left == 0)
		return false;
	e->left--;
	return true;
}

void
resume_free(struct resume *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->v);
	*r = (struct resume){ .fd = -1 };
}
