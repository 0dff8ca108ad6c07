/* What servers say that they can do; see caps.h. */
#include "net/caps.h"

#include "base/ascii.h"
#include "base/cur.h"

void
caps_init(struct caps *c)
{
	*c = (struct caps){
		.auth = BUF(CAPS_AUTH_MAX), .mangled = BUF(CAPS_MANGLED_MAX)
	};
}

void
caps_free(struct caps *c)
{
	buf_free(&c->auth);
	buf_free(&c->mangled);
}

/* RFC 4422 section 3.1: 1 to 20 letters, digits, "-" and "_". */
static bool
is_mechanism(struct span s)
{
	if (s.n == 0 || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return true;
}

static bool
is_bare(struct span name)
{
	static const struct span bare[] = {
		SPAN("PLAIN"), SPAN("LOGIN"), SPAN("XOAUTH2"),
		SPAN("OAUTHBEARER"),
	};

	for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		if (span_ieq(name, bare[i]))
			return true;
	return false;
}

static void
add_mechanism(struct caps *c, struct span name)
{
	struct buf word = BUF(21);

	if (!is_mechanism(name))
		return;
	c->bares = c->bares || is_bare(name);
	if (c->auth.n > 0)
		buf_byte(&word, ' ');
	for (size_t i = 0; i < name.n; i++)
		buf_byte(&word, ascii_upper(name.p[i]));
	if (!span_list_has(buf_get0(&c->auth), ' ',
	    span_trim(buf_get0(&word))))
		buf_span(&c->auth, buf_get0(&word));
	buf_free(&word);
}

static void
add_mechanisms(struct caps *c, struct span list)
{
	struct span name = { NULL, 0 };

	while (span_split(&list, ' ', &name))
		add_mechanism(c, span_trim(name));
}

/* "X" n times, the last of them any capital. */
static bool
is_mask(struct span word, size_t n)
{
	if (word.n != n || !ascii_is_upper(word.p[n - 1]))
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		if (word.p[i] != 'X')
			return false;
	return true;
}

bool
caps_masked(struct span text, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && ascii_is_alnum(text.p[i]))
			continue;
		if (is_mask(span_first(span_from(text, from), i - from), n))
			return true;
		from = i + 1;
	}
	return false;
}

/*
 * A box that changes octets on the way keeps their number, or TCP would
 * notice: eight of them, masked, or STARTTLS but for up to three.
 */
static bool
is_mangled(struct span word)
{
	static const struct span whole = SPAN("STARTTLS");
	size_t kept = 0;

	if (word.n != whole.n)
		return false;
	for (size_t i = 0; i < whole.n; i++)
		kept += ascii_upper(word.p[i]) == whole.p[i];
	return is_mask(word, whole.n) || (kept >= 5 && kept < whole.n);
}

static void
note_mangled(struct caps *c, struct span word)
{
	if (c->mangled.n == 0 && is_mangled(word))
		buf_span(&c->mangled, word);
}

/* The old form "AUTH=LOGIN PLAIN" still stands beside "AUTH LOGIN PLAIN". */
static void
add_smtp(struct caps *c, struct span line, struct span word, struct span rest)
{
	if (span_ieq(word, SPAN("STARTTLS")))
		c->starttls = true;
	else if (span_ieq(word, SPAN("REQUIRETLS")))
		c->requiretls = true;
	else if (span_ieq(word, SPAN("PIPELINING")))
		c->pipelining = true;
	else if (span_ieq(word, SPAN("SMTPUTF8")))
		c->smtputf8 = true;
	else if (span_ieq(word, SPAN("AUTH")))
		add_mechanisms(c, rest);
	else if (span_istarts(word, SPAN("AUTH=")))
		add_mechanisms(c, span_from(line, 5));
	else if (span_ieq(word, SPAN("SIZE")))
		c->size_given = rest.n == 0 ||
		    span_dec(rest, INT64_MAX, &c->size);
	else
		note_mangled(c, word);
}

static void
add_imap(struct caps *c, struct span word)
{
	if (span_ieq(word, SPAN("STARTTLS")))
		c->starttls = true;
	else if (span_ieq(word, SPAN("LOGINDISABLED")))
		c->logindisabled = true;
	else if (span_istarts(word, SPAN("AUTH=")))
		add_mechanism(c, span_from(word, 5));
	else
		note_mangled(c, word);
}

static void
add_pop3(struct caps *c, struct span word, struct span rest)
{
	if (span_ieq(word, SPAN("STLS")))
		c->starttls = true;
	else if (span_ieq(word, SPAN("USER")))
		c->login = true;
	else if (span_ieq(word, SPAN("PIPELINING")))
		c->pipelining = true;
	else if (span_ieq(word, SPAN("SASL")))
		add_mechanisms(c, rest);
	else if (c->mangled.n == 0 && is_mask(word, 4))
		buf_span(&c->mangled, word);
}

void
caps_add(struct caps *c, enum protocol p, struct span keyword)
{
	struct span line = span_trim(keyword);
	size_t at = span_chr(line, ' ');
	struct span word = span_first(line, at);
	struct span rest = span_trim(span_from(line, at));

	switch (p) {
	case PROTOCOL_SMTP:
		add_smtp(c, line, word, rest);
		break;
	case PROTOCOL_IMAP:
		add_imap(c, word);
		break;
	case PROTOCOL_POP3:
		add_pop3(c, word, rest);
		break;
	}
}
