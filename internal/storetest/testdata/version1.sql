-- What the first version of the schema had after a test: its tables and views, and rows in them.
CREATE TABLE syndicate_state (
	one           {integer} PRIMARY KEY CHECK (one = 1),
	live          {integer} NOT NULL,
	clock         {integer} NOT NULL,
	change        {integer} NOT NULL,
	last_number   {integer} NOT NULL,
	start_age     {integer},
	start_key     {text},
	tag_authority {text} NOT NULL
) {table};
CREATE TABLE syndicate_scopes (
	n           {integer} PRIMARY KEY,
	kind        {integer} NOT NULL,
	key         {text} NOT NULL,
	names       {text} NOT NULL,
	description {text} NOT NULL,
	url         {text} NOT NULL,
	articles    {integer} NOT NULL,
	pages       {integer} NOT NULL,
	open        {integer} NOT NULL,
	open_size   {integer} NOT NULL,
	end_age     {integer},
	end_key     {text},
	modified    {integer},
	version     {integer} NOT NULL,
	changed     {integer} NOT NULL,
	told        {integer} NOT NULL,
	UNIQUE (kind, key)
) {table};
CREATE INDEX syndicate_scopes_changed ON syndicate_scopes (changed);
CREATE TABLE syndicate_terms (
	n           {integer} PRIMARY KEY,
	scope       {integer} NOT NULL,
	hash        {text} NOT NULL,
	parent      {integer},
	name        {text} NOT NULL,
	slug        {text} NOT NULL,
	description {text} NOT NULL,
	url         {text} NOT NULL,
	avatar      {text} NOT NULL,
	email       {text} NOT NULL,
	articles    {integer} NOT NULL,
	visible     {integer} NOT NULL,
	UNIQUE (scope, hash)
) {table};
CREATE TABLE syndicate_articles (
	n             {integer} PRIMARY KEY,
	atom_id       {text} NOT NULL UNIQUE,
	age           {integer} NOT NULL,
	key           {text} NOT NULL,
	updated       {integer},
	expires       {integer},
	entered       {integer},
	draft         {integer} NOT NULL,
	size          {integer} NOT NULL,
	hash          {text} NOT NULL,
	authors       {text} NOT NULL,
	categories    {text} NOT NULL,
	tags          {text} NOT NULL,
	id            {text} NOT NULL,
	url           {text} NOT NULL,
	title         {text} NOT NULL,
	language      {text} NOT NULL,
	external_url  {text} NOT NULL,
	comments_url  {text} NOT NULL,
	comments_feed {text} NOT NULL,
	comment_count {integer} NOT NULL,
	rights        {text} NOT NULL,
	banner        {text} NOT NULL,
	image         {text} NOT NULL,
	origin        {text} NOT NULL,
	enclosures    {text} NOT NULL,
	contributors  {text} NOT NULL,
	extensions    {text} NOT NULL,
	summary       {text} NOT NULL,
	content       {text} NOT NULL
) {table};
CREATE INDEX syndicate_articles_in_order ON syndicate_articles (age, key);
CREATE INDEX syndicate_articles_url ON syndicate_articles (url);
CREATE INDEX syndicate_articles_hidden ON syndicate_articles (age, key) WHERE draft = 1 OR expires IS NOT NULL;
CREATE TABLE syndicate_article_scopes (
	scope   {integer} NOT NULL,
	age     {integer} NOT NULL,
	key     {text} NOT NULL,
	article {integer} NOT NULL,
	PRIMARY KEY (scope, age, key){covering}
) {keyed};
CREATE TABLE syndicate_pages (
	scope  {integer} NOT NULL,
	number {integer} NOT NULL,
	age    {integer} NOT NULL,
	key    {text} NOT NULL,
	PRIMARY KEY (scope, number)
) {keyed};
CREATE TABLE syndicate_tombstones (
	scope {integer} NOT NULL,
	age   {integer} NOT NULL,
	key   {text} NOT NULL,
	ends  {integer} NOT NULL,
	PRIMARY KEY (scope, age, key)
) {keyed};
CREATE INDEX syndicate_tombstones_key ON syndicate_tombstones (key);
CREATE TABLE syndicate_agenda (
	scope   {integer} NOT NULL,
	at      {integer} NOT NULL,
	key     {text} NOT NULL,
	event   {integer} NOT NULL,
	article {integer} NOT NULL,
	PRIMARY KEY (scope, at, key, event)
) {keyed};
CREATE INDEX syndicate_agenda_key ON syndicate_agenda (key);
CREATE TABLE syndicate_closed (
	scope {text} PRIMARY KEY,
	moved {text} NOT NULL
) {keyed};
CREATE VIEW syndicate_authors AS SELECT t.n, s.key AS slug, t.name, t.url, t.avatar, t.email, t.articles, t.visible
	FROM syndicate_terms t JOIN syndicate_scopes s ON s.n = t.scope WHERE s.kind = 3;
