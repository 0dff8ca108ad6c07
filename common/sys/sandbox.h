/*
 * Giving up power at one visible line, before hostile bytes are read:
 * Landlock for files and TCP ports, a seccomp deny list for the rest.
 * Descriptors that are open keep working; forking stays allowed.
 */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

/* --sandbox, in the order of its option's choices. */
enum sandbox_mode {
	SANDBOX_AUTO,		/* as much as the kernel can */
	SANDBOX_REQUIRE,	/* all of it, or fail */
	SANDBOX_OFF,
};

enum sandbox_state {
	SANDBOX_NONE,
	SANDBOX_PARTIAL,	/* one of the two, or no port rules */
	SANDBOX_FULL,
};

/* What the tool still needs. Lists end with NULL (ports with 0). */
struct sandbox {
	const char *const *read;	/* files, or folders and all below */
	const char *const *write;	/* likewise, with making and removing */
	bool network;			/* may open sockets */
	bool accept;			/* without that: may take connections
					   at those that are open */
	const uint16_t *connect;	/* to these TCP ports; NULL: to all */
	bool source;			/* from an address that it chooses */
	bool exec;			/* may execute what "read" names */
};

/*
 * Enter it; there is no way back. A path that does not exist is passed over:
 * it cannot be reached anyway. False only under SANDBOX_REQUIRE, when
 * something could not be closed; *got says how far it went either way.
 */
bool sandbox_enter(const struct sandbox *want, enum sandbox_mode mode,
    enum sandbox_state *got);

/* "full", "partial", "none". */
const char *sandbox_state_name(enum sandbox_state s);
/* "auto", "require", "off": what --sandbox takes. */
const char *sandbox_mode_name(int mode);

#endif
