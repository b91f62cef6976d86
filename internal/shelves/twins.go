package shelves

// twins finds entries by their address. Several may have one: they are a list that is linked both
// ways, because all articles of a site may have the same address.
type twins[E comparable] struct {
	newest map[string]E        // the last entry with each address
	links  map[E]neighbours[E] // of the entries that share their address
}

// neighbours are the entries with the same address that came just before another one, and just
// after; the zero value for none.
type neighbours[E comparable] struct{ older, newer E }

func newTwins[E comparable]() twins[E] {
	return twins[E]{map[string]E{}, map[E]neighbours[E]{}}
}

// last returns the last entry with an address, and whether there are others.
func (t *twins[E]) last(address string) (e E, several bool) {
	e = t.newest[address]
	_, several = t.links[e]
	return e, several
}

// add makes an entry the last one with its address.
func (t *twins[E]) add(address string, e E) {
	if older, found := t.newest[address]; found {
		t.link(older, t.links[older].older, e)
		t.link(e, older, *new(E))
	}
	t.newest[address] = e
}

// remove removes an entry from those with its address.
func (t *twins[E]) remove(address string, e E) {
	none := *new(E)
	by := t.links[e]
	delete(t.links, e)
	if by.older != none {
		t.link(by.older, t.links[by.older].older, by.newer)
	}
	switch {
	case by.newer != none:
		t.link(by.newer, by.older, t.links[by.newer].newer)
	case by.older != none:
		t.newest[address] = by.older
	default:
		delete(t.newest, address)
	}
}

// link sets the neighbours of an entry. An entry without any is not kept: most articles have an
// address that no other one has.
func (t *twins[E]) link(e, older, newer E) {
	none := *new(E)
	if older == none && newer == none {
		delete(t.links, e)
	} else {
		t.links[e] = neighbours[E]{older, newer}
	}
}
