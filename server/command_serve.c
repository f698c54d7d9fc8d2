/* SPDX-License-Identifier: EUPL-1.2 */
#include "config.h"

#include "server/command.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "server/address.h"
#include "server/admin.h"
#include "server/asset.h"
#include "server/documents.h"
#include "server/http.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/preparation.h"
#include "server/reload.h"
#include "server/site.h"
#include "server/tile_limits.h"
#include "server/tile_recall.h"
#include "tiler/memory.h"
#include "tiler/source.h"
#include "tiler/thread.h"

enum {
	FILES_BESIDE_THREADS = 512, /* sources, prepared levels, the log */
	DRAIN_MS_MOST = 10000,
};

/* What a running server is made of, in the order it is built. */
struct server {
	const struct settings *settings;
	struct log *log;
	struct metrics *metrics;
	struct tile_limits_cache *limits;
	struct tile_recall *recall;
	struct documents *documents;
	struct grids *grids;
	struct catalogue *catalogue; /* the first, until the engine has it */
	struct reload *reload;
	struct engine *engine;
	struct admin *admin;
	struct network *trusted;
	size_t trusted_count;
	unsigned connections; /* open at once: fewer than set where the system gives few files */
	int listener;
	char *listening; /* "127.0.0.1:8080" */
	char *tile_cache_control, *document_cache_control;
	struct site site;
	struct http *http;
};

/* How long an answer may be used: fresh for a while, then still shown while a new one is fetched.
 */
static char *cache_control(int64_t max_age)
{
	if (max_age == 0)
		return memory_text("no-cache");
	return memory_print("public, max-age=%lld, stale-while-revalidate=%lld", (long long)max_age,
			    (long long)(5 * max_age));
}

static void log_engine(const char *text, void *context)
{
	log_note(context, "%s", text);
}

static void log_done(const struct http_record *record, void *context)
{
	struct server *server = context;

	log_request(server->log, record);
	metrics_count(server->metrics, record);
}

static void leave(uint64_t ticket, void *context)
{
	struct server *server = context;

	engine_leave(server->engine, ticket);
}

static bool recall(const char *sent, struct request *request, struct reply *reply, void *context)
{
	struct server *server = context;

	return site_recall(sent, request, reply, &server->site);
}

static void answer(struct request *request, struct reply *reply, void *context)
{
	struct server *server = context;

	site_answer(request, reply, &server->site);
}

static void present(const struct request *request, struct reply *reply, void *context)
{
	struct server *server = context;

	site_present(request, reply, &server->site);
}

static size_t count_groups(const struct catalogue *catalogue)
{
	size_t groups = 0;

	/* themes are sorted by id, and ids begin with the group */
	for (size_t i = 0; i < catalogue_theme_count(catalogue); i++)
		groups += i == 0 || strcmp(catalogue_theme(catalogue, i)->group,
					   catalogue_theme(catalogue, i - 1)->group) != 0;
	return groups;
}

static enum error_code open_grids(struct server *server, struct error *error)
{
	enum error_code code = grids_new(&server->grids, error);

	if (code)
		return code;
	grids_add_files(server->grids, server->settings->grid_files);
	for (size_t i = 0; i < grids_problem_count(server->grids); i++)
		log_trouble(server->log, "%s: %s", grids_problem(server->grids, i)->place,
			    grids_problem(server->grids, i)->text);
	return ERROR_NONE;
}

static enum error_code open_catalogue(struct server *server, const struct command_line *line,
				      struct error *error)
{
	struct reload_settings settings = {
		.settings = server->settings,
		.request = line->request,
		.config = line->config,
		.log = server->log,
	};
	int64_t began = clock_ms();
	size_t themes, groups, problems;
	enum error_code code = reload_new(&settings, &server->reload, &server->catalogue, error);

	if (code)
		return code;
	themes = catalogue_theme_count(server->catalogue);
	groups = count_groups(server->catalogue);
	problems = catalogue_problem_count(server->catalogue);
	log_note(server->log,
		 "tuilerie %s: %zu theme%s in %zu group%s found in %.2f s, %zu problem%s",
		 PACKAGE_VERSION, themes, themes == 1 ? "" : "s", groups, groups == 1 ? "" : "s",
		 (double)(clock_ms() - began) / 1000, problems, problems == 1 ? "" : "s");
	if (catalogue_theme_count(server->catalogue) == 0)
		return error_set(error, ERROR_NOT_FOUND,
				 "nothing to serve: no theme was found in the data given");
	return ERROR_NONE;
}

