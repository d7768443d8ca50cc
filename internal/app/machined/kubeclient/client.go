// Package kubeclient talks to a Kubernetes API server with as little as it takes:
// HTTP, JSON and maps. The typed client set costs about 20 MB of binary for
// thirty calls; here objects are plain maps and paths come from discovery.
//
// Controllers and the API server of machined call it. It keeps no cache and
// starts no goroutine of its own besides those of net/http.
package kubeclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Object is a Kubernetes object as decoded from JSON.
type Object = map[string]any

// Config says where an API server is and who is calling.
type Config struct {
	Server     string
	ServerName string // for TLS, when it differs from Server's host
	CA         []byte // PEM, may hold several
	Cert, Key  []byte // PEM
	// CertFile holds a certificate and its key that are replaced while running,
	// as the kubelet does with its own. It is read at every handshake.
	CertFile string
	Token    string
}

// Client calls one API server. It is safe for concurrent use.
type Client struct {
	base   *url.URL
	token  string
	http   *http.Client
	mapper mapper
}

// New makes a client; it does not connect yet.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(strings.TrimSuffix(cfg.Server, "/"))
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("kubernetes server %q is not a URL like https://10.0.0.1:6443", cfg.Server)
	}

	tlsConfig := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: cfg.ServerName}

	if len(cfg.CA) > 0 {
		tlsConfig.RootCAs = x509.NewCertPool()
		if !tlsConfig.RootCAs.AppendCertsFromPEM(cfg.CA) {
			return nil, fmt.Errorf("no certificate in the CA of %s", cfg.Server)
		}
	}

	switch {
	case cfg.CertFile != "":
		tlsConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			crt, loadErr := tls.LoadX509KeyPair(cfg.CertFile, cfg.CertFile)

			return &crt, loadErr
		}
	case len(cfg.Cert) > 0:
		crt, err := tls.X509KeyPair(cfg.Cert, cfg.Key)
		if err != nil {
			return nil, fmt.Errorf("load client certificate: %w", err)
		}

		tlsConfig.Certificates = []tls.Certificate{crt}
	}

	return &Client{
		base:  base,
		token: cfg.Token,
		http: &http.Client{Transport: &http.Transport{
			TLSClientConfig:     tlsConfig,
			TLSHandshakeTimeout: 30 * time.Second,
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:   true,
			MaxIdleConns:        4,
			IdleConnTimeout:     90 * time.Second,
			// A watch over a connection whose peer lost power would otherwise
			// stay silent until the kernel gives up, a quarter of an hour later.
			HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
		}},
	}, nil
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// StatusError is an answer other than success.
type StatusError struct {
	Code    int
	Reason  string // such as NotFound, Conflict, TooManyRequests
	Message string
	// RetryAfter is what the server asked for, if anything.
	RetryAfter string
}

func (e *StatusError) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("%d %s", e.Code, http.StatusText(e.Code))
	}

	return e.Message
}

func hasCode(err error, codes ...int) bool {
	var status *StatusError
	if !errors.As(err, &status) {
		return false
	}

	for _, code := range codes {
		if status.Code == code {
			return true
		}
	}

	return false
}

// IsNotFound tells that the object, or its kind, does not exist.
func IsNotFound(err error) bool { return hasCode(err, http.StatusNotFound) }

// IsConflict tells that somebody else changed the object first.
func IsConflict(err error) bool { return hasCode(err, http.StatusConflict) }

// IsTooManyRequests is also how an eviction is refused by a disruption budget.
func IsTooManyRequests(err error) bool { return hasCode(err, http.StatusTooManyRequests) }

// IsInvalid tells that the object itself is wrong: sending it again will not help.
func IsInvalid(err error) bool {
	return hasCode(err, http.StatusUnprocessableEntity, http.StatusBadRequest)
}

// IsDenied tells that the caller's credentials are not good enough (any more).
func IsDenied(err error) bool { return hasCode(err, http.StatusUnauthorized, http.StatusForbidden) }

// Content types of patches.
const (
	ContentJSON  = "application/json"
	ContentMerge = "application/merge-patch+json"
	ContentApply = "application/apply-patch+yaml"
)

// Call sends one request. in is encoded as JSON unless nil; out is decoded from
// JSON unless nil.
func (c *Client) Call(ctx context.Context, method, path string, query url.Values, contentType string, in, out any) error {
	var body io.Reader

	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("encode %s: %w", path, err)
		}

		body = bytes.NewReader(data)
	}

	resp, err := c.send(ctx, method, path, query, contentType, body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", strings.ToLower(method), path, err)
	}

	defer resp.Body.Close() //nolint:errcheck

	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)

		return err
	}

	if err = json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("decode %s: %w", path, err)
	}

	return nil
}

// send returns only successful answers; the body is the caller's to close.
func (c *Client) send(ctx context.Context, method, path string, query url.Values, contentType string, body io.Reader) (*http.Response, error) {
	u := *c.base
	u.Path += path
	u.RawQuery = query.Encode()

	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, err
	}

	req.Header.Set("Accept", ContentJSON)
	req.Header.Set("User-Agent", "talos")

	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}

	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}

	resp, err := c.http.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // the caller names method and path
		}

		return nil, err
	}

	if resp.StatusCode/100 == 2 {
		return resp, nil
	}

	defer resp.Body.Close() //nolint:errcheck

	status := &StatusError{Code: resp.StatusCode, RetryAfter: resp.Header.Get("Retry-After")}

	data, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10)) //nolint:errcheck // what arrived is enough for a message

	var decoded struct{ Reason, Message string }
	if json.Unmarshal(data, &decoded) == nil {
		status.Reason, status.Message = decoded.Reason, decoded.Message
	} else {
		status.Message = strings.TrimSpace(string(data))
	}

	return nil, status
}

// Get reads an object by path into out.
func (c *Client) Get(ctx context.Context, path string, out any) error {
	return c.Call(ctx, http.MethodGet, path, nil, "", nil, out)
}

// MergePatch changes the object at path by a JSON merge patch.
func (c *Client) MergePatch(ctx context.Context, path string, patch, out any) error {
	return c.Call(ctx, http.MethodPatch, path, nil, ContentMerge, patch, out)
}

// Update replaces the object at path; a stale resourceVersion is a conflict.
func (c *Client) Update(ctx context.Context, path string, object, out any) error {
	return c.Call(ctx, http.MethodPut, path, nil, ContentJSON, object, out)
}

// Create posts an object to its collection's path.
func (c *Client) Create(ctx context.Context, path string, object, out any) error {
	return c.Call(ctx, http.MethodPost, path, nil, ContentJSON, object, out)
}

// Delete removes the object at path.
func (c *Client) Delete(ctx context.Context, path string) error {
	return c.Call(ctx, http.MethodDelete, path, nil, "", nil, nil)
}

// Ready asks the server's /readyz.
func (c *Client) Ready(ctx context.Context) error {
	resp, err := c.send(ctx, http.MethodGet, "/readyz", nil, "", nil)
	if err != nil {
		return fmt.Errorf("ask %s whether it is ready: %w", c.base.Host, err)
	}

	return resp.Body.Close()
}
