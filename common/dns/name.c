/* Domain names, text to wire and back (RFC 1035 sections 2.3.4, 3.1, 5.1). */
#include "dns/name.h"

#include "base/ascii.h"
#include "base/cur.h"

static struct span
without_final_dot(struct span text)
{
	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	return text;
}

/* Append one label; false when it or the name grows too long. */
static bool
add_label(struct dns_name *name, const unsigned char *p, size_t n)
{
	/* the root's octet must fit behind it */
	if (n == 0 || n > DNS_LABEL_MAX || name->n + 1 + n + 1 > DNS_NAME_MAX)
		return false;
	name->wire[name->n++] = (unsigned char)n;
	for (size_t i = 0; i < n; i++)
		name->wire[name->n++] = ascii_lower(p[i]);
	return true;
}

static bool
finish(struct dns_name *name, struct dns_name *out)
{
	name->wire[name->n++] = 0;
	out->n = name->n;
	memcpy(out->wire, name->wire, name->n);
	return true;
}

bool
dns_name_parse(struct span text, struct dns_name *out)
{
	struct dns_name name;
	struct span label = { NULL, 0 };

	name.n = 0;
	text = without_final_dot(text);
	if (text.n == 0)
		return finish(&name, out);
	while (span_split(&text, '.', &label))
		if (!add_label(&name, label.p, label.n))
			return false;
	return finish(&name, out);
}

/* The octet behind a backslash: three digits, or the octet itself. */
static int
escaped(struct cur *c)
{
	struct span digits = span_first(cur_left(c), 3);
	uint64_t v = 0;

	if (cur_peek(c) < 0)
		return -1;
	if (!ascii_is_digit((unsigned char)cur_peek(c)))
		return cur_u8(c);
	if (digits.n < 3 || !span_dec(digits, 255, &v))
		return -1;
	cur_take(c, 3);
	return (int)v;
}

bool
dns_name_parse_escaped(struct span text, struct dns_name *out)
{
	struct cur c = cur_of(text);
	unsigned char label[DNS_LABEL_MAX];
	struct dns_name name;
	size_t n = 0;

	name.n = 0;
	if (text.n == 0 || span_eq(text, SPAN(".")))
		return finish(&name, out);
	while (!cur_done(&c)) {
		int octet = cur_u8(&c);

		if (octet == '.') {
			if (!add_label(&name, label, n))
				return false;
			n = 0;
			continue;
		}
		if (octet == '\\')
			octet = escaped(&c);
		if (octet < 0 || n == sizeof(label))
			return false;
		label[n++] = (unsigned char)octet;
	}
	if (n > 0 && !add_label(&name, label, n))
		return false;
	return finish(&name, out);
}

bool
dns_name_wire(struct span wire, struct dns_name *out)
{
	struct cur c = cur_of(wire);
	struct dns_name name;
	size_t n = 0;

	name.n = 0;
	while ((n = cur_u8(&c)) > 0) {
		struct span label = cur_take(&c, n);

		if (c.bad || !add_label(&name, label.p, label.n))
			return false;
	}
	return cur_done(&c) && finish(&name, out);
}

static void
add_octet(struct buf *out, unsigned char c, bool escape)
{
	if (!escape || (ascii_is_graph(c) && strchr(".\\\"();@$", c) == NULL))
		buf_byte(out, c);
	else if (ascii_is_graph(c))
		buf_printf(out, "\\%c", c);
	else
		buf_printf(out, "\\%03u", c);
}

void
dns_name_text(struct buf *out, const struct dns_name *name, bool escape)
{
	size_t at = 0;

	if (name->n <= 1)
		buf_byte(out, '.');
	while (at < name->n && name->wire[at] > 0) {
		size_t end = at + 1 + name->wire[at];

		if (at > 0)
			buf_byte(out, '.');
		for (at++; at < end; at++)
			add_octet(out, name->wire[at], escape);
	}
}

char *
dns_name_str(const struct dns_name *name)
{
	struct buf b = BUF(4 * DNS_NAME_MAX);

	if (name->n > 0)
		dns_name_text(&b, name, true);
	return buf_take_str(&b);
}

bool
dns_name_eq(const struct dns_name *a, const struct dns_name *b)
{
	return span_eq(dns_name_span(a), dns_name_span(b));
}

bool
dns_name_is_below(const struct dns_name *name, const struct dns_name *parent)
{
	size_t at = 0;

	while (name->n - at > parent->n)
		at += 1 + (size_t)name->wire[at];
	return span_eq(span_from(dns_name_span(name), at),
	    dns_name_span(parent));
}

size_t
dns_name_labels(const struct dns_name *name)
{
	size_t labels = 0;

	for (size_t at = 0; at < name->n && name->wire[at] > 0; labels++)
		at += 1 + (size_t)name->wire[at];
	return labels;
}

bool
dns_name_up(struct dns_name *name)
{
	size_t first = 0;

	if (name->n <= 1)
		return false;
	first = 1 + (size_t)name->wire[0];
	name->n -= first;
	memmove(name->wire, name->wire + first, name->n);
	return true;
}

size_t
dns_text_labels(struct span text)
{
	size_t labels = text.n > 0;

	for (size_t i = 0; i < text.n; i++)
		labels += text.p[i] == '.';
	return labels;
}

struct span
dns_text_parent(struct span text)
{
	return span_from(text, span_chr(text, '.') + 1);
}

bool
dns_text_is_below(struct span name, struct span parent)
{
	if (!span_iends(name, parent))
		return false;
	return name.n == parent.n || parent.n == 0 ||
	    name.p[name.n - parent.n - 1] == '.';
}

/* RFC 1123 section 2.1 letters, digits, hyphens, and RFC 8552 underscores. */
static bool
label_is_ldh(struct span label)
{
	if (label.n == 0 || label.n > DNS_LABEL_MAX || label.p[0] == '-' ||
	    label.p[label.n - 1] == '-')
		return false;
	for (size_t i = 0; i < label.n; i++)
		if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' &&
		    label.p[i] != '_')
			return false;
	return true;
}

bool
dns_text_is_domain(struct span text)
{
	struct span label = { NULL, 0 };

	/* two octets less than on the wire: the first length and the root */
	if (text.n == 0 || text.n > DNS_NAME_MAX - 2)
		return false;
	while (span_split(&text, '.', &label))
		if (!label_is_ldh(label))
			return false;
	return true;
}
