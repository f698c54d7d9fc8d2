/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/selection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tiler/hash.h"
#include "tiler/memory.h"
#include "tiler/selection_choice.h"

/* Times its own size: from here on what is drawn is a symbol. */
static const double STANDS_FOR_OTHERS = 1.5;

static double ring_area(const struct outline *outline, const struct outline_path *path)
{
	const uint32_t *ring = outline->vertices + path->first;
	struct point origin = path->count ? outline->points[ring[0]] : (struct point){0, 0};
	double sum = 0;

	for (uint32_t i = 0; i < path->count; i++) {
		struct point a = outline->points[ring[i]];
		struct point b = outline->points[ring[i + 1 == path->count ? 0 : i + 1]];

		sum += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y);
	}
	return fabs(sum) / 2;
}

static double line_length(const struct outline *outline, const struct outline_path *path)
{
	const uint32_t *line = outline->vertices + path->first;
	double sum = 0;

	for (uint32_t i = 1; i < path->count; i++)
		sum += hypot(outline->points[line[i]].x - outline->points[line[i - 1]].x,
			     outline->points[line[i]].y - outline->points[line[i - 1]].y);
	return sum;
}

static double shape_size(const struct outline *outline, const struct outline_shape *shape)
{
	double size = 0;

	for (uint32_t p = 0; p < shape->path_count; p++) {
		const struct outline_path *path = &outline->paths[shape->first_path + p];

		if (shape->kind == GEOMETRY_POLYGON)
			size += path->exterior ? ring_area(outline, path)
					       : -ring_area(outline, path);
		else if (shape->kind == GEOMETRY_LINE)
			size += line_length(outline, path);
	}
	return size;
}

void selection_init(struct selection *selection, const struct outline *outline)
{
	uint64_t count = outline->shape_count;

	*selection = (struct selection){.shape_count = count, .kept_count = count};
	selection->kept = memory_new(count);
	memset(selection->kept, 1, count);
	selection->loss = memory_zeroed(count, sizeof(*selection->loss));
	selection->size = memory_zeroed(count, sizeof(*selection->size));
	selection->standing = memory_zeroed(count, sizeof(*selection->standing));
	for (uint64_t s = 0; s < count; s++) {
		selection->size[s] = (float)shape_size(outline, &outline->shapes[s]);
		selection->standing[s] = selection->size[s];
	}
	if (outline->twins) {
		selection->merging = merging_new(outline, selection->size);
		selection->borders = borders_new(outline, selection->merging);
	}
}

void selection_copy(struct selection *to, const struct selection *from)
{
	uint64_t count = from->shape_count;

	*to = *from;
	to->kept = memory_new(count);
	memcpy(to->kept, from->kept, count);
	to->loss = memory_new(count);
	memcpy(to->loss, from->loss, count);
	to->size = memory_new(count * sizeof(*to->size));
	memcpy(to->size, from->size, count * sizeof(*to->size));
	to->standing = memory_new(count * sizeof(*to->standing));
	memcpy(to->standing, from->standing, count * sizeof(*to->standing));
	to->merging = from->merging ? merging_copy(from->merging) : NULL;
	to->borders = from->borders ? borders_ref(from->borders) : NULL;
}

void selection_release(struct selection *selection)
{
	free(selection->kept);
	free(selection->loss);
	free(selection->size);
	free(selection->standing);
	merging_free(selection->merging);
	borders_unref(selection->borders);
	*selection = (struct selection){0};
}

void selection_let_go(struct selection *selection, uint64_t shape, enum loss loss)
{
	selection->kept[shape] = 0;
	selection->loss[shape] = (uint8_t)loss;
	selection->kept_count--;
}

/* A run of small shapes that waits until it amounts to something. */
struct run {
	double sum;
	uint64_t largest; /* or the one of most precedence */
	enum loss loss;	  /* of what it lets go */
	bool any;
};

/* Does A stay rather than B? The larger, unless precedence says otherwise. */
static bool outdoes(const struct selection *selection, const struct outline *outline, uint64_t a,
		    uint64_t b)
{
	int precedence = outline_precedence(outline, a, b);

	return precedence > 0 || (precedence == 0 && selection->size[a] > selection->size[b]);
}

/* Adds a small shape to the run; the loser of the comparison with the one to stay is let go. When
 * the run amounts to LEAST, that one stands for it. */
static void run_add(struct run *run, struct selection *selection, const struct outline *outline,
		    uint64_t shape, double least)
{
	run->sum += selection->standing[shape];
	if (!run->any) {
		run->largest = shape;
		run->any = true;
	} else if (outdoes(selection, outline, shape, run->largest)) {
		selection_let_go(selection, run->largest, run->loss);
		run->largest = shape;
	} else {
		selection_let_go(selection, shape, run->loss);
	}
	if (run->sum >= least) {
		selection->standing[run->largest] = (float)run->sum;
		*run = (struct run){.loss = run->loss};
	}
}

