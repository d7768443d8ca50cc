// Cp copies one file, as the init container of flannel's manifest does with the
// network configuration. The images have no shell and no other tools, so it
// takes just what such manifests give: cp [-f] source... destination.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "cp:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && (args[0] == "-f" || args[0] == "--") {
		args = args[1:]
	}

	if len(args) < 2 {
		return errors.New("usage: cp [-f] source... destination")
	}

	sources, dst := args[:len(args)-1], args[len(args)-1]

	st, err := os.Stat(dst)
	isDir := err == nil && st.IsDir()

	if len(sources) > 1 && !isDir {
		return fmt.Errorf("%s is not a directory", dst)
	}

	for _, src := range sources {
		to := dst
		if isDir {
			to = filepath.Join(dst, filepath.Base(src))
		}

		if err := replace(src, to); err != nil {
			return err
		}
	}

	return nil
}

// replace leaves either the old file or the new one: the container runtime
// watches the directory and reads what it finds.
func replace(src, dst string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()

	st, err := in.Stat()
	if err != nil {
		return err
	}

	out, err := os.CreateTemp(filepath.Dir(dst), ".cp-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())

	_, err = io.Copy(out, in)
	err = errors.Join(err, out.Chmod(st.Mode().Perm()), out.Sync(), out.Close())

	if err != nil {
		return err
	}

	return os.Rename(out.Name(), dst)
}
