-- The author of each post.
SELECT p.ID, u.display_name AS name, u.user_nicename AS slug
FROM wp_posts p JOIN wp_users u ON u.ID = p.post_author
WHERE p.ID IN ({?})
