/* SPDX-License-Identifier: EUPL-1.2 */
#include "tiler/uncross.h"

#include <math.h>
#include <stdlib.h>

#include "tiler/memory.h"

enum {
	CHORDS_PER_CELL = 2,
	CELLS_MOST = 1 << 22,
	PIECES = 64, /* shares of the cells */
};

/* What stands for a run of a ring: from one vertex shown to the next. */
struct chord {
	uint32_t ring, start, steps; /* place in the ring, and how many vertices further it ends */
	uint32_t from, to;	     /* vertices */
	bool parted;		     /* two others stand in its place */
};

/* A chord that came later, in one cell. */
struct latecomer {
	uint64_t chord, next;
};

/* Pairs of chords. */
struct crossing {
	uint64_t one, other;
};

struct crossings {
	struct crossing *pairs;
	size_t count, room;
};

/* Chords by the squares of a grid that their boxes touch. */
struct net {
	const struct outline *outline;
	const struct borders *borders;
	bool *shown;
	struct chord *chords;
	uint64_t count, room;
	struct box box;
	double side;
	uint32_t columns, rows;
	uint64_t *first; /* of each cell in `list`; one more at the end */
	uint64_t *list;
	uint64_t *latest; /* of each cell: the latecomer that came last; NOBODY */
	struct latecomer *latecomers;
	uint64_t latecomer_count, latecomer_room;
	struct crossings *crossings; /* of each share of the cells */
};

static const uint64_t NOBODY = UINT64_MAX;

static inline double lesser(double a, double b)
{
	return a < b ? a : b;
}

static inline double greater(double a, double b)
{
	return a > b ? a : b;
}

static struct box box_of(const struct net *net, const struct chord *chord)
{
	return box_of_segment(net->outline->points[chord->from], net->outline->points[chord->to]);
}

/* Of what two rings share one chord stands for both: what it shows, it shows for either. */
static bool is_listed_by_other(const struct chord *chord, bool shared)
{
	return shared && chord->from > chord->to;
}

static void list_ring(struct net *net, uint64_t number)
{
	const struct border_ring *ring = &net->borders->rings[number];
	const uint32_t *vertices = net->borders->vertices + ring->first;
	const bool *edges = net->borders->shared + ring->first;
	uint32_t start = 0, last;
	bool shared = true; /* all edges since the last vertex shown */

	while (start < ring->count && !net->shown[vertices[start]])
		start++;
	if (start == ring->count)
		return;
	last = start;
	for (uint32_t i = 1; i <= ring->count; i++) {
		uint32_t at = (start + i) % ring->count;
		struct chord chord;

		shared = shared && edges[(start + i - 1) % ring->count];
		if (!net->shown[vertices[at]])
			continue;
		chord = (struct chord){(uint32_t)number, last % ring->count,
				       start + i - last, vertices[last % ring->count],
				       vertices[at],	 false};
		if (!is_listed_by_other(&chord, shared))
			net->chords[net->count++] = chord;
		shared = true;
		last = start + i;
	}
}

static void list_chords(struct net *net)
{
	net->count = 0;
	net->box = box_empty();
	for (uint64_t r = 0; r < net->borders->ring_count; r++)
		list_ring(net, r);
	for (uint64_t c = 0; c < net->count; c++) {
		struct box box = box_of(net, &net->chords[c]);

		net->box = (struct box){
			lesser(net->box.minx, box.minx), lesser(net->box.miny, box.miny),
			greater(net->box.maxx, box.maxx), greater(net->box.maxy, box.maxy)};
	}
}

static uint32_t cell_at(double value, double least, double side, uint32_t count)
{
	double cell = (value - least) / side;

	return cell < 0 ? 0 : cell >= count ? count - 1 : (uint32_t)cell;
}

struct cells {
	uint32_t left, top, right, bottom;
};

static struct cells cells_of(const struct net *net, const struct chord *chord)
{
	struct box box = box_of(net, chord);

	return (struct cells){cell_at(box.minx, net->box.minx, net->side, net->columns),
			      cell_at(box.miny, net->box.miny, net->side, net->rows),
			      cell_at(box.maxx, net->box.minx, net->side, net->columns),
			      cell_at(box.maxy, net->box.miny, net->side, net->rows)};
}

