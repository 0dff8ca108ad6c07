/* Who certifies senders of sealed messages, and using that. */
#include "ratchet-chat.h"

#include <string.h>

#include "base/b64.h"
#include "ratchet/cert.h"
#include "sys/exit.h"
#include "sys/say.h"

enum { TEXT_MAX = 4096 };

static int
wrong_operands(const char *what)
{
	say_error("ca: %s", what);
	say_hint("ratchet-chat ca --help tells more");
	return EXIT_USAGE;
}

/* A public key as it stands in bundles and in the list of peers. */
static int
read_key(const char *text, unsigned char key[static CURVE_PUBLIC])
{
	struct buf b = BUF(CURVE_PUBLIC);
	bool ok = b64_decode(&b, span_str(text)) &&
	    curve_key_ok(buf_get0(&b));

	if (ok)
		memcpy(key, b.p, CURVE_PUBLIC);
	else
		say_error("\"%s\" is no public key in base64", text);
	buf_free(&b);
	return ok ? EXIT_HOLDS : EXIT_USAGE;
}

static int
write_b64(struct span s)
{
	struct buf out = BUF(TEXT_MAX);
	int status = EXIT_HOLDS;

	b64_encode(&out, s);
	buf_byte(&out, '\n');
	status = run_stdout(buf_get0(&out));
	buf_free(&out);
	return status;
}

static int
init(struct job *j)
{
	unsigned char root[CURVE_PUBLIC];
	enum party_result r = PARTY_OK;
	int status = chat_begin(j, true);

	if (status != EXIT_HOLDS)
		return status;
	r = party_ca_init(&j->talk, root);
	if (r == PARTY_SAME) {
		store_abandon(j->store);
		say_error("ca: this state has one already");
		return EXIT_CANNOT_CREATE;
	}
	status = chat_end(j, r, "ca");
	return status == EXIT_HOLDS ? write_b64(span_of(root,
	    sizeof(root))) : status;
}

static int
certify(struct job *j, const char *name, const char *key_text)
{
	unsigned char key[CURVE_PUBLIC];
	struct buf cert = BUF(CERT_MAX);
	enum party_result r = PARTY_OK;
	int status = chat_name(name);

	if (status == EXIT_HOLDS)
		status = read_key(key_text, key);
	if (status == EXIT_HOLDS)
		status = chat_begin(j, false);
	if (status != EXIT_HOLDS)
		return status;
	r = party_ca_cert(&j->talk, span_str(name), key, env_now(&j->env) +
	    (int64_t)j->a->expires * 86400, &cert);
	store_abandon(j->store);
	if (r == PARTY_NO_TRUST) {
		say_error("ca: there is none in this state");
		say_hint("ratchet-chat ca init makes one");
		status = EXIT_NO_INPUT;
	} else if (r != PARTY_OK) {
		chat_say(&j->talk, r, "ca");
		status = chat_status(&j->talk, r);
	} else {
		status = write_b64(buf_get0(&cert));
	}
	buf_free(&cert);
	return status;
}

static int
use(struct job *j, const char *root_text)
{
	unsigned char root[CURVE_PUBLIC];
	struct buf in = BUF(TEXT_MAX), cert = BUF(CERT_MAX);
	int status = read_key(root_text, root);

	if (status == EXIT_HOLDS)
		status = run_stdin(TEXT_MAX, &in);
	if (status == EXIT_HOLDS && !b64_decode(&cert, buf_get0(&in))) {
		say_error("stdin: no certificate in base64");
		status = EXIT_MALFORMED;
	}
	if (status == EXIT_HOLDS)
		status = chat_begin(j, true);
	if (status == EXIT_HOLDS)
		status = chat_end(j, party_trust(&j->talk, root,
		    buf_get0(&cert)), "ca");
	buf_free(&in);
	buf_free(&cert);
	return status;
}

int
ca_run(struct job *j)
{
	const char *what = j->operands[0];
	bool is_init = strcmp(what, "init") == 0 && j->n == 1;
	bool is_cert = strcmp(what, "cert") == 0 && j->n == 3;
	bool is_use = strcmp(what, "use") == 0 && j->n == 2;
	int status = EXIT_HOLDS;

	if (!is_init && !is_cert && !is_use)
		return wrong_operands("it is init, cert NAME KEY, or use "
		    "ROOT");
	status = chat_open(j);
	if (status != EXIT_HOLDS)
		return status;
	if (is_init)
		return init(j);
	return is_cert ? certify(j, j->operands[1], j->operands[2]) :
	    use(j, j->operands[1]);
}
