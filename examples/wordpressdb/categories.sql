-- categories selects the categories of posts. The tree begins with those that have no parent; each
-- category carries those above it as a JSON object.
WITH RECURSIVE tree (term_taxonomy_id, term_id, name, slug, description, parent, self) AS (
	SELECT x.term_taxonomy_id, t.term_id, replace(t.name, '&amp;', '&'), t.slug, x.description, cast(NULL AS char(10000)),
		cast(json_object('name', replace(t.name, '&amp;', '&'), 'slug', t.slug) AS char(10000))
	FROM wp_term_taxonomy x JOIN wp_terms t ON t.term_id = x.term_id
	WHERE x.taxonomy = 'category' AND x.parent = 0
	UNION ALL
	SELECT x.term_taxonomy_id, t.term_id, replace(t.name, '&amp;', '&'), t.slug, x.description, tree.self,
		json_object('name', replace(t.name, '&amp;', '&'), 'slug', t.slug, 'parent', json_extract(tree.self, '$'))
	FROM tree
	JOIN wp_term_taxonomy x ON x.taxonomy = 'category' AND x.parent = tree.term_id
	JOIN wp_terms t ON t.term_id = x.term_id
)
SELECT r.object_id, tree.name, tree.slug, tree.description, tree.parent
FROM wp_term_relationships r JOIN tree ON tree.term_taxonomy_id = r.term_taxonomy_id
WHERE r.object_id IN ({?})
ORDER BY r.object_id, r.term_order, tree.name
