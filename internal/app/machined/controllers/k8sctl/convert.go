package k8sctl

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

// From the config's forms to the resources'.

func argValues(args value.Args) map[string]k8s.ArgValues {
	out := make(map[string]k8s.ArgValues, len(args))
	for name, v := range args {
		out[name] = k8s.ArgValues{Values: slices.Clone(v)}
	}

	return out
}

func volumes(list []v1alpha1.VolumeMountConfig) []k8s.ExtraVolume {
	out := make([]k8s.ExtraVolume, 0, len(list))

	for _, v := range list {
		name := strings.ToLower(strings.Trim(strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				return r
			}

			return '-'
		}, filepath.Clean(v.MountPath)), "-"))

		out = append(out, k8s.ExtraVolume{
			Name: name, HostPath: v.HostPath, MountPath: v.MountPath, ReadOnly: v.ReadOnly != nil && *v.ReadOnly,
		})
	}

	return out
}

func quantities(o value.Object) map[string]string {
	out := make(map[string]string, len(o))
	for k, v := range o {
		out[k] = fmt.Sprint(v)
	}

	return out
}

// resources are what the config says, or what it takes when it says nothing.
func resources(c v1alpha1.ResourcesConfig, cpu, memory string) k8s.Resources {
	r := k8s.Resources{Requests: quantities(c.Requests), Limits: quantities(c.Limits)}

	if len(r.Requests) == 0 {
		r.Requests = map[string]string{"cpu": cpu, "memory": memory}
	}

	return r
}

func plain(o value.Object) map[string]any { return map[string]any(o) }

// minorOf is the Kubernetes minor version that an image's tag tells. Images
// without one, such as by digest alone, are taken for the newest.
func minorOf(image string) int {
	name, _, _ := strings.Cut(image, "@")

	_, tag, ok := strings.Cut(name[strings.LastIndex(name, "/")+1:], ":")
	if !ok {
		return newestMinor
	}

	parts := strings.SplitN(strings.TrimPrefix(tag, "v"), ".", 3)
	if len(parts) < 2 || parts[0] != "1" {
		return newestMinor
	}

	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		return newestMinor
	}

	return minor
}

// newestMinor is of the version that an image without a tag is taken for.
const newestMinor = 37

// argList writes arguments in a stable order.
func argList(args map[string]k8s.ArgValues) []string {
	var out []string

	for _, name := range slices.Sorted(maps.Keys(args)) {
		for _, v := range args[name].Values {
			out = append(out, "--"+name+"="+v)
		}
	}

	return out
}

// args is a command line being put together.
type args map[string]k8s.ArgValues

func (a args) set(name string, values ...string) { a[name] = k8s.ArgValues{Values: values} }

// mergePolicy says what an extra argument does to one that is there already.
type mergePolicy int

const (
	overwrite mergePolicy = iota
	// join appends to a comma-separated list.
	join
	// refuse keeps what the node decided.
	refuse
)

// with lays extra arguments over the node's own.
func (a args) with(extra map[string]k8s.ArgValues, policies map[string]mergePolicy) args {
	out := maps.Clone(a)

	for name, v := range extra {
		switch policies[name] {
		case refuse:
		case join:
			list := slices.Concat(strings.Split(strings.Join(a[name].Values, ","), ","), v.Values)
			list = slices.DeleteFunc(list, func(s string) bool { return s == "" })
			out[name] = k8s.ArgValues{Values: []string{strings.Join(list, ",")}}
		default:
			out[name] = v
		}
	}

	return out
}
