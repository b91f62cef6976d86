package benchmarks

import (
	_ "embed"
	"math/rand/v2"
	"strings"
	"sync"
)

// prose has a sentence on each line, from the articles of the example newsroom and the documents of
// this project. It contains none of the characters " & < and >, which [bodyHTML] adds by number.
//
//go:embed prose.txt
var prose string

// chain returns the words of prose, and for each word all words that follow it somewhere. The last
// word of a sentence has no followers.
var chain = sync.OnceValues(func() (starts []string, next map[string][]string) {
	next = map[string][]string{}
	for sentence := range strings.Lines(prose) {
		words := strings.Fields(sentence)
		starts = append(starts, words[0])
		for i, word := range words[1:] {
			next[words[i]] = append(next[words[i]], word)
		}
	}
	return starts, next
})

// writer writes text that a compressor finds about as hard as prose: each word is one that follows
// the word before it in [prose], and about every sixth word is Turkish, with letters beyond ASCII.
// Words that are chosen independently of each other from a short list compress twice as well.
type writer struct {
	r    *rand.Rand
	last string // the last English word; "" before a sentence
}

// word returns the next word.
func (w *writer) word() string {
	starts, next := chain()
	if w.r.IntN(100) < 18 && w.last != "" {
		// Frequent words come first in the list, as in every language.
		n := len(turkish)
		return turkish[min(w.r.IntN(n), w.r.IntN(n))]
	}
	followers := next[w.last]
	if len(followers) == 0 {
		followers = starts
	}
	w.last = followers[w.r.IntN(len(followers))]
	return w.last
}

// text returns words with about this number of characters.
func (w *writer) text(characters int) string {
	var b strings.Builder
	for n := 0; n < characters; {
		word := w.word()
		if n > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		n += len([]rune(word)) + 1
	}
	return b.String()
}

// turkish are Turkish words with at least one letter that is not ASCII.
var turkish = strings.Fields(`
	için çok değil böyle şöyle büyük küçük önce göre özel gün yıl dün bugün şimdi çünkü
	görüşmeler büyükelçiliği çalışma İstanbul Çavuşoğlu değişikliği üyeliği Dışişleri güvenliği
	soruşturması yürütülüyor başkanlığı öğrenildi müdürlüğü kuruluşu açıklandı görüşme
	büyükelçi çalışmaları İstanbul’da değişiklik üye üyeler bakanlığı güvenlik soruşturma
	yürüttü başkan öğretmen müdür kuruluş açıkladı açıklama Türkiye Türkiye’nin Cumhurbaşkanı
	Cumhurbaşkanlığı İçişleri Diyarbakır İzmir Şanlıurfa Muğla Eskişehir Gümüşhane Çanakkale
	Kütahya Iğdır Ağrı Muş Nevşehir Kırşehir Niğde Şırnak Uşak Balıkesir sözleşme sözleşmesi
	sözcüsü sözlü yazılı yapılan yapıldı kararı kararları yargı yargıtay savcılığı savcısı
	tutuklandı gözaltı gözaltına alındı bırakıldı şüpheli şüpheliler sanık tanık duruşma
	hükümet hükümeti çağrısı seçim seçimleri oylarını bütçe bütçesi gümrük gümrüğü ihracatı
	ithalatı şirket şirketi şirketleri ortağı yüzde milyarı dış ilişkiler işbirliği anlaşması
	toplantısı elçilik konsolosluğu sınır sınırı sınırında göçmen göçmenler sığınmacı yolcuları
	uçağı havalimanı limanı subayı tuğgeneral jandarması teşkilatı istihbaratı gizliliği
	dosyası kaçakçılığı uyuşturucu örgüt örgütü terörü saldırısı patlamasının öldü yaralandı
	ölümü ölenlerin köşesi yazarı düşünce özgürlüğü eleştirdi çeviri sayısı üniversitesi
	öğrenci öğrenciler okulları eğitimi sağlık çevre kirliliği suları göl dağ köy köyleri
	çiftçi`)
