// SPDX-License-Identifier: EUPL-1.2
// The pages as people meet them: searched, zoomed, clicked, walked through with the keyboard, read
// without JavaScript; drawn maps, a silent console, no request to anybody else.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Suite, openBrowser, startServer } from './harness.mjs';
import { EVIL, KNOT, SCHOOL, writeSamples } from './samples.mjs';

const SCHOOLS = 'eq_educ:école_élémentaire';
const EVIL_THEME = 'divers "à part":<script>alert(1)<_script>"\'&';
const view = id => `/view/${encodeURIComponent(id)}`;
const embed = id => `/embed/${encodeURIComponent(id)}`;

const { browser, axe } = await openBrowser();
const data = mkdtempSync(path.join(tmpdir(), 'tuilerie-web-data-'));
writeSamples(data);
const server = await startServer(data);
const suite = new Suite();

/* Messages of the graphics driver, which say nothing of the page. */
const DRIVER = /GL Driver Message|GroupMarkerNotSet|Automatic fallback to software WebGL/;

/* Opens ADDRESS in a context of its own, hands it to USE, and fails on anything the console said or
 * any request that left the site. */
async function visit(address, options, use) {
	const context = await browser.newContext({
		viewport: { width: 1280, height: 900 }, locale: 'fr-FR', ...options.context,
	});
	if (options.before)
		await context.addInitScript(options.before);
	const page = await context.newPage();
	const trouble = [];
	page.on('console', message => {
		if (['error', 'warning'].includes(message.type()) && !DRIVER.test(message.text()))
			trouble.push(`console: ${message.text()}`);
	});
	page.on('pageerror', error => trouble.push(`page: ${error.message}`));
	page.on('dialog', dialog => {
		trouble.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on('requestfailed', request => {
		if (request.failure().errorText !== 'net::ERR_ABORTED')
			trouble.push(`failed: ${request.url()}`);
	});
	page.on('request', request => {
		const origin = new URL(request.url()).origin;
		if (origin !== server.url && origin !== options.origin &&
			!/^(data|blob):/.test(request.url()))
			trouble.push(`left the site: ${request.url()}`);
	});
	try {
		await page.goto(address.startsWith('http') ? address : server.url + address);
		await use(page, context);
		assert.deepEqual(trouble, []);
		assert.deepEqual(await context.cookies(), []);
	} finally {
		await context.close();
	}
}

/* The map, once all it asked for is drawn. Its source must hold features: a theme still being
 * prepared draws nothing at first. */
async function drawnMap(page) {
	await page.waitForFunction(() => {
		const map = document.getElementById('carte').map;
		return map && map.loaded() && map.areTilesLoaded() &&
			map.queryRenderedFeatures().some(
				feature => feature.source !== 'context');
	}, null, { timeout: 60000 });
}

const drawnBy = (page, source) => page.evaluate(
	name => document.getElementById('carte').map.queryRenderedFeatures()
		.filter(feature => feature.source === name).length, source);

/* How many pixels of the map are not of the ground's colour. */
const paintedPixels = page => page.evaluate(() => new Promise(resolve => {
	const map = document.getElementById('carte').map;
	map.once('render', () => {
		const gl = map.painter.context.gl;
		const width = gl.drawingBufferWidth, height = gl.drawingBufferHeight;
		const pixels = new Uint8Array(4 * width * height);
		gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
		let painted = 0;
		for (let i = 0; i < pixels.length; i += 4)
			if (Math.min(pixels[i], pixels[i + 1], pixels[i + 2]) < 200)
				painted++;
		resolve(painted);
	});
	map.triggerRepaint();
}));

async function clickAt(page, place) {
	const at = await page.evaluate(lngLat => {
		const map = document.getElementById('carte').map;
		const box = map.getCanvas().getBoundingClientRect();
		const point = map.project(lngLat);
		return { x: box.left + point.x, y: box.top + point.y };
	}, place);
	await page.mouse.click(at.x, at.y);
}

const shownThemes = page => page.locator('.group li').filter({ visible: true });

suite.test('the list has every theme, in groups with French names', () =>
	visit('/', {}, async page => {
		assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
		assert.equal(await page.locator('h1').count(), 1);
		assert.equal(await shownThemes(page).count(), 4);
		const groups = await page.locator('.group h3').allTextContents();
		assert.deepEqual(groups, ['Vélo et marche', 'Éducation', 'Territoires', 'divers "à part"']);
	}));

suite.test('typing filters the list without regard to accents and case', () =>
	visit('/', {}, async page => {
		await page.fill('#q', 'ECOLE elem');
		assert.equal(await shownThemes(page).count(), 1);
		assert.match(await page.textContent('#found'), /^1\u00a0thème pour/);
		assert.equal(new URL(page.url()).search, '?q=ECOLE%20elem');
		await page.fill('#q', 'velo');
		assert.equal(await shownThemes(page).count(), 1, 'by the name of the group');
		await page.fill('#q', 'introuvable');
		assert.equal(await shownThemes(page).count(), 0);
		assert.match(await page.textContent('#found'), /^Aucun\u00a0thème/);
		await page.fill('#q', '');
		assert.equal(await shownThemes(page).count(), 4);
	}));

suite.test('the form searches without JavaScript', () =>
	visit('/', { context: { javaScriptEnabled: false } }, async page => {
		await page.fill('#q', 'ECOLE elem');
		await page.press('#q', 'Enter');
		await page.waitForURL(/\?q=/);
		assert.equal(await shownThemes(page).count(), 1);
		assert.equal(await page.inputValue('#q'), 'ECOLE elem');
	}));

suite.test('a search found by link is refined where it is', () =>
	visit('/?q=ecole', {}, async page => {
		assert.equal(await shownThemes(page).count(), 1);
		await page.fill('#q', '');
		assert.equal(await shownThemes(page).count(), 4);
	}));

suite.test('markup in names, queries and attributes stays text', async () => {
	await visit(`/?q=${encodeURIComponent(EVIL)}`, {}, async page => {
		assert.equal(await page.inputValue('#q'), EVIL);
		assert.equal(await shownThemes(page).locator('b').textContent(), EVIL);
	});
	await visit(view(EVIL_THEME), {}, async page => {
		await drawnMap(page);
		assert.equal(await page.textContent('h1'), EVIL);
	});
});

suite.test('a theme is drawn over the limits of the communes', () =>
	visit(view(SCHOOLS), {}, async page => {
		await drawnMap(page);
		assert.ok(await drawnBy(page, SCHOOLS) > 30);
		assert.ok(await drawnBy(page, 'context') > 0);
		assert.ok(await paintedPixels(page) > 300);
	}));

suite.test('lines, polygons and mixed geometries are drawn', async () => {
	for (const [id, least] of [['trp_doux:piste_cyclable', 12], ['ladm_terri:commune_emprise', 9],
		[EVIL_THEME, 3]])
		await visit(view(id), {}, async page => {
			await drawnMap(page);
			assert.ok(await drawnBy(page, id) >= least, id);
			assert.ok(await paintedPixels(page) > 300, id);
		});
});

suite.test('a click shows the attributes and marks the feature', () =>
	visit(view(SCHOOLS), {}, async page => {
		await drawnMap(page);
		await clickAt(page, SCHOOL);
		await page.waitForSelector('#attributs h3');
		assert.equal(await page.textContent('#attributs h3'), 'École Élisa Mercœur');
		const rows = await page.locator('#attributs dl div').evaluateAll(all => Object.fromEntries(
			all.map(row => [row.querySelector('dt').textContent, row.querySelector('dd').textContent])));
		assert.deepEqual(rows, {
			nom: 'École Élisa Mercœur', effectif: '212', surface: '1450,5', publique: 'oui',
			ouverture: '01/09/1987', site: 'https://ecole.example/', remarque: EVIL,
		});
		await page.waitForFunction(() => document.getElementById('carte').map
			.queryRenderedFeatures({ layers: ['selection-point'] }).length === 1);
		await page.keyboard.press('Escape');
		assert.equal(await page.locator('#attributs h3').count(), 0);
	}));

suite.test('the keyboard reaches the map, the list of features and their attributes', () =>
	visit(view(SCHOOLS), {}, async page => {
		await drawnMap(page);
		await page.waitForSelector('#visibles li');
		const reached = new Set();
		for (let i = 0; i < 40 && !reached.has('list'); i++) {
			await page.keyboard.press('Tab');
			reached.add(await page.evaluate(() => {
				const at = document.activeElement;
				return at.closest('#visibles li') ? 'list' : at.closest('.maplibregl-canvas') ? 'map' :
					at.closest('.maplibregl-ctrl-zoom-in') ? 'zoom' : at.className;
			}));
		}
		for (const stop of ['skip', 'map', 'zoom', 'list'])
			assert.ok(reached.has(stop), `${stop} among ${[...reached]}`);
		await page.keyboard.press('Enter');
		await page.waitForSelector('#attributs h3');
		assert.ok((await page.locator('#attributs dl div').count()) > 0);
		await page.evaluate(() => new Promise(resolve => {
			const map = document.getElementById('carte').map;
			map.once('idle', resolve);
			map.panBy([50, 0], { animate: false });
		}));
		assert.ok(await page.evaluate(() => Boolean(document.activeElement.closest('#visibles li'))),
			'the place in the list is kept while the map moves');
	}));

suite.test('focus is seen wherever it goes', () =>
	visit('/', {}, async page => {
		for (let i = 0; i < 12; i++) {
			await page.keyboard.press('Tab');
			const outline = await page.evaluate(() => {
				const style = getComputedStyle(document.activeElement);
				return { width: parseFloat(style.outlineWidth), kind: style.outlineStyle };
			});
			assert.ok(outline.width >= 2 && outline.kind !== 'none', `stop ${i + 1}`);
		}
	}));

suite.test('the skip link leads to the content', () =>
	visit('/', {}, async page => {
		await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'contenu');
	}));

suite.test('addresses are copied whole', () =>
	visit(view(SCHOOLS), { context: { permissions: ['clipboard-read', 'clipboard-write'] } },
		async page => {
			const block = page.locator('.copy', { hasText: 'TileJSON' });
			await block.getByRole('button').click();
			await page.waitForFunction(() => document.querySelector('.told:not(:empty)'));
			const copied = await page.evaluate(() => navigator.clipboard.readText());
			assert.equal(copied,
				`${server.url}/tiles/eq_educ:%C3%A9cole_%C3%A9l%C3%A9mentaire.json`);
			const reply = await page.evaluate(url => fetch(url).then(r => r.json()), copied);
			assert.equal(reply.tilejson, '3.0.0');
		}));

suite.test('without JavaScript the page of a theme still tells all', () =>
	visit(view(SCHOOLS), { context: { javaScriptEnabled: false } }, async page => {
		assert.ok(await page.locator('noscript p').isVisible());
		assert.equal(await page.locator('.copy button').count(), 0);
		assert.ok(await page.getByText(/^http.*\{z\}\/\{x\}\/\{y\}$/).first().isVisible());
		assert.ok(await page.getByText('Nombre d’objets').isVisible());
	}));

suite.test('the first rows are a table, for who cannot use the map', async () => {
	/* drawn once, so that the theme is prepared */
	await visit(view(SCHOOLS), {}, drawnMap);
	await visit(view(SCHOOLS), { context: { javaScriptEnabled: false } }, async page => {
		assert.ok(await page.locator('td', { hasText: 'École 1' }).first().isVisible());
		assert.ok(await page.locator('td', { hasText: /^(oui|non)$/ }).first().isVisible());
	});
});

suite.test('without WebGL the page says so, calmly', () =>
	visit(view(SCHOOLS), {
		before: () => {
			HTMLCanvasElement.prototype.getContext = () => null;
		},
	}, async page => {
		assert.match(await page.textContent('#avis'), /WebGL manque/);
		assert.ok(await page.locator('.copy button').count() > 0, 'the rest works');
	}));

suite.test('the map speaks French', () =>
	visit(view(SCHOOLS), {}, async page => {
		await drawnMap(page);
		for (const name of ['Zoomer', 'Dézoomer', 'Afficher en plein écran'])
			assert.equal(await page.getByRole('button', { name, exact: true }).count(), 1, name);
		assert.equal(await page.getByRole('region', { name: 'Carte : école_élémentaire' }).count(), 1);
	}));

suite.test('in English the map, its panel and the buttons speak English', () =>
	visit(view(SCHOOLS), { context: { locale: 'en-GB' } }, async page => {
		assert.equal(await page.locator('html').getAttribute('lang'), 'en');
		await drawnMap(page);
		for (const name of ['Zoom in', 'Zoom out', 'Copy: TileJSON'])
			assert.equal(await page.getByRole('button', { name, exact: true }).count(), 1, name);
		assert.equal(await page.getByRole('region', { name: 'Map: école_élémentaire' }).count(), 1);
		await clickAt(page, SCHOOL);
		await page.waitForSelector('#attributs h3');
		assert.ok(await page.locator('dd', { hasText: /^1450.5$/ }).isVisible());
		assert.ok(await page.locator('dd', { hasText: /^yes$/ }).first().isVisible());
		assert.equal(await page.getByRole('button', { name: 'Close' }).count(), 1);
	}));

suite.test('in English the list is searched and counted in English, and stays so', () =>
	visit('/?lang=en', {}, async page => {
		await page.fill('#q', 'ecole elem');
		assert.equal(await page.textContent('#found'), '1\u00a0theme for “ecole elem”.');
		assert.equal(new URL(page.url()).search, '?q=ecole%20elem&lang=en');
		await page.fill('#q', 'cycling');
		assert.equal(await shownThemes(page).count(), 1, 'by the English name of the group');
		await shownThemes(page).locator('a').click();
		await page.waitForURL(/lang=en/);
		assert.equal(await page.locator('html').getAttribute('lang'), 'en');
	}));

suite.test('attributions do not pass through the map library, which takes them for HTML', () =>
	visit(view(SCHOOLS), {}, async page => {
		await drawnMap(page);
		assert.equal(await page.locator('.maplibregl-ctrl-attrib').count(), 0);
	}));

suite.test('another site frames the map of a theme', async () => {
	const town = http.createServer((request, reply) => {
		reply.setHeader('Content-Type', 'text/html; charset=utf-8');
		reply.end('<!DOCTYPE html><html lang="fr"><title>Mairie</title><link rel="icon" href="data:,">' +
			`<iframe title="Écoles" width="600" height="400" src="${server.url}${embed(SCHOOLS)}"></iframe>`);
	});
	await new Promise(resolve => town.listen(0, '127.0.0.1', resolve));
	const origin = `http://127.0.0.1:${town.address().port}`;
	try {
		await visit(origin, { origin }, async page => {
			const frame = page.frames().find(one => one.url().startsWith(server.url));
			assert.ok(frame, 'the frame is loaded');
			await drawnMap(frame);
			assert.ok(await drawnBy(frame, SCHOOLS) > 30);
			const link = frame.locator('h1 a');
			assert.equal(await link.textContent(), 'école_élémentaire');
			assert.equal(await link.getAttribute('target'), '_blank');
			await frame.locator('canvas').click({
				position: await frame.evaluate(place => document.getElementById('carte').map.project(place),
					SCHOOL),
			});
			await frame.waitForSelector('.panel.chosen h3');
		});
	} finally {
		town.close();
		town.closeAllConnections();
	}
});

suite.test('an address that leads nowhere gets a calm page', async () => {
	const context = await browser.newContext({ locale: 'fr-FR' });
	const page = await context.newPage();
	const reply = await page.goto(`${server.url}/view/aucun:theme`);
	assert.equal(reply.status(), 404);
	assert.equal(await page.locator('h1').count(), 1);
	assert.ok(await page.getByRole('link', { name: 'Voir tous les thèmes' }).isVisible());
	await context.close();
});

suite.test('the quality report names what is wrong, and shows where', () =>
	visit(view(EVIL_THEME), { context: { viewport: { width: 360, height: 700 } } }, async page => {
		await drawnMap(page);
		const finding = page.locator('.findings li').first();
		assert.match(await finding.innerText(), /^1 polygone se recoupe\n.*à corriger dans la source/);
		await finding.getByRole('link', { name: 'voir sur la carte' }).click();
		await page.waitForFunction(([x, y]) => {
			const element = document.getElementById('carte');
			const { top, bottom } = element.getBoundingClientRect();
			const centre = element.map.getCenter();
			return Math.abs(centre.lng - x) < 1e-4 && Math.abs(centre.lat - y) < 1e-4 &&
				element.contains(document.activeElement) && bottom > 0 && top < innerHeight;
		}, KNOT);
		await page.getByRole('link', { name: 'English' }).click();
		assert.equal(await page.locator('.findings strong').first().innerText(), '1 polygon crosses itself');
	}));

const PAGES = {
	landing: '/', theme: view(SCHOOLS), report: view(EVIL_THEME), embed: embed(SCHOOLS),
	problem: '/view/aucun:theme', english: view(SCHOOLS) + '?lang=en', list: '/?lang=en&q=ecole',
	collections: '/collections?f=html', collection: `/collections/${encodeURIComponent(SCHOOLS)}?f=html`,
	tileset: `/collections/${encodeURIComponent(SCHOOLS)}/tiles/CC48_10cm?f=html`,
	items: `/collections/${encodeURIComponent(SCHOOLS)}/items?f=html&limit=5`, item: `/collections/${encodeURIComponent(SCHOOLS)}/items/1?f=html`,
	qgis: '/qgis?group=eq_educ', grid: '/tileMatrixSets/LAMB93_10cm?f=html', api: '/api?f=html', conformance: '/conformance?f=html',
	tilejson: `/tiles/${encodeURIComponent(SCHOOLS)}.json?f=html`, style: `/styles/${encodeURIComponent(SCHOOLS)}.json?f=html`,
	dcat: '/catalogue.jsonld', service: `/arcgis/rest/services/${encodeURIComponent(SCHOOLS)}/CC48_10cm/VectorTileServer`, health: '/healthz',
};
const openDetails = page => page.evaluate(() => {
	for (const details of document.querySelectorAll('details'))
		details.open = true;
});

suite.test('nothing scrolls sideways from 320 pixels up', async () => {
	for (const [name, address] of Object.entries(PAGES))
		for (const width of [320, 360, 768, 1920]) {
			const context = await browser.newContext({ viewport: { width, height: 800 }, locale: 'fr-FR' });
			const page = await context.newPage();
			await page.goto(server.url + address);
			if (['report', 'dcat', 'tilejson'].includes(name))
				await openDetails(page);
			const wide = await page.evaluate(() => document.documentElement.scrollWidth);
			assert.ok(wide <= width, `${name} at ${width}: ${wide}`);
			await context.close();
		}
});

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

for (const colorScheme of ['light', 'dark'])
	suite.test(`no accessibility fault is found (axe, ${colorScheme})`, async () => {
		for (const [name, address] of Object.entries(PAGES)) {
			const context = await browser.newContext({ colorScheme, bypassCSP: true, locale: 'fr-FR' });
			const page = await context.newPage();
			await page.goto(server.url + address);
			if (name === 'theme' || name === 'embed')
				await drawnMap(page);
			if (name === 'theme')
				await clickAt(page, SCHOOL);
			if (['report', 'dcat', 'tilejson'].includes(name))
				await openDetails(page);
			await page.addScriptTag({ path: axe });
			const found = await page.evaluate(values => axe.run({ runOnly: { type: 'tag', values } }),
				RULES);
			const faults = found.violations.map(fault =>
				`${name}: ${fault.id}: ${fault.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`);
			assert.deepEqual(faults, []);
			await context.close();
		}
	});

const failed = await suite.run();
await browser.close();
await server.stop();
rmSync(data, { recursive: true, force: true });
process.exit(failed ? 1 : 0);
