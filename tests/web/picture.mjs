// SPDX-License-Identifier: EUPL-1.2
// Takes the README's picture of a running server, the first feature in view being chosen:
//     node tests/web/picture.mjs http://127.0.0.1:8080 trp_coll:star_ligne_itineraire OUT.png

import { openBrowser } from './harness.mjs';

const [, , site, theme, output] = process.argv;
const { browser } = await openBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
const idle = () => page.waitForFunction(() => {
	const map = document.getElementById('carte').map;
	return map && map.loaded() && !map.isMoving() && document.querySelector('#visibles li');
}, null, { timeout: 60000 });
await page.goto(`${site}/view/${encodeURIComponent(theme)}`);
await idle();
await page.locator('#visibles li button').first().click();
await idle();
await page.screenshot({ path: output });
await browser.close();
