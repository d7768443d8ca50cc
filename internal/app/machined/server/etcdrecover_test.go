package server

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/common"
)

func TestASnapshotIsKeptWholeOrNotAtAll(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name  string
		parts []string
		end   error
		want  string
		code  codes.Code
	}{
		{"complete", []string{"ab", "", "cd"}, io.EOF, "abcd", codes.OK},
		{"cut short", []string{"ab"}, context.Canceled, "old", codes.Unknown},
		{"nothing", nil, io.EOF, "old", codes.InvalidArgument},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "etcd.snapshot")

		// An older one, and what a power cut left.
		for name, text := range map[string]string{"etcd.snapshot": "old", partialSnapshot + "1": "half"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}

		parts := tt.parts
		err := receiveSnapshot(path, func() (*common.Data, error) {
			if len(parts) == 0 {
				return nil, tt.end
			}

			part := parts[0]
			parts = parts[1:]

			return &common.Data{Bytes: []byte(part)}, nil
		})

		if status.Code(err) != tt.code || tt.code == codes.Unknown && !errors.Is(err, tt.end) {
			t.Errorf("%s: got %v", tt.name, err)
		}

		got, err := os.ReadFile(path)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: got %q, %v", tt.name, got, err)
		}

		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s: left behind %v, %v", tt.name, entries, err)
		}
	}

	err := receiveSnapshot(filepath.Join(t.TempDir(), "var", "etcd.snapshot"), func() (*common.Data, error) { return nil, io.EOF })
	wantCode(t, "no disk", err, codes.FailedPrecondition, "no place")
}
