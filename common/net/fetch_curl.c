/* libcurl's words in ours; see fetch_curl.h. */
#include "net/fetch_curl.h"

#include <openssl/x509_vfy.h>
#include <stdlib.h>

#include "base/mem.h"
#include "net/dial.h"

enum { LINE_TOO_LARGE = 100 };	/* CURLE_TOO_LARGE, since libcurl 8.6 */

static void *
curl_realloc(void *p, size_t n)
{
	return xreallocarray(p, n, 1);
}

bool
fetch_curl_start(void)
{
	/* libcurl, and the C library for it, heed these whatever is set */
	static const char *const names[] = {
		"SSLKEYLOGFILE", "CURL_SSL_BACKEND", "RES_OPTIONS",
		"LOCALDOMAIN", "HOSTALIASES",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	/* with memory that is always there, its lack means something else */
	return curl_global_init_mem(CURL_GLOBAL_SSL, xmalloc, free,
	    curl_realloc, xstrdup, xcalloc) == CURLE_OK;
}

void
fetch_curl_rules(CURL *c)
{
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "https");
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "msgsec/" MSGSEC_VERSION);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(c, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
}

enum fetch_result
fetch_curl_connect(CURL *c, CURLcode code)
{
	long error = 0;

	if (code == CURLE_OPERATION_TIMEDOUT)
		return FETCH_TIMEOUT;
	curl_easy_getinfo(c, CURLINFO_OS_ERRNO, &error);
	switch (dial_result_of((int)error)) {
	case DIAL_TIMEOUT:
		return FETCH_TIMEOUT;
	case DIAL_REFUSED:
		return FETCH_REFUSED;
	case DIAL_UNREACHABLE:
		return FETCH_UNREACHABLE;
	default:
		return FETCH_FAILED;
	}
}

enum fetch_result
fetch_curl_fault(int error)
{
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return FETCH_CERT_EXPIRED;
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return FETCH_CERT_NAME;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_UNTRUSTED:
		return FETCH_CERT_UNTRUSTED;
	default:
		return FETCH_CERT_INVALID;
	}
}

enum fetch_result
fetch_curl_worst(unsigned faults)
{
	static const enum fetch_result order[] = {
		FETCH_CERT_UNTRUSTED, FETCH_CERT_NAME, FETCH_CERT_EXPIRED,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (faults & 1u << order[i])
			return order[i];
	return FETCH_CERT_INVALID;
}

enum fetch_result
fetch_curl_result(CURLcode code)
{
	/* a line that libcurl's buffer does not hold, told in two ways */
	if (code == CURLE_OUT_OF_MEMORY || (int)code == LINE_TOO_LARGE)
		return FETCH_HTTP;
	switch (code) {
	case CURLE_OK:
		return FETCH_OK;
	case CURLE_OPERATION_TIMEDOUT:
		return FETCH_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
	case CURLE_PEER_FAILED_VERIFICATION:
		return FETCH_TLS;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return FETCH_CUT;
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:	/* HTTP/0.9 */
	case CURLE_BAD_CONTENT_ENCODING:
		return FETCH_HTTP;
	default:
		return FETCH_FAILED;
	}
}
