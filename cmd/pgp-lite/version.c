/* version, list-profiles, help, and what is said without a subcommand. */
#include <argon2.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "crypto/lib.h"
#include "pgp-lite.h"
#include "pgp/keygen.h"
#include "sys/sandbox.h"
#include "sys/say.h"

enum { TEXT_MAX = 4096 };

static void
print(struct run *r, struct buf *text)
{
	if (!file_write_all(STDOUT_FILENO, buf_get0(text)))
		run_fail_stdout(r);
	buf_free(text);
}

void
pgp_version(struct buf *out)
{
	crypto_version(out);
	buf_printf(out, "zlib %s\n", zlibVersion());
	/* libargon2 tells of no version but the algorithm's */
	buf_printf(out, "libargon2, Argon2 version %d.%d\n",
	    ARGON2_VERSION_NUMBER >> 4, ARGON2_VERSION_NUMBER & 15);
	if (!pk_available(PK_MLKEM768_X25519))
		buf_str(out, "ML-KEM, ML-DSA, SLH-DSA: needs OpenSSL 3.5\n");
}

static void
tell(struct run *r)
{
	struct buf text = BUF(TEXT_MAX);
	const struct args *a = &r->a;

	if (a->backend + a->extended + a->sop_spec + a->sopv > 1) {
		run_fail(r, SOP_INCOMPATIBLE_OPTIONS,
		    "one option at most is taken");
		return;
	}
	if (a->sop_spec)
		buf_str(&text, "draft-dkg-openpgp-stateless-cli-15\n");
	else if (a->sopv)
		buf_str(&text, "1.2\n");
	else if (a->backend)
		pgp_version(&text);
	else
		buf_printf(&text, "pgp-lite %s\n", MSGSEC_VERSION);
	if (a->extended) {
		buf_str(&text, "msgsec " MSGSEC_VERSION "\n");
		pgp_version(&text);
	}
	print(r, &text);
}

int
version_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_VERSION, argc, argv, 0, 0))
		tell(&r);
	return run_end(&r);
}

static void
list(struct run *r)
{
	const char *of = r->res.operands.v[0];
	struct buf text = BUF(TEXT_MAX);

	if (strcmp(of, "generate-key") == 0) {
		for (const struct keygen_profile *p = keygen_profiles;
		    p->name != NULL; p++)
			if (keygen_available(p))
				buf_printf(&text, "%s: %s\n", p->name,
				    p->line);
	} else if (strcmp(of, "encrypt") == 0) {
		buf_str(&text,
		    "default: what all recipients can read\n"
		    "rfc9580: SEIPD version 2, AES in OCB\n"
		    "rfc4880: SEIPD version 1, AES in CFB\n");
	} else {
		run_fail(r, SOP_UNSUPPORTED_PROFILE,
		    "%s: it has no profiles", of);
	}
	if (r->status == SOP_OK)
		print(r, &text);
	buf_free(&text);
}

int
list_profiles_main(int argc, char **argv)
{
	struct run r;

	if (run_start(&r, SPEC_LIST_PROFILES, argc, argv, 1, 1))
		list(&r);
	return run_end(&r);
}

int
sandbox_named(const char *name)
{
	int mode = SANDBOX_OFF;

	while (mode >= 0 && strcmp(name, sandbox_mode_name(mode)) != 0)
		mode--;
	return mode;
}

int
no_verb(int argc, char **argv)
{
	struct opt_spec spec = top_spec;
	struct args a = { .sandbox = 0 };
	struct opt_result res;

	spec.verbs = known_verbs;
	if (known_verbs == sopv_verbs) {
		spec.tool = "sopv";
		spec.usage = "verify SIGNATURE CERT... < DATA\n"
		    "inline-verify CERT... < MESSAGE > DATA";
		spec.about = "The part of pgp-lite that only verifies.";
	}
	opt_parse(&spec, argc, argv, &a, &res);
	if (res.status != 0 && argc > 1 && argv[1][0] == '-')
		res.status = SOP_UNSUPPORTED_OPTION;
	return opt_end(&res);
}

/* Not in the draft, but all these commands have it: --help by another name. */
int
help_main(int argc, char **argv)
{
	char help[] = "--help";
	char *line[] = { argv[0], argc > 1 ? argv[1] : help, help, NULL };
	const struct opt_verb *verb = opt_verb_find(known_verbs, 3, line);

	if (argc > 2) {
		say_error("help: one argument too many");
		return SOP_UNSUPPORTED_OPTION;
	}
	return verb != NULL ? verb->run(2, line + 1) : no_verb(2, line);
}