/* Counts, or where PLACE is set notes, CHORD in each of its cells. */
static void enter(struct net *net, uint64_t chord, bool place)
{
	struct cells cells = cells_of(net, &net->chords[chord]);

	for (uint32_t row = cells.top; row <= cells.bottom; row++) {
		for (uint32_t column = cells.left; column <= cells.right; column++) {
			uint64_t cell = (uint64_t)row * net->columns + column;

			if (place)
				net->list[net->first[cell]++] = chord;
			else
				net->first[cell + 1]++;
		}
	}
}

static void lay_out(struct net *net)
{
	double width = net->box.maxx - net->box.minx, height = net->box.maxy - net->box.miny;
	double wanted = fmin(CELLS_MOST, (double)(net->count / CHORDS_PER_CELL + 1));
	uint64_t cells;

	net->side = fmax(sqrt(width * height / wanted), fmax(width, height) / wanted);
	net->side = net->side > 0 ? net->side : 1;
	net->columns = (uint32_t)(width / net->side) + 1;
	net->rows = (uint32_t)(height / net->side) + 1;
	cells = (uint64_t)net->columns * net->rows;
	net->first = memory_zeroed(cells + 1, sizeof(*net->first));
	for (uint64_t c = 0; c < net->count; c++)
		enter(net, c, false);
	for (uint64_t i = 0; i < cells; i++)
		net->first[i + 1] += net->first[i];
	net->list = memory_new(net->first[cells] * sizeof(*net->list));
	for (uint64_t c = 0; c < net->count; c++)
		enter(net, c, true);
	for (uint64_t i = cells; i > 0; i--)
		net->first[i] = net->first[i - 1];
	net->first[0] = 0;
}

