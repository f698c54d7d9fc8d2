/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/work.h"

#include <assert.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/tally.h"
#include "tiler/memory.h"

enum {
	SUBMITTERS = 20,
	WAITERS_EACH = 50,
	MOST_JOBS = 64
};

/* A job is a text: its blob holds the text, "fail" fails, and what begins with '!' waits in its
 * maker until the gate opens, and '+' takes three turns, or with "++" goes on for ever. */
struct scene {
	struct work *work;
	struct tally started, gate, answered, freed;
	atomic_uint made, workers_alive;
	atomic_bool all_ready;
	pthread_mutex_t lock;
	char order[MOST_JOBS][16];
	unsigned order_count;
};

/* What one waiter was told. */
struct reply {
	struct scene *scene;
	uint64_t ticket; /* 0: it does not leave */
	unsigned times;
	enum error_code code;
	char text[sizeof(((struct error *)NULL)->text)];
};

static void *worker_new(void *context)
{
	struct scene *scene = context;

	atomic_fetch_add(&scene->workers_alive, 1);
	return scene;
}

static void worker_free(void *worker)
{
	atomic_fetch_sub(&((struct scene *)worker)->workers_alive, 1);
}

struct job {
	struct scene *scene;
	char text[16];
	unsigned turns;
};

static enum error_code make(void *worker, void *context, struct blob **blob, struct error *error)
{
	struct scene *scene = worker;
	struct job *job = context;

	pthread_mutex_lock(&scene->lock);
	if (scene->order_count < MOST_JOBS)
		strcpy(scene->order[scene->order_count++], job->text);
	pthread_mutex_unlock(&scene->lock);
	tally_add(&scene->started);
	if (job->text[0] == '!')
		tally_wait(&scene->gate, 1);
	atomic_fetch_add(&scene->made, 1);
	if (job->text[0] == '+' && (++job->turns < 3 || job->text[1] == '+'))
		return ERROR_NONE;
	if (strcmp(job->text, "fail") == 0)
		return error_set(error, ERROR_INVALID, "it failed");
	*blob = blob_new(memory_text(job->text), strlen(job->text), false, job->text,
			 strlen(job->text));
	return ERROR_NONE;
}

static void job_free(void *context)
{
	struct job *job = context;

	tally_add(&job->scene->freed);
	free(job);
}

static bool ready(const void *context, void *scene)
{
	const struct job *job = context;

	return job->text[0] != '?' || atomic_load(&((struct scene *)scene)->all_ready);
}

static void done(struct blob *blob, const struct error *error, void *context)
{
	struct reply *reply = context;

	assert(!blob != !error);
	reply->times++;
	reply->code = error ? error->code : ERROR_NONE;
	snprintf(reply->text, sizeof(reply->text), "%s",
		 error ? error->text : (const char *)blob->bytes);
	tally_add(&reply->scene->answered);
}

static struct scene *scene_new(unsigned workers, unsigned queue_limit, unsigned deadline_ms)
{
	struct scene *scene = memory_zeroed(1, sizeof(*scene));
	struct work_settings settings = {
		.workers = workers,
		.queue_limit = queue_limit,
		.deadline_ms = deadline_ms,
		.worker_new = worker_new,
		.worker_free = worker_free,
		.make = make,
		.job_free = job_free,
		.ready = ready,
		.context = scene,
	};
	struct tally zero = TALLY_ZERO;
	struct error error;

	scene->started = scene->gate = scene->answered = scene->freed = zero;
	pthread_mutex_init(&scene->lock, NULL);
	assert_int_equal(work_new(&settings, &scene->work, &error), ERROR_NONE);
	return scene;
}

static void scene_free(struct scene *scene)
{
	work_free(scene->work);
	assert_int_equal(scene->workers_alive, 0);
	free(scene);
}

static enum error_code submit_as(struct scene *scene, enum work_class class, const char *text,
				 struct reply *reply)
{
	struct job *job = memory_zeroed(1, sizeof(*job));
	struct error error;

	job->scene = reply->scene = scene;
	strcpy(job->text, text);
	return work_submit(scene->work, class, text, job,
			   &(struct work_waiter){done, reply, reply->ticket}, &error);
}

static enum error_code submit(struct scene *scene, const char *text, struct reply *reply)
{
	return submit_as(scene, WORK_REQUEST, text, reply);
}

struct submitter {
	struct scene *scene;
	struct reply replies[WAITERS_EACH];
	unsigned accepted;
};

