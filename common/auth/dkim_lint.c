/*
 * What to say before signing: a signature over a message that receivers
 * reject, or that others can change, is worth little.
 */
#include "auth/dkim_sign.h"

#include "base/ascii.h"
#include "dns/idn.h"
#include "mail/addr.h"

enum {
	LINE_MAX_OCTETS = 998,	/* RFC 5322 section 2.1.1 */
	EXPIRE_MIN = 24 * 3600,	/* mail queues for days: RFC 5321 4.5.4.1 */
	RSA_BITS_GOOD = 2048,	/* RFC 8301 section 3.2 */
};

/* RFC 5322 section 3.6: at most one of each, and which must be there. */
static void
lint_counts(const struct header *header, struct findings *out)
{
	static const char *const single[] = {
		"From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date",
		"Message-ID", "In-Reply-To", "References", "MIME-Version",
		"Content-Type", "Content-Transfer-Encoding",
	};

	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
		size_t n = header_count(header, span_str(single[i]));

		if (n > 1)
			finding_add(out, F_SIGN_DUPLICATE_FIELD, single[i],
			    "%zu times", n);
	}
	if (header_count(header, SPAN("From")) == 0)
		finding_add(out, F_SIGN_NO_FROM, "From", NULL);
	if (header_count(header, SPAN("Date")) == 0)
		finding_add(out, F_SIGN_NO_DATE, "Date", NULL);
	if (header->garbage > 0)
		finding_add(out, F_SIGN_GARBAGE, "header", "%zu lines",
		    header->garbage);
	if (header->lf > 0 && header->crlf > 0)
		finding_add(out, F_SIGN_MIXED_LINE_ENDS, "header", NULL);
}

static void
lint_alignment(const struct header *header, const struct dkim_want *want,
    struct findings *out)
{
	size_t at = header_find(header, SPAN("From"), 0);
	struct mailboxes from = { 0 };

	if (at == header->n)
		return;
	if (addr_parse(header->v[at].value, &from) != ADDR_OK)
		finding_add(out, F_SIGN_FROM_SYNTAX, "From", NULL);
	for (size_t i = 0; i < from.n; i++) {
		struct span d = span_str(from.v[i].domain);
		struct span s = span_str(want->domain);

		if (!idn_is_below(d, s) && !idn_is_below(s, d))
			finding_add(out, F_SIGN_NOT_ALIGNED, want->domain,
			    "From is at %s", from.v[i].domain);
	}
	mailboxes_free(&from);
}

void
dkim_lint_header(const struct header *header, const struct dkim_want *want,
    size_t n, struct findings *out)
{
	lint_counts(header, out);
	for (size_t i = 0; i < n; i++) {
		lint_alignment(header, &want[i], out);
		if (key_type(want[i].key) == KEY_RSA &&
		    key_bits(want[i].key) < RSA_BITS_GOOD)
			finding_add(out, F_SIGN_WEAK_KEY, want[i].selector,
			    "%u bits", key_bits(want[i].key));
		if (want[i].expire > 0 && want[i].expire < EXPIRE_MIN)
			finding_add(out, F_SIGN_SHORT_EXPIRY,
			    want[i].selector, NULL);
	}
	/* RFC 8463 section 2: not every verifier knows Ed25519 yet */
	if (n == 1 && key_type(want[0].key) == KEY_ED25519)
		finding_add(out, F_SIGN_ED25519_ALONE, want[0].selector, NULL);
}

/* Octets over 127, and NUL, which memchr finds quickly. */
static void
lint_octets(struct dkim_lint *l, struct span s)
{
	uint64_t word = 0, high = 0;
	size_t i = 0;

	l->nul = l->nul || span_chr(s, 0) < s.n;
	for (; i + sizeof(word) <= s.n; i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		high |= word;
	}
	for (; i < s.n; i++)
		high |= s.p[i];
	l->eight_bit |= (high & 0x8080808080808080) != 0;
}

/* The kind of the line end at s.p[at]. */
static void
lint_end(struct dkim_lint *l, struct span s, size_t at)
{
	bool crlf = (at > 0 ? s.p[at - 1] : l->last) == '\r';

	l->crlf |= crlf;
	l->lf |= !crlf;
}

void
dkim_lint_body(struct dkim_lint *l, struct span piece)
{
	struct span whole = piece;

	lint_octets(l, piece);
	while (piece.n > 0) {
		size_t at = span_chr(piece, '\n');
		bool ends = at < piece.n;

		l->line += at;
		l->long_line |= l->line >= LINE_MAX_OCTETS + 2;
		if (ends) {
			l->line = 0;
			lint_end(l, piece, at);
		}
		piece = span_from(piece, at + ends);
	}
	if (whole.n > 0)
		l->last = whole.p[whole.n - 1];
}

static bool
has_bare_cr(struct span s)
{
	for (size_t at = 0; (at = span_chr(s, '\r')) < s.n;) {
		s = span_from(s, at + 1);
		if (s.n > 0 && s.p[0] != '\n')
			return true;
	}
	return false;
}

static void
lint_section(struct span section, struct findings *out)
{
	struct dkim_lint l = { 0 };

	dkim_lint_body(&l, section);
	if (l.long_line)
		finding_add(out, F_SIGN_LONG_LINE, "header", NULL);
	if (l.nul)
		finding_add(out, F_SIGN_NUL, "header", NULL);
	if (has_bare_cr(section))
		finding_add(out, F_SIGN_BARE_CR, "header", NULL);
}

/* Whether Content-Transfer-Encoding says that 8-bit octets may come. */
static bool
declares_8bit(const struct header *header)
{
	size_t at = header_find(header, SPAN("Content-Transfer-Encoding"), 0);
	struct span v = at < header->n ? span_trim(header->v[at].value) :
	    SPAN("");

	return span_istarts(v, SPAN("8bit")) ||
	    span_istarts(v, SPAN("binary"));
}

void
dkim_lint_end(const struct dkim_lint *l, const struct header *header,
    struct findings *out)
{
	lint_section(header->raw, out);
	if (l->long_line)
		finding_add(out, F_SIGN_LONG_LINE, "body", NULL);
	if (l->nul)
		finding_add(out, F_SIGN_NUL, "body", NULL);
	if ((l->crlf && (l->lf || header->lf > 0)) ||
	    (l->lf && header->crlf > 0))
		finding_add(out, F_SIGN_MIXED_LINE_ENDS, "body", NULL);
	if (l->eight_bit && !declares_8bit(header))
		finding_add(out, F_SIGN_8BIT, "body", NULL);
}
