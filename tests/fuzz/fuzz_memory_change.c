/*
 * Changes of the memory, as a worker that is no longer ours might send them:
 * all are applied or none, and what is then in the file can be read.
 */
#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "mtasts/memory.h"

static bool
is_whole(void *arg, const struct memory_entry *e)
{
	(void)arg;
	must(e->known && e->body.n <= STS_BODY_MAX);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char path[64];
	struct memory *m = NULL;
	enum memory_result r = MEMORY_OK;

	snprintf(path, sizeof(path), "/tmp/fuzz-memory.%ld", (long)getpid());
	unlink(path);
	r = memory_apply(path, span_of(data, n));
	if (r == MEMORY_OK && memory_open(path, &m) == MEMORY_OK) {
		r = memory_each(m, is_whole, NULL);
		must(r == MEMORY_OK || r == MEMORY_BROKEN);
	}
	memory_free(m);
	unlink(path);
	return 0;
}
