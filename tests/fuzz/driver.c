/* SPDX-License-Identifier: EUPL-1.2 */
/* Runs a fuzz target without libFuzzer: its seeds, then a fixed number of inputs made from them,
 * the same on every machine.
 *
 *	fuzz_x			a short run; FUZZ_ROUNDS changes its length
 *	fuzz_x --round N	the input of one round alone, also written to ./fuzz-input
 *	fuzz_x --corpus DIR	writes the seeds there, for libFuzzer
 *	fuzz_x FILE...		these inputs
 *
 * The run is a child process, so that the round that broke it can be told whatever it did.
 *
 * Compiled with LIBFUZZER defined, it leaves main() to libFuzzer and only writes the seeds into the
 * folder that FUZZ_SEEDS names. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

enum {
	SEEDS_MOST = 64
};

struct seeds {
	struct buf inputs[SEEDS_MOST];
	unsigned count;
};

static void collect(struct seeds *seeds)
{
	while (seeds->count < SEEDS_MOST) {
		buf_init(&seeds->inputs[seeds->count], 0);
		if (!fuzz_seed(seeds->count, &seeds->inputs[seeds->count]))
			break;
		seeds->count++;
	}
	FUZZ_CHECK(seeds->count > 0 && seeds->count < SEEDS_MOST);
}

static void release(struct seeds *seeds)
{
	for (unsigned i = 0; i < seeds->count; i++)
		buf_release(&seeds->inputs[i]);
}

static void write_file(const char *path, const struct buf *input)
{
	FILE *file = fopen(path, "wb");

	FUZZ_CHECK(file);
	FUZZ_CHECK(fwrite(input->bytes ? input->bytes : "", 1, input->length, file) ==
		   input->length);
	FUZZ_CHECK(fclose(file) == 0);
}

static void write_corpus(const struct seeds *seeds, const char *folder)
{
	char path[4096];

	for (unsigned i = 0; i < seeds->count; i++) {
		snprintf(path, sizeof(path), "%s/seed-%u", folder, i);
		write_file(path, &seeds->inputs[i]);
	}
}

#ifdef LIBFUZZER

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *folder = getenv("FUZZ_SEEDS");
	struct seeds seeds = {.count = 0};

	(void)argc;
	(void)argv;
	collect(&seeds);
	if (folder)
		write_corpus(&seeds, folder);
	release(&seeds);
	return 0;
}

#else

/* In memory of exactly its size, so that the sanitizers see each byte read too many. */
static void try(const struct buf *input)
{
	uint8_t *exact = malloc(input->length ? input->length : 1);

	FUZZ_CHECK(exact);
	if (input->length)
		memcpy(exact, input->bytes, input->length);
	LLVMFuzzerTestOneInput(exact, input->length);
	free(exact);
}

static void make_input(const struct seeds *seeds, unsigned round, struct buf *input)
{
	uint64_t state = round;
	const struct buf *seed = &seeds->inputs[fuzz_random(&state) % seeds->count];
	const struct buf *other = &seeds->inputs[fuzz_random(&state) % seeds->count];

	buf_empty(input);
	buf_add(input, seed->bytes, seed->length);
	if (round >= seeds->count)
		fuzz_mutate(input, other, &state);
}

static void run_round(const struct seeds *seeds, unsigned round, struct buf *input)
{
	if (round < seeds->count) {
		try(&seeds->inputs[round]);
		return;
	}
	make_input(seeds, round, input);
	try(input);
}

static void run_rounds(const struct seeds *seeds, unsigned rounds, volatile unsigned *reached)
{
	struct buf input;

	buf_init(&input, 0);
	for (unsigned round = 0; round < rounds; round++) {
		*reached = round;
		run_round(seeds, round, &input);
	}
	buf_release(&input);
}

static int short_run(struct seeds *seeds, const char *program)
{
	const char *wanted = getenv("FUZZ_ROUNDS");
	unsigned rounds = wanted ? (unsigned)atoi(wanted) : fuzz_rounds;
	unsigned *reached = mmap(NULL, sizeof(*reached), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t child;

	FUZZ_CHECK(reached != MAP_FAILED);
	child = fork();
	if (child == 0) {
		run_rounds(seeds, rounds, reached);
		release(seeds);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 1;
	if (status == 0) {
		printf("%u inputs\n", rounds);
		return 0;
	}
	fprintf(stderr, "round %u failed; alone: %s --round %u\n", *reached, program, *reached);
	return 1;
}

static int one_round(const struct seeds *seeds, unsigned round)
{
	struct buf input;

	buf_init(&input, 0);
	if (round < seeds->count)
		buf_add(&input, seeds->inputs[round].bytes, seeds->inputs[round].length);
	else
		make_input(seeds, round, &input);
	write_file("fuzz-input", &input);
	try(&input);
	buf_release(&input);
	return 0;
}

static int try_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct buf input;
	char chunk[4096];
	size_t got;

	if (!file) {
		perror(path);
		return 1;
	}
	buf_init(&input, 0);
	while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_add(&input, chunk, got);
	fclose(file);
	try(&input);
	buf_release(&input);
	return 0;
}

int main(int argc, char **argv)
{
	struct seeds seeds = {.count = 0};
	int status = 0;

	collect(&seeds);
	if (argc == 1)
		status = short_run(&seeds, argv[0]);
	else if (argc == 3 && strcmp(argv[1], "--round") == 0)
		status = one_round(&seeds, (unsigned)atoi(argv[2]));
	else if (argc == 3 && strcmp(argv[1], "--corpus") == 0)
		write_corpus(&seeds, argv[2]);
	else
		for (int i = 1; i < argc && !status; i++)
			status = try_file(argv[i]);
	release(&seeds);
	return status;
}

#endif
