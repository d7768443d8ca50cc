package main

import (
	"encoding/base64"
	"maps"
	"testing"
)

func TestMetaValues(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]map[uint8]string{
		"\"0x0a\": network\n\"0x0c\": |\n  a\n  b\n": {10: "network", 12: "a\nb\n"},
		"10: network":                   {10: "network"},
		`{"0xa":"x"}`:                   {10: "x"},
		`[{"key":10,"value":"x"}]`:      {10: "x"},
		"- key: 0x0a\n  value: \"1\"\n": {10: "1"},
		"just text":                     nil,
		`{"300":"x"}`:                   nil,
		`{"0x0a":{"nested":"x"}}`:       nil,
		`["x"]`:                         nil,
	} {
		got, err := metaValues(base64.StdEncoding.EncodeToString([]byte(text)))
		if (err != nil) != (want == nil) || !maps.Equal(got, want) {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}

	if got, err := metaValues(""); got != nil || err != nil {
		t.Error(got, err)
	}

	if _, err := metaValues("%%%"); err == nil {
		t.Error("bad base64 was accepted")
	}
}
