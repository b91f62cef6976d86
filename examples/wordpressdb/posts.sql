-- posts selects posts by their number, with the addresses of a site whose permalinks have the
-- date and the name. Drafts and posts with a password are not selected; scheduled posts are, and
-- appear at their time. An image is an attachment, whose guid is its address.
SELECT p.ID AS 'key', p.guid AS id, concat(date_format(p.post_date, '/%Y/%m/%d/'), p.post_name, '/') AS url,
	p.post_title AS title, p.post_excerpt AS summary, p.post_content AS content,
	p.post_date_gmt AS published, p.post_modified_gmt AS updated, p.comment_count,
	image.guid AS image, image.post_mime_type AS image_type,
	(SELECT max(meta_value) FROM wp_postmeta WHERE post_id = image.ID AND meta_key = '_wp_attachment_image_alt') AS image_alt
FROM wp_posts p
LEFT JOIN wp_posts image ON image.post_type = 'attachment' AND image.ID =
	(SELECT max(cast(meta_value AS unsigned)) FROM wp_postmeta WHERE post_id = p.ID AND meta_key = '_thumbnail_id')
WHERE p.post_type = 'post' AND p.post_status IN ('publish', 'future') AND p.post_password = '' AND p.ID IN ({?})
