/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/admin.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/json.h"
#include "tiler/memory.h"
#include "tiler/purge.h"
#include "tiler/thread.h"

enum {
	TOKEN_SHORTEST = 16,
	TOKEN_LONGEST = 256,
};

struct admin {
	struct admin_settings settings;
	atomic_bool busy; /* a purge is under way */
	bool started;	  /* `thread` is to be joined */
	pthread_t thread;
};

/* A purge under way, with the texts it was asked for in. */
struct errand {
	struct admin *admin;
	struct reply *reply;
	struct purge purge;
	char *theme, *grid;
};

static void errand_free(struct errand *errand)
{
	free(errand->theme);
	free(errand->grid);
	free(errand);
}

static enum error_code token_failed(const char *file, const char *why, struct error *error)
{
	return error_set(error, ERROR_INVALID,
			 "the token file %s %s: write one line of %d to %d letters and digits into "
			 "it (openssl rand -hex 24), readable by the server's account alone "
			 "(chmod 600)",
			 file, why, TOKEN_SHORTEST, TOKEN_LONGEST);
}

/* The first line of the file. */
static enum error_code read_token(const char *file, char token[TOKEN_LONGEST + 2],
				  struct error *error)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat status;
	ssize_t length;

	if (fd < 0)
		return error_set(error, ERROR_IO, "the token file %s cannot be read: %s", file,
				 strerror(errno));
	length = fstat(fd, &status) ? -1 : read(fd, token, TOKEN_LONGEST + 1);
	close(fd);
	if (length < 0)
		return error_set(error, ERROR_IO, "the token file %s cannot be read: %s", file,
				 strerror(errno));
	token[length] = '\0';
	token[strcspn(token, "\r\n")] = '\0';
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return token_failed(file, "can be read by other accounts", error);
	length = (ssize_t)strlen(token);
	if (length < TOKEN_SHORTEST || length > TOKEN_LONGEST)
		return token_failed(file, "holds no token of the right length", error);
	for (const char *c = token; *c; c++) {
		if (!isgraph((unsigned char)*c))
			return token_failed(file, "holds something else than a token", error);
	}
	return ERROR_NONE;
}

enum error_code admin_new(const struct admin_settings *settings, struct admin **admin,
			  struct error *error)
{
	char token[TOKEN_LONGEST + 2];
	enum error_code code = ERROR_NONE;

	if (*settings->token_file)
		code = read_token(settings->token_file, token, error);
	if (code)
		return code;
	*admin = memory_zeroed(1, sizeof(**admin));
	(*admin)->settings = *settings;
	return ERROR_NONE;
}

void admin_free(struct admin *admin)
{
	if (admin && admin->started)
		pthread_join(admin->thread, NULL);
	free(admin);
}

/* Takes as long whatever the difference, so that time tells nothing of the token. */
static bool same_token(const char *given, const char *token)
{
	size_t length = strlen(token), given_length = strlen(given);
	unsigned char difference = given_length != length;

	for (size_t i = 0; i < length; i++)
		difference |= (unsigned char)(token[i] ^ (i < given_length ? given[i] : 0));
	return difference == 0;
}

static bool is_authorized(const char *header, const char *token)
{
	return header && strncasecmp(header, "Bearer ", 7) == 0 &&
	       same_token(header + 7 + strspn(header + 7, " "), token);
}

bool admin_allows(struct admin *admin, const struct request *request, struct reply *reply)
{
	const char *file = admin->settings.token_file;
	char token[TOKEN_LONGEST + 2];
	struct error error = {0};

	if (!*file) {
		reply_problem(reply, 404, "Not found",
			      "this server is not administered over HTTP: it was started without "
			      "a token file");
		return false;
	}
	if (read_token(file, token, &error)) {
		log_trouble(admin->settings.log, "%s: refused (%s)", request->path, error.text);
		reply_problem(reply, 503, "Not administered",
			      "the server's token file is not as it should be; its log says more");
		return false;
	}
	if (is_authorized(request_header(request, "Authorization"), token))
		return true;
	log_trouble(admin->settings.log, "%s: refused, without the right token", request->path);
	reply_problem(reply, 401, "Not authorized",
		      "send the server's token: Authorization: Bearer TOKEN");
	reply->challenge = "Bearer";
	return false;
}

