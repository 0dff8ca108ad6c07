/* What those who fetch with libcurl share; for this directory only. */
#ifndef NET_FETCH_CURL_H
#define NET_FETCH_CURL_H

#include <curl/curl.h>

#include "net/fetch.h"

/* Set libcurl up; false when it cannot be. curl_global_cleanup ends it. */
bool fetch_curl_start(void);

/*
 * What holds for every request: HTTPS of TLS 1.2 and up, no redirect, no
 * proxy, no .netrc, no signal. Authorities and the host's name are for the
 * caller's own CURLOPT_SSL_CTX_FUNCTION to see to: libcurl would take a CN.
 */
void fetch_curl_rules(CURL *c);

/* Why there was no connection: libcurl says what errno was. */
enum fetch_result fetch_curl_connect(CURL *c, CURLcode code);
/* What came of a connection, its certificate and its size aside. */
enum fetch_result fetch_curl_result(CURLcode code);

/* One of libcrypto's X509_V_ERR_... as FETCH_CERT_... */
enum fetch_result fetch_curl_fault(int error);
/* Of several (1 << FETCH_CERT_...) the one that a person would name. */
enum fetch_result fetch_curl_worst(unsigned faults);

#endif
