// Package relay passes gRPC calls on without knowing their messages.
//
// [One] connects a caller with one backend: frames, headers, trailers and status
// pass through unchanged. [Many] sends a call to several targets and merges what
// comes back:
//
//   - A unary answer is one message with its payload in field 1. Protobuf lets
//     two encodings be appended, which merges repeated fields, so the merged answer
//     is the answers one after the other.
//   - Each payload gets a common.Metadata that names its target, appended as field 1
//     of the payload; the last value of a field wins.
//   - A target that does not answer contributes metadata with its error. The call
//     itself succeeds: other targets did answer, and the caller sees which did not.
//
// Frames are passed by reference: what one side received is what the other sends,
// without a copy in between.
package relay
