-- The tags of posts.
SELECT r.object_id, replace(t.name, '&amp;', '&') AS name, t.slug
FROM wp_term_relationships r
JOIN wp_term_taxonomy x ON x.term_taxonomy_id = r.term_taxonomy_id AND x.taxonomy = 'post_tag'
JOIN wp_terms t ON t.term_id = x.term_id
WHERE r.object_id IN ({?})
ORDER BY r.object_id, r.term_order, t.name
