// Package explain holds examples and descriptions of the config language, and writes
// them into configs as comments.
//
// The examples are written by hand, one file per document kind and per section of the
// main document. The descriptions are made from the comments at the declarations by
// package reference, because a program does not carry its own source.
package explain