static unsigned threads_of(int64_t setting)
{
	return setting ? (unsigned)setting : processor_count();
}

static enum error_code start_engine(struct server *server, struct error *error)
{
	const struct settings *settings = server->settings;
	struct engine_settings engine_settings = {
		.state = settings->state,
		.grids = server->grids,
		.cache_bytes = (size_t)settings->cache_memory,
		.cache_disk_bytes = (uint64_t)settings->cache_disk,
		.workers = threads_of(settings->workers),
		.queue_limit = (unsigned)settings->queue_limit,
		.deadline_ms = (unsigned)settings->deadline,
		.gzip_level = (int)settings->gzip_level,
		.communes = {settings->communes_theme, settings->communes_code,
			     settings->communes_name},
		.log = log_engine,
		.log_context = server->log,
	};

	enum error_code code = engine_new(&engine_settings, server->catalogue, &server->engine,
					  error);

	/* from here on the engine has the catalogue in service, which changes */
	catalogue_unref(server->catalogue);
	server->catalogue = NULL;
	return code ? code : reload_start(server->reload, server->engine, error);
}

static enum error_code start_http(struct server *server, struct error *error)
{
	const struct settings *settings = server->settings;
	struct http_settings http_settings = {
		.listener = server->listener,
		.threads = threads_of(settings->http_threads),
		.connection_limit = server->connections,
		.timeout = (unsigned)settings->connection_timeout,
		.portal_title = settings->portal_title,
		.base_url = {.public_url = *settings->public_url ? settings->public_url : NULL,
			     .trusted = server->trusted,
			     .trusted_count = server->trusted_count,
			     .fallback = server->listening},
		.limits = {.connections = (unsigned)settings->connections_per_address,
			   .waiting = (unsigned)settings->waiting_per_address,
			   .trusted = server->trusted,
			   .trusted_count = server->trusted_count},
		.recall = recall,
		.answer = answer,
		.present = present,
		.done = log_done,
		.left = leave,
		.context = server,
	};

	if (admin_new(&(struct admin_settings){settings->admin_token_file, server->engine,
					       server->grids, server->log},
		      &server->admin, error))
		return error->code;
	server->tile_cache_control = cache_control(settings->tile_max_age);
	server->document_cache_control = cache_control(settings->document_max_age);
	server->metrics = metrics_new();
	server->limits = tile_limits_cache_new();
	server->recall = tile_recall_new(server->engine);
	server->documents = documents_new();
	server->site = (struct site){
		.settings = settings,
		.engine = server->engine,
		.reload = server->reload,
		.grids = server->grids,
		.metrics = server->metrics,
		.admin = server->admin,
		.limits = server->limits,
		.recall = server->recall,
		.documents = server->documents,
		.started_at = time(NULL),
		.tile_cache_control = server->tile_cache_control,
		.document_cache_control = server->document_cache_control,
	};
	return http_start(&http_settings, &server->http, error);
}

static enum error_code open_listener(struct server *server, struct error *error)
{
	struct listen_address address;
	enum error_code code = listen_address_parse(server->settings->listen, &address, error);

	if (!code)
		code = listen_open(&address, &server->listener, error);
	if (!code)
		server->listening = listen_name(server->listener);
	return code;
}

/* Lets the process hold as many files as connections are allowed, where the system permits. Where
 * it does not, connections leave some for what answers them. */
static void share_files(struct server *server)
{
	const struct settings *settings = server->settings;
	rlim_t beside = FILES_BESIDE_THREADS + threads_of(settings->workers) * CACHE_DISK_FILES +
			threads_of(settings->http_threads) * CACHE_DISK_FILES_NOW;
	struct rlimit limit;
	rlim_t wanted, room;

	server->connections = (unsigned)settings->connection_limit;
	wanted = server->connections + beside;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= wanted
				 ? wanted
				 : limit.rlim_max;
	if (!setrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur >= wanted)
		return;
	getrlimit(RLIMIT_NOFILE, &limit);
	room = limit.rlim_cur > 2 * beside ? limit.rlim_cur - beside : limit.rlim_cur / 2;
	server->connections = (unsigned)room;
	log_trouble(server->log,
		    "this account may open %llu files only: %u connections are served at once, not "
		    "%lld (ulimit -n, or LimitNOFILE of the service)",
		    (unsigned long long)limit.rlim_cur, server->connections,
		    (long long)settings->connection_limit);
}

