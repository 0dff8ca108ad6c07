/* Asking relays; see post.h. */
#include "post.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/hmac.h"
#include "relay/cover.h"
#include "sys/exit.h"
#include "sys/libexec.h"
#include "sys/say.h"
#include "sys/words.h"

enum { AUTHORIZATION_MAX = 128, HTTP_FINE = 200, HTTP_MADE = 201 };

int
post_start(const struct job *j, struct web *web)
{
	const struct run_opts *o = &j->a->run;
	char *program = libexec_path("msgsec-web");
	struct words w = { NULL, 0, 0 };
	bool ok = false;

	words_option(&w, "sandbox", sandbox_mode_name(o->sandbox));
	words_option(&w, "ca-file", o->ca_file);
	words_flag(&w, "allow-private", o->allow_private);
	words_end(&w);
	ok = web_start(web, program, (const char *const *)w.v);
	if (!ok)
		say_error("%s: %s", program, strerror(errno));
	words_free(&w);
	free(program);
	return ok ? EXIT_HOLDS : EXIT_INTERNAL;
}

int
post_open(struct job *j, struct web *web)
{
	int status = chat_open_at_will(j);

	if (status == EXIT_HOLDS)
		status = post_start(j, web);
	return status == EXIT_HOLDS ? chat_give_up_power(j) : status;
}

static enum web_method
method_of(const char *name)
{
	return strcmp(name, "GET") == 0 ? WEB_GET : strcmp(name, "PUT") == 0 ?
	    WEB_PUT : strcmp(name, "POST") == 0 ? WEB_POST : WEB_DELETE;
}

bool
post_begin(struct web *w, const struct post *p)
{
	struct buf target = BUF(RELAY_TARGET_MAX),
	    authorization = BUF(AUTHORIZATION_MAX);
	struct web_request r = {
		.method = method_of(relay_call_write(&p->call, &target)),
		.host = span_str(p->at->host), .port = p->at->port,
		.body = p->body, .max = RELAY_ANSWER_MAX,
		.timeout = p->timeout > 0 ? p->timeout : POST_TIMEOUT,
	};
	bool ok = false;

	if (p->at->has_pin)
		r.pin = span_of(p->at->pin, RELAY_PIN);
	if (p->token != NULL)
		relay_token_write(p->token, &authorization);
	if (p->body.n > 0)
		r.type = p->call.verb == RELAY_POST ?
		    SPAN("application/octet-stream") :
		    SPAN("application/json");
	r.target = buf_get0(&target);
	r.authorization = buf_get0(&authorization);
	ok = web_begin(w, &r);
	buf_free(&target);
	buf_free_wipe(&authorization);
	return ok;
}

/* The status for an answer that never came. */
static int
status_of(enum fetch_result r)
{
	switch (r) {
	case FETCH_CERT_EXPIRED:
	case FETCH_CERT_NAME:
	case FETCH_CERT_UNTRUSTED:
	case FETCH_CERT_INVALID:
		return EXIT_IMPOSTOR;
	case FETCH_NOT_PUBLIC:
		return EXIT_PERMISSION;
	default:
		return EXIT_UNKNOWN;
	}
}

static int
no_answer(const struct relay_address *at, const struct web_answer *a,
    bool quiet)
{
	if (!quiet)
		say_error("%s: %s%s%s", at->host, fetch_result_name(a->result),
		    a->why[0] != '\0' ? ": " : "", a->why);
	if (a->result == FETCH_NOT_PUBLIC)
		say_hint("--allow-private connects to such addresses, too");
	return status_of(a->result);
}

/* Whether asking again later may help. */
static bool
is_for_now(enum relay_error e, unsigned http)
{
	switch (e) {
	case RELAY_RATE:
	case RELAY_TRY_AGAIN:
	case RELAY_MAILBOX_FULL:
	case RELAY_STOCK_FULL:
	case RELAY_RELAY_FULL:
	case RELAY_NO_BUNDLE:
		return true;
	default:
		return http >= 500;
	}
}

