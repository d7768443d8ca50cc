package fat32

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func sample() []File {
	big := bytes.Repeat([]byte("kernel and initramfs "), 100000)

	files := []File{
		{Path: "EFI/BOOT/BOOTX64.EFI", Content: bytes.NewReader([]byte("loader")), Size: 6},
		{Path: "EFI/Linux/Talos-v1.14.0.efi", Content: bytes.NewReader(big), Size: int64(len(big))},
		{Path: "EFI/Linux/Talos-v1.14.1.efi", Content: bytes.NewReader(big), Size: int64(len(big))},
		{Path: "EFI/systemd/systemd-bootx64.efi", Content: bytes.NewReader([]byte("loader")), Size: 6},
		{Path: "loader/loader.conf", Content: bytes.NewReader([]byte("timeout 0\n")), Size: 10},
		{Path: "empty", Content: bytes.NewReader(nil)},
	}

	for i := range 200 {
		files = append(files, File{Path: fmt.Sprintf("many/a file with number %d.text", i), Content: bytes.NewReader([]byte("x")), Size: 1})
	}

	return files
}

func image(t *testing.T, o Options) string {
	t.Helper()

	path := filepath.Join(t.TempDir(), "esp.img")

	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck

	if err = f.Truncate(o.Size); err != nil {
		t.Fatal(err)
	}

	if err = Write(f, o, sample()); err != nil {
		t.Fatal(err)
	}

	return path
}

var options = Options{Size: 64 << 20, Label: "EFI", Serial: 0x12345678, Time: time.Unix(1700000000, 0)}

// The programs of another implementation are the judges.
func TestCheckersOfOthersAreContent(t *testing.T) {
	t.Parallel()

	for _, size := range []int64{40 << 20, 64 << 20, 300 << 20, 2203058176} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()

			o := options
			o.Size = size
			path := image(t, o)

			if fsck, err := exec.LookPath("fsck.vfat"); err == nil {
				if out, err := exec.Command(fsck, "-n", "-v", path).CombinedOutput(); err != nil {
					t.Errorf("fsck.vfat: %v\n%s", err, out)
				}
			} else {
				t.Log("fsck.vfat is not installed")
			}

			mtype, err := exec.LookPath("mtype")
			if err != nil {
				t.Skip("mtools is not installed")
			}

			for _, f := range sample()[:6] {
				want := make([]byte, f.Size)
				f.Content.ReadAt(want, 0) //nolint:errcheck

				got, err := exec.Command(mtype, "-i", path, "::/"+f.Path).Output()
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s reads back %d bytes, wrote %d: %v", f.Path, len(got), len(want), err)
				}
			}
		})
	}
}

func TestSameInputGivesSameBytes(t *testing.T) {
	t.Parallel()

	var sums [2][32]byte

	for i := range sums {
		data, err := os.ReadFile(image(t, options))
		if err != nil {
			t.Fatal(err)
		}

		sums[i] = sha256.Sum256(data)
	}

	if sums[0] != sums[1] {
		t.Error("two runs differ")
	}
}

func TestWhatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()

	for name, c := range map[string]struct {
		o     Options
		files []File
	}{
		"too small for FAT32":     {Options{Size: 8 << 20}, nil},
		"files larger than space": {Options{Size: 40 << 20}, []File{{Path: "a", Size: 41 << 20}}},
		"two files of one name":   {Options{Size: 40 << 20}, []File{{Path: "a/b"}, {Path: "A/B"}}},
		"a file is no directory":  {Options{Size: 40 << 20}, []File{{Path: "a"}, {Path: "a/b"}}},
		"strange sectors":         {Options{Size: 40 << 20, SectorSize: 513}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			if err := Write(discard{}, c.o, c.files); err == nil {
				t.Error("accepted")
			}
		})
	}
}

type discard struct{}

func (discard) WriteAt(p []byte, _ int64) (int, error) { return len(p), nil }
