/*
 * The screen of a chat; see screen.h. The terminal gives octets as they are
 * typed, so that a line being typed can be drawn again below one that comes.
 */
#include "screen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"
#include "sys/file.h"

enum { READ_SIZE = 4096, COLUMNS = 80, DRAW_MAX = 8 * SCREEN_LINE_MAX };
enum { KEY_END = 0x04, KEY_BACK = 0x08, KEY_REDRAW = 0x0c, KEY_KILL = 0x15,
	KEY_WORD = 0x17, KEY_ESCAPE = 0x1b, KEY_DELETE = 0x7f };

/* To the start of the line, and nothing behind it. */
#define CLEAR_LINE SPAN("\r\033[K")

void
screen_open(struct screen *s, const char *name)
{
	struct termios raw;

	*s = (struct screen){ .typed = BUF(SCREEN_LINE_MAX),
	    .lines = BUF(4 * SCREEN_LINE_MAX) };
	snprintf(s->prompt, sizeof(s->prompt), "%s> ", name);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &s->before) != 0)
		return;
	raw = s->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_iflag &= ~(tcflag_t)(IXON | INLCR);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	s->terminal = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

void
screen_close(struct screen *s)
{
	if (s->terminal) {
		screen_hide(s);
		tcsetattr(STDIN_FILENO, TCSANOW, &s->before);
	}
	buf_free_wipe(&s->typed);
	buf_free_wipe(&s->lines);
}

void
screen_hide(const struct screen *s)
{
	if (s->terminal)
		file_write_all(STDOUT_FILENO, CLEAR_LINE);
}

static size_t
columns(void)
{
	struct winsize w = { .ws_col = 0 };

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ?
	    w.ws_col : COLUMNS;
}

/* The end of the text that takes at most so many columns, about. */
static struct span
tail(struct span s, size_t room)
{
	size_t at = s.n;

	while (at > 0 && room > 0) {
		at--;
		if ((s.p[at] & 0xc0) != 0x80)
			room--;
	}
	while (at < s.n && (s.p[at] & 0xc0) == 0x80)
		at++;
	return span_from(s, at);
}

void
screen_show(const struct screen *s)
{
	struct buf out = BUF(DRAW_MAX), text = BUF(DRAW_MAX);
	size_t width = columns(), prompt = strlen(s->prompt);

	if (!s->terminal)
		return;
	buf_span(&out, CLEAR_LINE);
	utf8_clean(&out, span_str(s->prompt));
	utf8_clean(&text, buf_get0(&s->typed));
	buf_span(&out, tail(buf_get0(&text), width > prompt + 2 ? width -
	    prompt - 2 : 1));
	file_write_all(STDOUT_FILENO, buf_get0(&out));
	buf_free_wipe(&out);
	buf_free_wipe(&text);
}

/* Each line of the text cleaned; later ones set in by as much as the name. */
static void
clean_lines(const char *who, struct span text, struct buf *out)
{
	struct span line = { NULL, 0 };

	utf8_clean(out, span_str(who));
	buf_str(out, ": ");
	for (bool first = true; span_split(&text, '\n', &line); first =
	    false) {
		if (!first && text.p == NULL && line.n == 0)
			break;
		buf_str(out, first ? "" : "\n  ");
		utf8_clean(out, line);
	}
	buf_byte(out, '\n');
}

bool
screen_print(const struct screen *s, const char *who, struct span text)
{
	struct buf out = BUF((size_t)64 << 20);
	bool ok = false;

	if (s->terminal) {
		clean_lines(who, text, &out);
	} else {
		buf_span(&out, text);
		if (text.n == 0 || text.p[text.n - 1] != '\n')
			buf_byte(&out, '\n');
	}
	ok = !out.over && file_write_all(STDOUT_FILENO, buf_get0(&out));
	buf_free_wipe(&out);
	return ok;
}

/* The last character goes, all of its octets. */
static void
rub_out(struct buf *typed)
{
	while (typed->n > 0 && (typed->p[typed->n - 1] & 0xc0) == 0x80)
		typed->n--;
	if (typed->n > 0)
		typed->n--;
}

static void
rub_out_word(struct buf *typed)
{
	while (typed->n > 0 && typed->p[typed->n - 1] == ' ')
		typed->n--;
	while (typed->n > 0 && typed->p[typed->n - 1] != ' ')
		rub_out(typed);
}

static void
end_line(struct screen *s)
{
	buf_span(&s->lines, buf_get0(&s->typed));
	buf_byte(&s->lines, '\n');
	buf_reset(&s->typed);
}

/* Keys that send more than one octet (arrows and their like) do nothing. */
static bool
is_escaped(struct screen *s, unsigned char c)
{
	if (s->escape == 0) {
		s->escape = c == KEY_ESCAPE;
		return c == KEY_ESCAPE;
	}
	if (s->escape == 1 && (c == '[' || c == 'O')) {
		s->escape = 2;
		return true;
	}
	/* ECMA-48: parameters below 40, a final octet above */
	if (s->escape == 1 || c >= 0x40)
		s->escape = 0;
	return true;
}

static void
take_key(struct screen *s, unsigned char c)
{
	if (is_escaped(s, c))
		return;
	switch (c) {
	case '\r':
	case '\n':
		end_line(s);
		break;
	case KEY_BACK:
	case KEY_DELETE:
		rub_out(&s->typed);
		break;
	case KEY_KILL:
		buf_reset(&s->typed);
		break;
	case KEY_WORD:
		rub_out_word(&s->typed);
		break;
	case KEY_END:
		s->ended = s->ended || s->typed.n == 0;
		break;
	case KEY_REDRAW:
		break;
	default:
		if (c >= 0x20 || c == '\t')
			buf_byte(&s->typed, c);
	}
}

bool
screen_read(struct screen *s)
{
	unsigned char octets[READ_SIZE];
	ssize_t n = file_read(STDIN_FILENO, octets, sizeof(octets));

	if (n < 0)
		return false;
	if (s->taken == s->lines.n)
		s->taken = s->lines.n = 0;
	for (ssize_t i = 0; i < n; i++)
		if (s->terminal)
			take_key(s, octets[i]);
		else if (octets[i] == '\n')
			end_line(s);
		else
			buf_byte(&s->typed, octets[i]);
	explicit_bzero(octets, sizeof(octets));
	if (n == 0 && s->typed.n > 0)
		end_line(s);
	if (n == 0)
		s->ended = true;
	return !s->typed.over && !s->lines.over;
}

bool
screen_line(struct screen *s, struct span *line)
{
	struct span left = span_from(buf_get0(&s->lines), s->taken);

	if (left.n == 0)
		return false;
	*line = span_first(left, span_chr(left, '\n'));
	s->taken += line->n + 1;
	return true;
}