static void *submit_many(void *context)
{
	struct submitter *submitter = context;

	for (unsigned i = 0; i < WAITERS_EACH; i++)
		submitter->accepted += !submit(submitter->scene, "!one", &submitter->replies[i]);
	return NULL;
}

static void test_a_thousand_waiters_one_making(void **state)
{
	struct scene *scene = scene_new(2, 4, 0);
	struct submitter *submitters = memory_zeroed(SUBMITTERS, sizeof(*submitters));
	pthread_t threads[SUBMITTERS];
	struct work_stats stats;

	(void)state;
	for (unsigned i = 0; i < SUBMITTERS; i++) {
		submitters[i].scene = scene;
		pthread_create(&threads[i], NULL, submit_many, &submitters[i]);
	}
	for (unsigned i = 0; i < SUBMITTERS; i++)
		pthread_join(threads[i], NULL);
	tally_add(&scene->gate);
	tally_wait(&scene->answered, SUBMITTERS * WAITERS_EACH);
	tally_wait(&scene->freed, SUBMITTERS * WAITERS_EACH);

	assert_int_equal(scene->made, 1);
	for (unsigned i = 0; i < SUBMITTERS; i++) {
		assert_int_equal(submitters[i].accepted, WAITERS_EACH);
		for (unsigned j = 0; j < WAITERS_EACH; j++) {
			assert_int_equal(submitters[i].replies[j].times, 1);
			assert_string_equal(submitters[i].replies[j].text, "!one");
		}
	}
	stats = work_stats(scene->work);
	assert_int_equal(stats.joined, SUBMITTERS * WAITERS_EACH - 1);
	assert_int_equal(stats.done, 1);
	assert_int_equal(stats.running + stats.queued + stats.held, 0);
	scene_free(scene);
	free(submitters);
}

static void test_full_queue_refuses(void **state)
{
	struct scene *scene = scene_new(1, 2, 0);
	struct reply replies[4] = {0};

	(void)state;
	assert_int_equal(submit(scene, "!running", &replies[0]), ERROR_NONE);
	tally_wait(&scene->started, 1);
	assert_int_equal(submit(scene, "a", &replies[1]), ERROR_NONE);
	assert_int_equal(submit(scene, "b", &replies[2]), ERROR_NONE);
	assert_int_equal(submit(scene, "c", &replies[3]), ERROR_BUSY);
	assert_int_equal(tally_count(&scene->freed), 1);
	assert_int_equal(submit(scene, "b", &replies[3]), ERROR_NONE);
	tally_add(&scene->gate);
	tally_wait(&scene->answered, 4);
	assert_int_equal(work_stats(scene->work).refused, 1);
	assert_int_equal(scene->made, 3);
	assert_int_equal(replies[3].times, 1);
	scene_free(scene);
}

static void test_deadline_answers_once(void **state)
{
	struct scene *scene = scene_new(1, 10, 20);
	struct reply patient = {0}, running = {0}, queued = {0}, after = {0};
	struct work_stats stats;

	(void)state;
	assert_int_equal(submit_as(scene, WORK_SEED, "!running", &patient), ERROR_NONE);
	tally_wait(&scene->started, 1);
	assert_int_equal(submit(scene, "!running", &running), ERROR_NONE);
	assert_int_equal(submit(scene, "queued", &queued), ERROR_NONE);
	tally_wait(&scene->answered, 2);
	assert_int_equal(running.code, ERROR_BUSY);
	assert_int_equal(queued.code, ERROR_BUSY);
	assert_string_equal(running.text,
			    "what was asked for was not ready within 0.02 seconds; ask again");

	/* The job that nobody waits for is gone; the other ends, and nobody is told twice. */
	tally_wait(&scene->freed, 2);
	assert_int_equal(patient.times, 0);
	tally_add(&scene->gate);
	tally_wait(&scene->freed, 3);
	assert_int_equal(scene->made, 1);
	assert_string_equal(patient.text, "!running");
	assert_int_equal(patient.times, 1);
	assert_int_equal(running.times, 1);
	assert_int_equal(queued.times, 1);
	stats = work_stats(scene->work);
	assert_int_equal(stats.late, 2);
	assert_int_equal(stats.dropped, 1);
	assert_int_equal(stats.done, 1);
	assert_int_equal(stats.queued, 0);

	assert_int_equal(submit_as(scene, WORK_SEED, "queued", &after), ERROR_NONE);
	tally_wait(&scene->answered, 4);
	assert_string_equal(after.text, "queued");
	scene_free(scene);
}

