package config_test

import "testing"

// TestRedactedText has what is left of a text: comments may hold secrets as well.
func TestRedactedText(t *testing.T) {
	t.Parallel()

	c := mustLoad(t, `# token: one
---
# token: two

machine:
    # token: three
    type: worker # four
    token: five # six
    ca: {crt: YQ==, key: Yg==}
    # seven

# eight
---
apiVersion: v1alpha1
kind: SideroLinkConfig
apiUrl: https://a.example.org:8090/b?jointoken=nine
---
apiVersion: v1alpha1
kind: LinkConfig
name: eth0
`)

	const want = `machine:
    type: worker
    token: REDACTED
    ca: {crt: YQ==, key: REDACTED}
---
apiVersion: v1alpha1
kind: SideroLinkConfig
apiUrl: https://a.example.org:8090/b?REDACTED
---
apiVersion: v1alpha1
kind: LinkConfig
name: eth0
`

	if got := string(c.Redacted()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	plain := "apiVersion: v1alpha1\nkind: SideroLinkConfig\napiUrl: https://a.example.org:8090/b\n"
	if got := string(mustLoad(t, plain).Redacted()); got != plain {
		t.Errorf("got\n%s\nwant\n%s", got, plain)
	}
}
