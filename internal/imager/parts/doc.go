// Package parts supplies everything the images are made of that is not written
// in this repository: programs built from their Go modules, and files taken out
// of Debian packages.
//
// What is wanted is declared in two tables, [modules] (pinned by
// hack/thirdparty/<name>/go.mod and go.sum) and [packages] (pinned by
// hack/thirdparty/debian/packages.<arch>.lock). Every result is kept in the
// cache under a name made from its inputs, so a second build of the same inputs
// does nothing, and two builds never see each other's half-written files.
//
// The same inputs give the same bytes: no build paths, no version control stamp,
// no build id, no clock.
package parts
