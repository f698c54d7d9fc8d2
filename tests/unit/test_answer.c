/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "server/target.h"
#include "tiler/compress.h"
#include "tiler/memory.h"

/* The headers a test's client sends. */
struct client {
	const char *accept_encoding, *if_none_match;
	struct target target;
	struct request request;
};

static const char *client_header(void *transport, const char *name)
{
	const struct client *client = transport;

	if (strcasecmp(name, "Accept-Encoding") == 0)
		return client->accept_encoding;
	return strcasecmp(name, "If-None-Match") == 0 ? client->if_none_match : NULL;
}

static void client_init(struct client *client, const char *address)
{
	*client = (struct client){0};
	assert_int_equal(target_init(&client->target, address, NULL), 0);
	client->request = (struct request){
		.path = client->target.path,
		.base_url = "http://h",
		.target = &client->target,
		.header = client_header,
		.transport = client,
	};
}

static const char *header(const struct answer *answer, const char *name)
{
	const char *value = NULL;

	for (uint32_t i = 0; i < answer->header_count; i++) {
		if (strcmp(answer->headers[i].name, name) == 0) {
			assert_null(value); /* each once */
			value = answer->headers[i].value;
		}
	}
	return value;
}

static const char tile_text[] = "a tile, a tile, a tile, a tile, a tile, a tile, a tile, a tile";

static void reply_with_tile(struct reply *reply)
{
	struct compressor *compressor = compressor_new(6);
	struct buf gzip;
	size_t length;
	char *bytes;

	reply_init(reply);
	buf_init(&gzip, 0);
	assert_int_equal(compress_gzip(compressor, tile_text, sizeof(tile_text), &gzip, NULL), 0);
	bytes = buf_take(&gzip, &length);
	reply->blob = blob_new(bytes, length, true, tile_text, sizeof(tile_text));
	reply->content_type = "application/vnd.mapbox-vector-tile";
	reply->cache_control = "public, max-age=60";
	compressor_free(compressor);
}

static void sends_a_tile_as_it_is_kept(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;
	struct blob *kept;

	(void)state;
	client_init(&client, "/tiles/a/0/0/0");
	client.accept_encoding = "gzip";
	reply_with_tile(&reply);
	kept = reply.blob;
	answer_init(&answer, &client.request, &reply, NULL);
	assert_int_equal(answer.status, 200);
	assert_ptr_equal(answer.body, kept); /* no copy */
	assert_string_equal(header(&answer, "Content-Encoding"), "gzip");
	assert_string_equal(header(&answer, "Vary"), "Accept-Encoding");
	assert_string_equal(header(&answer, "Cache-Control"), "public, max-age=60");
	assert_string_equal(header(&answer, "Access-Control-Allow-Origin"), "*");
	assert_null(header(&answer, "Content-Security-Policy"));
	assert_non_null(strstr(header(&answer, "ETag"), "-gz\""));
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
}

static void inflates_for_whom_cannot_read_gzip(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;

	(void)state;
	client_init(&client, "/tiles/a/0/0/0");
	client.accept_encoding = "gzip;q=0";
	reply_with_tile(&reply);
	answer_init(&answer, &client.request, &reply, NULL);
	assert_int_equal(answer.body->length, sizeof(tile_text));
	assert_memory_equal(answer.body->bytes, tile_text, sizeof(tile_text));
	assert_null(header(&answer, "Content-Encoding"));
	assert_null(strstr(header(&answer, "ETag"), "-gz"));
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
}

static void tells_who_has_it(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;
	char etag[40];

	(void)state;
	client_init(&client, "/tiles/a/0/0/0");
	client.accept_encoding = "gzip";
	reply_with_tile(&reply);
	answer_init(&answer, &client.request, &reply, NULL);
	strcpy(etag, header(&answer, "ETag"));
	answer_release(&answer);
	reply_release(&reply);

	client.if_none_match = etag;
	reply_with_tile(&reply);
	answer_init(&answer, &client.request, &reply, NULL);
	assert_int_equal(answer.status, 304);
	assert_null(answer.body);
	assert_string_equal(header(&answer, "ETag"), etag);
	assert_string_equal(header(&answer, "Vary"), "Accept-Encoding");
	assert_string_equal(header(&answer, "Cache-Control"), "public, max-age=60");
	assert_null(header(&answer, "Content-Type"));
	assert_null(header(&answer, "Content-Encoding"));
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
}

static void fill_document(struct reply *reply, size_t repeats)
{
	reply_init(reply);
	for (size_t i = 0; i < repeats; i++)
		buf_print(&reply->body, "line %zu of a document; ", i);
	reply->content_type = "application/json";
}