static enum error_code start(struct server *server, const struct command_line *line,
			     struct error *error)
{
	enum error_code code;

	/* before the long work: a port that is taken is said at once */
	if ((code = open_listener(server, error)) ||
	    (code = networks_parse(server->settings->trusted_proxies, &server->trusted,
				   &server->trusted_count, error)) ||
	    (code = open_grids(server, error)) || (code = open_catalogue(server, line, error)))
		return code;
	share_files(server);
	assets_load();
	code = start_engine(server, error);
	return code ? code : start_http(server, error);
}

static void tell_addresses(const struct server *server)
{
	const char *port = strrchr(server->listening, ':');
	bool everywhere = strncmp(server->listening, "0.0.0.0:", 8) == 0 ||
			  strncmp(server->listening, "[::]:", 5) == 0;
	char host[256] = "";

	log_note(server->log, "listening on %s", server->listening);
	if (!*server->settings->public_url && !listen_is_local(server->listener))
		log_trouble(server->log,
			    "others can reach this server and public_url is not set: the addresses "
			    "in its documents begin with whatever Host a client names; set "
			    "public_url to the address people know");
	if (*server->settings->public_url)
		log_note(server->log, "open %s/", server->settings->public_url);
	if (everywhere && gethostname(host, sizeof(host) - 1) == 0)
		log_note(server->log, "open http://%s%s/ from another machine", host, port);
	if (everywhere)
		log_note(server->log, "open http://127.0.0.1%s/", port);
	else
		log_note(server->log, "open http://%s/", server->listening);
}

/* Waits for a signal that ends the program. A second one ends it at once. That of a terminal that
 * hangs up has everything looked at again, as is the custom of servers. */
static void wait_for_end(const struct server *server, const sigset_t *ending)
{
	int number = 0;

	while (sigwait(ending, &number) != 0 || number == SIGHUP) {
		log_note(server->log, "told to look again");
		reload_ask(server->reload);
	}
	signal(number, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, ending, NULL);
	log_note(server->log, "stopping (%s): finishing what was asked for",
		 number == SIGINT ? "interrupted" : "told to");
}

static void stop(struct server *server)
{
	int64_t patience = server->settings->deadline;

	if (server->http)
		http_drain(server->http,
			   (unsigned)(patience < DRAIN_MS_MOST ? patience : DRAIN_MS_MOST));
	reload_stop(server->reload);
	admin_free(server->admin);
	/* answers whoever still waits, so that no connection is left suspended */
	engine_free(server->engine);
	if (server->http)
		http_stop(server->http);
	else if (server->listener >= 0)
		close(server->listener);
	reload_free(server->reload);
	assets_unload();
	catalogue_unref(server->catalogue);
	grids_free(server->grids);
	metrics_free(server->metrics);
	tile_limits_cache_free(server->limits);
	tile_recall_free(server->recall);
	documents_free(server->documents);
	free(server->trusted);
	free(server->listening);
	free(server->tile_cache_control);
	free(server->document_cache_control);
}

int command_serve(const struct command_line *line)
{
	struct server server = {.settings = line->settings, .listener = -1};
	struct error error = {0};
	sigset_t ending;
	int status = EXIT_DONE;

	if (log_new(line->settings, &server.log, &error))
		return command_failed(NULL, &error);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	/* before any thread is made, so that they all inherit it */
	pthread_sigmask(SIG_BLOCK, &ending, NULL);
	source_init();
	if (start(&server, line, &error)) {
		status = command_failed(NULL, &error);
	} else {
		tell_addresses(&server);
		wait_for_end(&server, &ending);
	}
	stop(&server);
	if (status == EXIT_DONE)
		log_note(server.log, "stopped");
	log_free(server.log);
	return status;
}
