/*
 * Stdout gets nothing before everything has succeeded: until then it is kept
 * in a vault, whatever its size.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pgp-lite.h"
#include "pgp/armor.h"
#include "sys/say.h"

static void
write_some(void *arg, struct span s)
{
	vault_add(arg, s);
}

void
stage_start(struct stage *s, const struct env *env, bool open)
{
	vault_init(&s->vault, env, open);
	s->sink = (struct sink){ write_some, NULL, &s->vault };
	s->keys = false;
}

/*
 * A shell makes the file of "> KEYS" by its umask: before the first secret
 * octet stands in it, all but its owner lose it. Where that cannot be, it is
 * the caller's file.
 */
static void
close_to_others(int fd)
{
	struct stat st = { 0 };

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRWXG | S_IRWXO)) != 0 &&
	    fchmod(fd, st.st_mode & 07700) != 0)
		say_warn("stdout: others may read the keys in it");
}

bool
stage_finish(struct stage *s, struct run *r)
{
	if (r->status != SOP_OK)
		return false;
	if (s->vault.state != SPOOL_OK)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "what is to be written cannot be kept: %s",
		    strerror(s->vault.error));
	if (!run_commit(r))
		return false;
	if (s->keys)
		close_to_others(STDOUT_FILENO);
	if (vault_copy(&s->vault, STDOUT_FILENO) != SPOOL_OK)
		return run_fail_stdout(r);
	return true;
}

void
stage_free(struct stage *s)
{
	vault_free(&s->vault);
}

bool
stage_packets(struct run *r, int label, const struct buf *packets)
{
	struct span content = buf_get0(packets);
	struct buf out = BUF(2 * packets->max);
	bool ok = true;

	if (packets->over)
		return run_fail(r, SOP_UNSPECIFIED_FAILURE,
		    "they are too long together");
	if (label == ARMOR_PRIVATE_KEY)
		close_to_others(STDOUT_FILENO);
	if (!r->a.no_armor) {
		armor_write(&out, label, content);
		content = buf_get0(&out);
	}
	ok = run_commit(r);
	if (ok && !file_write_all(STDOUT_FILENO, content))
		ok = run_fail_stdout(r);
	buf_free_wipe(&out);
	return ok;
}
