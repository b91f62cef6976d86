-- The tables of WordPress 6 that the feeds read, as its installation creates them, with a few
-- posts.
-- WordPress stores names with &amp; and dates that are missing as 0000-00-00 00:00:00.
CREATE TABLE wp_users (
	ID bigint(20) unsigned NOT NULL auto_increment,
	user_login varchar(60) NOT NULL default '',
	user_pass varchar(255) NOT NULL default '',
	user_nicename varchar(50) NOT NULL default '',
	user_email varchar(100) NOT NULL default '',
	user_url varchar(100) NOT NULL default '',
	user_registered datetime NOT NULL default '0000-00-00 00:00:00',
	user_activation_key varchar(255) NOT NULL default '',
	user_status int(11) NOT NULL default '0',
	display_name varchar(250) NOT NULL default '',
	PRIMARY KEY (ID),
	KEY user_login_key (user_login),
	KEY user_nicename (user_nicename),
	KEY user_email (user_email)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE TABLE wp_terms (
	term_id bigint(20) unsigned NOT NULL auto_increment,
	name varchar(200) NOT NULL default '',
	slug varchar(200) NOT NULL default '',
	term_group bigint(10) NOT NULL default 0,
	PRIMARY KEY (term_id),
	KEY slug (slug(191)),
	KEY name (name(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE TABLE wp_term_taxonomy (
	term_taxonomy_id bigint(20) unsigned NOT NULL auto_increment,
	term_id bigint(20) unsigned NOT NULL default 0,
	taxonomy varchar(32) NOT NULL default '',
	description longtext NOT NULL,
	parent bigint(20) unsigned NOT NULL default 0,
	count bigint(20) NOT NULL default 0,
	PRIMARY KEY (term_taxonomy_id),
	UNIQUE KEY term_id_taxonomy (term_id, taxonomy),
	KEY taxonomy (taxonomy)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE TABLE wp_term_relationships (
	object_id bigint(20) unsigned NOT NULL default 0,
	term_taxonomy_id bigint(20) unsigned NOT NULL default 0,
	term_order int(11) NOT NULL default 0,
	PRIMARY KEY (object_id, term_taxonomy_id),
	KEY term_taxonomy_id (term_taxonomy_id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE TABLE wp_posts (
	ID bigint(20) unsigned NOT NULL auto_increment,
	post_author bigint(20) unsigned NOT NULL default '0',
	post_date datetime NOT NULL default '0000-00-00 00:00:00',
	post_date_gmt datetime NOT NULL default '0000-00-00 00:00:00',
	post_content longtext NOT NULL,
	post_title text NOT NULL,
	post_excerpt text NOT NULL,
	post_status varchar(20) NOT NULL default 'publish',
	comment_status varchar(20) NOT NULL default 'open',
	ping_status varchar(20) NOT NULL default 'open',
	post_password varchar(255) NOT NULL default '',
	post_name varchar(200) NOT NULL default '',
	to_ping text NOT NULL,
	pinged text NOT NULL,
	post_modified datetime NOT NULL default '0000-00-00 00:00:00',
	post_modified_gmt datetime NOT NULL default '0000-00-00 00:00:00',
	post_content_filtered longtext NOT NULL,
	post_parent bigint(20) unsigned NOT NULL default '0',
	guid varchar(255) NOT NULL default '',
	menu_order int(11) NOT NULL default '0',
	post_type varchar(20) NOT NULL default 'post',
	post_mime_type varchar(100) NOT NULL default '',
	comment_count bigint(20) NOT NULL default '0',
	PRIMARY KEY (ID),
	KEY post_name (post_name(191)),
	KEY type_status_date (post_type, post_status, post_date, ID),
	KEY post_parent (post_parent),
	KEY post_author (post_author)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;
CREATE TABLE wp_postmeta (
	meta_id bigint(20) unsigned NOT NULL auto_increment,
	post_id bigint(20) unsigned NOT NULL default '0',
	meta_key varchar(255) default NULL,
	meta_value longtext,
	PRIMARY KEY (meta_id),
	KEY post_id (post_id),
	KEY meta_key (meta_key(191))
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;

INSERT INTO wp_users (ID, user_login, user_nicename, user_email, display_name) VALUES
	(1, 'ada', 'ada-byron', 'ada@example.com', 'Ada Byron'),
	(2, 'mevlut', 'mevlut', 'mevlut@example.com', 'Mevlüt Çavuşoğlu');
INSERT INTO wp_terms (term_id, name, slug) VALUES
	(1, 'World', 'world'), (2, 'Europe', 'europe'), (3, 'Arms &amp; Exports', 'arms'), (4, 'Strikes', 'strikes'),
	(5, 'Trains', 'trains'), (6, 'İstanbul', 'istanbul'), (7, 'Main menu', 'main-menu');
INSERT INTO wp_term_taxonomy (term_taxonomy_id, term_id, taxonomy, description, parent) VALUES
	(11, 1, 'category', '', 0), (12, 2, 'category', 'From Lisbon to Tallinn', 1), (13, 3, 'category', '', 2),
	(14, 4, 'post_tag', '', 0), (15, 5, 'post_tag', '', 0), (16, 6, 'post_tag', '', 0), (17, 7, 'nav_menu', '', 0);
INSERT INTO wp_posts (ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status, post_password,
	post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_parent, guid, post_type, post_mime_type, comment_count) VALUES
	(1, 1, '2025-11-25 12:00:00', '2025-11-25 09:00:00', '<!-- wp:paragraph --><p>No trains run until Friday.</p><!-- /wp:paragraph -->',
		'Strikes stop trains', '', 'publish', '', 'strikes', '', '', '2025-11-25 13:00:00', '2025-11-25 10:00:00', '', 0,
		'http://localhost:8080/?p=1', 'post', '', 3),
	(2, 2, '2025-11-26 12:00:00', '2025-11-26 09:00:00', '<p>Both sides meet.</p>', 'Talks begin', 'They meet.', 'publish', '', 'talks', '', '',
		'2025-11-26 12:00:00', '2025-11-26 09:00:00', '', 0, 'http://localhost:8080/?p=2', 'post', '', 0),
	(3, 1, '2025-11-26 13:00:00', '0000-00-00 00:00:00', '<p>Not yet.</p>', 'A draft', '', 'draft', '', '', '', '',
		'2025-11-26 13:00:00', '2025-11-26 10:00:00', '', 0, 'http://localhost:8080/?p=3', 'post', '', 0),
	(4, 1, '2999-01-01 03:00:00', '2999-01-01 00:00:00', '<p>Later.</p>', 'Under embargo', '', 'future', '', 'later', '', '',
		'2025-11-26 13:00:00', '2025-11-26 10:00:00', '', 0, 'http://localhost:8080/?p=4', 'post', '', 0),
	(5, 1, '2025-11-26 14:00:00', '2025-11-26 11:00:00', '<p>Secret.</p>', 'With a password', '', 'publish', 'secret', 'secret', '', '',
		'2025-11-26 14:00:00', '2025-11-26 11:00:00', '', 0, 'http://localhost:8080/?p=5', 'post', '', 0),
	(6, 1, '2025-11-25 12:30:00', '2025-11-25 09:30:00', '<p>No trains.</p>', 'Strikes stop trains', '', 'inherit', '', '1-revision-v1', '', '',
		'2025-11-25 12:30:00', '2025-11-25 09:30:00', '', 1, 'http://localhost:8080/?p=6', 'revision', '', 0),
	(7, 1, '2025-11-25 11:00:00', '2025-11-25 08:00:00', '', 'Empty rails', '', 'inherit', '', 'rails', '', '',
		'2025-11-25 11:00:00', '2025-11-25 08:00:00', '', 1, 'http://localhost:8080/wp-content/uploads/2025/11/rails.jpg', 'attachment', 'image/jpeg', 0),
	(8, 1, '2025-11-20 12:00:00', '2025-11-20 09:00:00', '<p>About us.</p>', 'About', '', 'publish', '', 'about', '', '',
		'2025-11-20 12:00:00', '2025-11-20 09:00:00', '', 0, 'http://localhost:8080/?page_id=8', 'page', '', 0);
INSERT INTO wp_postmeta (post_id, meta_key, meta_value) VALUES
	(1, '_edit_lock', '1764057600:1'), (1, '_thumbnail_id', '7'), (7, '_wp_attached_file', '2025/11/rails.jpg'),
	(7, '_wp_attachment_image_alt', 'Rails without a train');
INSERT INTO wp_term_relationships (object_id, term_taxonomy_id, term_order) VALUES
	(1, 12, 0), (1, 15, 0), (1, 14, 0), (2, 13, 0), (2, 16, 0), (3, 14, 0), (8, 17, 0);
