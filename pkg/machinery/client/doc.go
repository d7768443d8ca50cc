// Package client calls the API of nodes.
//
// A [Client] connects to one or more endpoints, which are nodes, and shares calls
// out among those that answer. Which node a call is about is another matter: that
// is what [WithNode] puts into the context, and the endpoint passes the call on.
//
//	c, err := client.New(client.WithConfig(config, ""))
//	defer c.Close()
//
//	resp, err := c.Machine.Version(client.WithNode(ctx, "10.5.0.3"), &emptypb.Empty{})
//
// The fields are the generated clients; the functions beside them are for answers
// that want decoding: byte streams, archives, events, several nodes in one answer.
package client
