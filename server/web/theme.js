/* SPDX-License-Identifier: EUPL-1.2 */
/* Of a theme's page: a button to copy beside each address; links to places lead to the map. */
(function () {
	'use strict';

	const english = document.documentElement.lang === 'en';
	const inLanguage = (french, other) => english ? other : french;

	/* Without a secure connection browsers offer no clipboard: the text is then selected and the
	   old command tried. */
	function copySelected(code) {
		const range = document.createRange();
		range.selectNodeContents(code);
		const selection = window.getSelection();
		selection.removeAllRanges();
		selection.addRange(range);
		return document.execCommand('copy');
	}

	function copy(code) {
		if (navigator.clipboard)
			return navigator.clipboard.writeText(code.textContent).then(() => true,
				() => copySelected(code));
		return Promise.resolve(copySelected(code));
	}

	function addButton(block) {
		const code = block.querySelector('code');
		const button = document.createElement('button');
		const name = block.querySelector('h3').textContent;
		const told = document.createElement('span');
		told.setAttribute('role', 'status');
		told.className = 'told';
		button.type = 'button';
		button.textContent = inLanguage('Copier', 'Copy');
		button.setAttribute('aria-label', inLanguage('Copier : ', 'Copy: ') + name);
		button.addEventListener('click', () => {
			copy(code).then(done => {
				told.textContent = done ? inLanguage('Copié', 'Copied') :
					inLanguage('Sélectionné : copiez avec Ctrl+C', 'Selected: copy with Ctrl+C');
				setTimeout(() => {
					told.textContent = '';
				}, 3000);
			});
		});
		block.appendChild(button);
		block.appendChild(told);
	}

	/* The map itself follows the address, out of sight: it is brought into view. */
	function showMap() {
		const map = document.getElementById('carte');
		const canvas = map.querySelector('canvas');
		map.scrollIntoView({ block: 'center' });
		if (canvas)
			canvas.focus({ preventScroll: true });
	}

	for (const block of document.querySelectorAll('.copy'))
		addButton(block);
	for (const link of document.querySelectorAll('a[href^="#carte="]'))
		link.addEventListener('click', showMap);
})();
