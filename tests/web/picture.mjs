// SPDX-License-Identifier: EUPL-1.2
// Takes the README's picture of a running server: node picture.mjs http://127.0.0.1:8080 OUT.png

import { openBrowser } from './harness.mjs';

const [, , site, output, theme] = process.argv;
const { browser } = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
const id = theme ? encodeURIComponent(theme) : '';
await page.goto(theme ? `${site}/view/${id}` : site);
if (theme)
	await page.waitForFunction(() => {
		const map = document.getElementById('carte').map;
		return map && map.loaded() && map.areTilesLoaded() && map.queryRenderedFeatures().length > 0;
	}, null, { timeout: 60000 });
await page.screenshot({ path: output });
await browser.close();
