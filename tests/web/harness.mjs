// SPDX-License-Identifier: EUPL-1.2
// What the browser tests stand on: the program on a free port, Chromium, and results told in TAP.

import { execFileSync, spawn } from 'node:child_process';
import {
	copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const builddir = process.env.top_builddir || process.cwd();
const CHROMIUM = '/usr/bin/chromium';
const CHROMIUM_OPTIONS = [
	'--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync',
	'--use-angle=swiftshader', '--enable-unsafe-swiftshader',
];

export function skip(reason) {
	console.log(reason);
	process.exit(77);
}

/* The pinned packages, installed below the build folder: the sources may be read-only. Tests that run
 * at the same time each install aside, and the first one's stays. */
export function packages() {
	const folder = path.join(builddir, 'tests', 'web', 'npm');
	const { devDependencies } = JSON.parse(readFileSync(path.join(here, 'package.json')));
	const complete = () => Object.entries(devDependencies).every(([name, version]) => {
		const file = path.join(folder, 'node_modules', name, 'package.json');
		return existsSync(file) && JSON.parse(readFileSync(file)).version === version;
	});
	if (!complete()) {
		mkdirSync(path.dirname(folder), { recursive: true });
		const aside = mkdtempSync(folder + '-');
		try {
			for (const file of ['package.json', 'package-lock.json', '.npmrc'])
				copyFileSync(path.join(here, file), path.join(aside, file));
			execFileSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'],
				{ cwd: aside, stdio: ['ignore', 'ignore', 'pipe'] });
			if (!complete()) {
				rmSync(folder, { recursive: true, force: true });
				renameSync(aside, folder);
			}
		} catch (error) {
			if (!complete())
				skip('this test needs npm and its registry, to install what it judges with');
		} finally {
			rmSync(aside, { recursive: true, force: true });
		}
	}
	return createRequire(path.join(folder, 'package.json'));
}

export async function openBrowser() {
	if (!existsSync(CHROMIUM))
		skip('the browser tests need Chromium (Debian package chromium)');
	const require = packages();
	const { chromium } = require('playwright-core');
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_OPTIONS });
	return { browser, axe: require.resolve('axe-core/axe.min.js') };
}

/* Starts `tuilerie serve DATA` on a port the system chooses. */
export function startServer(data) {
	const program = process.env.TUILERIE || path.join(builddir, 'tuilerie');
	const state = mkdtempSync(path.join(tmpdir(), 'tuilerie-web-state-'));
	const child = spawn(program,
		['serve', data, '--listen', '127.0.0.1:0', '--state', state],
		{ stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	const server = {
		stop: () => new Promise(resolve => {
			const done = () => {
				rmSync(state, { recursive: true, force: true });
				resolve();
			};
			if (child.exitCode !== null)
				return done();
			child.once('exit', done);
			child.kill('SIGTERM');
		}),
	};
	return new Promise((resolve, reject) => {
		const listen = chunk => {
			said += chunk;
			const match = /listening on (127\.0\.0\.1:\d+)/.exec(said);
			if (match && !server.url) {
				server.url = 'http://' + match[1];
				resolve(server);
			}
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		child.once('exit', code => reject(new Error(`the server ended with ${code}:\n${said}`)));
	});
}

/* Cases are run in order; one that throws has failed, the others go on. An argument runs only those
 * whose name holds it. */
export class Suite {
	constructor() {
		this.cases = [];
		this.wanted = process.argv[2] || '';
	}

	test(name, run) {
		if (name.includes(this.wanted))
			this.cases.push({ name, run });
	}

	async run() {
		let failed = 0;
		console.log(`1..${this.cases.length}`);
		for (const [index, { name, run }] of this.cases.entries()) {
			try {
				await run();
				console.log(`ok ${index + 1} - ${name}`);
			} catch (error) {
				failed++;
				console.log(`not ok ${index + 1} - ${name}`);
				console.log(String(error.stack || error).replace(/^/gm, '# '));
			}
		}
		console.log(`${this.cases.length - failed} passed, ${failed} failed`);
		return failed;
	}
}
