package criclient

import "strings"

// Reference completes an image name the way people shorten it: "nginx" is
// docker.io/library/nginx:latest.
func Reference(name string) string {
	host, rest, ok := strings.Cut(name, "/")

	switch {
	case !ok:
		name = "docker.io/library/" + name
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		name = "docker.io/" + name
	case host == "docker.io" && !strings.Contains(rest, "/"):
		name = "docker.io/library/" + rest
	}

	if strings.Contains(name, "@") || strings.Contains(name[strings.LastIndexByte(name, '/'):], ":") {
		return name
	}

	return name + ":latest"
}
