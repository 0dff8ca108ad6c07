/* What comes to ratchet-chat and goes from it. */
#include "ratchet-chat.h"

#include <qrencode.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ascii.h"
#include "ratchet/fingerprint.h"
#include "sys/exit.h"
#include "sys/say.h"

/* A QR code is read with a margin of four modules around it. */
enum { QR_MARGIN = 4, GROUP = 5 };

int
chat_name(const char *name)
{
	if (name_ok(span_str(name)))
		return EXIT_HOLDS;
	say_error("\"%s\" is no name: 1 to 128 octets of UTF-8, without "
	    "controls and outer blanks", name);
	return EXIT_USAGE;
}

void
chat_number(const struct self *self, const char *name,
    const unsigned char identity[static CURVE_PUBLIC],
    char digits[static 61], struct buf *scannable)
{
	struct fingerprint ours, theirs;

	fingerprint_of(self->us.keys.pub, span_str(self->name), &ours);
	fingerprint_of(identity, span_str(name), &theirs);
	fingerprint_join(&ours, &theirs, digits);
	/* 1: names are text */
	if (scannable != NULL)
		fingerprint_scannable(&ours, &theirs, 1, scannable);
}

bool
chat_digits_are(const struct job *j, size_t i, const char *digits)
{
	struct buf got = BUF(256);
	bool same = false;

	for (; i < j->n; i++)
		for (const char *p = j->operands[i]; *p != '\0'; p++)
			if (!ascii_is_fws((unsigned char)*p))
				buf_byte(&got, (unsigned char)*p);
	same = !got.over && span_eq(buf_get0(&got), span_str(digits));
	buf_free(&got);
	return same;
}

void
chat_groups(const char *digits, struct buf *out)
{
	for (size_t i = 0; digits[i] != '\0'; i++) {
		if (i > 0 && i % GROUP == 0)
			buf_byte(out, ' ');
		buf_byte(out, (unsigned char)digits[i]);
	}
}

/* Whether the module is dark; those around the code are light. */
static bool
is_dark(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return (code->data[y * code->width + x] & 1) != 0;
}

/*
 * Two rows of modules a line. Light is what is drawn; on a terminal it is
 * told to be white on black, whatever its own colours are.
 */
bool
chat_qr(struct span content, struct buf *out)
{
	static const char *const halves[] = { "\xe2\x96\x88", "\xe2\x96\x80",
	    "\xe2\x96\x84", " " };
	const char *no_color = getenv("NO_COLOR");
	bool colour = isatty(STDOUT_FILENO) &&
	    (no_color == NULL || no_color[0] == '\0');
	QRcode *code = QRcode_encodeData((int)content.n, content.p, 0,
	    QR_ECLEVEL_L);

	if (code == NULL)
		return false;
	for (int y = -QR_MARGIN; y < code->width + QR_MARGIN; y += 2) {
		buf_str(out, colour ? "\033[97;40m" : "");
		for (int x = -QR_MARGIN; x < code->width + QR_MARGIN; x++)
			buf_str(out, halves[2 * is_dark(code, x, y) +
			    is_dark(code, x, y + 1)]);
		buf_str(out, colour ? "\033[0m\n" : "\n");
	}
	QRcode_free(code);
	return true;
}

bool
chat_for_people(const struct job *j)
{
	return j->a->run.format == RUN_TEXT ||
	    (j->a->run.format == RUN_FORMAT_AUTO && isatty(STDOUT_FILENO));
}

void
chat_member(const struct job *j, struct jw *w, const char *schema)
{
	jw_object(w, "ratchet-chat");
	jw_str(w, "schema", schema);
	jw_str(w, "version", MSGSEC_VERSION);
	jw_time(w, "time", env_now(&j->env));
}
