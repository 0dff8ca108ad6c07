/*
 * Fetching over the network with libcurl: to addresses from our own DNS, one
 * after the other, certificates judged by libcrypto with one shared set of
 * roots. libcurl connects for itself: 7.88 (Debian 12) cannot take over a
 * connection that stands already.
 */
#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "crypto/lib.h"
#include "net/fetch.h"
#include "net/fetch_curl.h"

enum {
	ERROR_MAX = 512,
	HEADER_MAX = 65536,	/* octets of all header fields of an answer */
	OK = 200,
};

struct https {
	struct fetcher fetcher;
	X509_STORE *roots;
	const struct env *env;
	bool allow_private;
	uint16_t port;
};

/* One fetch. */
struct transfer {
	const struct https *https;
	const struct fetch_request *want;
	struct fetch_answer *out;
	CURL *curl;
	size_t header, body;	/* octets that came */
	bool too_big;
	bool broken_off;	/* the handshake, and by nobody's alert */
	bool closed;		/* the server said that this is the end */
	struct buf faults;	/* libcrypto's words */
};

/* --- the certificate */

static struct transfer *
transfer_of(X509_STORE_CTX *ctx)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(ctx,
	    SSL_get_ex_data_X509_STORE_CTX_idx());

	return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

/* Note every fault and go on: an audit wants all of them. */
static int
note_fault(int ok, X509_STORE_CTX *ctx)
{
	struct transfer *t = transfer_of(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	unsigned bit = 1u << fetch_curl_fault(error);

	if (ok)
		return 1;
	if ((t->out->faults & bit) == 0)
		buf_printf(&t->faults, "%s%s", t->faults.n > 0 ? "; " : "",
		    X509_verify_cert_error_string(error));
	t->out->faults |= bit;
	return 1;
}

static bool
read_date(const ASN1_TIME *date, int64_t *out)
{
	struct tm tm = { 0 };

	if (!ASN1_TIME_to_tm(date, &tm))
		return false;
	*out = timegm(&tm);
	return true;
}

/* Whatever was noted fails the handshake, so that nothing is asked for. */
static int
verify(X509_STORE_CTX *ctx, void *arg)
{
	struct transfer *t = arg;
	const X509 *own = X509_STORE_CTX_get0_cert(ctx);

	t->out->has_cert = own != NULL &&
	    read_date(X509_get0_notBefore(own), &t->out->not_before) &&
	    read_date(X509_get0_notAfter(own), &t->out->not_after);
	X509_STORE_CTX_set_verify_cb(ctx, note_fault);
	if (X509_verify_cert(ctx) == 1 && t->out->faults == 0)
		return 1;
	if (t->out->faults == 0) {
		t->out->faults = 1u << FETCH_CERT_INVALID;
		buf_str(&t->faults, X509_verify_cert_error_string(
		    X509_STORE_CTX_get_error(ctx)));
	}
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_APPLICATION_VERIFICATION);
	return 0;
}

/*
 * Whoever is on the way can end a connection, which so says nothing of the
 * server; a close_notify is its own, as is what makes a handshake fail.
 */
static void
watch(const SSL *ssl, int where, int ret)
{
	struct transfer *t = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	if (where == SSL_CB_READ_ALERT)
		t->closed |= (ret & 0xff) == SSL_AD_CLOSE_NOTIFY;
	if (where != SSL_CB_CONNECT_EXIT || ret > 0)
		return;
	t->broken_off = SSL_get_error(ssl, ret) == SSL_ERROR_SYSCALL ||
	    ERR_GET_REASON(ERR_peek_error()) ==
	    SSL_R_UNEXPECTED_EOF_WHILE_READING;
}

/*
 * Called once there is a connection. RFC 8461 section 3.3: DNS-IDs only, "*"
 * as a whole label only.
 */
static CURLcode
set_up_tls(CURL *curl, void *ssl_ctx, void *arg)
{
	struct transfer *t = arg;
	SSL_CTX *ctx = ssl_ctx;
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);

	(void)curl;
	t->out->connected = true;
	SSL_CTX_set1_cert_store(ctx, t->https->roots);
	SSL_CTX_set_app_data(ctx, t);
	SSL_CTX_set_info_callback(ctx, watch);
	/* libcurl would have an end that anybody can make for the server's */
	SSL_CTX_clear_options(ctx, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_cert_verify_callback(ctx, verify, t);
	X509_VERIFY_PARAM_set_hostflags(param,
	    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
	    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	X509_VERIFY_PARAM_set_time(param, (time_t)env_now(t->https->env));
	return X509_VERIFY_PARAM_set1_host(param, t->want->host, 0) == 1 ?
	    CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

/* --- the answer */

static size_t
take_header(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)p;
	t->header += size * n;
	t->too_big = t->header > HEADER_MAX;
	return t->too_big ? 0 : size * n;
}

/* Counted as it comes: a length that was promised is only a promise. */
static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	long status = 0;

	t->body += size * n;
	t->too_big = t->body > t->want->max;
	if (t->too_big)
		return 0;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == OK)
		buf_add(&t->out->body, p, size * n);
	return size * n;
}

