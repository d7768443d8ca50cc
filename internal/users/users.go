// Package users has the numbers of the users that a node's own services run as.
// The image's /etc/passwd names them, and PID 1 knows a service by them at the
// other end of a socket.
package users

// Apid and Trustd are users with no rights besides their sockets.
const (
	Apid   = 50
	Trustd = 51
)
