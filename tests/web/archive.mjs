// SPDX-License-Identifier: EUPL-1.2
// PMTiles archives, read by the library that web maps read them with.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Suite, packages } from './harness.mjs';
import { writeSamples } from './samples.mjs';

const require = packages();
const { Compression, PMTiles, TileType } = require('pmtiles');

const program = process.env.TUILERIE || path.join(process.cwd(), 'tuilerie');
const folder = mkdtempSync(path.join(tmpdir(), 'tuilerie-archive-'));
const data = path.join(folder, 'data'), state = path.join(folder, 'state');
writeSamples(data);

const run = (...command) => execFileSync(program, command,
	{ env: { ...process.env, TUILERIE_STATE: state }, stdio: ['ignore', 'pipe', 'ignore'] });

/* A file as the source of an archive; counts what is asked of it. */
class File {
	constructor(name) {
		this.file = openSync(name);
		this.key = name;
		this.requests = 0;
	}

	getKey() {
		return this.key;
	}

	async getBytes(offset, length) {
		const bytes = Buffer.alloc(length);
		const read = readSync(this.file, bytes, 0, length, offset);
		this.requests++;
		return { data: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + read) };
	}

	close() {
		closeSync(this.file);
	}
}

const [theme] = JSON.parse(run('themes', data, '--json'))
	.filter(({ geometry }) => geometry === 'polygon');
const output = path.join(folder, 'essai.pmtiles');
run('export', data, theme.id, '-o', output, '--zoom', '0-14');
const file = new File(output);
const archive = new PMTiles(file);
const suite = new Suite();

/* Column and row of the tile a place lies in. */
function tileAt(z, longitude, latitude) {
	const side = 2 ** z, angle = latitude * Math.PI / 180;
	return [Math.floor((longitude + 180) / 360 * side),
		Math.floor((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2 * side)];
}

suite.test('the header says what the archive is', async () => {
	const header = await archive.getHeader();
	assert.equal(header.specVersion, 3);
	assert.equal(header.clustered, true);
	assert.equal(header.internalCompression, Compression.Gzip);
	assert.equal(header.tileCompression, Compression.Gzip);
	assert.equal(header.tileType, TileType.Mvt);
	assert.deepEqual([header.minZoom, header.maxZoom], [0, 14]);
	assert.ok(header.minLon < header.centerLon && header.centerLon < header.maxLon);
	assert.ok(header.minLat < header.centerLat && header.centerLat < header.maxLat);
});

suite.test('the metadata name the layer and its fields', async () => {
	const metadata = await archive.getMetadata();
	assert.equal(metadata.vector_layers.length, 1);
	assert.equal(metadata.vector_layers[0].maxzoom, 14);
	assert.ok(Object.keys(metadata.vector_layers[0].fields).length > 0);
	const tilejson = await archive.getTileJson('https://tiles.example/essai');
	assert.equal(tilejson.maxzoom, 14);
});

suite.test('every tile around the theme is what the program makes of it, or missing', async () => {
	const header = await archive.getHeader();
	let found = 0, missing = 0;
	for (let z = 0; z <= 12; z++) {
		const [west, north] = tileAt(z, header.minLon, header.maxLat);
		const [east, south] = tileAt(z, header.maxLon, header.minLat);
		for (let x = west - 1; x <= east + 1; x++)
			for (let y = north - 1; y <= south + 1; y++) {
				if (x < 0 || y < 0 || x >= 2 ** z || y >= 2 ** z)
					continue;
				const tile = await archive.getZxy(z, x, y);
				const expected = run('tile', data, theme.id, `${z}/${x}/${y}`);
				assert.ok(expected.equals(Buffer.from(tile?.data ?? [])), `${z}/${x}/${y}`);
				if (tile)
					found++;
				else
					missing++;
			}
	}
	assert.ok(found > 20 && missing > 20, `${found} found, ${missing} missing`);
});

suite.test('the header and the directory come with one request', async () => {
	const again = new File(output);
	const fresh = new PMTiles(again);
	await fresh.getHeader();
	await fresh.getZxy(0, 0, 0);
	assert.equal(again.requests, 2);
	again.close();
});

const failed = await suite.run();
file.close();
rmSync(folder, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
