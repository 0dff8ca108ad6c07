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

void
tls_enumerate_versions(const struct tls_asker *via, struct tls_offer *o)
{
	struct asking a = { .via = via, .o = o };
	enum tls_known version[TLS_VERSIONS];
	unsigned connections = 0;
	bool used_up = false;

	memset(o, 0, sizeof(*o));
	a.task = xcalloc(TASKS_MAX, sizeof(*a.task));
	enum_versions(&a);
	free(a.task);
	/* what the flights showed beside is no list */
	memcpy(version, o->version, sizeof(version));
	connections = o->connections;
	used_up = o->used_up;
	tls_offer_free(o);
	*o = (struct tls_offer){ .connections = connections,
	    .used_up = used_up };
	memcpy(o->version, version, sizeof(version));
}
