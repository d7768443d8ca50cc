package client

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"golang.org/x/net/proxy"
)

type dialFunc = func(ctx context.Context, address string) (net.Conn, error)

// proxyDialer connects through the proxy of a context: socks5 or http.
func proxyDialer(text string) (dialFunc, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("proxy-url of the context: %w", err)
	}

	switch u.Scheme {
	case "socks5", "socks5h":
		dialer, err := proxy.FromURL(u, proxy.Direct)
		if err != nil {
			return nil, fmt.Errorf("proxy-url of the context: %w", err)
		}

		contextDialer, ok := dialer.(proxy.ContextDialer)
		if !ok {
			return nil, fmt.Errorf("proxy-url of the context: %s cannot be used", u.Redacted())
		}

		return func(ctx context.Context, address string) (net.Conn, error) {
			return contextDialer.DialContext(ctx, "tcp", address)
		}, nil
	case "http":
		return func(ctx context.Context, address string) (net.Conn, error) { return tunnel(ctx, u, address) }, nil
	default:
		return nil, fmt.Errorf("proxy-url of the context: scheme %q is not one of http, socks5", u.Scheme)
	}
}

// tunnel asks an HTTP proxy for a connection.
func tunnel(ctx context.Context, u *url.URL, address string) (net.Conn, error) {
	host := u.Host
	if u.Port() == "" {
		host = net.JoinHostPort(u.Hostname(), "80")
	}

	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}

	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()

	request := &http.Request{
		Method: http.MethodConnect,
		URL:    &url.URL{Host: address},
		Host:   address,
		Header: http.Header{},
	}

	if u.User != nil {
		password, _ := u.User.Password()
		request.Header.Set("Proxy-Authorization", "Basic "+
			base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
	}

	if err := request.Write(conn); err != nil {
		conn.Close() //nolint:errcheck // the first error counts

		return nil, err
	}

	reader := bufio.NewReader(conn)

	response, err := http.ReadResponse(reader, request)
	if err != nil {
		conn.Close() //nolint:errcheck // the first error counts

		return nil, err
	}

	if response.StatusCode != http.StatusOK {
		conn.Close() //nolint:errcheck // the first error counts

		return nil, fmt.Errorf("proxy %s: %s", u.Redacted(), response.Status)
	}

	// The other side of the tunnel speaks TLS, where the client speaks first, so
	// nothing is left in the reader.
	return conn, nil
}
