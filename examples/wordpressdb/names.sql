-- names differs if a category, a tag or an author has another name or place. Then all posts are
-- read again: no stamp of a post shows it.
SELECT x.taxonomy, x.term_taxonomy_id AS id, x.parent, x.description, t.name, t.slug
FROM wp_term_taxonomy x JOIN wp_terms t ON t.term_id = x.term_id
WHERE x.taxonomy IN ('category', 'post_tag')
UNION ALL
SELECT 'author', ID, 0, '', display_name, user_nicename
FROM wp_users WHERE ID IN (SELECT post_author FROM wp_posts)
ORDER BY 1, 2
