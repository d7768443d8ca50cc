package kubeclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

// mapper remembers which kinds a server has and how their paths are built.
type mapper struct {
	mu     sync.Mutex
	groups map[string]map[string]kindInfo // by apiVersion, then kind
}

type kindInfo struct {
	plural     string
	namespaced bool
}

// NoKindError tells that the server does not know a kind. It may learn it: a
// custom resource definition that was just created is served a little later.
type NoKindError struct{ APIVersion, Kind string }

func (e *NoKindError) Error() string {
	return fmt.Sprintf("the server has no kind %s in %s", e.Kind, e.APIVersion)
}

func groupPath(apiVersion string) string {
	if apiVersion == "v1" {
		return "/api/v1"
	}

	return "/apis/" + apiVersion
}

func (c *Client) kind(ctx context.Context, apiVersion, kind string) (kindInfo, error) {
	c.mapper.mu.Lock()
	info, ok := c.mapper.groups[apiVersion][kind]
	c.mapper.mu.Unlock()

	if ok {
		return info, nil
	}

	var list struct {
		Resources []struct {
			Name, Kind string
			Namespaced bool
		}
	}

	if err := c.Get(ctx, groupPath(apiVersion), &list); err != nil {
		if IsNotFound(err) {
			return info, &NoKindError{apiVersion, kind}
		}

		return info, fmt.Errorf("discover %s: %w", apiVersion, err)
	}

	found := map[string]kindInfo{}

	for _, r := range list.Resources {
		if _, seen := found[r.Kind]; !seen { // "pods" comes before "pods/log"
			found[r.Kind] = kindInfo{r.Name, r.Namespaced}
		}
	}

	c.mapper.mu.Lock()
	if c.mapper.groups == nil {
		c.mapper.groups = map[string]map[string]kindInfo{}
	}

	c.mapper.groups[apiVersion] = found
	c.mapper.mu.Unlock()

	if info, ok = found[kind]; !ok {
		return info, &NoKindError{apiVersion, kind}
	}

	return info, nil
}

// Ref names an object.
type Ref struct{ APIVersion, Kind, Namespace, Name string }

// RefOf reads an object's name.
func RefOf(obj Object) Ref {
	md, _ := obj["metadata"].(map[string]any) //nolint:errcheck

	return Ref{text(obj, "apiVersion"), text(obj, "kind"), text(md, "namespace"), text(md, "name")}
}

func text(m map[string]any, key string) string {
	s, _ := m[key].(string) //nolint:errcheck

	return s
}

func (r Ref) String() string {
	if r.Namespace == "" {
		return fmt.Sprintf("%s %s %s", r.APIVersion, r.Kind, r.Name)
	}

	return fmt.Sprintf("%s %s %s/%s", r.APIVersion, r.Kind, r.Namespace, r.Name)
}

// PathOf is where an object lives. Namespaced objects without a namespace are
// put into "default", as kubectl does.
func (c *Client) PathOf(ctx context.Context, ref Ref) (string, error) {
	info, err := c.kind(ctx, ref.APIVersion, ref.Kind)
	if err != nil {
		return "", err
	}

	path := groupPath(ref.APIVersion)

	if info.namespaced {
		ns := ref.Namespace
		if ns == "" {
			ns = "default"
		}

		path += "/namespaces/" + url.PathEscape(ns)
	}

	return path + "/" + info.plural + "/" + url.PathEscape(ref.Name), nil
}

// ApplyOptions say in whose name an object is applied.
type ApplyOptions struct {
	FieldManager string
	// Force takes fields over from other managers.
	Force  bool
	DryRun bool
}

// Apply makes the server merge obj into what it has, field by field and by
// owner (server-side apply), and returns the result.
func (c *Client) Apply(ctx context.Context, obj Object, opts ApplyOptions) (Object, error) {
	ref := RefOf(obj)

	path, err := c.PathOf(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("apply %s: %w", ref, err)
	}

	query := url.Values{"fieldManager": {opts.FieldManager}}
	if opts.Force {
		query.Set("force", "true")
	}

	if opts.DryRun {
		query.Set("dryRun", "All")
	}

	var out Object
	if err = c.Call(ctx, http.MethodPatch, path, query, ContentApply, obj, &out); err != nil {
		return nil, fmt.Errorf("apply %s: %w", ref, err)
	}

	return out, nil
}
