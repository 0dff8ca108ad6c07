/*
 * Requests over the network with libcurl, for another process; see web.h.
 * Each relay has a handle of its own, and with it its connections: one that
 * was made under a pinned key serves no request under another.
 */
#include <curl/curl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ip.h"
#include "base/mem.h"
#include "crypto/lib.h"
#include "net/fetch_curl.h"
#include "net/web.h"
#include "sys/exit.h"

enum { SITES = 8, HEADER_MAX = 65536 };

/* A relay: who it is, and the connections to it. */
struct site {
	struct server *server;
	CURL *curl;
	char *host;
	uint16_t port;
	bool has_pin;
	unsigned char pin[WEB_PIN];
	uint64_t used;
	/* what the handshake at work found */
	unsigned faults;
	bool connected, not_public;
};

struct server {
	const struct web_server *with;
	int fd;
	struct site sites[SITES];
	uint64_t uses;
};

/* One request. */
struct job {
	const struct web_request *r;
	struct web_answer *out;
	struct site *site;
	size_t header;
	bool too_big;
};

/* --- whom we talk to */

static bool
is_pinned(const X509 *own, const unsigned char pin[static WEB_PIN])
{
	unsigned char digest[WEB_PIN], *der = NULL;
	int n = own ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(own), &der) : -1;
	bool same = false;

	if (n > 0) {
		SHA256(der, (size_t)n, digest);
		same = memcmp(digest, pin, WEB_PIN) == 0;
	}
	OPENSSL_free(der);
	return same;
}

static int
verify(X509_STORE_CTX *ctx, void *arg)
{
	struct site *s = arg;
	int error = X509_V_ERR_CERT_UNTRUSTED;

	if (s->has_pin && is_pinned(X509_STORE_CTX_get0_cert(ctx), s->pin))
		return 1;
	if (!s->has_pin && s->server->with->roots != NULL) {
		if (X509_verify_cert(ctx) == 1)
			return 1;
		error = X509_STORE_CTX_get_error(ctx);
	}
	s->faults |= 1u << fetch_curl_fault(error);
	X509_STORE_CTX_set_error(ctx, error);
	return 0;
}

/* An address has to stand in the certificate as one. */
static bool
expect_host(X509_VERIFY_PARAM *param, const char *host)
{
	size_t n = strlen(host);
	char *bare = NULL;
	bool ok = false;

	if (host[0] == '[' && n > 2) {
		bare = xstrdup(host + 1);
		bare[n - 2] = '\0';
	}
	ok = X509_VERIFY_PARAM_set1_ip_asc(param, bare ? bare : host) == 1;
	ERR_clear_error();
	if (!ok)
		ok = X509_VERIFY_PARAM_set1_host(param, host, 0) == 1;
	free(bare);
	return ok;
}

static CURLcode
set_up_tls(CURL *curl, void *ssl_ctx, void *arg)
{
	struct site *s = arg;
	SSL_CTX *ctx = ssl_ctx;
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);

	(void)curl;
	s->connected = true;
	if (s->server->with->roots != NULL)
		SSL_CTX_set1_cert_store(ctx, s->server->with->roots);
	SSL_CTX_set_cert_verify_callback(ctx, verify, s);
	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	X509_VERIFY_PARAM_set_time(param, (time_t)env_now(
	    s->server->with->env));
	return expect_host(param, s->host) ? CURLE_OK :
	    CURLE_SSL_CERTPROBLEM;
}

static bool
address_of(const struct sockaddr *from, struct ip_addr *out)
{
	const struct sockaddr_in *v4 = (const void *)from;
	const struct sockaddr_in6 *v6 = (const void *)from;
	bool ok = false;

	if (from->sa_family == AF_INET)
		ok = ip_from_octets(span_of(&v4->sin_addr, 4), out);
	else if (from->sa_family == AF_INET6)
		ok = ip_from_octets(span_of(&v6->sin6_addr, 16), out);
	if (ok)
		*out = ip_unmapped(*out);
	return ok;
}

/* A relay's name is somebody else's word: it leads to no inner address. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct site *s = arg;
	struct ip_addr a;

	(void)purpose;
	if (!s->server->with->allow_private &&
	    (!address_of(&to->addr, &a) || !ip_is_public(&a))) {
		s->not_public = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* --- the answer */

static size_t
take_header(char *p, size_t size, size_t n, void *arg)
{
	struct job *j = arg;

	(void)p;
	j->header += size * n;
	j->too_big = j->header > HEADER_MAX;
	return j->too_big ? 0 : size * n;
}

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct job *j = arg;

	buf_add(&j->out->body, p, size * n);
	j->too_big = j->out->body.over;
	return j->too_big ? 0 : size * n;
}

/* Who asked has gone: nobody waits for the answer. */
static int
still_wanted(void *arg, curl_off_t a, curl_off_t b, curl_off_t c,
    curl_off_t d)
{
	struct job *j = arg;
	struct pollfd p = { .fd = j->site->server->fd, .events = POLLRDHUP };

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP)) != 0;
}

/* --- asking */

/* What holds for all requests to a site. */
static void
site_set_up(struct site *s)
{
	CURL *c = s->curl;

	fetch_curl_rules(c);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	/* a session taken up again shows no certificate */
	curl_easy_setopt(c, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, set_up_tls);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, s);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, s);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, still_wanted);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
}

static void
site_free(struct site *s)
{
	if (s->curl != NULL)
		curl_easy_cleanup(s->curl);
	free(s->host);
	memset(s, 0, sizeof(*s));
}

