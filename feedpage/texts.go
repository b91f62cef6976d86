package feedpage

import (
	"cmp"
	"strings"
)

// Texts are the words of a [Page] that are not the publication's. All of them are plain text.
type Texts struct {
	// Language is the BCP 47 tag of these texts. Optional; the site's.
	Language string
	// Feeds is the name of the page, Everything that of the feed of the whole site. Required.
	Feeds, Everything string
	// Intro says what feeds are for. Optional.
	Intro string
	// Categories, Tags and Authors are headings. Required.
	Categories, Tags, Authors string
	// Article and Articles stand behind a number: 1 and any other. Required.
	Article, Articles string
	// Newest is the heading of a feed's newest articles. Required.
	Newest string
	// Copy is what the button beside an address does, Copied what it says afterwards. Required.
	Copy, Copied string
	// OPML is the link to the list for feed readers. Required.
	OPML string
}

// texts returns the words of the page, and the language that it is in.
func (p Page) texts(siteLanguage string) (texts Texts, language string) {
	if p.Texts != (Texts{}) {
		return p.Texts, cmp.Or(p.Texts.Language, differing(siteLanguage, ""))
	}
	base, _, _ := strings.Cut(strings.ToLower(siteLanguage), "-")
	if texts, ok := translations[base]; ok {
		return texts, siteLanguage
	}
	return translations["en"], "en"
}

// translations are the built-in texts by the first part of a language tag.
var translations = map[string]Texts{
	"en": {
		Feeds: "Feeds", Everything: "All articles",
		Intro:      "A feed brings new articles to you as they are published, without an account and without an algorithm. Copy an address and paste it into a feed reader.",
		Categories: "Sections", Tags: "Tags", Authors: "Authors", Article: "article", Articles: "articles",
		Newest: "Newest", Copy: "Copy", Copied: "Copied", OPML: "All feeds as OPML",
	},
	"de": {
		Feeds: "Feeds", Everything: "Alle Artikel",
		Intro:      "Ein Feed bringt neue Artikel zu Ihnen, sobald sie erscheinen, ohne Konto und ohne Algorithmus. Kopieren Sie eine Adresse und fügen Sie sie in einen Feedreader ein.",
		Categories: "Ressorts", Tags: "Schlagwörter", Authors: "Autoren", Article: "Artikel", Articles: "Artikel",
		Newest: "Neueste", Copy: "Kopieren", Copied: "Kopiert", OPML: "Alle Feeds als OPML",
	},
	"es": {
		Feeds: "Canales", Everything: "Todos los artículos",
		Intro:      "Un canal le lleva los artículos nuevos en cuanto se publican, sin cuenta y sin algoritmo. Copie una dirección y péguela en un lector de canales.",
		Categories: "Secciones", Tags: "Etiquetas", Authors: "Autores", Article: "artículo", Articles: "artículos",
		Newest: "Lo más reciente", Copy: "Copiar", Copied: "Copiado", OPML: "Todos los canales en OPML",
	},
	"fr": {
		Feeds: "Flux", Everything: "Tous les articles",
		Intro:      "Un flux vous apporte les nouveaux articles dès leur parution, sans compte et sans algorithme. Copiez une adresse et collez-la dans un lecteur de flux.",
		Categories: "Rubriques", Tags: "Mots-clés", Authors: "Auteurs", Article: "article", Articles: "articles",
		Newest: "Derniers articles", Copy: "Copier", Copied: "Copié", OPML: "Tous les flux en OPML",
	},
	"tr": {
		Feeds: "Akışlar", Everything: "Bütün yazılar",
		Intro:      "Akışlar yeni yazıları yayımlandıkları anda size getirir; hesap da algoritma da gerekmez. Bir adresi kopyalayıp akış okuyucunuza yapıştırın.",
		Categories: "Bölümler", Tags: "Etiketler", Authors: "Yazarlar", Article: "yazı", Articles: "yazı",
		Newest: "En yeni", Copy: "Kopyala", Copied: "Kopyalandı", OPML: "Bütün akışlar, OPML olarak",
	},
}
