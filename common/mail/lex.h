/*
 * RFC 5322 section 3.2 lexical tokens over a cursor. Comments nest; every
 * token is a span of the input, its quoting and folding left as they are.
 */
#ifndef MAIL_LEX_H
#define MAIL_LEX_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/cur.h"

/*
 * Skip comments and folding white space. An unclosed comment is an error.
 * If "comment" is not NULL it gets the inside of the last comment skipped.
 */
void lex_cfws(struct cur *c, struct span *comment);

/*
 * The length of the comment at the start of s, its parentheses included; 0
 * when none starts there, or it does not end.
 */
size_t lex_comment_length(struct span s);

/* The inside of the comment that starts here; an error when there is none. */
struct span lex_comment(struct cur *c);

/* 1*atext, UTF-8 octets included (RFC 6532); empty, without error, if none. */
struct span lex_atom(struct cur *c);

/*
 * A quoted-string, its quotes included; empty, without error, when none
 * starts here; an error when it does not end.
 */
struct span lex_quoted(struct cur *c);

/* Append a quoted-string's content: quotes and backslashes removed. */
void lex_unquote(struct buf *out, struct span quoted);

/*
 * RFC 2045 token: graphic ASCII but tspecials. RFC 8601 keywords and values
 * are made of these.
 */
struct span lex_token(struct cur *c);
bool lex_is_token(unsigned char octet);

#endif
