/* How a tool that reads records begins; see run.h. */
#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "run/run.h"
#include "sys/exit.h"
#include "sys/say.h"

void
run_reader(const char *tool)
{
	say_as(tool);
	mem_on_failure(tool, EXIT_INTERNAL);
	json_set_alloc_funcs(xmalloc, free);
}
