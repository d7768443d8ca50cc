// Package ocimirror serves OCI image layouts as a read-only registry. It knows
// nothing of how layouts are made, so that the client, which runs local clusters,
// does not carry the build with it.
package ocimirror

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// refName is the annotation of a layout's entry that holds its reference.
const refName = "org.opencontainers.image.ref.name"

// Handler serves OCI layouts as a read-only registry that stands in for every
// upstream one. containerd says which it means by ?ns=; a client that does not
// gets the repository of that name from whatever host has it, and may put the
// host in front of the name too.
//
// Layouts are read anew for each request for a manifest, so an image that was
// built again is there at once.
func Handler(dirs ...string) http.Handler {
	h := &registry{dirs: dirs}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /v2/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte("{}")) //nolint:errcheck
	})
	mux.HandleFunc("GET /v2/{rest...}", h.serve)

	return mux
}

type registry struct{ dirs []string }

// route splits a path: names have slashes, so the last of the words decides.
var route = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs|tags)/([^/]+)$`)

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

func (h *registry) serve(w http.ResponseWriter, r *http.Request) {
	m := route.FindStringSubmatch(r.URL.Path)
	if m == nil {
		refuse(w, http.StatusNotFound, "UNSUPPORTED", "no such endpoint")

		return
	}

	name, what, ref := m[1], m[2], m[3]

	switch what {
	case "manifests":
		h.manifest(w, r, name, ref)
	case "blobs":
		if !digestForm.MatchString(ref) || !h.blob(w, r, ref, "application/octet-stream") {
			refuse(w, http.StatusNotFound, "BLOB_UNKNOWN", ref)
		}
	default:
		h.tags(w, r, name)
	}
}

func (h *registry) manifest(w http.ResponseWriter, r *http.Request, name, ref string) {
	for _, dir := range h.dirs {
		idx, err := readIndex(dir)
		if err != nil {
			refuse(w, http.StatusInternalServerError, "UNKNOWN", err.Error())

			return
		}

		for _, d := range idx.Manifests {
			if digestForm.MatchString(ref) {
				if d.Digest.String() != ref {
					continue
				}
			} else if !matches(d.Annotations[refName], r.URL.Query().Get("ns"), name, ref) {
				continue
			}

			if h.blob(w, r, d.Digest.String(), string(d.MediaType)) {
				return
			}
		}
	}

	// A manifest inside an index has no entry of its own, only its bytes.
	if digestForm.MatchString(ref) {
		if mt := h.mediaType(ref); mt != "" && h.blob(w, r, ref, mt) {
			return
		}
	}

	refuse(w, http.StatusNotFound, "MANIFEST_UNKNOWN", name+":"+ref)
}

// matches compares a complete reference with what a client asked for.
func matches(full, ns, name, tag string) bool {
	repo, ok := strings.CutSuffix(full, ":"+tag)
	if !ok {
		return false
	}

	host, path, _ := strings.Cut(repo, "/")

	if ns != "" {
		return host == ns && path == name
	}

	return path == name || repo == name
}

func (h *registry) tags(w http.ResponseWriter, r *http.Request, name string) {
	tags := []string{}

	for _, dir := range h.dirs {
		idx, err := readIndex(dir)
		if err != nil {
			refuse(w, http.StatusInternalServerError, "UNKNOWN", err.Error())

			return
		}

		for _, d := range idx.Manifests {
			full := d.Annotations[refName]
			if tag := full[strings.LastIndexByte(full, ':')+1:]; matches(full, r.URL.Query().Get("ns"), name, tag) {
				tags = append(tags, tag)
			}
		}
	}

	if len(tags) == 0 {
		refuse(w, http.StatusNotFound, "NAME_UNKNOWN", name)

		return
	}

	sort.Strings(tags)
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"name": name, "tags": tags}) //nolint:errcheck
}

// blob serves a file of a layout by its digest, whole or in part.
func (h *registry) blob(w http.ResponseWriter, r *http.Request, digest, mediaType string) bool {
	f := h.open(digest)
	if f == nil {
		return false
	}
	defer f.Close() //nolint:errcheck

	st, err := f.Stat()
	if err != nil {
		return false
	}

	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Docker-Content-Digest", digest)
	w.Header().Set("Etag", `"`+digest+`"`)
	http.ServeContent(w, r, "", st.ModTime(), f)

	return true
}

func (h *registry) open(digest string) *os.File {
	for _, dir := range h.dirs {
		f, err := os.Open(filepath.Join(dir, "blobs", "sha256", strings.TrimPrefix(digest, "sha256:")))
		if err == nil {
			return f
		}
	}

	return nil
}

func (h *registry) mediaType(digest string) string {
	f := h.open(digest)
	if f == nil {
		return ""
	}
	defer f.Close() //nolint:errcheck

	var m struct {
		MediaType string `json:"mediaType"`
	}

	if err := json.NewDecoder(f).Decode(&m); err != nil {
		return ""
	}

	return m.MediaType
}

// readIndex of a layout that is not there yet is empty: one that is being built
// again is missing for a moment, and others are still served.
func readIndex(dir string) (*v1.IndexManifest, error) {
	data, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return &v1.IndexManifest{}, nil
	}

	if err != nil {
		return nil, err
	}

	idx := &v1.IndexManifest{}

	return idx, json.Unmarshal(data, idx)
}

// refuse answers an error in the form of the distribution specification.
func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{ //nolint:errcheck
		"errors": []map[string]string{{"code": code, "message": message}},
	})
}
