/*
 * Address lists, one after another: a length of four octets and a value on
 * stdin, a line of JSON on stdout, until the end of stdin. For ./run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cur.h"
#include "mail/addr.h"
#include "sys/jw.h"

enum { VALUE_MAX = 1 << 20, LINE_MAX_OCTETS = 16 << 20 };

static void
answer(struct span value)
{
	static const char *const words[] = {
		[ADDR_OK] = "ok", [ADDR_LOOSE] = "loose", [ADDR_BAD] = "bad",
	};
	struct mailboxes all = { .n = 0 };
	enum addr_status status = addr_parse(value, &all);
	struct buf out = BUF(LINE_MAX_OCTETS);
	struct jw j = JW(&out);

	jw_object(&j, NULL);
	jw_str(&j, "status", words[status]);
	jw_bool(&j, "group", all.has_group);
	jw_array(&j, "mailboxes");
	for (size_t i = 0; i < all.n; i++) {
		jw_array(&j, NULL);
		jw_hex(&j, NULL, span_str(all.v[i].local));
		jw_hex(&j, NULL, span_str(all.v[i].domain));
		jw_end(&j);
	}
	jw_end(&j);
	jw_end(&j);
	buf_byte(&out, '\n');
	if (fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout) != 0)
		exit(74);
	buf_free(&out);
	mailboxes_free(&all);
}

int
main(void)
{
	unsigned char length[4];
	unsigned char *value = malloc(VALUE_MAX);

	while (value != NULL && fread(length, sizeof(length), 1, stdin) == 1) {
		struct cur c = cur_of(span_of(length, sizeof(length)));
		size_t n = cur_u32(&c);

		if (n > VALUE_MAX || fread(value, 1, n, stdin) != n)
			return 65;
		answer(span_of(value, n));
	}
	free(value);
	return 0;
}
