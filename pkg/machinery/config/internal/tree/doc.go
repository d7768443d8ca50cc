// Package tree maps YAML nodes to the declared Go structs and back, strictly.
//
// The YAML library is used for syntax and positions only. Going through nodes,
// instead of its own decoding to structs, gives every problem of a file at once
// with path, line, column and a suggestion, bounds what aliases may expand to,
// and lets a patch edit a document without losing comments and key order.
package tree
