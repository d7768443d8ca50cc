// Package integration tests the built product: the image in virtual machines,
// driven from outside as a user would, through talosctl and kubectl.
//
// The tests are behind the build tag qemu, need the assets and take minutes;
// `make test-vm` builds and runs them. They print what they wait for.
package integration
