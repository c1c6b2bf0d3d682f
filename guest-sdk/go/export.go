//go:build !wasip1

package sclera

// Export makes a component of a module. Call it once, in an init function of package main:
//
//	func init() { sclera.Export(&module) }
//	func main() {}
//
// Natively it does nothing, so that unit tests link.
func Export(Runnable) {}
