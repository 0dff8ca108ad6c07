/*
 * Making a key pair: the private half goes into a file of its own, readable
 * by its owner alone from the first octet; the DNS record goes to stdout.
 */
#include "dkim-sign.h"

#include <sysexits.h>
#include <unistd.h>

#include "base/b64.h"
#include "crypto/lib.h"
#include "dns/name.h"
#include "run/run_opts.h"
#include "sys/exit.h"
#include "sys/file.h"
#include "sys/say.h"

enum { RECORD_MAX = 16 * 1024, STRING_MAX = 255, PEM_MAX = 64 * 1024 };

/*
 * One TXT record as a zone file takes it: strings of at most 255 octets
 * (RFC 1035 section 3.3), which DKIM joins without blanks.
 */
static void
print_record(struct buf *out, const struct key *k, const char *selector,
    const char *domain)
{
	struct buf raw = BUF(RECORD_MAX), text = BUF(RECORD_MAX);
	struct span rest = { NULL, 0 };

	key_public(k, &raw);
	buf_printf(&text, "v=DKIM1; k=%s; p=",
	    key_type(k) == KEY_RSA ? "rsa" : "ed25519");
	b64_encode(&text, buf_get0(&raw));
	buf_printf(out, "%s._domainkey.%s. IN TXT (", selector, domain);
	for (rest = buf_get0(&text); rest.n > 0;
	    rest = span_from(rest, STRING_MAX)) {
		struct span piece = span_first(rest, STRING_MAX);

		buf_printf(out, "\n\t\"%.*s\"", (int)piece.n,
		    (const char *)piece.p);
	}
	buf_str(out, " )\n");
	buf_free(&raw);
	buf_free(&text);
}

static enum file_result
write_key(const struct key *k, const struct args *a)
{
	struct file_out out;
	struct buf pem = BUF(PEM_MAX);
	enum file_result r = file_out_open(&out, a->out, 0600);

	if (r != FILE_OK)
		return r;
	key_private_pem(k, &pem);
	if (file_write_all(out.fd, buf_get0(&pem))) {
		r = file_out_commit(&out, a->force);
	} else {
		file_out_abort(&out);
		r = FILE_IO;
	}
	buf_free_wipe(&pem);
	return r;
}

static int
make(const struct args *a)
{
	struct key *k = key_generate(a->algorithm == 0 ? KEY_RSA :
	    KEY_ED25519, (unsigned)a->bits);
	struct buf record = BUF(RECORD_MAX);
	enum file_result r = FILE_OK;
	int status = EX_OK;

	if (k == NULL) {
		say_error("the key cannot be made");
		return EX_SOFTWARE;
	}
	r = write_key(k, a);
	if (r != FILE_OK) {
		say_error("%s: %s", a->out, file_why(r));
		if (r == FILE_EXISTS)
			say_hint("--force replaces it");
		status = file_status(r);
	} else {
		print_record(&record, k, a->selector.n > 0 ?
		    a->selector.v[0] : "selector", a->domain.n > 0 ?
		    a->domain.v[0] : "example.org");
		status = run_stdout_last(buf_get0(&record));
	}
	buf_free(&record);
	key_free(k);
	return status;
}

int
keygen_main(int argc, char **argv)
{
	struct args a = { .bits = 2048 };
	struct opt_result res;

	if (opt_parse(&keygen_spec, argc, argv, &a, &res) == OPT_END)
		return opt_end(&res);
	if (a.out == NULL) {
		opt_wrong(&keygen_spec, &res, "give -o FILE for the key");
		return opt_end(&res);
	}
	if (res.operands.n > 0) {
		opt_wrong(&keygen_spec, &res, "%s: no operand is taken",
		    res.operands.v[0]);
		return opt_end(&res);
	}
	run_keep_secrets();
	crypto_start();
	return make(&a);
}
