package talosctl

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What a person reads of an error: the path of what was being done, the answer's
// code and message, and what to try. Nothing of how gRPC writes itself.

// errUsage has been reported already, together with how to ask for help.
var errUsage = errors.New("usage")

// explain writes an error for a person.
func explain(err error) string {
	text := err.Error()

	var hints []string

	for _, leaf := range answers(err) {
		st, _ := status.FromError(leaf) //nolint:errcheck // it is one
		text = strings.ReplaceAll(text, leaf.Error(), readable(st))

		if h := hint(st); h != "" && !slices.Contains(hints, h) {
			hints = append(hints, h)
		}
	}

	// Some libraries keep the text of an answer only.
	for code, name := range codeNames {
		text = strings.ReplaceAll(text, "rpc error: code = "+code.String()+" desc = ", name+": ")
	}

	out := "error: " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n       ")
	for _, h := range hints {
		out += "\nhint:  " + h
	}

	return out
}

// answers finds the answers of nodes in a tree of errors.
func answers(err error) []error {
	if _, ok := err.(interface{ GRPCStatus() *status.Status }); ok { //nolint:errorlint // the tree is walked here
		return []error{err}
	}

	switch e := err.(type) { //nolint:errorlint // the tree is walked here
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return answers(inner)
		}
	case interface{ Unwrap() []error }:
		var out []error
		for _, inner := range e.Unwrap() {
			out = append(out, answers(inner)...)
		}

		return out
	}

	return nil
}

// codeNames are what codes mean, where the code's own name says little.
var codeNames = map[codes.Code]string{
	codes.Unavailable: "unavailable", codes.DeadlineExceeded: "no answer in time", codes.Unauthenticated: "not authenticated",
	codes.PermissionDenied: "permission denied", codes.Unimplemented: "not implemented", codes.NotFound: "not found",
	codes.InvalidArgument: "refused as invalid", codes.FailedPrecondition: "not possible now", codes.AlreadyExists: "exists already",
	codes.ResourceExhausted: "resources exhausted", codes.Internal: "internal error", codes.Canceled: "canceled",
	codes.Aborted: "aborted", codes.OutOfRange: "out of range", codes.DataLoss: "data loss",
}

func readable(st *status.Status) string {
	message := st.Message()

	// The transport wraps what happened: keep the innermost.
	for _, mark := range []string{`desc = "`, "desc = "} {
		if i := strings.LastIndex(message, mark); i >= 0 {
			message = strings.TrimSuffix(message[i+len(mark):], `"`)
		}
	}

	message = strings.TrimPrefix(message, "transport: ")

	if name, ok := codeNames[st.Code()]; ok {
		return name + ": " + message
	}

	return message
}

// reasons are what an answer's text gives away, tried in order before its code.
var reasons = []struct {
	code      codes.Code
	text, try string
}{
	{codes.Unavailable, "signed by unknown authority", "the node is not of this context's cluster, or it is in maintenance mode: check --talosconfig and --context (`talosctl config info`), or use --insecure"},
	{codes.Unavailable, "certificate is valid for", "the node's certificate does not name this address: use one that the node has itself, or add it to machine.certSANs"},
	{codes.Unavailable, "certificate is not valid for", "the node's certificate does not name this address: use one that the node has itself, or add it to machine.certSANs"},
	{codes.Unavailable, "cannot validate certificate for", "the node's certificate does not name this address: use one that the node has itself, or add it to machine.certSANs"},
	{codes.Unavailable, "expired or is not yet valid", "compare the clocks of this machine and the node; `talosctl config info` shows until when your own certificate lasts"},
	{codes.Unavailable, "remote error: tls", "the node refuses your certificate: it is of another cluster or has expired, see `talosctl config info`; `talosctl config new` makes a new one while the old one lasts"},
	{codes.Unavailable, "not look like a TLS handshake", "something else than a node answers there: check the endpoint (`talosctl config info`) and its port"},
	{codes.Unavailable, "no such host", "check the name of the endpoint (`talosctl config info`, --endpoints)"},
	{codes.Unavailable, "connection refused", "nothing listens there: is the node still booting, and is the endpoint right (`talosctl config info`, --endpoints)?"},
	{codes.PermissionDenied, "no request forwarding", "workers pass no calls on: use a control plane node as endpoint (`talosctl config endpoint`, --endpoints)"},
	{codes.PermissionDenied, "write access", "State is read through the API and changed by machine configs only: see `talosctl apply-config --help`"},
}

var codeHints = map[codes.Code]string{
	codes.Unavailable:       "is the node up, and is the endpoint right (`talosctl config info`, --endpoints)? It listens on port 50000",
	codes.DeadlineExceeded:  "is the node up and reachable, and is the endpoint right (`talosctl config info`, --endpoints)?",
	codes.Unauthenticated:   "the node wants another proof of who you are: check --talosconfig and --context (`talosctl config info`)",
	codes.PermissionDenied:  "your certificate's roles do not allow this (`talosctl config info` shows them); ask an administrator for `talosctl config new --roles`",
	codes.Unimplemented:     "the node's release does not have this: compare with `talosctl version`",
	codes.ResourceExhausted: "ask for less at once, or try again later",
}

func hint(st *status.Status) string {
	for _, r := range reasons {
		if r.code == st.Code() && strings.Contains(st.Message(), r.text) {
			return r.try
		}
	}

	return codeHints[st.Code()]
}

// usagef reports a command line that makes no sense.
func (a *app) usagef(format string, args ...any) error {
	a.note("error: %s", fmt.Sprintf(format, args...))

	return errUsage
}

// madeNoSense finds the complaints about the command line that cobra returns as
// ordinary errors.
func madeNoSense(err error) bool {
	for _, prefix := range []string{"unknown command ", "required flag(s) ", "if any flags in the group "} {
		if strings.HasPrefix(err.Error(), prefix) {
			return true
		}
	}

	return false
}

// explained says whether a node's answer, or the reason for having none, has this text.
func explained(err error, text string) bool {
	return err != nil && strings.Contains(err.Error(), text)
}
