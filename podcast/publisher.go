package podcast

import (
	"cmp"
	"context"
	"slices"

	"github.com/syndicate-go/syndicate"
)

// PublisherFeed returns the feed of a publisher, which lists the shows of a [syndicate.Source]:
// those of its scopes whose feeds have a [Show]. Write it in RSS, and serve it at the given
// address.
//
// The publisher is a Show without episodes: only its GUID, People, Artwork and the like are used.
// The title, description and language are those of the site. In return, each show names the
// publisher, so that apps trust the list:
//
//	show.Publisher = podcast.RemoteItem{FeedGUID: podcast.GUID(address), FeedURL: address}
func PublisherFeed(
	ctx context.Context, source syndicate.Source, address string, publisher Show,
) (*syndicate.Feed, error) {
	publication := source.Publication()
	site := publication.Site()
	address, err := publication.Resolve(address)
	if err != nil {
		return nil, err
	}
	publisher.Medium = MediumPublisher
	publisher.GUID = cmp.Or(publisher.GUID, GUID(address))
	publisher.RemoteItems = slices.Clone(publisher.RemoteItems)
	// Only scopes with articles have a feed that the list could link to.
	for info, err := range source.Scopes(ctx) {
		if err != nil {
			return nil, err
		}
		item, ok := showItem(publication, info)
		if ok {
			publisher.RemoteItems = append(publisher.RemoteItems, item)
		}
	}
	return &syndicate.Feed{
		ID: address, Title: site.Title, Description: site.Description, URL: site.URL, Language: site.Language,
		Self: syndicate.Links{RSS: address}, Copyright: site.Copyright, Authors: []syndicate.Author{site.Author},
		Logo: site.Logo, Icon: site.Icon, Extensions: []syndicate.Extension{publisher},
	}, nil
}

// showItem returns the entry of a scope, and whether the scope has a show.
func showItem(publication *syndicate.Publication, info syndicate.ScopeInfo) (item RemoteItem, ok bool) {
	site := publication.Site()
	show, ok := showOf(slices.Concat(site.Extensions, site.Scopes[info.Scope].Extensions))
	address := publication.FeedURL(info.Scope, syndicate.RSS)
	if !ok || address == "" {
		return item, false
	}
	// The GUID is the one that the show's own feed has; see Show.guid.
	item = RemoteItem{
		FeedGUID: cmp.Or(show.GUID, GUID(address)), FeedURL: address, Title: cut(info.Title, nameText),
		Medium: cmp.Or(show.Medium, MediumPodcast),
	}
	return item, true
}
