// Package xmlreader reads XML of the kind that WordPress exports and podcast feeds are: nearly
// well-formed, of any size, from strangers.
//
// An [Input] mends what XML does not allow: control characters, bytes of another encoding, text
// before the document. A [Parser] on top of it takes tokens from encoding/xml. It limits the depth
// of elements and the length of texts, rejects entities that a document declares, and resumes at
// the next item after a syntax error. Memory does not grow with the file.
package xmlreader