static bool
site_is(const struct site *s, const struct web_request *r)
{
	return s->curl != NULL && s->port == r->port &&
	    span_eq(span_str(s->host), r->host) &&
	    s->has_pin == (r->pin.n > 0) && (!s->has_pin ||
	    memcmp(s->pin, r->pin.p, WEB_PIN) == 0);
}

/* The site of the request; the one that was not used for longest gives way. */
static struct site *
site_for(struct server *server, const struct web_request *r)
{
	struct site *s = &server->sites[0];

	for (size_t i = 0; i < SITES; i++) {
		if (site_is(&server->sites[i], r)) {
			server->sites[i].used = ++server->uses;
			return &server->sites[i];
		}
		if (server->sites[i].used < s->used)
			s = &server->sites[i];
	}
	site_free(s);
	s->server = server;
	s->used = ++server->uses;
	s->host = span_dup(r->host);
	s->port = r->port;
	s->has_pin = r->pin.n > 0;
	if (s->has_pin)
		memcpy(s->pin, r->pin.p, WEB_PIN);
	s->curl = curl_easy_init();
	if (s->curl == NULL)
		mem_exhausted();
	site_set_up(s);
	return s;
}

static struct curl_slist *
add_field(struct curl_slist *list, const char *name, struct span value)
{
	char *line = value.n == 0 ? xasprintf("%s:", name) :
	    xasprintf("%s: %.*s", name, (int)value.n, (const char *)value.p);
	struct curl_slist *longer = curl_slist_append(list, line);

	free(line);
	if (longer == NULL)
		mem_exhausted();
	return longer;
}

static void
set_method(CURL *c, const struct web_request *r)
{
	static const char *const names[] = { "GET", "PUT", "POST", "DELETE" };
	bool body = r->method == WEB_PUT || r->method == WEB_POST;

	curl_easy_setopt(c, CURLOPT_POSTFIELDS, NULL);
	if (body) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->body.n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->body.n > 0 ?
		    (const char *)r->body.p : "");
	} else {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
	}
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, names[r->method]);
}

static enum fetch_result
result_of(const struct job *j, CURLcode code)
{
	const struct site *s = j->site;

	if (code == CURLE_OK)
		return FETCH_OK;
	if (s->not_public)
		return FETCH_NOT_PUBLIC;
	if (s->faults != 0)
		return fetch_curl_worst(s->faults);
	if (j->too_big)
		return FETCH_TOO_BIG;
	if (code == CURLE_COULDNT_RESOLVE_HOST)
		return FETCH_NO_HOST;
	if (code == CURLE_COULDNT_CONNECT)
		return fetch_curl_connect(s->curl, code);
	return fetch_curl_result(code);
}

static void
finish(struct job *j, CURLcode code, const char *error)
{
	struct web_answer *out = j->out;
	curl_off_t retry = 0;
	long status = 0;

	out->result = result_of(j, code);
	if (code != CURLE_OK) {
		snprintf(out->why, sizeof(out->why), "%s", error[0] != '\0' ?
		    error : curl_easy_strerror(code));
		buf_reset(&out->body);
		return;
	}
	curl_easy_getinfo(j->site->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(j->site->curl, CURLINFO_RETRY_AFTER, &retry);
	out->status = status > 0 && status < 1000 ? (unsigned)status : 0;
	out->retry_after = retry > 0 && retry < UINT32_MAX ?
	    (uint32_t)retry : 0;
}

static void
perform(struct server *server, const struct web_request *r,
    struct web_answer *out)
{
	struct job j = { .r = r, .out = out, .site = site_for(server, r) };
	char error[CURL_ERROR_SIZE] = "";
	CURL *c = j.site->curl;
	struct curl_slist *fields = add_field(NULL, "Expect", SPAN(""));
	char *url = xasprintf("https://%s:%u%.*s", j.site->host,
	    (unsigned)r->port, (int)r->target.n, (const char *)r->target.p);

	j.site->faults = 0;
	j.site->connected = j.site->not_public = false;
	fields = add_field(fields, "Content-Type", r->type);
	fields = add_field(fields, "Authorization", r->authorization);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)r->timeout);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, &j);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, &j);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &j);
	set_method(c, r);
	finish(&j, curl_easy_perform(c), error);
	/* the site lives on: what it points to does not */
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, NULL);
	curl_slist_free_all(fields);
	free(url);
}

/* One request and its answer; false when who asks is gone, or talks rot. */
static bool
serve_one(struct server *server, struct buf *in, struct buf *out)
{
	struct web_request r;
	struct web_answer a;

	buf_reset(in);
	buf_reset(out);
	if (!web_get(server->fd, in) || !web_request_read(buf_get0(in), &r))
		return false;
	a = (struct web_answer){ .result = FETCH_FAILED, .body = BUF(r.max) };
	perform(server, &r, &a);
	web_answer_write(&a, out);
	buf_free(&a.body);
	return web_put(server->fd, buf_get0(out));
}

int
web_serve(const struct web_server *with, int fd)
{
	enum { ROOM = WEB_BODY_MAX + 8 * WEB_TEXT_MAX };
	struct server server = { .with = with, .fd = fd };
	struct buf in = BUF(ROOM), out = BUF(ROOM);

	if (!fetch_curl_start())
		return EXIT_INTERNAL;
	while (serve_one(&server, &in, &out))
		;
	for (size_t i = 0; i < SITES; i++)
		site_free(&server.sites[i]);
	buf_free_wipe(&in);
	buf_free(&out);
	curl_global_cleanup();
	return EXIT_HOLDS;
}