CREATE VIEW syndicate_categories AS
	SELECT t.n, s.key AS path, t.parent, t.slug, t.name, t.description, t.url, t.articles, t.visible
	FROM syndicate_terms t JOIN syndicate_scopes s ON s.n = t.scope WHERE s.kind = 1;
CREATE VIEW syndicate_tags AS SELECT t.n, s.key AS slug, t.name, t.description, t.url, t.articles, t.visible
	FROM syndicate_terms t JOIN syndicate_scopes s ON s.n = t.scope WHERE s.kind = 2;
INSERT INTO syndicate_state VALUES(1,2,1704888000,5,27,NULL,NULL,'example.com,2020');
INSERT INTO syndicate_scopes VALUES(1,0,'','[]','','',6,3,0,0,-1704542400,'4711-full',1704888000,2526821485825881942,5,5);
INSERT INTO syndicate_scopes VALUES(2,2,'a','["A"]','','',5,2,1,2837,-1704369600,'https://elsewhere.example/4/',1704888000,1987246347308034574,5,5);
INSERT INTO syndicate_scopes VALUES(3,2,'b','["B"]','','',5,2,1,2837,-1704369600,'https://elsewhere.example/4/',1704456000,469190849445228004,4,4);
INSERT INTO syndicate_scopes VALUES(4,1,'mil','["Military"]','All of it','https://www.example.com/m/',1,0,1,6523,NULL,NULL,1704628800,2694633188847604566,4,4);
INSERT INTO syndicate_scopes VALUES(5,1,'mil/arms','["Military","Arms"]','Exports','https://www.example.com/m/a',1,0,1,6523,NULL,NULL,1704628800,7745776228120254456,4,4);
INSERT INTO syndicate_scopes VALUES(6,1,'second','["Second"]','','',1,0,1,6523,NULL,NULL,1704628800,6414496127372869587,4,4);
INSERT INTO syndicate_scopes VALUES(7,2,'t-a-g','["Tag"]','About it','https://www.example.com/tag-page',1,0,1,6523,NULL,NULL,1704628800,5751625289150824235,4,4);
INSERT INTO syndicate_scopes VALUES(8,2,'other','["Other"]','','',1,0,1,6523,NULL,NULL,1704628800,333750464928172407,4,4);
INSERT INTO syndicate_scopes VALUES(9,3,'a-n-n','["Ann"]','','https://www.example.com/ann',1,0,1,6523,NULL,NULL,1704628800,7489247905686703721,4,4);
INSERT INTO syndicate_scopes VALUES(10,3,'bob','["Bob"]','','',1,0,1,6523,NULL,NULL,1704628800,5785365012713462872,4,4);
INSERT INTO syndicate_terms VALUES(11,2,'78b96a62cf9505346c2063c891ad49ba',NULL,'A','a','','','','',5,5);
INSERT INTO syndicate_terms VALUES(12,3,'e0e59842c321fa5b2aefa7e2de30cacc',NULL,'B','b','','','','',6,5);
INSERT INTO syndicate_terms VALUES(18,4,'2e6c420842b3febe23b74cbde4aa2f80',NULL,'Military','mil','All of it','https://www.example.com/m/','','',1,1);
INSERT INTO syndicate_terms VALUES(19,5,'b11743529c4efc56fcc0e7fd11a7d1c5',18,'Arms','arms','Exports','https://www.example.com/m/a','','',1,1);
INSERT INTO syndicate_terms VALUES(20,6,'266098204942490e9a34ab07b5bbf612',NULL,'Second','second','','','','',1,1);
INSERT INTO syndicate_terms VALUES(21,7,'1c0801377ca88fa443428ac5e04775a6',NULL,'Tag','t-a-g','About it','https://www.example.com/tag-page','','',1,1);
INSERT INTO syndicate_terms VALUES(22,8,'f741f69e3352413bb74f2e41ffa3c029',NULL,'Other','other','','','','',1,1);
INSERT INTO syndicate_terms VALUES(23,9,'9503646d062d118098ddb89c4acbc865',NULL,'Ann','a-n-n','','https://www.example.com/ann','https://www.example.com/ann.png','ann@example.com',1,1);
INSERT INTO syndicate_terms VALUES(24,10,'f1d349813cbe197d6f683ae551ff65d5',NULL,'Bob','bob','','','','',1,1);
INSERT INTO syndicate_articles VALUES(13,'https://www.example.com/01/',-1704110400,'https://www.example.com/01/',NULL,NULL,NULL,0,2837,'b1ecf4f974bee4875a658814c676f64c','[]','[]','[11,12]','','https://www.example.com/01/','01','','','','',0,'','','','','','','','','<p>Body</p>');
INSERT INTO syndicate_articles VALUES(14,'https://www.example.com/second/',-1704196800,'https://www.example.com/second/',NULL,NULL,NULL,0,2869,'e435a8bd59250b9fb9796142bd706827','[]','[]','[11,12]','','https://www.example.com/second/','02','','','','',0,'','','','','','','','','<p>Body</p>');
INSERT INTO syndicate_articles VALUES(15,'tag:example.com,2020:third',-1704283200,'third',NULL,NULL,NULL,0,2847,'2c5fd6455375e838e7743b19427e28e8','[]','[]','[11,12]','third','https://www.example.com/03/','03','','','','',0,'','','','','','','','','<p>Body</p>');
INSERT INTO syndicate_articles VALUES(16,'https://elsewhere.example/4/',-1704369600,'https://elsewhere.example/4/',NULL,NULL,NULL,0,2845,'50ed030f2ec43aa436244e055bea1740','[]','[]','[11,12]','','https://elsewhere.example/4/','04','','','','',0,'','','','','','','','','<p>Body</p>');
INSERT INTO syndicate_articles VALUES(17,'https://www.example.com/05/',-1704456000,'https://www.example.com/05/',NULL,NULL,NULL,0,2837,'e1c8bf64635d0d2781d7c8b892474247','[]','[]','[11,12]','','https://www.example.com/05/','05','','','','',0,'','','','','','','','','<p>Body</p>');
INSERT INTO syndicate_articles VALUES(25,'tag:example.com,2020:4711-full',-1704542400,'4711-full',1704628800,NULL,NULL,0,6523,'d24bd863665132e7fb0e5c04f1328d04','[23,24]','[19,20,18]','[21,22]','4711-full','https://www.example.com/full/','A title','tr','https://elsewhere.example/','https://www.example.com/full/comments','https://www.example.com/full/feed',17,'© somebody','https://www.example.com/b.png','{"url":"https://www.example.com/i.jpg","type":"image/jpeg","width":3,"height":4,"size":5,"alt":"Alt","credit":"Credit","thumbnail":{"url":"https://www.example.com/t.png","type":"image/png","width":1,"height":2}}','{"id":"tag:example.org,2020:feed","title":"Elsewhere","url":"https://example.org/feed","updated":1704106800}','[{"url":"https://www.example.com/e.mp3","type":"audio/mpeg","size":1099511627776,"nanoseconds":10800000000007,"title":"Sound"},{"url":"https://www.example.com/f.mp3","type":"audio/mpeg"}]','[{"name":"Carl","slug":"whatever","url":"https://www.example.com/carl","email":"carl@example.com"},{"name":"Dora"}]','','A summary','<p>A <a href="x">body</a></p>');
INSERT INTO syndicate_articles VALUES(26,'https://www.example.com/20/',-1705752000,'https://www.example.com/20/',NULL,NULL,NULL,0,2633,'46227245f8430b940f42d23590505d85','[]','[]','[12]','','https://www.example.com/20/','20','','','','',0,'','','','','','','','','<p>Body</p>');
INSERT INTO syndicate_article_scopes VALUES(1,-1704542400,'4711-full',25);
INSERT INTO syndicate_article_scopes VALUES(1,-1704456000,'https://www.example.com/05/',17);
INSERT INTO syndicate_article_scopes VALUES(1,-1704369600,'https://elsewhere.example/4/',16);
INSERT INTO syndicate_article_scopes VALUES(1,-1704283200,'third',15);
INSERT INTO syndicate_article_scopes VALUES(1,-1704196800,'https://www.example.com/second/',14);
INSERT INTO syndicate_article_scopes VALUES(1,-1704110400,'https://www.example.com/01/',13);
INSERT INTO syndicate_article_scopes VALUES(2,-1704456000,'https://www.example.com/05/',17);
INSERT INTO syndicate_article_scopes VALUES(2,-1704369600,'https://elsewhere.example/4/',16);
INSERT INTO syndicate_article_scopes VALUES(2,-1704283200,'third',15);
INSERT INTO syndicate_article_scopes VALUES(2,-1704196800,'https://www.example.com/second/',14);
INSERT INTO syndicate_article_scopes VALUES(2,-1704110400,'https://www.example.com/01/',13);
INSERT INTO syndicate_article_scopes VALUES(3,-1704456000,'https://www.example.com/05/',17);
INSERT INTO syndicate_article_scopes VALUES(3,-1704369600,'https://elsewhere.example/4/',16);
INSERT INTO syndicate_article_scopes VALUES(3,-1704283200,'third',15);
INSERT INTO syndicate_article_scopes VALUES(3,-1704196800,'https://www.example.com/second/',14);
INSERT INTO syndicate_article_scopes VALUES(3,-1704110400,'https://www.example.com/01/',13);
INSERT INTO syndicate_article_scopes VALUES(4,-1704542400,'4711-full',25);
INSERT INTO syndicate_article_scopes VALUES(5,-1704542400,'4711-full',25);
INSERT INTO syndicate_article_scopes VALUES(6,-1704542400,'4711-full',25);
INSERT INTO syndicate_article_scopes VALUES(7,-1704542400,'4711-full',25);
INSERT INTO syndicate_article_scopes VALUES(8,-1704542400,'4711-full',25);
INSERT INTO syndicate_article_scopes VALUES(9,-1704542400,'4711-full',25);
INSERT INTO syndicate_article_scopes VALUES(10,-1704542400,'4711-full',25);
INSERT INTO syndicate_pages VALUES(1,1,-1704196800,'https://www.example.com/second/');
INSERT INTO syndicate_pages VALUES(1,2,-1704369600,'https://elsewhere.example/4/');
INSERT INTO syndicate_pages VALUES(1,3,-1704542400,'4711-full');
INSERT INTO syndicate_pages VALUES(2,1,-1704196800,'https://www.example.com/second/');
INSERT INTO syndicate_pages VALUES(2,2,-1704369600,'https://elsewhere.example/4/');
INSERT INTO syndicate_pages VALUES(3,1,-1704196800,'https://www.example.com/second/');
INSERT INTO syndicate_pages VALUES(3,2,-1704369600,'https://elsewhere.example/4/');
INSERT INTO syndicate_tombstones VALUES(1,-1704888000,'https://www.example.com/07/',1707480000);
INSERT INTO syndicate_tombstones VALUES(2,-1704888000,'https://www.example.com/07/',1707480000);
INSERT INTO syndicate_agenda VALUES(1,1705752000,'https://www.example.com/20/',0,26);
INSERT INTO syndicate_agenda VALUES(1,1707480000,'https://www.example.com/07/',2,0);
INSERT INTO syndicate_agenda VALUES(2,1707480000,'https://www.example.com/07/',2,0);
INSERT INTO syndicate_agenda VALUES(3,1705752000,'https://www.example.com/20/',0,26);
