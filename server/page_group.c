/* SPDX-License-Identifier: EUPL-1.2 */
#include "server/page_group.h"

#include <stddef.h>
#include <string.h>

static const struct group_name names[] = {
	{"app", "Applications", "Services en ligne"},
	{"dem_stats", "Démographie", "Statistiques"},
	{"eco_autres", "Économie", "Autres activités"},
	{"eco_comm", "Économie", "Commerces et zones d’activité"},
	{"eq_admin", "Équipements", "Administration"},
	{"eq_autres", "Équipements", "Autres équipements"},
	{"eq_cultspo", "Équipements", "Culture et sport"},
	{"eq_educ", "Équipements", "Éducation"},
	{"eq_poi", "Équipements", "Lieux d’intérêt"},
	{"espub_autr", "Espace public", "Autres usages"},
	{"espub_dech", "Espace public", "Déchets"},
	{"espub_esv", "Espace public", "Espaces verts"},
	{"espub_mob", "Espace public", "Mobilier urbain"},
	{"ext_geobretagne", "Partenaires", "GéoBretagne"},
	{"ext_region_bretagne", "Partenaires", "Région Bretagne"},
	{"geor_loc", "Applications", "Localisation"},
	{"gpu", "Urbanisme", "Géoportail de l’urbanisme"},
	{"hyd_ouvrag", "Eau", "Ouvrages et cours d’eau"},
	{"hyd_zone", "Eau", "Zones hydrographiques"},
	{"ladm_terri", "Limites administratives", "Territoires"},
	{"limite_admin", "Limites administratives", "Communes et quartiers"},
	{"log_immo", "Habitat", "Immobilier"},
	{"log_polit", "Habitat", "Politique du logement"},
	{"mviewer", "Applications", "Cartes thématiques"},
	{"nrj_prod", "Énergie et réseaux", "Production d’énergie"},
	{"ocsol_mode", "Occupation du sol", "Modes d’occupation"},
	{"ocsol_sol", "Occupation du sol", "Sols"},
	{"phot_obliq", "Images", "Photographies obliques"},
	{"pnat_autres", "Patrimoine naturel", "Autres"},
	{"pnat_bocag", "Patrimoine naturel", "Bocage"},
	{"pnat_hab", "Patrimoine naturel", "Habitats et espèces"},
	{"pnat_zone", "Patrimoine naturel", "Zones protégées"},
	{"ptou_arch", "Patrimoine et tourisme", "Architecture"},
	{"ptou_lois", "Patrimoine et tourisme", "Loisirs"},
	{"ref_alti", "Référentiels", "Altimétrie"},
	{"ref_autres", "Référentiels", "Autres référentiels"},
	{"ref_cad", "Référentiels", "Cadastre"},
	{"ref_fonds", "Référentiels", "Fonds de plan"},
	{"ref_mer", "Référentiels", "Mer"},
	{"ref_rva", "Référentiels", "Rues, voies et adresses"},
	{"ref_topo", "Référentiels", "Topographie"},
	{"res_humide", "Énergie et réseaux", "Réseaux humides"},
	{"res_nrj", "Énergie et réseaux", "Réseaux d’énergie"},
	{"res_num", "Énergie et réseaux", "Réseaux numériques"},
	{"sec_civile", "Santé et sécurité", "Sécurité civile"},
	{"sec_risnat", "Santé et sécurité", "Risques naturels"},
	{"sec_sanit", "Santé et sécurité", "Santé et environnement"},
	{"sec_techno", "Santé et sécurité", "Risques technologiques"},
	{"trid_bati", "Images", "Bâtiments en 3D"},
	{"trp_aerien", "Déplacements", "Transport aérien"},
	{"trp_autre", "Déplacements", "Autres déplacements"},
	{"trp_coll", "Déplacements", "Transports collectifs"},
	{"trp_doux", "Déplacements", "Vélo et marche"},
	{"trp_ferrov", "Déplacements", "Voies ferrées"},
	{"trp_org", "Déplacements", "Organisation"},
	{"trp_rout", "Déplacements", "Routes"},
	{"trp_statio", "Déplacements", "Stationnement"},
	{"urba_docs", "Urbanisme", "Documents d’urbanisme"},
	{"urba_docs_plui", "Urbanisme", "Plan local d’urbanisme (PLUi)"},
	{"urba_fonc", "Urbanisme", "Foncier"},
	{"urba_proj", "Urbanisme", "Projets"},
	{"urba_zona", "Urbanisme", "Zonages"},
};

const struct group_name *group_name_find(const char *group)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i].group, group) == 0)
			return &names[i];
	}
	return NULL;
}
