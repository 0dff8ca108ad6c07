/* Speech on stderr; see say.h. */
#include "sys/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { LINE_SIZE = 2048 };

static const char *speaker = "msgsec";
static int level;

void
say_as(const char *tool)
{
	speaker = tool;
}

void
say_level(int l)
{
	level = l;
}

/* A failed write to stderr can be told to nobody. */
static void __attribute__((format(printf, 2, 0)))
speak(const char *prefix, const char *fmt, va_list ap)
{
	char text[LINE_SIZE] = "";
	struct buf line = BUF(8 * LINE_SIZE);
	ssize_t n = 0;

	vsnprintf(text, sizeof(text), fmt, ap);
	buf_str(&line, prefix);
	buf_str(&line, ": ");
	utf8_clean(&line, span_str(text));
	buf_byte(&line, '\n');
	n = write(STDERR_FILENO, line.p, line.n);
	(void)n;
	buf_free(&line);
}

void
say_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	speak(speaker, fmt, ap);
	va_end(ap);
}

void
say_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (level >= 0)
		speak(speaker, fmt, ap);
	va_end(ap);
}

void
say_hint(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (level >= 0)
		speak("hint", fmt, ap);
	va_end(ap);
}

void
say_detail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (level > 0)
		speak(speaker, fmt, ap);
	va_end(ap);
}
