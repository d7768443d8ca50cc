package config

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

func diskMatch(n *yaml.Node) *yaml.Node {
	return tree.Text("disk.dev_path == " + strconv.Quote(n.Value))
}

// diskSelector turns the older selector of an install disk into the expression
// that means the same. The patch was checked before: its keys are known ones.
func diskSelector(n *yaml.Node) *yaml.Node {
	var terms []string

	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i].Value, n.Content[i+1].Value

		switch key {
		case "size":
			var m value.SizeMatcher
			if m.UnmarshalText([]byte(v)) == nil && !m.IsZero() {
				terms = append(terms, m.Expr())
			}
		case "type":
			terms = append(terms, diskTypes[strings.ToLower(v)])
		case "name":
			terms = append(terms, likeTerm("dev_path", "/dev/"+v))
		case "busPath":
			terms = append(terms, likeTerm("bus_path", v))
		default:
			terms = append(terms, likeTerm(key, v))
		}
	}

	if len(terms) == 0 {
		return nil
	}

	return tree.Text(strings.Join(terms, " && "))
}

// diskTypes are the types of the older selector. What is neither on NVMe nor on a
// card is told apart by whether it turns.
var diskTypes = map[string]string{
	"nvme": `disk.transport == "nvme"`,
	"sd":   `disk.transport == "mmc"`,
	"hdd":  `disk.rotational && disk.transport != "nvme" && disk.transport != "mmc"`,
	"ssd":  `!disk.rotational && disk.transport != "nvme" && disk.transport != "mmc"`,
}

// likeTerm compares a field with a pattern of a shell: * is any text, ? any
// character.
func likeTerm(field, pattern string) string {
	if !strings.ContainsAny(pattern, "*?[") {
		return "disk." + field + " == " + strconv.Quote(pattern)
	}

	re := regexp.QuoteMeta(pattern)
	for _, r := range [][2]string{{`\*`, ".*"}, {`\?`, "."}, {`\[`, "["}, {`\]`, "]"}} {
		re = strings.ReplaceAll(re, r[0], r[1])
	}

	return "disk." + field + ".matches(" + strconv.Quote("^"+re+"$") + ")"
}
