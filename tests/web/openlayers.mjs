// SPDX-License-Identifier: EUPL-1.2
// OGC API Tiles and WMTS as their clients read them: OpenLayers draws the tilesets of each grid in the
// grid's own CRS, and OGC's client of geonetwork-ui lists them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Suite, openBrowser, packages, startServer } from './harness.mjs';
import { SCHOOL, writeSamples } from './samples.mjs';

const SCHOOLS = 'eq_educ:école_élémentaire';
const LAMBERT = '+proj=lcc +x_0=%x +y_0=%y +lat_0=%0 +lat_1=%1 +lat_2=%2 +lon_0=3 +ellps=GRS80 +units=m +no_defs';
const lambert = (...values) => ['x', 'y', '0', '1', '2'].reduce(
	(text, name, i) => text.replace('%' + name, values[i]), LAMBERT);
const GRIDS = {
	WebMercatorQuad: ['EPSG:3857', null],
	CC48_10cm: ['EPSG:3948', lambert(1700000, 7200000, 48, 47.25, 48.75)],
	LAMB93_10cm: ['EPSG:2154', lambert(700000, 6600000, 46.5, 49, 44)],
};

const WAIT = 60000;

const require = packages();
const { browser } = await openBrowser();
const data = mkdtempSync(path.join(tmpdir(), 'tuilerie-web-data-'));
writeSamples(data);
const server = await startServer(data);
const suite = new Suite();

/* In the page: a map of the tileset alone, and what is in it once it is drawn. */
async function draw({ url, wmts, crs, definition, school }) {
	const { ol, proj4 } = window;
	if (definition) {
		proj4.defs(crs, definition);
		ol.proj.proj4.register(proj4);
	}
	/* OpenLayers makes pictures of WMTS; its grid and template are good for vector tiles as well. */
	async function wmtsSource({ capabilities, layer, grid }) {
		const text = await (await fetch(capabilities)).text();
		const options = ol.source.WMTS.optionsFromCapabilities(new ol.format.WMTSCapabilities().read(text),
			{ layer, matrixSet: grid, requestEncoding: 'REST' });
		const template = options.urls[0].replace('{TileMatrixSet}', grid);
		return new ol.source.VectorTile({
			tileGrid: options.tileGrid,
			projection: options.projection,
			format: new ol.format.MVT(),
			tileUrlFunction: ([z, x, y]) => template.replace('{TileMatrix}', options.tileGrid.getMatrixId(z))
				.replace('{TileRow}', y).replace('{TileCol}', x),
		});
	}
	const source = wmts ? await wmtsSource(wmts)
		: new ol.source.OGCVectorTile({ url, projection: crs, format: new ol.format.MVT() });
	const colour = new ol.style.Fill({ color: '#d00000' });
	const map = new ol.Map({
		target: 'map',
		controls: [],
		layers: [new ol.layer.VectorTile({
			source, style: new ol.style.Style({ image: new ol.style.Circle({ radius: 5, fill: colour }) }),
		})],
		view: new ol.View({
			projection: crs, center: ol.proj.fromLonLat(school, crs), resolution: 4,
		}),
	});
	const names = new Set();
	await new Promise((resolve, reject) => {
		source.on('tileloadend', ({ tile }) => {
			tile.getFeatures().forEach(feature => names.add(feature.get('nom')));
			resolve();
		});
		source.on('tileloaderror', () => reject(new Error('a tile could not be read')));
	});
	await new Promise(resolve => {
		map.once('rendercomplete', resolve);
		map.render();
	});
	return {
		names: [...names],
		projection: source.getProjection().getCode(),
	};
}

/* How many red pixels the picture has, and where their middle is. */
function red() {
	let count = 0, x = 0, y = 0;
	for (const canvas of document.querySelectorAll('canvas')) {
		const { width, height } = canvas;
		const { data: bytes } = canvas.getContext('2d').getImageData(0, 0, width, height);
		for (let i = 0; i < width * height; i++)
			if (bytes[4 * i] > 180 && bytes[4 * i + 1] < 20 && bytes[4 * i + 3] > 200) {
				count++;
				x += i % width;
				y += Math.floor(i / width);
			}
	}
	return { count, x: x / count, y: y / count };
}

/* Where it is told of the tiles of a grid: by OGC API, by WMTS. */
const WAYS = {
	'OGC API': grid => ({ url: `${server.url}/collections/${encodeURIComponent(SCHOOLS)}/tiles/${grid}` }),
	WMTS: grid => ({
		wmts: {
			capabilities: `${server.url}/wmts/1.0.0/WMTSCapabilities.xml?layer=${encodeURIComponent(SCHOOLS)}`,
			layer: SCHOOLS, grid,
		},
	}),
};
const CASES = Object.keys(WAYS).flatMap(way => Object.entries(GRIDS).map(([grid, crs]) => [way, grid, ...crs]));

for (const [way, grid, crs, definition] of CASES) {
	suite.test(`OpenLayers draws ${grid} of ${way} in ${crs}`, async () => {
		const page = await browser.newPage({ viewport: { width: 512, height: 512 } });
		const trouble = [];
		page.on('pageerror', error => trouble.push(error.message));
		page.on('response', response => {
			if (response.url().startsWith(server.url) && response.status() >= 400)
				trouble.push(`${response.status()} ${response.url()}`);
		});
		await page.setContent('<style>body{margin:0}</style>' +
			'<div id="map" style="width:512px;height:512px"></div>');
		await page.addScriptTag({ path: require.resolve('proj4/dist/proj4.js') });
		await page.addScriptTag({ path: require.resolve('ol/dist/ol.js') });
		const found = await Promise.race([page.evaluate(draw, {
			...WAYS[way](grid), crs, definition, school: SCHOOL,
		}), new Promise((_, reject) => setTimeout(reject, WAIT, new Error('nothing was drawn')))]);
		if (process.env.PICTURES)
			await page.screenshot({ path: path.join(process.env.PICTURES, `${way} ${grid}.png`) });
		assert.equal(found.projection, crs);
		assert.deepEqual(found.names, ['École Élisa Mercœur']);
		const drawn = await page.evaluate(red);
		assert.ok(drawn.count > 40, `${drawn.count} pixels`);
		assert.ok(Math.hypot(drawn.x - 255.5, drawn.y - 255.5) < 1.5, JSON.stringify(drawn));
		await page.close();
		assert.deepEqual(trouble, []);
	});
}

suite.test('ogc-client lists the themes, their grids and the addresses of their tilesets', async () => {
	const { OgcApiEndpoint } = await import(require.resolve('@camptocamp/ogc-client'));
	const endpoint = new OgcApiEndpoint(server.url + '/');
	assert.equal((await endpoint.info).title, 'Tuilerie');
	assert.equal(await endpoint.hasTiles, true);
	const collections = await endpoint.vectorTileCollections;
	assert.ok(collections.includes(SCHOOLS), String(collections));
	for (const grid of [...Object.keys(GRIDS), 'WorldCRS84Quad']) {
		const url = await endpoint.getVectorTilesetUrl(SCHOOLS, grid);
		const tileset = await (await fetch(url)).json();
		assert.equal(tileset.tileMatrixSetId, grid);
	}
});

const failed = await suite.run();
await browser.close();
await server.stop();
rmSync(data, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
