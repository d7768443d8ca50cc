// Package bundle makes OCI images of the programs a cluster runs, under the names
// that a machine config has by default, as one OCI layout.
//
// A node with internet access pulls the real images; the bundle is for one
// without, and for local clusters, where package ocimirror serves it. An image here
// has one program, the shared libraries it needs and a handful of files of
// /etc; there is no shell in any of them.
package bundle
