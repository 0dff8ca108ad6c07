/* Character classes of the mail RFCs: ASCII only, whatever the locale. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stddef.h>

static inline bool
ascii_is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
ascii_is_alpha(unsigned char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline bool
ascii_is_alnum(unsigned char c)
{
	return ascii_is_digit(c) || ascii_is_alpha(c);
}

static inline bool
ascii_is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

/* RFC 5234 WSP: space and tab, nothing else. */
static inline bool
ascii_is_wsp(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* The octets that folding white space is made of (RFC 5322 section 3.2.2). */
static inline bool
ascii_is_fws(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 5234 VCHAR. */
static inline bool
ascii_is_graph(unsigned char c)
{
	return c > 0x20 && c < 0x7f;
}

static inline bool
ascii_is_print(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

static inline unsigned char
ascii_lower(unsigned char c)
{
	return ascii_is_upper(c) ? c | 0x20 : c;
}

static inline unsigned char
ascii_upper(unsigned char c)
{
	return c >= 'a' && c <= 'z' ? c & 0xdf : c;
}

/* 0 to 15, or -1 when c is no hexadecimal digit. */
static inline int
ascii_hex(unsigned char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 5322 section 3.2.3 atext. */
static inline bool
ascii_is_atext(unsigned char c)
{
	switch (c) {
	case '!': case '#': case '$': case '%': case '&': case '\'':
	case '*': case '+': case '-': case '/': case '=': case '?':
	case '^': case '_': case '`': case '{': case '|': case '}':
	case '~':
		return true;
	default:
		return ascii_is_alnum(c);
	}
}

#endif