/* Twice the area of the triangle: positive where P lies left of the way from A to B. */
static double side_of(struct point a, struct point b, struct point p)
{
	return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

/* Is the span from A to B wholly before or behind that from C to D? */
static inline bool apart(double a, double b, double c, double d)
{
	return greater(a, b) < lesser(c, d) || greater(c, d) < lesser(a, b);
}

static bool cross(const struct net *net, const struct chord *one, const struct chord *other)
{
	const struct point *points = net->outline->points;
	struct point a = points[one->from], b = points[one->to];
	struct point c = points[other->from], d = points[other->to];

	if (apart(a.x, b.x, c.x, d.x) || apart(a.y, b.y, c.y, d.y) || one->from == other->from ||
	    one->from == other->to || one->to == other->from || one->to == other->to)
		return false;
	return side_of(a, b, c) * side_of(a, b, d) <= 0 && side_of(c, d, a) * side_of(c, d, b) <= 0;
}

static void come_late(struct net *net, uint64_t chord)
{
	struct cells cells = cells_of(net, &net->chords[chord]);

	for (uint32_t row = cells.top; row <= cells.bottom; row++) {
		for (uint32_t column = cells.left; column <= cells.right; column++) {
			uint64_t *latest = &net->latest[(uint64_t)row * net->columns + column];

			if (net->latecomer_count == net->latecomer_room) {
				net->latecomer_room = 2 * net->latecomer_room + 256;
				net->latecomers = memory_resize(net->latecomers,
								net->latecomer_room,
								sizeof(*net->latecomers));
			}
			net->latecomers[net->latecomer_count] = (struct latecomer){chord, *latest};
			*latest = net->latecomer_count++;
		}
	}
}

static void add_chord(struct net *net, struct chord chord)
{
	if (net->count == net->room) {
		net->room = net->room + net->room / 4 + 256;
		net->chords = memory_resize(net->chords, net->room, sizeof(*net->chords));
	}
	net->chords[net->count++] = chord;
}

/* How many vertices after its start the most significant one is that CHORD leaves out; 0: none. */
static uint32_t weightiest(const struct net *net, const struct chord *chord)
{
	const struct border_ring *ring = &net->borders->rings[chord->ring];
	const uint32_t *vertices = net->borders->vertices + ring->first;
	const float *significance = net->borders->significance;
	uint32_t best = 0, best_vertex = UINT32_MAX;

	for (uint32_t i = 1; i < chord->steps; i++) {
		uint32_t vertex = vertices[(chord->start + i) % ring->count];

		if (best == 0 || significance[vertex] > significance[best_vertex] ||
		    (significance[vertex] == significance[best_vertex] && vertex < best_vertex)) {
			best = i;
			best_vertex = vertex;
		}
	}
	return best;
}

/* Shows one more vertex of the chord, which two others take the place of. */
static void part(struct net *net, uint64_t number)
{
	struct chord chord = net->chords[number];
	const struct border_ring *ring = &net->borders->rings[chord.ring];
	uint32_t steps = weightiest(net, &chord), at = (chord.start + steps) % ring->count;
	uint32_t middle = net->borders->vertices[ring->first + at];

	if (!steps)
		return;
	net->shown[middle] = true;
	net->chords[number].parted = true;
	add_chord(net, (struct chord){chord.ring, chord.start, steps, chord.from, middle, false});
	add_chord(net,
		  (struct chord){chord.ring, at, chord.steps - steps, middle, chord.to, false});
	come_late(net, net->count - 2);
	come_late(net, net->count - 1);
}

static void add_crossing(struct crossings *crossings, uint64_t one, uint64_t other)
{
	if (crossings->count == crossings->room) {
		crossings->room = 2 * crossings->room + 64;
		crossings->pairs = memory_resize(crossings->pairs, crossings->room,
						 sizeof(*crossings->pairs));
	}
	crossings->pairs[crossings->count++] = (struct crossing){one, other};
}

static bool is_crossing(const struct net *net, uint64_t i, uint64_t j)
{
	const struct chord *one = &net->chords[i], *other = &net->chords[j];

	return !one->parted && !other->parted && (one->steps > 1 || other->steps > 1) &&
	       cross(net, one, other);
}

/* Looks for crossings in a share of the cells: a piece of work. */
static void look_at_cells(void *context, uint32_t number, uint32_t worker)
{
	struct net *net = context;
	struct crossings *found = &net->crossings[number];
	uint64_t cells = (uint64_t)net->columns * net->rows;
	uint64_t end = cells * (number + 1) / PIECES;

	(void)worker;
	for (uint64_t cell = cells * number / PIECES; cell < end; cell++) {
		for (uint64_t i = net->first[cell]; i < net->first[cell + 1]; i++) {
			for (uint64_t j = i + 1; j < net->first[cell + 1]; j++) {
				if (is_crossing(net, net->list[i], net->list[j]))
					add_crossing(found, net->list[i], net->list[j]);
			}
		}
	}
}

static void part_pair(struct net *net, uint64_t i, uint64_t j)
{
	if (net->chords[i].parted || net->chords[j].parted)
		return;
	part(net, i);
	part(net, j);
}

/* Parts what crosses, in the order of the cells, whoever has found it. */
static void part_crossings(struct net *net, struct parallel *parallel)
{
	net->crossings = memory_zeroed(PIECES, sizeof(*net->crossings));
	parallel_run(parallel, PIECES, look_at_cells, net);
	for (uint32_t piece = 0; piece < PIECES; piece++) {
		const struct crossings *found = &net->crossings[piece];

		for (size_t i = 0; i < found->count; i++)
			part_pair(net, found->pairs[i].one, found->pairs[i].other);
		free(found->pairs);
	}
	free(net->crossings);
}

static void look_at_pair(struct net *net, uint64_t i, uint64_t j)
{
	if (is_crossing(net, i, j))
		part_pair(net, i, j);
}

/* Looks at one that came late, with all in its cells. */
static void look_around(struct net *net, uint64_t chord)
{
	struct cells cells = cells_of(net, &net->chords[chord]);

	for (uint32_t row = cells.top; row <= cells.bottom; row++) {
		for (uint32_t column = cells.left; column <= cells.right; column++) {
			uint64_t cell = (uint64_t)row * net->columns + column;

			for (uint64_t i = net->first[cell]; i < net->first[cell + 1]; i++)
				look_at_pair(net, chord, net->list[i]);
			for (uint64_t l = net->latest[cell]; l != NOBODY;
			     l = net->latecomers[l].next)
				look_at_pair(net, chord, net->latecomers[l].chord);
		}
	}
}

void uncross_borders(const struct outline *outline, const struct borders *borders,
		     struct parallel *parallel, bool *shown)
{
	struct net net = {.outline = outline, .borders = borders, .shown = shown};
	uint64_t cells, at_first;

	net.room = borders->vertex_count;
	net.chords = memory_new(net.room * sizeof(*net.chords));
	list_chords(&net);
	if (net.count) {
		lay_out(&net);
		cells = (uint64_t)net.columns * net.rows;
		net.latest = memory_new(cells * sizeof(*net.latest));
		for (uint64_t cell = 0; cell < cells; cell++)
			net.latest[cell] = NOBODY;
		at_first = net.count;
		part_crossings(&net, parallel);
		for (uint64_t chord = at_first; chord < net.count; chord++)
			look_around(&net, chord);
	}
	free(net.first);
	free(net.list);
	free(net.latest);
	free(net.latecomers);
	free(net.chords);
}
