/* Handles of libcurl with our guards on. */
#include "transfer/easy.h"

#include "core/memory/memory.h"
#include "vobe/log.h"
#include "vobe/transfer.h"

static bool is_open;

void easy_open(void)
{
	if (is_open)
		return;
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		memory_exhausted(0);
	is_open = true;
}

void easy_close(void)
{
	if (is_open)
		curl_global_cleanup();
	is_open = false;
}

/*
 * One connection for one transfer: an answer takes seconds and a handshake milliseconds, nothing is left open
 * behind it, and libcurl never sends a request twice because a kept connection had died. Without QUICK_EXIT,
 * giving up while a name is being resolved would hold the loop until the resolver has.
 */
static void set_guards(CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

CURL *easy_new(const char *url, const char *protocols, const char *ca_file, const char *proxy)
{
	CURL *easy;

	easy_open();
	easy = curl_easy_init();
	if (!easy)
		memory_exhausted(0);
	set_guards(easy);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(easy, CURLOPT_PROXY, proxy ? proxy : ""); /* "": not the environment's either */
	if (ca_file && *ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
	return easy;
}

void easy_limits(CURL *easy, int connect_ms, int total_ms)
{
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)total_ms);
}

/* Whether the connection stood, TLS included: before that nothing was sent. */
static bool was_connected(CURL *easy)
{
	curl_off_t ready_us = 0;

	curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
	return ready_us > 0;
}

static err kind_of(CURL *easy, CURLcode result)
{
	switch (result) {
	case CURLE_OK: return NULL;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_USE_SSL_FAILED:
	case CURLE_URL_MALFORMAT: return TRANSFER_UNREACHABLE;
	case CURLE_UNSUPPORTED_PROTOCOL: /* of the URL, or what was answered is no HTTP/1 */
		return was_connected(easy) ? TRANSFER_BROKEN : TRANSFER_UNREACHABLE;
	case CURLE_OPERATION_TIMEDOUT: return was_connected(easy) ? TRANSFER_TIMEOUT : TRANSFER_UNREACHABLE;
	default: return TRANSFER_BROKEN;
	}
}

err easy_fault(struct ctx *cx, CURL *easy, CURLcode result, const char *fault)
{
	err kind = kind_of(easy, result);

	if (!kind)
		return NULL;
	log_info("transfer_failed", "an outgoing transfer failed: %s",
		 *fault ? fault : curl_easy_strerror(result));
	return problem_detail(cx, kind, "%s (%s.)", kind->detail, curl_easy_strerror(result));
}