/* What is left at the end stands for what it is, so that a theme of one small thing keeps it. */
static void run_end(struct run *run, struct selection *selection)
{
	if (run->any)
		selection->standing[run->largest] = (float)run->sum;
}

static void thin_small(struct selection *selection, const struct outline *outline,
		       enum geometry_kind kind, double least)
{
	struct run run = {.loss = kind == GEOMETRY_LINE ? LOSS_SHORT : LOSS_SMALL};

	for (uint64_t s = 0; s < selection->shape_count; s++) {
		if (selection->kept[s] && outline->shapes[s].kind == kind &&
		    selection->size[s] < least && selection->standing[s] < least)
			run_add(&run, selection, outline, s, least);
	}
	run_end(&run, selection);
}

struct point selection_middle(const struct outline *outline, uint64_t shape)
{
	const struct outline_path *path = &outline->paths[outline->shapes[shape].first_path];

	return outline->points[outline->vertices[path->first + path->count / 2]];
}

uint64_t selection_rank(struct point point)
{
	return hash_bytes(&point, sizeof(point));
}

struct cell {
	int64_t column, row;
	uint64_t best, rank; /* shape, and its rank */
	bool taken;
};

static bool goes_before(const struct outline *outline, uint64_t shape, uint64_t rank,
			const struct cell *cell)
{
	int precedence = outline_precedence(outline, shape, cell->best);

	return precedence > 0 || (precedence == 0 && rank < cell->rank);
}

static struct cell *find_cell(struct cell *cells, uint64_t cell_count, int64_t column, int64_t row)
{
	int64_t key[2] = {column, row};
	uint64_t at = hash_bytes(key, sizeof(key)) & (cell_count - 1);

	while (cells[at].taken && (cells[at].column != column || cells[at].row != row))
		at = (at + 1) & (cell_count - 1);
	return &cells[at];
}

static void thin_points(struct selection *selection, const struct outline *outline, double side)
{
	uint64_t cell_count = 1024;
	struct cell *cells;

	while (cell_count < 2 * selection->kept_count)
		cell_count *= 2;
	cells = memory_zeroed(cell_count, sizeof(*cells));
	for (uint64_t s = 0; s < selection->shape_count; s++) {
		const struct outline_shape *shape = &outline->shapes[s];
		const struct outline_path *path = &outline->paths[shape->first_path];
		struct point point;
		struct cell *cell;
		uint64_t rank;

		if (!selection->kept[s] || shape->kind != GEOMETRY_POINT || !shape->path_count ||
		    path->count != 1)
			continue;
		point = selection_middle(outline, s);
		rank = selection_rank(point);
		cell = find_cell(cells, cell_count, (int64_t)floor(point.x / side),
				 (int64_t)floor(point.y / side));
		if (!cell->taken) {
			*cell = (struct cell){(int64_t)floor(point.x / side),
					      (int64_t)floor(point.y / side), s, rank, true};
		} else if (goes_before(outline, s, rank, cell)) {
			selection_let_go(selection, cell->best, LOSS_CROWDED);
			cell->best = s;
			cell->rank = rank;
		} else {
			selection_let_go(selection, s, LOSS_CROWDED);
		}
	}
	free(cells);
}

static void merge_small(struct selection *selection, const struct outline *outline, double least)
{
	if (!merging_join(selection->merging, least))
		return;
	borders_unref(selection->borders);
	selection->borders = borders_new(outline, selection->merging);
	for (uint64_t s = 0; s < selection->shape_count; s++) {
		if (selection->kept[s] &&
		    merging_group(selection->merging, (uint32_t)s) != (uint32_t)s)
			selection_let_go(selection, s, LOSS_MERGED);
		else
			selection->standing[s] = (float)merging_area(selection->merging,
								     (uint32_t)s);
	}
}

void selection_thin(struct selection *selection, const struct outline *outline,
		    const struct selection_rule *rule)
{
	thin_points(selection, outline, rule->cell);
	thin_small(selection, outline, GEOMETRY_LINE, rule->length);
	if (selection->merging)
		merge_small(selection, outline, rule->area);
	thin_small(selection, outline, GEOMETRY_POLYGON, rule->area);
}

double selection_stand_in(const struct selection *selection, uint64_t shape,
			  const struct selection_rule *rule)
{
	double size = selection->size[shape], standing = selection->standing[shape];

	if (selection->merging)
		return standing < rule->area ? sqrt(rule->area) / 2 : 0;
	if (size >= rule->area && !(size < rule->symbol && standing > size * STANDS_FOR_OTHERS))
		return 0;
	return sqrt(fmax(rule->area, fmin(standing, rule->symbol))) / 2;
}
