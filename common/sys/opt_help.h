/* The texts made from an option table; for opt.c only. */
#ifndef SYS_OPT_HELP_H
#define SYS_OPT_HELP_H

#include "sys/opt.h"

/* The rows that every command line has without listing them. */
enum { OPT_OWN_HELP, OPT_OWN_VERSION, OPT_OWN_DUMP, OPT_OWN_ROWS };

extern const struct opt opt_own_rows[OPT_OWN_ROWS];

void opt_help(const struct opt_spec *spec, struct buf *out);
void opt_version(const struct opt_spec *spec, struct buf *out);
/*
 * One line a verb: "verb NAME TEXT"; one a row: "option NAME LETTER ARG KIND
 * HELP", the fields between tabs, "-" where there is none.
 */
void opt_dump(const struct opt_spec *spec, struct buf *out);

#endif