static int
refused(const struct relay_address *at, const struct web_answer *a,
    bool quiet)
{
	enum relay_error e = relay_error_read(buf_get0(&a->body));

	if (!quiet && e < RELAY_ERRORS)
		say_error("%s: %s", at->host, relay_error_text(e));
	else if (!quiet)
		say_error("%s: HTTP status %u, and no relay's words", at->host,
		    a->status);
	if (!quiet && a->retry_after > 0)
		say_hint("again in %u seconds", a->retry_after);
	return is_for_now(e, a->status) ? EXIT_UNKNOWN : EXIT_REFUSED;
}

int
post_end(struct web *w, const struct relay_address *at, struct buf *body,
    bool quiet)
{
	struct web_answer a;
	int status = EXIT_HOLDS;

	if (!web_end(w, &a)) {
		say_error("the process that connects is gone");
		return EXIT_INTERNAL;
	}
	if (a.result != FETCH_OK)
		status = no_answer(at, &a, quiet);
	else if (a.status != HTTP_FINE && a.status != HTTP_MADE)
		status = refused(at, &a, quiet);
	if (a.result == FETCH_OK)
		buf_span(body, buf_get0(&a.body));
	buf_free(&a.body);
	return status;
}

int
post_ask(struct web *w, const struct post *p, struct buf *body, bool quiet)
{
	if (!post_begin(w, p)) {
		say_error("the process that connects is gone");
		return EXIT_INTERNAL;
	}
	return post_end(w, p->at, body, quiet);
}

/* What is random for all but who knows key and content. */
struct chance {
	unsigned char octets[HMAC_SIZE];
};

static void
give_chance(void *arg, void *p, size_t n)
{
	struct chance *c = arg;

	memcpy(p, c->octets, n < HMAC_SIZE ? n : HMAC_SIZE);
}

static void
derive(const struct relay_address *to, struct span content,
    struct span label, unsigned char out[static HMAC_SIZE])
{
	const struct span parts[] = { label, content };

	hmac_sha256(span_of(to->key, RELAY_KEY), parts, 2, out);
}

int
post_content(struct web *w, const struct relay_address *to,
    struct span content, bool quiet)
{
	struct buf cover = BUF(RELAY_MESSAGE_MAX), none = BUF(RELAY_ANSWER_MAX);
	struct chance chance;
	const struct env fixed = { .random = give_chance, .arg = &chance };
	struct post p = { .at = to, .call.verb = RELAY_POST };
	unsigned char id[HMAC_SIZE];
	int status = EXIT_MALFORMED;

	derive(to, content, SPAN("msgsec-relay nonce"), chance.octets);
	derive(to, content, SPAN("msgsec-relay message"), id);
	memcpy(p.call.id, to->id, RELAY_ID);
	memcpy(p.call.message, id, RELAY_ID);
	if (relay_cover(&fixed, to->key, content, &cover)) {
		p.body = buf_get0(&cover);
		status = post_ask(w, &p, &none, quiet);
	} else {
		say_error("a message of %zu octets is too long for a relay",
		    content.n);
	}
	buf_free(&cover);
	buf_free(&none);
	return status;
}

int
post_take(struct web *w, const struct relay_address *at, struct bundle *out)
{
	struct buf body = BUF(RELAY_ANSWER_MAX);
	struct post p = { .at = at, .call.verb = RELAY_TAKE };
	const char *bad = NULL;
	int status = EXIT_HOLDS;

	memcpy(p.call.id, at->id, RELAY_ID);
	status = post_ask(w, &p, &body, false);
	if (status == EXIT_HOLDS &&
	    !bundle_read(span_trim(buf_get0(&body)), out, &bad)) {
		say_error("%s: not one bundle: %s is wrong", at->host, bad);
		status = EXIT_MALFORMED;
	}
	buf_free(&body);
	return status;
}
