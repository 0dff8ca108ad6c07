/* U-labels to A-labels and back by libidn2; see idn.h. */
#include "dns/idn.h"

#include <idn2.h>
#include <stdlib.h>

#include "base/ascii.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "dns/name.h"

/* Four octets a character, with some room for what mapping drops. */
enum { UTF8_MAX = 2048 };

static bool
add_domain(struct span text, struct buf *out)
{
	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	if (!dns_text_is_domain(text))
		return false;
	buf_lower(out, text);
	return true;
}

static void
check_memory(int rc)
{
	if (rc == IDN2_MALLOC)
		mem_exhausted();
}

bool
idn_to_ascii(struct span domain, struct buf *out)
{
	char *utf8 = NULL, *ascii = NULL;
	bool ok = false;
	int rc = 0;

	if (span_is_ascii(domain))
		return add_domain(domain, out);
	if (domain.n > UTF8_MAX || !utf8_valid(domain) ||
	    span_chr(domain, '\0') < domain.n)
		return false;
	utf8 = span_dup(domain);
	rc = idn2_to_ascii_8z(utf8, &ascii, IDN2_NONTRANSITIONAL);
	check_memory(rc);
	ok = rc == IDN2_OK && add_domain(span_str(ascii), out);
	if (rc == IDN2_OK)
		idn2_free(ascii);
	free(utf8);
	return ok;
}

static bool
has_alabel(struct span domain)
{
	struct span label = { NULL, 0 };

	while (span_split(&domain, '.', &label))
		if (span_istarts(label, SPAN("xn--")))
			return true;
	return false;
}

/* libidn2 decodes what no U-label encodes to: such a name is not shown. */
static bool
encodes_back(struct span utf8, struct span domain)
{
	struct buf back = BUF(DNS_NAME_MAX);
	bool ok = idn_to_ascii(utf8, &back) &&
	    span_ieq(buf_get0(&back), domain);

	buf_free(&back);
	return ok;
}

void
idn_to_unicode(struct span domain, struct buf *out)
{
	char *ascii = NULL, *utf8 = NULL;
	int rc = 0;

	if (domain.n > DNS_NAME_MAX || !span_is_ascii(domain) ||
	    span_chr(domain, '\0') < domain.n || !has_alabel(domain)) {
		utf8_clean(out, domain);
		return;
	}
	ascii = span_dup(domain);
	rc = idn2_to_unicode_8z8z(ascii, &utf8, 0);
	check_memory(rc);
	utf8_clean(out, rc == IDN2_OK && encodes_back(span_str(utf8),
	    domain) ? span_str(utf8) : domain);
	if (rc == IDN2_OK)
		idn2_free(utf8);
	free(ascii);
}

static void
ascii_or_as_it_is(struct span domain, struct buf *out)
{
	if (!idn_to_ascii(domain, out))
		buf_span(out, domain);
}

bool
idn_is_below(struct span name, struct span parent)
{
	struct buf a = BUF(DNS_NAME_MAX + name.n);
	struct buf b = BUF(DNS_NAME_MAX + parent.n);
	bool is = false;

	ascii_or_as_it_is(name, &a);
	ascii_or_as_it_is(parent, &b);
	is = dns_text_is_below(buf_get0(&a), buf_get0(&b));
	buf_free(&a);
	buf_free(&b);
	return is;
}
