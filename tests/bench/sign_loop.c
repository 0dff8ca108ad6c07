/*
 * sign-loop N DOMAIN,SELECTOR,ALGORITHM,KEY FILE: the signing that dkim-sign
 * does, N times in one process, as the peers' loops do it. dkim-sign itself
 * signs one message a process; this is what its code allows.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "auth/dkim_sign.h"
#include "base/mem.h"
#include "crypto/lib.h"
#include "mail/msg.h"
#include "run/signing_key.h"
#include "sys/env.h"
#include "sys/file.h"

struct memory {
	struct span left;
};

static ssize_t
from_memory(void *arg, void *p, size_t n)
{
	struct memory *m = arg;
	size_t take = n < m->left.n ? n : m->left.n;

	memcpy(p, m->left.p, take);
	m->left = span_from(m->left, take);
	return (ssize_t)take;
}

static void
sign_once(struct span message, struct dkim_want *want)
{
	struct memory memory = { message };
	struct dkim_choice choice = { NULL, NULL };
	struct buf names = BUF(65536), out = BUF(65536);
	struct header_index *index = NULL;
	struct body *body = body_new();
	struct span piece = { NULL, 0 };
	struct msg msg;
	struct env env;

	env_system(&env);
	if (msg_open(&msg, (struct msg_source){ from_memory, &memory },
	    &msg_limits_default) != MSG_OK)
		errx(EX_DATAERR, "not a message");
	dkim_sign_start(want, 1, body);
	while (msg_next(&msg, &piece))
		body_add(body, piece);
	body_end(body);
	index = header_index_new(&msg.header, env_seed(&env));
	dkim_choose(&msg.header, &choice, &names);
	if (!dkim_sign_field(want, body, index, buf_get0(&names),
	    env_now(&env), true, &out))
		errx(EX_SOFTWARE, "not signed");
	header_index_free(index);
	body_free(body);
	buf_free(&names);
	buf_free(&out);
	msg_free(&msg);
}

int
main(int argc, char **argv)
{
	struct dkim_want want = { .header_canon = CANON_RELAXED,
	    .body_canon = CANON_RELAXED };
	struct buf message = BUF(64 << 20);
	char *item = argc == 4 ? argv[2] : NULL;

	if (item == NULL)
		errx(EX_USAGE, "usage: sign-loop N KEY FILE");
	want.domain = strsep(&item, ",");
	want.selector = strsep(&item, ",");
	(void)strsep(&item, ",");
	crypto_secrets();
	crypto_start();
	want.key = run_signing_key(item, false);
	if (want.key == NULL || file_slurp(argv[3], 64 << 20, &message) != FILE_OK)
		errx(EX_NOINPUT, "%s, %s", item, argv[3]);
	for (long n = strtol(argv[1], NULL, 10); n > 0; n--)
		sign_once(buf_get0(&message), &want);
	buf_free(&message);
	return 0;
}
