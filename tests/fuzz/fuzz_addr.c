/*
 * Addresses: what is read has a domain without blanks, what cannot be told
 * gives nothing, and a mailbox written anew is read as the same.
 */
#include "fuzz.h"

#include "base/ascii.h"
#include "mail/addr.h"

static void
write_quoted(struct buf *out, const char *s)
{
	buf_byte(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_byte(out, '\\');
		buf_byte(out, (unsigned char)*s);
	}
	buf_byte(out, '"');
}

static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if (!ascii_is_print((unsigned char)*s))
			return false;
	return true;
}

static void
again(const struct mailbox *m)
{
	struct buf text = BUF(1 << 24);
	struct mailboxes got = { 0 };

	if (!is_plain(m->local) || !is_plain(m->domain))
		return;
	buf_byte(&text, '<');
	write_quoted(&text, m->local);
	buf_printf(&text, "@%s>", m->domain);
	must(addr_parse(buf_get0(&text), &got) == ADDR_OK);
	must(got.n == 1 && strcmp(got.v[0].local, m->local) == 0 &&
	    strcmp(got.v[0].domain, m->domain) == 0);
	mailboxes_free(&got);
	buf_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of(data, n), path = { NULL, 0 };
	struct mailboxes m = { 0 };
	enum addr_status status = addr_parse(in, &m);

	must(status != ADDR_BAD || m.n == 0);
	must(m.n <= 1000);
	for (size_t i = 0; i < m.n; i++) {
		struct span domain = span_str(m.v[i].domain);

		must(m.v[i].local != NULL && m.v[i].display != NULL);
		for (size_t k = 0; k < domain.n; k++)
			must(!ascii_is_fws(domain.p[k]));
		if (status == ADDR_OK)
			again(&m.v[i]);
	}
	mailboxes_free(&m);
	if (addr_path(in, &path))
		inside(path, in);
	return 0;
}
