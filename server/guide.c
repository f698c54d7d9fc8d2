/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdbool.h>
#include <stddef.h>

#include "server/guide.h"

#define QGIS_TILES                                                                                     \
	{                                                                                              \
		"Couche › Ajouter une couche de tuiles vectorielles… › Nouveau › Nouvelle "    \
		"connexion générique, avec cette URL :",                                               \
			"Layer › Add Vector Tile Layer… › New › New Generic Connection, with " \
			"this URL:"                                                                    \
	}
#define QGIS_SERVICE                                                                                \
	{                                                                                           \
		"À partir de la version 3.26 : Couche › Ajouter une couche de tuiles "           \
		"vectorielles… › Nouveau › Nouvelle connexion à un service de tuiles "       \
		"vectorielles ArcGIS, avec cette URL :",                                            \
			"From version 3.26 on: Layer › Add Vector Tile Layer… › New › New " \
			"ArcGIS Vector Tile Service Connection, with this URL:"                     \
	}
#define GDAL_TILES                                                 \
	{                                                          \
		"Toutes les tuiles d’un niveau de zoom, ici 14 :", \
			"All tiles of a zoom level, here 14:"      \
	}
#define ESRI_SERVICE "{base}/arcgis/rest/services/{themes}/{grid}{commune}/VectorTileServer"

#define LINK_THEME                                                         \
	{                                                                  \
		{"Carte et fiche du thème", "Map and facts of the theme"}, \
			"/view/{themes}{query}", true                      \
	}
#define LINK_COLLECTION                                                                     \
	{                                                                                   \
		{"Collection OGC API", "OGC API collection"}, "/collections/{themes}", true \
	}
#define LINK_TILESET                                                      \
	{                                                                 \
		{"Jeu de tuiles OGC API, qui mène à une tuile",           \
		 "OGC API tileset, which leads to a tile"},               \
			"/collections/{themes}/tiles/{grid}{query}", true \
	}
#define LINK_GRID                                                                                \
	{                                                                                        \
		{"Définition de la grille", "Definition of the grid"}, "/tileMatrixSets/{grid}", \
			false                                                                    \
	}
#define LINK_STYLE                                                        \
	{                                                                 \
		{"Style", "Style"}, "/styles/{themes}.json{query}", false \
	}
#define LINK_DCAT                                                          \
	{                                                                  \
		{"Fiche DCAT-AP du thème", "DCAT-AP record of the theme"}, \
			"/catalogue/{themes}.jsonld", true                 \
	}
#define LINK_TILEJSON                                                          \
	{                                                                      \
		{"TileJSON", "TileJSON"}, "/tiles/{themes}.json{query}", false \
	}

const struct guide guide_tilejson = {
	.title = {"TileJSON", "TileJSON"},
	.purpose =
		{"Ce document décrit les tuiles vectorielles à une carte web : leur adresse, leurs "
		 "niveaux de zoom, leur emprise, leurs couches et colonnes.",
		 "This document describes the vector tiles to a web map: their address, their "
		 "zoom levels, their extent, their layers and columns."},
	.uses = {{"MapLibre GL JS",
		  {"Une source de la carte :", "A source of the map:"},
		  "map.addSource('theme', {type: 'vector', url: '{address}'})"},
		 {"OpenLayers",
		  {"L’adresse des tuiles :", "The address of the tiles:"},
		  "new VectorTileSource({format: new MVT(), url: "
		  "'{base}/tiles/{themes}/{z}/{x}/{y}{query}'})"},
		 {"QGIS", QGIS_TILES, "{base}/tiles/{themes}/{z}/{x}/{y}{query}"},
		 {"GDAL", GDAL_TILES, "ogrinfo MVT:{base}/tiles/{themes}/14"}},
	.links = {LINK_THEME, LINK_STYLE, LINK_COLLECTION, LINK_TILESET, LINK_GRID},
};

const struct guide guide_tilejson_of_grid = {
	.title = {"TileJSON d’une grille", "TileJSON of a grid"},
	.purpose =
		{"Ce document décrit les tuiles vectorielles dans cette grille. TileJSON ne connaît "
		 "que Web Mercator : pour une autre grille, les cartes doivent savoir laquelle.",
		 "This document describes the vector tiles in this grid. TileJSON knows Web "
		 "Mercator only: for another grid, maps must know which one."},
	.uses = {{"OpenLayers",
		  {"Dans la projection de la grille :", "In the CRS of the grid:"},
		  "new OGCVectorTile({format: new MVT(), url: "
		  "'{base}/collections/{themes}/tiles/{grid}{query}'})"},
		 {"QGIS", QGIS_SERVICE, ESRI_SERVICE},
		 {"GDAL", GDAL_TILES, "ogrinfo MVT:{base}/tiles/{themes}/{grid}/14"}},
	.links = {LINK_THEME, LINK_COLLECTION, LINK_TILESET, LINK_GRID},
};

