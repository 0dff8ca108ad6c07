/* The stages of the enumeration; see enum.h. */
#include "tls/enum.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tls/enum_int.h"

void
tls_enumerate(const struct tls_asker *via, struct tls_offer *o)
{
	struct asking a = { .via = via, .o = o };

	memset(o, 0, sizeof(*o));
	a.task = xcalloc(TASKS_MAX, sizeof(*a.task));
	enum_versions(&a);
	if (!a.stop) {
		enum_suites_begin(&a);
		enum_lists_begin(&a);
		enum_schemes_begin(&a);
		ask_all(&a);
	}
	enum_suites_end(&a);
	enum_lists_end(&a);
	enum_schemes_end(&a);
	if (!a.stop)
		enum_chains13(&a);
	if (!a.stop)
		enum_order(&a);
	conclude(&a);
	free(a.task);
}
