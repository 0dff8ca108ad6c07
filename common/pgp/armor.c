/*
 * Reading armor; see armor.h. Lines are read with a limit, but the data
 * itself is taken octet by octet whatever its lines look like.
 */
#include "pgp/armor.h"

#include "base/ascii.h"
#include "base/b64.h"

enum { LINE_CEILING = 2048, HEADERS_MAX = 64 };

static bool
bad(struct armor *a, const char *why)
{
	pgp_fail(a->from->error, PGP_BAD, why);
	return false;
}

/* Pass over white space; false at the end of the input. */
static bool
skip_blanks(struct in *in)
{
	struct span s = in_peek(in, 1);

	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && ascii_is_fws(s.p[n]))
			n++;
		in_skip(in, n);
		if (n < s.n)
			return true;
		s = in_peek(in, 1);
	}
	return false;
}

/* Lend a line without its end and white space there; it is passed over. */
static bool
line(struct armor *a, struct span *out)
{
	/* however many are there: what is too long must not depend on that */
	struct span s = span_first(in_peek(a->from, LINE_CEILING),
	    LINE_CEILING);
	size_t n = span_chr(s, '\n');
	bool ended = n < s.n;

	if (s.n == 0 || (!ended && n == LINE_CEILING))
		return bad(a, "the armor is cut short, or a line too long");
	*out = span_trim(span_first(s, n));
	in_skip(a->from, ended ? n + 1 : n);
	return true;
}

/* "-----BEGIN PGP LABEL-----"; the label, or ARMOR_LABELS. */
static enum armor_label
frame_label(struct span s, struct span side)
{
	if (!span_starts(s, side) || !span_ends(s, SPAN("-----")) ||
	    s.n < side.n + 5)
		return ARMOR_LABELS;
	s = span_first(span_from(s, side.n), s.n - side.n - 5);
	for (int i = 0; i < ARMOR_LABELS; i++)
		if (span_eq(s, span_str(armor_label(i))))
			return i;
	return ARMOR_LABELS;
}

/* The line that begins a block, its headers, and the empty line. */
static bool
begin(struct armor *a)
{
	struct span s = { NULL, 0 };

	if (!line(a, &s))
		return false;
	a->label = frame_label(s, SPAN("-----BEGIN PGP "));
	if (a->label == ARMOR_LABELS)
		return bad(a, "neither OpenPGP packets nor their armor");
	a->keys |= a->label == ARMOR_PRIVATE_KEY;
	a->blocks++;
	for (size_t i = 0; i < HEADERS_MAX; i++) {
		if (!line(a, &s))
			return false;
		if (s.n == 0) {
			a->state = ARMOR_INSIDE;
			a->padded = false;
			return true;
		}
		if (span_chr(s, ':') == s.n)
			return bad(a, "an armor header without a colon");
	}
	return bad(a, "too many armor headers");
}

/* The next line that is not empty. */
static bool
closing_line(struct armor *a, struct span *out)
{
	return (skip_blanks(a->from) || bad(a, "the armor has no end")) &&
	    line(a, out);
}

/* The checksum (read past) and the line that ends the block. */
static bool
finish(struct armor *a)
{
	struct span s = { NULL, 0 };

	if (!closing_line(a, &s) || (s.n == 5 && s.p[0] == '=' &&
	    !closing_line(a, &s)))
		return false;
	if (frame_label(s, SPAN("-----END PGP ")) != a->label)
		return bad(a, "the armor's end does not fit its beginning");
	a->state = ARMOR_BETWEEN;
	if (!skip_blanks(a->from)) {
		a->state = ARMOR_ENDED;
		return false;
	}
	return a->many || bad(a, "something stands behind the armor");
}

static void
three_octets(int v0, int v1, int v2, int v3, unsigned char out[static 3])
{
	out[0] = (unsigned char)(v0 << 2 | v1 >> 4);
	out[1] = (unsigned char)(v1 << 4 | v2 >> 2);
	out[2] = (unsigned char)(v2 << 6 | v3);
}

/* Whole groups, and line ends between them; how many octets were written. */
static size_t
quick(struct armor *a, unsigned char *p, size_t room)
{
	struct span s = in_peek(a->from, 4);
	size_t at = 0, n = 0;

	while (at + 4 <= s.n && n + 3 <= room) {
		/* four values of their own: an array would go through memory */
		const unsigned char *c = s.p + at;
		int v0 = b64_sextets[c[0]], v1 = b64_sextets[c[1]];
		int v2 = b64_sextets[c[2]], v3 = b64_sextets[c[3]];

		if ((v0 | v1 | v2 | v3) < 0) {
			if (*c != '\n' && *c != '\r')
				break;
			at++;
			continue;
		}
		three_octets(v0, v1, v2, v3, p + n);
		n += 3;
		at += 4;
	}
	in_skip(a->from, at);
	return n;
}

/*
 * One group with whatever white space is in it, into a->left. False at the
 * end of the data (the "=" of a checksum or the dash of the last line).
 */
static bool
group(struct armor *a)
{
	int v[4] = { 0 };
	size_t have = 0, pads = 0;

	while (have + pads < 4 && skip_blanks(a->from)) {
		unsigned char c = in_peek(a->from, 1).p[0];
		int x = b64_sextets[c];

		if (have + pads == 0 && (c == '-' || c == '='))
			return false;
		if (x >= 0 && pads == 0 && !a->padded)
			v[have++] = x;
		else if (c == '=' && have >= 2)
			pads++;
		else
			return bad(a, "an octet in the armor that is no "
			    "base64");
		in_skip(a->from, 1);
	}
	if (have + pads < 4)
		return bad(a, "the armor is cut short");
	a->padded = pads > 0;
	three_octets(v[0], v[1], v[2], v[3], a->left);
	a->left_n = have - 1;
	return true;
}

static size_t
give_left(struct armor *a, unsigned char *p, size_t room)
{
	size_t n = a->left_n < room ? a->left_n : room;

	memcpy(p, a->left, n);
	memmove(a->left, a->left + n, a->left_n - n);
	a->left_n -= n;
	return n;
}

static size_t
read_armor(void *arg, unsigned char *p, size_t room)
{
	struct armor *a = arg;

	for (;;) {
		size_t n = 0;

		if (a->from->error->result != PGP_OK ||
		    a->state == ARMOR_ENDED)
			return 0;
		if (a->left_n > 0)
			return give_left(a, p, room);
		if (a->state == ARMOR_BETWEEN && !begin(a))
			return 0;
		if (!a->padded && (n = quick(a, p, room)) > 0)
			return n;
		if (!group(a) && !finish(a))
			return 0;
	}
}

static size_t
read_plain(void *arg, unsigned char *p, size_t room)
{
	struct armor *a = arg;
	struct span s = span_first(in_peek(a->from, 1), room);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	in_skip(a->from, s.n);
	return s.n;
}

bool
armor_seen(struct in *from)
{
	struct span s = in_peek(from, 1);

	return s.n > 0 && s.p[0] < 0x80;
}

void
armor_open(struct armor *a, struct in *from, bool many, struct in *out)
{
	*a = (struct armor){ .from = from, .many = many };
	if (armor_seen(from)) {
		skip_blanks(from);
		in_init(out, read_armor, a, from->error);
	} else {
		in_init(out, read_plain, a, from->error);
	}
}