const struct guide guide_metadata = {
	.title = {"Métadonnées des tuiles pour GDAL", "Metadata of the tiles for GDAL"},
	.purpose =
		{"GDAL cherche ce document à côté des tuiles pour savoir où elles se trouvent et ce "
		 "qu’elles contiennent. Personne n’a besoin d’écrire son adresse.",
		 "GDAL looks for this document beside the tiles, to know where they lie and what "
		 "is in them. Nobody needs to write its address."},
	.uses = {{"GDAL", GDAL_TILES, "ogrinfo MVT:{base}/tiles/{themes}/{grid}/14"}},
	.links = {LINK_THEME, LINK_TILEJSON, LINK_GRID},
};

const struct guide guide_style = {
	.title = {"Style", "Style"},
	.purpose =
		{"Ce document dit comment dessiner les tuiles, et où en sont les tuiles. Une carte web "
		 "ou QGIS n’a besoin que de son adresse.",
		 "This document says how to draw the tiles, and where they are. A web map "
		 "or QGIS needs its address only."},
	.uses = {{"MapLibre GL JS",
		  {"Une carte entière :", "A whole map:"},
		  "new maplibregl.Map({container: 'carte', style: '{address}'})"},
		 {"OpenLayers",
		  {"Avec ol-mapbox-style :", "With ol-mapbox-style:"},
		  "apply('carte', '{address}')"},
		 {"QGIS",
		  {"Comme URL du style, dans la connexion aux tuiles :",
		   "As the style URL, in the connection to the tiles:"},
		  "{address}"}},
	.links = {LINK_THEME, LINK_TILEJSON, LINK_COLLECTION},
};

const struct guide guide_esri = {
	.title = {"Service VectorTileServer", "VectorTileServer service"},
	.purpose =
		{"Ce document décrit les tuiles à la manière d’ArcGIS. C’est par lui que QGIS lit des "
		 "tuiles vectorielles dans une autre projection que Web Mercator.",
		 "This document describes the tiles in ArcGIS’s manner. It is the way by which "
		 "QGIS reads vector tiles in another CRS than Web Mercator."},
	.uses = {{"QGIS", QGIS_SERVICE, "{address}"},
		 {"ArcGIS",
		  {"Ajouter des données › À partir d’une URL :", "Add data › From URL:"},
		  "{address}"}},
	.links = {{{"Style du service", "Style of the service"},
		   "{path}/resources/styles{query}",
		   false},
		  LINK_THEME,
		  LINK_COLLECTION,
		  LINK_TILESET,
		  LINK_GRID},
};

const struct guide guide_esri_style = {
	.title = {"Style du service VectorTileServer", "Style of the VectorTileServer service"},
	.purpose = {"QGIS et ArcGIS trouvent ce style par la description du service : personne n’a "
		    "besoin d’écrire son adresse.",
		    "QGIS and ArcGIS find this style by the description of the service: nobody "
		    "needs to write its address."},
	.uses = {{"QGIS", QGIS_SERVICE, ESRI_SERVICE}},
	.links = {{{"Le service", "The service"},
		   "/arcgis/rest/services/{themes}/{grid}/VectorTileServer{query}",
		   false},
		  LINK_THEME,
		  LINK_GRID},
};

const struct guide guide_catalogue = {
	.title = {"Catalogue DCAT-AP", "DCAT-AP catalogue"},
	.purpose = {"Ce document décrit tous les thèmes à un portail de données ouvertes, qui les "
		    "moissonne, cent par page.",
		    "This document describes all themes to an open data portal, which harvests "
		    "them, a hundred a page."},
	.uses = {{"data.gouv.fr",
		  {"Un moissonneur de type DCAT, avec cette adresse :",
		   "A harvester of the kind DCAT, with this address:"},
		  "{base}/catalogue.jsonld"},
		 {"CKAN",
		  {"Une source de type DCAT RDF, avec cette adresse :",
		   "A source of the kind DCAT RDF, with this address:"},
		  "{base}/catalogue.jsonld"}},
	.links = {{{"Tous les thèmes", "All themes"}, "/", false},
		  {{"Collections OGC API", "OGC API collections"}, "/collections", false}},
};

const struct guide guide_catalogue_theme = {
	.title = {"Fiche DCAT-AP", "DCAT-AP record"},
	.purpose =
		{"Ce document décrit un thème à un portail de données ouvertes : titre, licence, "
		 "producteur, emprise, et où le prendre.",
		 "This document describes a theme to an open data portal: title, licence, "
		 "producer, extent, and where to get it."},
	.links = {LINK_THEME,
		  LINK_COLLECTION,
		  LINK_TILEJSON,
		  {{"Tout le catalogue", "The whole catalogue"}, "/catalogue.jsonld", false}},
};
