// Package node puts the parts of machined together: state, controllers,
// services, sequences and the API. It is the only package that knows them all,
// and does nothing besides.
package node
