/* One address; see pgp-find.h. */
#include "pgp-find.h"

#include <sysexits.h>
#include <unistd.h>

#include "pgp/find.h"
#include "pgp/wkd.h"
#include "sys/file.h"
#include "sys/say.h"

enum { SECONDS = 30 };	/* without --timeout */

int
search(const struct run *r, const char *address)
{
	struct buf local = BUF(WKD_LOCAL_MAX), domain = BUF(DNS_NAME_MAX);
	struct buf out = BUF(FOUND_MAX);
	int seconds = r->opts->timeout > 0 ? r->opts->timeout : SECONDS;
	int status = EX_OK;

	if (!wkd_address(span_str(address), &local, &domain)) {
		say_error("%s: no mail address", address);
		status = EX_USAGE;
	} else {
		find_certs(&r->env, buf_get0(&local), buf_get0(&domain),
		    env_monotonic_ms() + (int64_t)seconds * 1000, &out);
		if (!file_write_all(STDOUT_FILENO, buf_get0(&out)))
			status = EX_IOERR;
	}
	buf_free(&local);
	buf_free(&domain);
	buf_free(&out);
	return status;
}
