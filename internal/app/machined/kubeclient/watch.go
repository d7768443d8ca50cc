package kubeclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
)

// Event is one change seen by Watch.
type Event struct {
	// Type is ADDED, MODIFIED or DELETED.
	Type   string
	Object Object
}

type list struct {
	Metadata struct {
		ResourceVersion string `json:"resourceVersion"`
		Continue        string `json:"continue"`
	} `json:"metadata"`
	Items []Object `json:"items"`
}

// List reads a whole collection.
func (c *Client) List(ctx context.Context, path string, query url.Values) ([]Object, error) {
	items, _, err := c.list(ctx, path, query)

	return items, err
}

func (c *Client) list(ctx context.Context, path string, query url.Values) (items []Object, version string, err error) {
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}

	query.Set("limit", "500")

	for {
		var page list
		if err = c.Call(ctx, http.MethodGet, path, query, "", nil, &page); err != nil {
			return nil, "", err
		}

		items = append(items, page.Items...)

		if page.Metadata.Continue == "" {
			return items, page.Metadata.ResourceVersion, nil
		}

		query.Set("continue", page.Metadata.Continue)
	}
}

// Watch calls on with every object of a collection as ADDED and then with each
// change, until ctx ends or the server closes the stream, which it does every
// few minutes: that is nil, and the caller calls again. synced is called once
// after the initial objects, if not nil.
func (c *Client) Watch(ctx context.Context, path string, query url.Values, on func(Event), synced func()) error {
	items, version, err := c.list(ctx, path, query)
	if err != nil {
		return err
	}

	for _, item := range items {
		on(Event{"ADDED", item})
	}

	if synced != nil {
		synced()
	}

	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}

	query.Set("watch", "true")
	query.Set("resourceVersion", version)
	query.Set("allowWatchBookmarks", "true")
	query.Set("timeoutSeconds", "540")

	resp, err := c.send(ctx, http.MethodGet, path, query, "", nil)
	if err != nil {
		return fmt.Errorf("watch %s: %w", path, err)
	}

	defer resp.Body.Close() //nolint:errcheck

	dec := json.NewDecoder(resp.Body)

	for {
		var ev Event

		err = dec.Decode(&ev)

		switch {
		case ctx.Err() != nil, errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("watch %s: %w", path, err)
		}

		switch ev.Type {
		case "BOOKMARK":
		case "ERROR":
			if code, _ := ev.Object["code"].(float64); int(code) == http.StatusGone { //nolint:errcheck
				return nil
			}

			return fmt.Errorf("watch %s: %s", path, text(ev.Object, "message"))
		default:
			on(ev)
		}
	}
}
