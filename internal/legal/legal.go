// Package legal marks text that is known to hold only characters that XML 1.0 allows, so that nobody needs to look
// again. Whoever makes a [Text], or [Elements], vouches for it: nothing else keeps a document well-formed.
package legal

// Text is text of which xmltext.Legal would change nothing.
type Text struct{ String string }

// Elements are whole elements of XML, as an xmltext.Writer wrote them, without namespaces that have to be declared.
type Elements struct{ String string }
