package destination

// Known returns the number of articles that the Source remembers.
func (s *Source) Known() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.articles)
}
