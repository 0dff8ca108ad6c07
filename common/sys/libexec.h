/*
 * Helpers: programs of msgsec's own that a tool runs so as not to link, or
 * not to be trusted with, what they need.
 */
#ifndef SYS_LIBEXEC_H
#define SYS_LIBEXEC_H

/*
 * The path of a helper: beside the running executable (../libexec/msgsec or
 * ../libexec), so that a build tree works where it stands, else where msgsec
 * was configured to be installed. To be freed.
 */
char *libexec_path(const char *name);

/*
 * Another tool: the one beside the running executable, else its bare name,
 * for the search along $PATH. To be freed.
 */
char *libexec_tool(const char *name);

#endif
