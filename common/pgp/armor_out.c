/* Writing armor; see armor.h. */
#include "base/b64.h"
#include "pgp/armor.h"

enum { LINE = 48, PIECE_LINES = 256 };

const char *
armor_label(enum armor_label label)
{
	static const char *const names[] = {
		[ARMOR_MESSAGE] = "MESSAGE",
		[ARMOR_PUBLIC_KEY] = "PUBLIC KEY BLOCK",
		[ARMOR_PRIVATE_KEY] = "PRIVATE KEY BLOCK",
		[ARMOR_SIGNATURE] = "SIGNATURE",
	};

	return names[label];
}

static void
frame(struct armor_out *a, const char *side, const char *tail)
{
	struct buf b = BUF(128);

	buf_printf(&b, "-----%s PGP %s-----%s", side, armor_label(a->label),
	    tail);
	sink_write(a->to, buf_get0(&b));
	buf_free(&b);
}

/* Whole lines, and at the end the last one. */
static void
encode(struct armor_out *a, struct span s)
{
	struct buf b = BUF(PIECE_LINES * 65);

	while (s.n > 0) {
		for (size_t i = 0; i < PIECE_LINES && s.n > 0; i++) {
			b64_encode(&b, span_first(s, LINE));
			buf_byte(&b, '\n');
			s = span_from(s, LINE);
		}
		sink_write(a->to, buf_get0(&b));
		buf_reset(&b);
	}
	buf_free_wipe(&b);
}

static void
write_some(void *arg, struct span s)
{
	struct armor_out *a = arg;
	size_t n = 0;

	if (a->n > 0) {
		n = LINE - a->n < s.n ? LINE - a->n : s.n;
		memcpy(a->part + a->n, s.p, n);
		a->n += n;
		s = span_from(s, n);
		if (a->n < LINE)
			return;
		encode(a, span_of(a->part, LINE));
	}
	n = s.n / LINE * LINE;
	encode(a, span_first(s, n));
	a->n = s.n - n;
	if (a->n > 0)
		memcpy(a->part, s.p + n, a->n);
}

static void
end(void *arg)
{
	struct armor_out *a = arg;

	encode(a, span_of(a->part, a->n));
	frame(a, "END", "\n");
	sink_end(a->to);
}

void
armor_start(struct armor_out *a, enum armor_label label, struct sink *to,
    struct sink *out)
{
	*a = (struct armor_out){ .to = to, .label = label };
	frame(a, "BEGIN", "\n\n");
	*out = (struct sink){ write_some, end, a };
}

void
armor_write(struct buf *out, enum armor_label label, struct span in)
{
	struct armor_out a;
	struct sink to, armored;

	sink_of_buf(&to, out);
	armor_start(&a, label, &to, &armored);
	sink_write(&armored, in);
	sink_end(&armored);
}