static void test_running_job_outlives_its_waiter(void **state)
{
	struct scene *scene = scene_new(1, 10, 20);
	struct reply reply = {0};
	unsigned times = 0;

	(void)state;
	/* On a busy machine the deadline may come before the worker. */
	do {
		assert_int_equal(submit(scene, "!running", &reply), ERROR_NONE);
		tally_wait(&scene->answered, ++times);
	} while (!tally_count(&scene->started));
	tally_add(&scene->gate);
	tally_wait(&scene->freed, times);
	assert_int_equal(scene->made, 1);
	assert_int_equal(reply.times, times);
	assert_int_equal(work_stats(scene->work).dropped, times - 1);
	assert_int_equal(work_stats(scene->work).done, 1);
	scene_free(scene);
}

static void test_free_answers_all(void **state)
{
	struct scene *scene = scene_new(1, 10, 60000);
	struct reply running = {0}, queued[2] = {0}, held = {0};

	(void)state;
	assert_int_equal(submit(scene, "!running", &running), ERROR_NONE);
	tally_wait(&scene->started, 1);
	assert_int_equal(submit(scene, "queued", &queued[0]), ERROR_NONE);
	assert_int_equal(submit(scene, "queued", &queued[1]), ERROR_NONE);
	assert_int_equal(submit(scene, "?held", &held), ERROR_NONE);
	tally_add(&scene->gate);
	work_free(scene->work);

	assert_int_equal(running.times, 1);
	assert_int_equal(running.code, ERROR_NONE);
	assert_int_equal(held.times, 1);
	assert_int_equal(held.code, ERROR_STOPPED);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(queued[i].times, 1);
		assert_true(queued[i].code == ERROR_STOPPED || queued[i].code == ERROR_NONE);
	}
	assert_int_equal(tally_count(&scene->freed), 4);
	free(scene);
}

static void test_classes_in_order(void **state)
{
	static const char *const expected[] = {"!running", "r1", "r2", "s2", "s1", "s3"};
	struct scene *scene = scene_new(1, 10, 0);
	struct reply replies[7] = {0};

	(void)state;
	assert_int_equal(submit(scene, "!running", &replies[0]), ERROR_NONE);
	tally_wait(&scene->started, 1);
	assert_int_equal(submit_as(scene, WORK_SEED, "s1", &replies[1]), ERROR_NONE);
	assert_int_equal(submit_as(scene, WORK_SEED, "s2", &replies[2]), ERROR_NONE);
	assert_int_equal(submit_as(scene, WORK_SEED, "s3", &replies[3]), ERROR_NONE);
	assert_int_equal(submit(scene, "r1", &replies[4]), ERROR_NONE);
	assert_int_equal(submit(scene, "r2", &replies[5]), ERROR_NONE);
	assert_int_equal(submit(scene, "s2", &replies[6]), ERROR_NONE);
	tally_add(&scene->gate);
	tally_wait(&scene->answered, 7);
	assert_int_equal(scene->order_count, 6);
	for (unsigned i = 0; i < 6; i++)
		assert_string_equal(scene->order[i], expected[i]);
	scene_free(scene);
}

static void test_who_leaves_is_answered_and_waited_for_no_more(void **state)
{
	struct scene *scene = scene_new(1, 10, 0);
	struct reply running = {.ticket = 1}, alone = {.ticket = 2}, one = {.ticket = 3},
		     other = {.ticket = 4}, held = {.ticket = 5};
	struct work_stats stats;

	(void)state;
	assert_int_equal(submit(scene, "!running", &running), ERROR_NONE);
	tally_wait(&scene->started, 1);
	assert_int_equal(submit(scene, "alone", &alone), ERROR_NONE);
	assert_int_equal(submit(scene, "shared", &one), ERROR_NONE);
	assert_int_equal(submit(scene, "shared", &other), ERROR_NONE);
	assert_int_equal(submit(scene, "?held", &held), ERROR_NONE);
	work_leave(scene->work, 1);
	work_leave(scene->work, 2);
	work_leave(scene->work, 3);
	work_leave(scene->work, 5);
	/* gone already, and never there */
	work_leave(scene->work, 2);
	work_leave(scene->work, 99);
	assert_int_equal(running.code, ERROR_STOPPED);
	assert_int_equal(alone.code, ERROR_STOPPED);
	assert_int_equal(one.code, ERROR_STOPPED);
	assert_int_equal(held.code, ERROR_STOPPED);
	/* their jobs went with them, unless begun or wanted by another */
	stats = work_stats(scene->work);
	assert_int_equal(stats.left, 4);
	assert_int_equal(stats.dropped, 2);
	assert_int_equal(stats.queued, 1);
	assert_int_equal(stats.held, 0);
	tally_add(&scene->gate);
	tally_wait(&scene->answered, 5);
	assert_int_equal(other.code, ERROR_NONE);
	assert_int_equal(running.times, 1);
	assert_int_equal(alone.times + one.times + other.times + held.times, 4);
	assert_int_equal(scene->order_count, 2);
	scene_free(scene);
}

