// Package kube has the test that runs a control plane as bare processes, from
// what the controllers of machined make of a config.
package kube
