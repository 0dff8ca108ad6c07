/*
 * Speech: what a tool tells people on stderr, "tool: what: why" and then
 * "hint: ...". One place, so that every line has one form and -q silences it.
 *
 * Who speaks: the tools, and common/run, which is what every main would
 * repeat. Whatever stands below returns its reasons instead. The exceptions
 * are the children that sys/child.c, dns/process.c and net/web_process.c fork:
 * nobody is left above them who could speak.
 */
#ifndef SYS_SAY_H
#define SYS_SAY_H

/* The name that lines start with (kept, not copied). */
void say_as(const char *tool);

/* How much is said: 0 normal, below it (-q) only errors, above it (-v) all. */
void say_level(int level);

/*
 * One line each, cleaned of control and bidi characters, cut at 2 KiB,
 * written with one write(2). say_error always speaks; say_warn and say_hint
 * unless -q; say_detail only with -v.
 */
void say_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_detail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