static void compresses_a_document_once(void **state)
{
	struct cache_memory *compressed = cache_memory_new(1 << 20);
	struct client client;
	struct reply reply;
	struct answer answer;
	const void *first;

	(void)state;
	client_init(&client, "/tiles/a.json");
	client.accept_encoding = "gzip";
	fill_document(&reply, 100);
	answer_init(&answer, &client.request, &reply, compressed);
	assert_string_equal(header(&answer, "Content-Encoding"), "gzip");
	assert_true(answer.body->length < 1000);
	first = answer.body->bytes;
	answer_release(&answer);
	reply_release(&reply);

	fill_document(&reply, 100);
	answer_init(&answer, &client.request, &reply, compressed);
	assert_ptr_equal(answer.body->bytes, first);
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
	cache_memory_free(compressed);
}

static void does_not_keep_what_a_query_made(void **state)
{
	struct cache_memory *compressed = cache_memory_new(1 << 20);
	struct client client;
	struct reply reply;
	struct answer answer;

	(void)state;
	client_init(&client, "/?q=x");
	client.accept_encoding = "gzip";
	fill_document(&reply, 100);
	answer_init(&answer, &client.request, &reply, compressed);
	assert_string_equal(header(&answer, "Content-Encoding"), "gzip");
	assert_int_equal(cache_memory_stats(compressed).entries, 0);
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
	cache_memory_free(compressed);
}

static void leaves_short_documents_alone(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;

	(void)state;
	client_init(&client, "/readyz");
	client.accept_encoding = "gzip";
	fill_document(&reply, 2);
	answer_init(&answer, &client.request, &reply, NULL);
	assert_null(header(&answer, "Content-Encoding"));
	assert_null(strstr(header(&answer, "ETag"), "-gz"));
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
}

static void says_406_when_nothing_is_acceptable(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;

	(void)state;
	client_init(&client, "/tiles/a/0/0/0");
	client.accept_encoding = "*;q=0";
	reply_with_tile(&reply);
	answer_init(&answer, &client.request, &reply, NULL);
	assert_int_equal(answer.status, 406);
	assert_string_equal(header(&answer, "Content-Type"), "application/problem+json");
	assert_null(header(&answer, "ETag"));
	assert_null(header(&answer, "Content-Encoding"));
	answer_release(&answer);
	reply_release(&reply);
	/* an error goes out all the same */
	reply_init(&reply);
	reply_problem(&reply, 404, "Not found", "there is no %s", "such thing");
	answer_init(&answer, &client.request, &reply, NULL);
	assert_int_equal(answer.status, 404);
	assert_non_null(answer.body);
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
}

static void guards_pages(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;

	(void)state;
	client_init(&client, "/");
	for (int framed = 0; framed < 2; framed++) {
		const char *policy;

		fill_document(&reply, 3);
		reply.content_type = "text/html; charset=utf-8";
		reply.frame_anywhere = framed;
		answer_init(&answer, &client.request, &reply, NULL);
		policy = header(&answer, "Content-Security-Policy");
		assert_non_null(strstr(policy, "default-src 'none'; script-src 'self'; "));
		assert_non_null(
			strstr(policy, framed ? "frame-ancestors *" : "frame-ancestors 'self'"));
		assert_string_equal(header(&answer, "Referrer-Policy"), "same-origin");
		assert_string_equal(header(&answer, "X-Content-Type-Options"), "nosniff");
		assert_null(header(&answer, "Set-Cookie"));
		answer_release(&answer);
		reply_release(&reply);
	}
	target_release(&client.target);
}

static void passes_on_what_errors_need(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;

	(void)state;
	client_init(&client, "/");
	reply_init(&reply);
	reply_problem(&reply, 503, "Busy", "come back");
	reply.retry_after = 7;
	reply.allow = "GET";
	reply.location = memory_text("/there");
	answer_init(&answer, &client.request, &reply, NULL);
	assert_string_equal(header(&answer, "Retry-After"), "7");
	assert_string_equal(header(&answer, "Allow"), "GET");
	assert_string_equal(header(&answer, "Location"), "/there");
	assert_string_equal(header(&answer, "Vary"), "Accept, Accept-Encoding");
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
}

static void has_room_for_all_headers_at_once(void **state)
{
	struct client client;
	struct reply reply;
	struct answer answer;

	(void)state;
	client_init(&client, "/");
	client.accept_encoding = "gzip";
	fill_document(&reply, 100);
	reply.content_type = "text/html; charset=utf-8";
	reply.preflight = true;
	reply.retry_after = 1;
	reply.allow = "GET";
	reply.location = memory_text("/");
	answer_init(&answer, &client.request, &reply, NULL);
	assert_true(answer.header_count <= ANSWER_HEADERS_MOST);
	answer_release(&answer);
	reply_release(&reply);
	target_release(&client.target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sends_a_tile_as_it_is_kept),
		cmocka_unit_test(inflates_for_whom_cannot_read_gzip),
		cmocka_unit_test(tells_who_has_it),
		cmocka_unit_test(compresses_a_document_once),
		cmocka_unit_test(does_not_keep_what_a_query_made),
		cmocka_unit_test(leaves_short_documents_alone),
		cmocka_unit_test(says_406_when_nothing_is_acceptable),
		cmocka_unit_test(guards_pages),
		cmocka_unit_test(passes_on_what_errors_need),
		cmocka_unit_test(has_room_for_all_headers_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
