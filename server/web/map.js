/* SPDX-License-Identifier: EUPL-1.2 */
/* The map of a theme: its style, the limits of the communes faintly below, the attributes of the
   feature one chooses with a click or from the list of those in view. */
(function () {
	'use strict';

	const element = document.getElementById('carte');
	const notice = document.getElementById('avis');
	const panel = document.getElementById('objet');
	const data = element.dataset;
	const LIST_MOST = 60;
	const CLICK_MARGIN = 6;
	const RETRY_MS = 2000;
	const SELECTED = '#12100e';
	const GROUND = '#f7f4ef';

	const english = document.documentElement.lang === 'en';
	const inLanguage = (french, other) => english ? other : french;

	/* The library's own texts are English. */
	const locale = english ? {'Map.Title': 'Map: ' + data.title} : {
		'FullscreenControl.Enter': 'Afficher en plein écran',
		'FullscreenControl.Exit': 'Quitter le plein écran',
		'Map.Title': 'Carte : ' + data.title,
		'Marker.Title': 'Repère',
		'NavigationControl.ResetBearing': 'Remettre le nord en haut',
		'NavigationControl.ZoomIn': 'Zoomer',
		'NavigationControl.ZoomOut': 'Dézoomer',
		'Popup.Close': 'Fermer',
		'CooperativeGesturesHandler.WindowsHelpText':
			'Ctrl et molette pour zoomer sur la carte',
		'CooperativeGesturesHandler.MacHelpText': '⌘ et molette pour zoomer sur la carte',
		'CooperativeGesturesHandler.MobileHelpText': 'Deux doigts pour déplacer la carte'
	};

	function say(text) {
		notice.textContent = text;
		notice.hidden = !text;
	}

	function hasWebGL() {
		const canvas = document.createElement('canvas');
		return Boolean(canvas.getContext('webgl2') || canvas.getContext('webgl'));
	}

	/* Documents name the site by its public address; a page reached by another one (a tunnel, a
	   preview) asks where it came from instead. */
	const publicBase = data.base;
	const ownBase = location.origin + new URL(publicBase).pathname.replace(/\/$/, '');
	function here(url) {
		return url.indexOf(publicBase + '/') === 0 ? ownBase + url.slice(publicBase.length) : url;
	}

	function add(parent, name, text) {
		const child = document.createElement(name);
		if (text !== undefined)
			child.textContent = text;
		parent.appendChild(child);
		return child;
	}

	/* --- style --------------------------------------------------------------------------- */

	function contextLayers() {
		const layer = (id, type, paint) =>
			({id, type, source: 'context', 'source-layer': data.contextLayer, paint});
		return [
			layer('context-fill', 'fill', {'fill-color': '#fffdf9'}),
			layer('context-line', 'line', {'line-color': '#d3c8ba', 'line-width': 1})
		];
	}

	const isKind = kind => ['==', ['geometry-type'], kind];

	function selectionLayers(source) {
		const layer = (id, type, kind, paint) => ({
			id: 'selection-' + id, type, source, 'source-layer': data.layer, paint,
			metadata: {kind}, filter: ['==', ['id'], '']
		});
		return [
			layer('fill', 'fill', 'Polygon', {'fill-color': SELECTED, 'fill-opacity': 0.15}),
			layer('halo', 'line', '', {'line-color': '#fff', 'line-width': 6}),
			layer('line', 'line', '', {'line-color': SELECTED, 'line-width': 3}),
			layer('point', 'circle', 'Point', {
				'circle-radius': 9, 'circle-color': 'rgba(0,0,0,0)',
				'circle-stroke-color': SELECTED, 'circle-stroke-width': 3
			})
		];
	}

	function prepareStyle(style) {
		style.layers.unshift({id: 'ground', type: 'background', paint: {'background-color': GROUND}});
		if (data.context) {
			style.sources.context = {type: 'vector', url: location.origin + data.context};
			style.layers.splice(1, 0, ...contextLayers());
		}
		style.layers.push(...selectionLayers(data.theme));
		return style;
	}

	/* --- features ------------------------------------------------------------------------ */

	const NAME_COLUMN =
		/^(nom(?!bre)|name|lib|label|titre|title|denom|intitul|appell)|_(nom|lib|libelle|name)$/i;
	const KEY_COLUMN = /^(id|gid|fid|uuid|objectid)$|^id_|_id$|inspireid|code/i;

	function nameOf(feature) {
		const properties = feature.properties;
		const keys = Object.keys(properties);
		const texts = keys.filter(key => typeof properties[key] === 'string' && properties[key]);
		const key = texts.find(text => NAME_COLUMN.test(text)) ||
			texts.find(text => !KEY_COLUMN.test(text)) || texts[0] || keys[0];
		if (key !== undefined)
			return String(properties[key]);
		const name = inLanguage('Objet', 'Feature');
		return feature.id === undefined ? name : name + ' ' + feature.id;
	}

	function unique(features) {
		const seen = new Set();
		return features.filter(feature => {
			const key = feature.id === undefined ?
				JSON.stringify(feature.properties) : feature.id;
			return !seen.has(key) && seen.add(key);
		});
	}

	function valueText(value) {
		if (typeof value === 'boolean')
			return value ? inLanguage('oui', 'yes') : inLanguage('non', 'no');
		if (english)
			return String(value);
		if (typeof value === 'number')
			return String(value).replace('.', ',');
		const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
		return date ? date[3] + '/' + date[2] + '/' + date[1] : String(value);
	}

	function addValue(parent, value) {
		if (typeof value !== 'string' || !/^https?:\/\/\S+$/.test(value)) {
			parent.textContent = valueText(value);
			return;
		}
		const link = add(parent, 'a', value);
		link.href = value;
		link.rel = 'noopener noreferrer';
	}

	function addAttributes(parent, feature) {
		const list = add(parent, 'dl');
		for (const key of Object.keys(feature.properties)) {
			const row = add(list, 'div');
			add(row, 'dt', key);
			addValue(add(row, 'dd'), feature.properties[key]);
		}
		if (!list.firstChild)
			add(parent, 'p', inLanguage('Cet objet n’a pas d’attribut.',
				'This feature has no attributes.'));
	}

	/* --- map ----------------------------------------------------------------------------- */

	function startOf() {
		const start = {};
		const bounds = (data.bounds || '').split(',').map(Number);
		const centre = (data.centre || '').split(',').map(Number);
		if (bounds.length !== 4)
			return start;
		start.bounds = bounds;
		start.fitBoundsOptions = {
			padding: {top: 32, right: 56, bottom: 40, left: 32}, maxZoom: 16
		};
		if (centre.length === 3)
			start.dense = {center: [centre[0], centre[1]], zoom: centre[2]};
		return start;
	}

	/* Where the whole theme fits only at a zoom its tiles are still empty at, begin where it is
	   densest. */
	function showTheme(map, start) {
		if (start.dense && map.getZoom() < Number(data.minZoom))
			map.jumpTo(start.dense);
	}

	function createMap(style, start) {
		const embedded = document.body.className === 'bare';
		const narrow = matchMedia('(max-width: 40em)').matches;
		const map = new maplibregl.Map({
			container: element,
			style,
			bounds: start.bounds,
			fitBoundsOptions: start.fitBoundsOptions,
			hash: embedded ? false : 'carte',
			locale,
			attributionControl: false,
			cooperativeGestures: embedded || narrow,
			fadeDuration: 0,
			dragRotate: false,
			pitchWithRotate: false,
			touchPitch: false,
			maxPitch: 0,
			maxZoom: 21,
			transformRequest: url => ({url: here(url)})
		});
		map.touchZoomRotate.disableRotation();
		map.keyboard.disableRotation();
		map.addControl(new maplibregl.NavigationControl({showCompass: false}), 'top-right');
		map.addControl(new maplibregl.FullscreenControl(), 'top-right');
		map.addControl(new maplibregl.ScaleControl({maxWidth: 120}),
			narrow ? 'top-left' : 'bottom-left');
		return map;
	}

	/* A theme that is being prepared answers "later": its tiles are asked for again. */
	function retryLater(map) {
		let timer = 0;
		map.on('error', event => {
			const status = event.error && event.error.status;
			const source = event.sourceId && map.getSource(event.sourceId);
			if (status !== 503)
				console.error(event.error);
			if (status !== 503 || !source || timer)
				return;
			say(inLanguage('Le thème se prépare, la carte se dessinera bientôt…',
				'The theme is being prepared, the map will be drawn soon…'));
			timer = setTimeout(() => {
				timer = 0;
				source.setTiles(source.tiles);
			}, RETRY_MS);
		});
		map.on('idle', () => {
			if (timer)
				return;
			const waiting = document.querySelector('.banner-note.waiting');
			say('');
			if (waiting)
				waiting.hidden = true;
		});
	}

	function layersOf(map) {
		return map.getStyle().layers.filter(layer =>
			layer.source === data.theme && layer.id.indexOf('selection-') !== 0)
			.map(layer => layer.id);
	}

	function select(map, feature) {
		for (const layer of map.getStyle().layers) {
			if (layer.id.indexOf('selection-') !== 0)
				continue;
			const same = ['==', ['id'], feature && feature.id !== undefined ? feature.id : ''];
			const kind = layer.metadata.kind;
			map.setFilter(layer.id, kind ? ['all', same, isKind(kind)] : same);
		}
	}

	function centreOf(feature) {
		const bounds = new maplibregl.LngLatBounds();
		(function extend(coordinates) {
			if (typeof coordinates[0] === 'number')
				bounds.extend(coordinates);
			else
				coordinates.forEach(extend);
		})(feature.geometry.coordinates);
		return bounds.getCenter();
	}

	/* --- panel --------------------------------------------------------------------------- */

	function createPanel(map) {
		const attributes = document.getElementById('attributs');
		const inView = document.getElementById('visibles');
		const ids = layersOf(map);
		let chosen = [];

		function clear() {
			select(map, null);
			attributes.textContent = '';
			add(attributes, 'p', inLanguage('Cliquez sur un objet de la carte, ou choisissez-le ' +
				'dans la liste, pour lire ses attributs.', 'Click on a feature of the map, or ' +
				'choose it from the list, to read its attributes.')).className = 'hint';
			panel.classList.remove('chosen');
		}

		function show(index) {
			const feature = chosen[index];
			select(map, feature);
			attributes.textContent = '';
			panel.classList.add('chosen');
			const head = add(attributes, 'div');
			head.className = 'chosen-head';
			add(head, 'h3', nameOf(feature));
			const close = add(head, 'button', '×');
			close.type = 'button';
			close.setAttribute('aria-label', inLanguage('Fermer', 'Close'));
			close.addEventListener('click', clear);
			if (chosen.length > 1) {
				const next = add(attributes, 'button',
					(index + 1) + inLanguage(' sur ', ' of ') + chosen.length +
					inLanguage(' ici : voir le suivant', ' here: see the next'));
				next.type = 'button';
				next.addEventListener('click', () => show((index + 1) % chosen.length));
			}
			addAttributes(attributes, feature);
			attributes.scrollIntoView({block: 'nearest'});
		}

		function listInView() {
			/* who walks through the list with the keyboard must not lose his place */
			const walked = inView.querySelector('ul').contains(document.activeElement);
			if (!inView.open || walked)
				return;
			const features = unique(map.queryRenderedFeatures({layers: ids}));
			const list = inView.querySelector('ul');
			inView.querySelector('small').textContent = features.length > LIST_MOST ?
				LIST_MOST + inLanguage(' sur ', ' of ') + features.length : String(features.length);
			list.textContent = '';
			for (const feature of features.slice(0, LIST_MOST)) {
				const button = add(add(list, 'li'), 'button', nameOf(feature));
				button.type = 'button';
				button.addEventListener('click', () => {
					chosen = [feature];
					show(0);
					map.panTo(centreOf(feature));
				});
			}
		}

		map.on('click', event => {
			const {x, y} = event.point;
			const box = [[x - CLICK_MARGIN, y - CLICK_MARGIN], [x + CLICK_MARGIN, y + CLICK_MARGIN]];
			const exact = map.queryRenderedFeatures(event.point, {layers: ids});
			chosen = unique(exact.length ? exact : map.queryRenderedFeatures(box, {layers: ids}));
			if (chosen.length)
				show(0);
			else
				clear();
		});
		for (const id of ids) {
			map.on('mouseenter', id, () => {
				map.getCanvas().style.cursor = 'pointer';
			});
			map.on('mouseleave', id, () => {
				map.getCanvas().style.cursor = '';
			});
		}
		document.addEventListener('keydown', event => {
			if (event.key === 'Escape' && panel.classList.contains('chosen'))
				clear();
		});
		if (inView) {
			inView.open = matchMedia('(min-width: 62rem)').matches;
			map.on('idle', listInView);
			inView.addEventListener('toggle', listInView);
		}
		clear();
	}

	function start() {
		if (!data.bounds)
			return;
		if (!hasWebGL()) {
			say(inLanguage('Ce navigateur ne peut pas dessiner la carte (WebGL manque ou est ' +
				'désactivé). Les données restent lisibles ci-dessous et dans QGIS.',
				'This browser cannot draw the map (WebGL is missing or switched off). ' +
				'The data can be read below and in QGIS.'));
			return;
		}
		panel.hidden = false;
		panel.parentNode.classList.add('live');
		say(inLanguage('Chargement de la carte…', 'Loading the map…'));
		fetch(data.style).then(reply => {
			if (!reply.ok)
				throw new Error('style ' + reply.status);
			return reply.json();
		}).then(style => {
			const begin = startOf();
			const map = createMap(prepareStyle(style), begin);
			element.map = map;
			showTheme(map, begin);
			retryLater(map);
			map.once('style.load', () => createPanel(map));
		}).catch(() => {
			say(inLanguage('La carte n’a pas pu être chargée. Rechargez la page dans un moment.',
				'The map could not be loaded. Reload the page in a moment.'));
		});
	}

	start();
})();