/* Whether the content itself says how long it is (RFC 9112 section 6.3). */
static bool
has_length(CURL *c)
{
	struct curl_header *h = NULL;
	curl_off_t length = -1;

	curl_easy_getinfo(c, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	return length >= 0 || (curl_easy_header(c, "Transfer-Encoding", 0,
	    CURLH_HEADER, -1, &h) == CURLHE_OK &&
	    span_ieq(span_trim(span_str(h->value)), SPAN("chunked")));
}

static enum fetch_result
result_of(const struct transfer *t, CURLcode code)
{
	if (t->out->faults != 0)
		return fetch_curl_worst(t->out->faults);
	if (t->too_big)
		return FETCH_TOO_BIG;
	if (code == CURLE_SSL_CONNECT_ERROR && t->broken_off)
		return FETCH_CUT;
	/* of any other answer the status is all that counts */
	if (code == CURLE_RECV_ERROR && t->out->status > OK)
		return FETCH_OK;
	/* what ends with the connection has to be ended by TLS (9.8) */
	if (code == CURLE_OK && t->out->status == OK && !t->closed &&
	    !has_length(t->curl))
		return FETCH_CUT;
	return fetch_curl_result(code);
}

static void
set_up(struct transfer *t, const char *url, struct curl_slist *resolve,
    int64_t share, char *error)
{
	int64_t left = t->want->deadline - env_monotonic_ms();
	CURL *c = t->curl;

	fetch_curl_rules(c);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_RESOLVE, resolve);
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(share > 0 ? share : 1));
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, set_up_tls);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, t);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
}

static void
read_head(struct transfer *t)
{
	long status = 0;
	char *type = NULL;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->curl, CURLINFO_CONTENT_TYPE, &type);
	t->out->status = status > 0 ? (unsigned)status : 0;
	t->out->type = type != NULL ? xstrdup(type) : NULL;
}

/* "HOST:PORT:ADDRESS", so that libcurl never asks the DNS itself. */
static char *
resolve_entry(const struct transfer *t)
{
	char text[IP_TEXT_SIZE];
	bool v6 = t->out->address.family == 6;

	return xasprintf("%s:%u:%s%s%s", t->want->host,
	    (unsigned)t->https->port, v6 ? "[" : "",
	    ip_text(text, &t->out->address), v6 ? "]" : "");
}

static char *
url_of(const struct transfer *t)
{
	return t->https->port == FETCH_HTTPS_PORT ?
	    xasprintf("https://%s%s", t->want->host, t->want->path) :
	    xasprintf("https://%s:%u%s", t->want->host,
	    (unsigned)t->https->port, t->want->path);
}

/* One address; whether another is worth trying is in out->connected. */
static void
perform(struct transfer *t, int64_t share)
{
	char error[CURL_ERROR_SIZE] = "";
	char *entry = resolve_entry(t), *url = url_of(t);
	struct curl_slist *resolve = curl_slist_append(NULL, entry);
	CURLcode code = CURLE_OK;

	t->curl = curl_easy_init();
	if (resolve == NULL || t->curl == NULL)
		mem_exhausted();
	set_up(t, url, resolve, share, error);
	code = curl_easy_perform(t->curl);
	read_head(t);
	t->out->result = t->out->connected ? result_of(t, code) :
	    fetch_curl_connect(t->curl, code);
	free(t->out->error);
	t->out->error = NULL;
	if (t->faults.n > 0)
		t->out->error = buf_take_str(&t->faults);
	else if (t->out->result == FETCH_CUT && code == CURLE_OK)
		t->out->error = xstrdup("no length, and no close_notify");
	else if (t->out->result != FETCH_OK && !t->too_big)
		t->out->error = xstrdup(error[0] != '\0' ? error :
		    curl_easy_strerror(code));
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(resolve);
	free(url);
	free(entry);
}

/*
 * The first address that takes a connection; a silent one gets its share of
 * the time only, or the next would never be tried.
 */
static void
https_get(struct fetcher *f, const struct fetch_request *want,
    struct fetch_answer *out)
{
	struct transfer t = {
		.https = (const struct https *)f, .want = want, .out = out,
		.faults = BUF(ERROR_MAX),
	};

	out->result = FETCH_NO_HOST;
	for (size_t i = 0; i < want->n && !out->connected; i++) {
		int64_t left = want->deadline - env_monotonic_ms();

		out->address = want->to[i];
		if (!t.https->allow_private && !ip_is_public(&want->to[i]))
			out->result = FETCH_NOT_PUBLIC;
		else if (left <= 0)
			out->result = FETCH_TIMEOUT;
		else
			perform(&t, left / (int64_t)(want->n - i));
	}
	buf_free(&t.faults);
}

static void
https_free(struct fetcher *f)
{
	free(f);
	curl_global_cleanup();
}

struct fetcher *
fetch_https_open(const struct fetch_https *with)
{
	struct https *self = NULL;

	crypto_start_x509();
	if (!fetch_curl_start())
		return NULL;
	self = xcalloc(1, sizeof(*self));
	*self = (struct https){
		.fetcher = { https_get, https_free }, .roots = with->roots,
		.env = with->env, .allow_private = with->allow_private,
		.port = with->port ? with->port : FETCH_HTTPS_PORT,
	};
	return &self->fetcher;
}