static void write_removed(struct reply *reply, const struct tile_cache_carried *removed)
{
	struct json json;

	json_init(&json, &reply->body);
	json_open_object(&json);
	json_object_member(&json, "removed");
	json_integer_member(&json, "memory", (int64_t)removed->memory.removed);
	json_integer_member(&json, "disk", (int64_t)removed->disk.removed);
	json_end(&json);
	json_end(&json);
	reply->content_type = "application/json";
	reply->cache_control = "no-store";
}

static void *run(void *context)
{
	struct errand *errand = context;
	struct admin *admin = errand->admin;
	struct tile_cache_carried removed = {0};
	struct error error = {0};

	if (engine_purge(admin->settings.engine, &errand->purge, &removed, &error))
		reply_error(errand->reply, &error);
	else
		write_removed(errand->reply, &removed);
	/* first, so that who has the answer may ask again */
	atomic_store(&admin->busy, false);
	reply_finish(errand->reply);
	errand_free(errand);
	return NULL;
}

static enum error_code check_names(const struct admin *admin, const struct errand *errand,
				   struct error *error)
{
	struct catalogue *catalogue = engine_catalogue(admin->settings.engine);
	enum error_code code = ERROR_NONE;

	if (errand->theme && !catalogue_find(catalogue, errand->theme))
		code = error_set(error, ERROR_NOT_FOUND, "there is no theme \"%.100s\"",
				 errand->theme);
	else if (errand->grid && !grids_find(admin->settings.grids, errand->grid))
		code = error_set(error, ERROR_NOT_FOUND,
				 "there is no grid \"%.100s\"; /tileMatrixSets lists them",
				 errand->grid);
	catalogue_unref(catalogue);
	return code;
}

static char *copy_of(const char *text)
{
	return text ? memory_text(text) : NULL;
}

static enum error_code errand_new(struct admin *admin, const struct request *request,
				  struct errand **result, struct error *error)
{
	struct errand *errand = memory_zeroed(1, sizeof(*errand));
	enum error_code code;

	errand->admin = admin;
	errand->theme = copy_of(request_query(request, "theme"));
	errand->grid = copy_of(request_query(request, "grid"));
	code = check_names(admin, errand, error);
	if (!code)
		code = purge_read(&errand->purge, errand->theme, errand->grid,
				  request_query(request, "zoom"), request_query(request, "bbox"),
				  error);
	if (code) {
		errand_free(errand);
		return code;
	}
	*result = errand;
	return ERROR_NONE;
}

/* Begins the errand of a reply that is put off; from then on the reply is the errand's. */
static enum error_code begin(struct admin *admin, struct errand *errand, struct reply *later,
			     struct error *error)
{
	enum error_code code;

	if (admin->started)
		pthread_join(admin->thread, NULL);
	errand->reply = later;
	code = thread_start(&admin->thread, "purge", run, errand, error);
	admin->started = code == ERROR_NONE;
	return code;
}

void admin_purge(struct admin *admin, const struct request *request, struct reply *reply)
{
	struct error error = {0};
	struct errand *errand;
	struct reply *later;

	if (errand_new(admin, request, &errand, &error)) {
		reply_error(reply, &error);
		return;
	}
	if (atomic_exchange(&admin->busy, true)) {
		error_set(&error, ERROR_BUSY,
			  "another purge is under way; ask again when it is done");
		reply_error(reply, &error);
	} else if (!(later = request_defer(request, &error))) {
		atomic_store(&admin->busy, false);
		reply_error(reply, &error);
	} else if (begin(admin, errand, later, &error)) {
		atomic_store(&admin->busy, false);
		reply_error(later, &error);
		reply_finish(later);
	} else {
		return;
	}
	errand_free(errand);
}