static void test_held_until_ready(void **state)
{
	struct scene *scene = scene_new(2, 2, 0);
	struct reply held[3] = {0}, other = {0};

	(void)state;
	assert_int_equal(submit(scene, "?a", &held[0]), ERROR_NONE);
	assert_int_equal(submit(scene, "?b", &held[1]), ERROR_NONE);
	assert_int_equal(submit(scene, "?c", &held[2]), ERROR_BUSY);
	work_recheck(scene->work);
	assert_int_equal(work_stats(scene->work).held, 2);

	/* What is held back takes no room from the others. */
	assert_int_equal(submit(scene, "other", &other), ERROR_NONE);
	tally_wait(&scene->answered, 1);
	assert_string_equal(other.text, "other");

	atomic_store(&scene->all_ready, true);
	work_recheck(scene->work);
	tally_wait(&scene->answered, 3);
	assert_string_equal(held[0].text, "?a");
	assert_string_equal(held[1].text, "?b");
	assert_int_equal(work_stats(scene->work).held, 0);
	scene_free(scene);
}

static void test_held_until_deadline(void **state)
{
	struct scene *scene = scene_new(1, 2, 20);
	struct reply held = {0};

	(void)state;
	assert_int_equal(submit(scene, "?a", &held), ERROR_NONE);
	tally_wait(&scene->freed, 1);
	assert_int_equal(held.code, ERROR_BUSY);
	assert_int_equal(work_stats(scene->work).held, 0);
	assert_int_equal(scene->made, 0);
	scene_free(scene);
}

static void test_a_long_job_lets_others_go_between_its_turns(void **state)
{
	static const char *const expected[] = {"!running", "+long", "+more", "r1", "+long",
					       "+more",	   "+long", "+more", "s1"};
	struct scene *scene = scene_new(1, 4, 0);
	struct reply replies[6] = {0};

	(void)state;
	assert_int_equal(submit(scene, "!running", &replies[0]), ERROR_NONE);
	tally_wait(&scene->started, 1);
	assert_int_equal(submit(scene, "+long", &replies[1]), ERROR_NONE);
	assert_int_equal(submit(scene, "+more", &replies[2]), ERROR_NONE);
	assert_int_equal(submit(scene, "r1", &replies[3]), ERROR_NONE);
	assert_int_equal(submit(scene, "+long", &replies[4]), ERROR_NONE);
	assert_int_equal(submit_as(scene, WORK_SEED, "s1", &replies[5]), ERROR_NONE);
	tally_add(&scene->gate);
	tally_wait(&scene->answered, 6);
	assert_int_equal(scene->order_count, 9);
	for (unsigned i = 0; i < 9; i++)
		assert_string_equal(scene->order[i], expected[i]);
	assert_string_equal(replies[1].text, "+long");
	assert_string_equal(replies[4].text, "+long");
	assert_int_equal(replies[1].times + replies[2].times + replies[4].times, 3);
	assert_int_equal(work_stats(scene->work).done, 5);
	tally_wait(&scene->freed, 6);
	scene_free(scene);
}

/* Neither the deadline nor the end lets a job run on that nobody waits for. */
static void test_a_long_job_ends_with_those_who_wait_for_it(void **state)
{
	struct scene *scene = scene_new(1, 3, 20);
	struct reply late = {0}, left = {.ticket = 7}, stopped = {0};

	(void)state;
	assert_int_equal(submit(scene, "++late", &late), ERROR_NONE);
	tally_wait(&scene->freed, 1);
	assert_int_equal(late.code, ERROR_BUSY);
	scene_free(scene);

	scene = scene_new(1, 3, 0);
	assert_int_equal(submit(scene, "++left", &left), ERROR_NONE);
	tally_wait(&scene->started, 2);
	work_leave(scene->work, 7);
	tally_wait(&scene->freed, 1);
	assert_int_equal(left.code, ERROR_STOPPED);
	assert_int_equal(work_stats(scene->work).dropped, 1);
	assert_int_equal(work_stats(scene->work).running + work_stats(scene->work).queued, 0);
	assert_int_equal(submit(scene, "++stopped", &stopped), ERROR_NONE);
	tally_wait(&scene->started, tally_count(&scene->started) + 1);
	scene_free(scene);
	assert_int_equal(stopped.times, 1);
	assert_int_equal(stopped.code, ERROR_STOPPED);
}

