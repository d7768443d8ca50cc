package role

import "strings"

// ForService returns the most that a service of the node may do over the node's
// own socket, whatever roles it claims to speak for. The id is the one the
// service list shows; "" is the kernel calling a helper program.
func ForService(id string) Set {
	switch {
	case id == "apid", id == "installer", strings.HasPrefix(id, "ext-"):
		return All
	case id == "containerd", id == "cri":
		return NewSet(ImageVerifier)
	case id == "dashboard":
		return NewSet(MetaWriter, Reader)
	case id == "":
		return NewSet(Admin, Operator)
	default:
		return Set{}
	}
}
