// Package authz decides whether a call may be made, and carries the caller's
// roles from one hop to the next.
//
// A server puts two interceptors in front of its handlers. The first, made from
// a [Source], learns the caller's roles and puts them into the context; the
// second, an [Authorizer], compares them with what the method asks for. apid's
// source is the client certificate ([Certificate]); machined's is the metadata
// apid sends, limited to what the process at the other end of the socket may do
// ([Socket]). Handlers read the roles with [Roles].
//
// Metadata says nothing about who sent it. Only the two sources that know the
// sender may believe it, and [Outgoing] replaces it on every hop.
package authz
