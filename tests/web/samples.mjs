// SPDX-License-Identifier: EUPL-1.2
// A little town of nine communes as GeoJSON files: one file a group, one layer each. Names hold
// accents, quotes and markup, as names in real data do.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const WEST = -1.75, SOUTH = 48.08, SIDE = 0.05;

export const EVIL = '<script>alert(1)</script>"\'&';

const feature = (geometry, properties) => ({ type: 'Feature', geometry, properties });
const point = (x, y) => ({ type: 'Point', coordinates: [x, y] });

function square(west, south, side) {
	const east = west + side, north = south + side;
	return {
		type: 'Polygon',
		coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
	};
}

/* Where the polygon that crosses itself does so. */
export const KNOT = [WEST + 0.12, SOUTH + 0.12];

function bowTie(x, y, half) {
	return {
		type: 'Polygon',
		coordinates: [[[x - half, y - half], [x + half, y + half], [x + half, y - half],
			[x - half, y + half], [x - half, y - half]]],
	};
}

function communes() {
	const features = [];
	for (let i = 0; i < 9; i++)
		features.push(feature(square(WEST + (i % 3) * SIDE, SOUTH + Math.floor(i / 3) * SIDE, SIDE),
			{ nom: `Commune ${i + 1}`, code_insee: `3500${i}` }));
	return features;
}

/* The first school stands alone in the south-west, where the click test looks for it. */
export const SCHOOL = [WEST + 0.01, SOUTH + 0.01];

function schools() {
	const features = [feature(point(...SCHOOL), {
		nom: 'École Élisa Mercœur', effectif: 212, surface: 1450.5, publique: true,
		ouverture: '1987-09-01', site: 'https://ecole.example/', remarque: EVIL,
	})];
	for (let i = 1; i < 40; i++)
		features.push(feature(point(WEST + 0.03 + (i % 8) * 0.015, SOUTH + 0.03 + (i % 7) * 0.016),
			{ nom: `École ${i}`, effectif: 50 + i, surface: null, publique: i % 2 === 0 }));
	return features;
}

function cycleways() {
	const features = [];
	for (let i = 0; i < 12; i++)
		features.push(feature({
			type: 'LineString',
			coordinates: [[WEST, SOUTH + i * 0.0125], [WEST + 0.08, SOUTH + 0.07],
				[WEST + 0.15, SOUTH + 0.15 - i * 0.0125]],
		}, { nom: `Itinéraire ${i}`, longueur_km: 3.2 + i }));
	return features;
}

function everything() {
	return [
		feature(point(WEST + 0.02, SOUTH + 0.12), { nom: 'un point' }),
		feature(cycleways()[3].geometry, { nom: 'une ligne' }),
		feature(square(WEST + 0.09, SOUTH + 0.01, 0.02), { nom: 'une surface' }),
		feature(bowTie(...KNOT, 0.004), { nom: 'un nœud' }),
	];
}

const FILES = {
	ladm_terri: ['commune_emprise', communes],
	eq_educ: ['école_élémentaire', schools],
	trp_doux: ['piste_cyclable', cycleways],
	'divers "à part"': [EVIL, everything],
};

export function writeSamples(folder) {
	mkdirSync(folder, { recursive: true });
	for (const [file, [name, features]] of Object.entries(FILES))
		writeFileSync(path.join(folder, `${file}.geojson`),
			JSON.stringify({ type: 'FeatureCollection', name, features: features() }));
}
