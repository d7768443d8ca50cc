package value

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// URL is a URL with a scheme and a host, or nothing.
type URL struct {
	url.URL
}

var errForm = errors.New("not a URL with a scheme and a host, like https://10.0.0.1:6443")

// ParseURL reads a URL.
func ParseURL(s string) (URL, error) {
	var u URL

	return u, u.UnmarshalText([]byte(s))
}

// MustURL is ParseURL for constants.
func MustURL(s string) URL {
	u, err := ParseURL(s)
	if err != nil {
		panic(err)
	}

	return u
}

// UnmarshalText reads a URL; empty text is the zero value.
func (u *URL) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*u = URL{}

		return nil
	}

	p, err := url.Parse(string(b))
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}

		if !strings.Contains(string(b), "://") {
			return errForm
		}

		return fmt.Errorf("not a URL: %w", err)
	}

	if p.Scheme == "" || p.Host == "" {
		return errForm
	}

	u.URL = *p

	return nil
}

// MarshalText writes the URL.
func (u URL) MarshalText() ([]byte, error) { return []byte(u.URL.String()), nil }

// IsZero reports whether no URL is set.
func (u URL) IsZero() bool { return u.URL == url.URL{} }

// String is the text form. It is declared here because that of url.URL needs an
// address.
func (u URL) String() string { return u.URL.String() }
