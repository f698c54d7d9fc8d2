/* SPDX-License-Identifier: EUPL-1.2 */
/* Filters the list of themes while one types. The server marks the matches of ?q= in the same way:
   every theme is in the page, those that do not match are hidden. */
(function () {
	'use strict';

	const english = document.documentElement.lang === 'en';
	const field = document.getElementById('q');
	const found = document.getElementById('found');
	const families = Array.from(document.querySelectorAll('.family'));
	const groups = Array.from(document.querySelectorAll('.group'));
	const few = document.querySelectorAll('.group li').length <= 60;
	let subjects = null;

	function fold(text) {
		return text.toLowerCase().replace(/œ/g, 'oe').replace(/æ/g, 'ae').replace(/ß/g, 'ss')
			.replace(/’/g, '\'').normalize('NFD').replace(/[\u0300-\u036f]/g, '');
	}

	function number(value) {
		return String(value).replace(/\B(?=(\d{3})+$)/g, english ? ',' : '\u202f');
	}

	/* What is searched of each theme, read from the page once. */
	function collect() {
		const list = [];
		for (const group of groups) {
			const family = group.closest('.family').querySelector('h2').textContent;
			const name = group.querySelector('h3').textContent;
			for (const item of group.querySelectorAll('li')) {
				const text = item.querySelector('b').textContent + '\n' +
					item.querySelector('code').textContent + '\n' + family + '\n' + name +
					'\n' + (item.getAttribute('data-about') || '');
				list.push({item, group, text: fold(text)});
			}
		}
		return list;
	}

	function countThemes(count) {
		if (!count)
			return english ? 'No\u00a0theme' : 'Aucun\u00a0thème';
		return number(count) + '\u00a0' + (english ? 'theme' : 'thème') + (count > 1 ? 's' : '');
	}

	function showGroups(shown, searching) {
		for (const group of groups) {
			const count = shown.get(group) || 0;
			group.hidden = count === 0;
			group.open = searching || few;
			group.querySelector('summary small').textContent = countThemes(count);
		}
		for (const family of families) {
			const count = Array.from(family.querySelectorAll('.group'))
				.reduce((sum, group) => sum + (shown.get(group) || 0), 0);
			const entry = document.querySelector('.index a[href="#' +
				family.querySelector('h2').id + '"]');
			family.hidden = entry.parentNode.hidden = count === 0;
			entry.querySelector('small').textContent = number(count);
		}
	}

	function tell(query, total) {
		if (!query) {
			found.textContent = '';
			return;
		}
		found.textContent = countThemes(total) +
			(english ? ' for “' + query + '”.' : ' pour «\u00a0' + query + '\u00a0».');
	}

	function filter() {
		const query = field.value.trim();
		const words = fold(query).split(/\s+/).filter(word => word);
		const shown = new Map();
		let total = 0;
		subjects = subjects || collect();
		for (const subject of subjects) {
			const match = words.every(word => subject.text.indexOf(word) >= 0);
			subject.item.hidden = !match;
			if (match) {
				total++;
				shown.set(subject.group, (shown.get(subject.group) || 0) + 1);
			}
		}
		showGroups(shown, words.length > 0);
		tell(query, total);
		const lang = new URLSearchParams(location.search).get('lang');
		const asked = [query && 'q=' + encodeURIComponent(query),
			lang && 'lang=' + encodeURIComponent(lang)].filter(part => part);
		const address = asked.length ? '?' + asked.join('&') : location.pathname;
		history.replaceState(null, '', address + location.hash);
	}

	/* A link to a group (from the page of a theme) opens it. */
	function openTarget() {
		const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
		if (!target || groups.indexOf(target) < 0)
			return;
		target.open = true;
		target.scrollIntoView();
	}

	field.addEventListener('input', filter);
	field.form.addEventListener('submit', event => {
		event.preventDefault();
		filter();
	});
	window.addEventListener('hashchange', openTarget);
	openTarget();
})();
