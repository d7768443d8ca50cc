// Package apid is the only way into a node from outside: it ends TLS, learns who
// calls, and passes the call on, to this node or to others.
//
// The life of a call:
//
//  1. The handshake asks for a client certificate of an accepted CA (a node in
//     maintenance mode has no CA and asks for none). Keys and CAs are looked up for
//     each handshake, so a reissued certificate needs no restart and breaks no
//     connection.
//  2. Package authz learns the caller's roles and checks them against the method.
//  3. Package route decides where the call goes.
//  4. Package relay passes it there, with the roles in the metadata: to machined
//     over its unix socket, to other nodes with the node's own client certificate.
//
// apid knows no message types and holds no state. What it must know comes from the
// node's state over a socket that shows it four resources and nothing else:
//
//   - APIServiceConfigs "apid": where to listen, and whether this is maintenance mode.
//   - ApiCertificates "api": key pairs and accepted CAs, in either mode.
//   - NodeAddresses "current" and HostnameStatuses "hostname": which targets are this
//     node itself.
//
// It runs as its own user, and a crash of it takes nothing else down.
package apid