static void test_failure_is_told(void **state)
{
	struct scene *scene = scene_new(1, 2, 0);
	struct reply reply = {0};

	(void)state;
	assert_int_equal(submit(scene, "fail", &reply), ERROR_NONE);
	tally_wait(&scene->answered, 1);
	assert_int_equal(reply.code, ERROR_INVALID);
	assert_string_equal(reply.text, "it failed");
	scene_free(scene);
}

static void submit_again(struct blob *blob, const struct error *error, void *context)
{
	struct reply *reply = context;

	(void)blob;
	assert(!error);
	assert_int_equal(submit(reply->scene, "second", reply), ERROR_NONE);
}

static void test_an_answer_may_ask_again(void **state)
{
	struct scene *scene = scene_new(1, 2, 0);
	struct reply reply = {.scene = scene};
	struct job *job = memory_zeroed(1, sizeof(*job));
	struct error error;

	(void)state;
	job->scene = scene;
	strcpy(job->text, "first");
	assert_int_equal(work_submit(scene->work, WORK_REQUEST, "first", job,
				     &(struct work_waiter){submit_again, &reply, 0}, &error),
			 ERROR_NONE);
	tally_wait(&scene->answered, 1);
	assert_string_equal(reply.text, "second");
	scene_free(scene);
}

/* Deadlines, makers and submitters at odds: everyone is answered exactly once. */
static void *submit_various(void *context)
{
	struct submitter *submitter = context;
	char text[16];

	for (unsigned i = 0; i < WAITERS_EACH; i++) {
		snprintf(text, sizeof(text), "%s%u", i % 3 ? "" : "+", i % 7);
		submitter->accepted += !submit(submitter->scene, text, &submitter->replies[i]);
	}
	return NULL;
}

static void test_everyone_once_under_stress(void **state)
{
	struct scene *scene = scene_new(3, 3, 1);
	struct submitter *submitters = memory_zeroed(SUBMITTERS, sizeof(*submitters));
	pthread_t threads[SUBMITTERS];
	unsigned accepted = 0, answered = 0;

	(void)state;
	for (unsigned i = 0; i < SUBMITTERS; i++) {
		submitters[i].scene = scene;
		pthread_create(&threads[i], NULL, submit_various, &submitters[i]);
	}
	for (unsigned i = 0; i < SUBMITTERS; i++)
		pthread_join(threads[i], NULL);
	work_free(scene->work);
	for (unsigned i = 0; i < SUBMITTERS; i++) {
		accepted += submitters[i].accepted;
		for (unsigned j = 0; j < WAITERS_EACH; j++) {
			assert_true(submitters[i].replies[j].times <= 1);
			answered += submitters[i].replies[j].times;
		}
	}
	assert_int_equal(answered, accepted);
	assert_int_equal(tally_count(&scene->freed), SUBMITTERS * WAITERS_EACH);
	free(scene);
	free(submitters);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_thousand_waiters_one_making),
		cmocka_unit_test(test_full_queue_refuses),
		cmocka_unit_test(test_deadline_answers_once),
		cmocka_unit_test(test_running_job_outlives_its_waiter),
		cmocka_unit_test(test_free_answers_all),
		cmocka_unit_test(test_classes_in_order),
		cmocka_unit_test(test_who_leaves_is_answered_and_waited_for_no_more),
		cmocka_unit_test(test_held_until_ready),
		cmocka_unit_test(test_held_until_deadline),
		cmocka_unit_test(test_a_long_job_lets_others_go_between_its_turns),
		cmocka_unit_test(test_a_long_job_ends_with_those_who_wait_for_it),
		cmocka_unit_test(test_failure_is_told),
		cmocka_unit_test(test_an_answer_may_ask_again),
		cmocka_unit_test(test_everyone_once_under_stress),
	};

	alarm(120);
	return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
