/* Memory for XML; see xml_room.h. */
#include "report/xml_room.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

/* A report has some 60 names, and no token much longer than its texts. */
enum { ROOM = 16 << 20 };

/* In front of each piece; as large as any type's alignment. */
union size {
	size_t n;
	max_align_t align;
};

/* expat's functions for memory have no argument. */
static size_t used;

static void *
resize(void *p, size_t n)
{
	union size *old = p != NULL ? (union size *)p - 1 : NULL;
	union size *new = NULL;
	size_t had = old != NULL ? old->n : 0;

	if (n > ROOM || used - had > ROOM - n)
		return NULL;
	/* beyond the ceiling it is the report's fault, below it nobody's */
	new = xrealloc(old, sizeof(*new) + n);
	used += n - had;
	new->n = n;
	return new + 1;
}

static void *
allocate(size_t n)
{
	return resize(NULL, n);
}

static void
release(void *p)
{
	union size *old = p != NULL ? (union size *)p - 1 : NULL;

	if (old == NULL)
		return;
	used -= old->n;
	free(old);
}

XML_Parser
xml_room_parser(void)
{
	static const XML_Memory_Handling_Suite room = {
		allocate, resize, release
	};

	return XML_ParserCreate_MM(NULL, &room, NULL);
}
