/*
 * Helpers: programs of msgsec's own that a tool runs so as not to link, or
 * not to be trusted with, what they need.
 */
#ifndef SYS_LIBEXEC_H
#define SYS_LIBEXEC_H

#include "base/buf.h"

/*
 * Append the path of a helper and a NUL: beside the running executable
 * (../libexec/msgsec or ../libexec), so that a build tree works where it
 * stands, else where msgsec was configured to be installed.
 */
void libexec_path(const char *name, struct buf *out);

#endif
