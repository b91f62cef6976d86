package feedpage

import (
	"cmp"
	"strings"
)

// Texts are the words that an [Index] contains in addition to the publication's names and titles.
// All of them are plain text; the page escapes them.
type Texts struct {
	// Language is the BCP 47 tag of these texts. Default: the site's language.
	Language string
	// Feeds is the title of the page. Required.
	Feeds string
	// Everything is the name of the feed of the whole site. Required.
	Everything string
	// Intro explains what feeds are for. Default: none.
	Intro string
	// Categories, Tags and Authors are the headings of the three lists. Required.
	Categories, Tags, Authors string
	// Article follows the number 1, Articles any other number. Required.
	Article, Articles string
	// Newest is the heading above a feed's newest titles. Required.
	Newest string
	// Copy labels the button beside a URL, Copied replaces it after a click. Required.
	Copy, Copied string
	// OPML is the text of the link to the list for feed readers. Required.
	OPML string
	// Podcast marks the feed of a show; Transcript and Chapters are the texts of links beside the
	// player of an episode. Default: in English.
	Podcast, Transcript, Chapters string
}

// texts returns the words of the page and the language that they are in.
func (p Index) texts(siteLanguage string) (texts Texts, language string) {
	if p.Texts != (Texts{}) {
		texts, english := p.Texts, translations["en"]
		texts.Podcast = cmp.Or(texts.Podcast, english.Podcast)
		texts.Transcript = cmp.Or(texts.Transcript, english.Transcript)
		texts.Chapters = cmp.Or(texts.Chapters, english.Chapters)
		return texts, cmp.Or(p.Texts.Language, differing(siteLanguage, ""))
	}
	base, _, _ := strings.Cut(strings.ToLower(siteLanguage), "-")
	if texts, ok := translations[base]; ok {
		return texts, siteLanguage
	}
	return translations["en"], "en"
}

// translations are the built-in texts by primary language subtag.
var translations = map[string]Texts{
	"en": {
		Feeds: "Feeds", Everything: "All articles",
		Intro: "A feed brings new articles to you as they are published, without an account " +
			"and without an algorithm. Copy an address and paste it into a feed reader.",
		Categories: "Sections", Tags: "Tags", Authors: "Authors", Article: "article", Articles: "articles",
		Newest: "Newest", Copy: "Copy", Copied: "Copied", OPML: "All feeds as OPML",
		Podcast: "Podcast", Transcript: "Transcript", Chapters: "Chapters",
	},
	"de": {
		Feeds: "Feeds", Everything: "Alle Artikel",
		Intro: "Ein Feed bringt neue Artikel zu Ihnen, sobald sie erscheinen, ohne Konto " +
			"und ohne Algorithmus. Kopieren Sie eine Adresse und fügen Sie sie in einen " +
			"Feedreader ein.",
		Categories: "Ressorts", Tags: "Schlagwörter", Authors: "Autoren", Article: "Artikel", Articles: "Artikel",
		Newest: "Neueste", Copy: "Kopieren", Copied: "Kopiert", OPML: "Alle Feeds als OPML",
		Podcast: "Podcast", Transcript: "Transkript", Chapters: "Kapitel",
	},
	"es": {
		Feeds: "Canales", Everything: "Todos los artículos",
		Intro: "Un canal le lleva los artículos nuevos en cuanto se publican, sin cuenta y " +
			"sin algoritmo. Copie una dirección y péguela en un lector de canales.",
		Categories: "Secciones", Tags: "Etiquetas", Authors: "Autores", Article: "artículo", Articles: "artículos",
		Newest: "Lo más reciente", Copy: "Copiar", Copied: "Copiado", OPML: "Todos los canales en OPML",
		Podcast: "Pódcast", Transcript: "Transcripción", Chapters: "Capítulos",
	},
	"fr": {
		Feeds: "Flux", Everything: "Tous les articles",
		Intro: "Un flux vous apporte les nouveaux articles dès leur parution, sans compte " +
			"et sans algorithme. Copiez une adresse et collez-la dans un lecteur de " +
			"flux.",
		Categories: "Rubriques", Tags: "Mots-clés", Authors: "Auteurs", Article: "article", Articles: "articles",
		Newest: "Derniers articles", Copy: "Copier", Copied: "Copié", OPML: "Tous les flux en OPML",
		Podcast: "Podcast", Transcript: "Transcription", Chapters: "Chapitres",
	},
	"tr": {
		Feeds: "Akışlar", Everything: "Bütün yazılar",
		Intro: "Akışlar yeni yazıları yayımlandıkları anda size getirir; hesap da algoritma " +
			"da gerekmez. Bir adresi kopyalayıp akış okuyucunuza yapıştırın.",
		Categories: "Bölümler", Tags: "Etiketler", Authors: "Yazarlar", Article: "yazı", Articles: "yazı",
		Newest: "En yeni", Copy: "Kopyala", Copied: "Kopyalandı", OPML: "Bütün akışlar, OPML olarak",
		Podcast: "Podcast", Transcript: "Döküm", Chapters: "Bölüm işaretleri",
	},
}
