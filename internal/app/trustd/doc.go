// Package trustd signs the certificate of a joining node's API.
//
// It runs on control plane nodes, which hold the CA's key. A joining worker has the
// CA's certificate and the machine token in its configuration: the certificate
// tells it that it talks to the cluster, the token tells the cluster that the
// worker belongs to it.
//
// What it signs is good for serving and nothing else, lives a day, and has no
// organization, since an organization of this CA is a role. So the token lets its
// holder stand at the door of the cluster as a node, and not come in as a person.
//
// The CA and the token come from the node's state over a socket that shows them to
// this process alone.
package trustd
