package cleanhtml_test

import (
	"fmt"

	"github.com/syndicate-go/syndicate/cleanhtml"
)

func ExamplePolicy_Clean() {
	body := `<p onclick="track()">Read <a href="../other/">the other</a> article.
<img src="blank.gif" data-src="lead.jpg" alt="Lead">
<iframe src="https://www.youtube.com/embed/abc"></iframe>`

	fmt.Println(cleanhtml.Policy{}.Clean(body, "https://example.com/news/article/"))
	// Output:
	// <p>Read <a href="https://example.com/news/other/">the other</a> article.
	// <img src="https://example.com/news/article/lead.jpg" alt="Lead">
	// <a href="https://www.youtube.com/watch?v=abc">https://www.youtube.com/watch?v=abc</a></p>
}

func ExamplePolicy_Append() {
	body := `<p>Watch:</p><iframe src="//video.example/1"></iframe><script>x()</script><a href="javascript:x()">more</a>`

	clean, report := cleanhtml.Policy{}.Append(nil, body, "https://example.com/")
	fmt.Printf("%s\n", clean)
	fmt.Println("linked:", report.Linked)
	fmt.Println("removed:", report.Removed)
	fmt.Println("dropped:", report.Dropped)
	// Output:
	// <p>Watch:</p><p><a href="https://video.example/1">https://video.example/1</a></p>more
	// linked: [https://video.example/1]
	// removed: [a script]
	// dropped: [javascript:x()]
}

func ExampleText() {
	fmt.Println(cleanhtml.Text("<h2>Fish &amp; chips</h2><p>A <b>re</b>cipe.</p><script>x()</script>"))
	// Output: Fish & chips A recipe.
}

func ExampleSummary() {
	fmt.Println(cleanhtml.Summary("<p>One two three,</p><p>four five.</p>", 3))
	// Output: One two three…
}

// A publisher who trusts the HTML keeps all elements and attributes.
func ExamplePolicy_trusted() {
	trusted := cleanhtml.Policy{Trusted: true}
	fmt.Println(trusted.Clean(`<p style="color: red">Red <a href="/blue">blue`, "https://example.com/"))
	// Output: <p style="color: red">Red <a href="https://example.com/blue">blue</a></p>
}
