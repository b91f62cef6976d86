package main

// Example runs the program. The README shows the same output.
func Example() {
	main()
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
	// <channel>
	// <title>Military – Nordic Monitor</title>
	// <link>https://www.nordicmonitor.com/</link>
	// <description>Military – Nordic Monitor</description>
	// <language>en</language>
	// <lastBuildDate>Wed, 30 Mar 2022 09:00:00 +0000</lastBuildDate>
	// <generator>syndicate (https://github.com/syndicate-go/syndicate)</generator>
	// <docs>http://www.rssboard.org/rss-specification</docs>
	// <atom:link rel="self" type="application/rss+xml" href="https://www.nordicmonitor.com/category/military/rss.xml"/>
	// <item><title>Turkey may send its police to Azerbaijan</title><link>https://www.nordicmonitor.com/2022/03/police-to-azerbaijan/</link><guid isPermaLink="true">https://www.nordicmonitor.com/2022/03/police-to-azerbaijan/</guid><pubDate>Wed, 30 Mar 2022 09:00:00 +0000</pubDate><dc:creator>Abdullah Bozkurt</dc:creator><category domain="https://www.nordicmonitor.com/category/">Military</category><category domain="https://www.nordicmonitor.com/tag/">Azerbaijan</category><category domain="https://www.nordicmonitor.com/tag/">Turkey</category><description>Ankara and Baku have amended an agreement.</description><content:encoded><![CDATA[<p>Ankara and Baku have <a href="https://www.nordicmonitor.com/2022/02/agreement/">amended an agreement</a>.</p>]]></content:encoded></item>
	// </channel>
	// </rss>
}
