package imager

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// versionPackage is where the linker stamps the version.
const versionPackage = "github.com/talos-os/talos/pkg/machinery/version"

// Stamp is what the build says about itself.
type Stamp struct {
	Tag, SHA string
	Epoch    time.Time
}

// SourceStamp takes the time from SOURCE_DATE_EPOCH, else from the last commit in
// root, and the commit's hash. Outside a repository time is fixed, so that a build
// from an archive of the source is reproducible too.
func SourceStamp(ctx context.Context, root, tag string) (Stamp, error) {
	s := Stamp{Tag: tag, SHA: "unknown", Epoch: time.Unix(1735689600, 0).UTC()}

	cmd := exec.CommandContext(ctx, "git", "log", "-1", "--abbrev=12", "--format=%h %ct")
	cmd.Dir = root

	if out, err := cmd.Output(); err == nil {
		var seconds int64
		if _, err = fmt.Sscanf(string(out), "%s %d", &s.SHA, &seconds); err == nil {
			s.Epoch = time.Unix(seconds, 0).UTC()
		}
	}

	if env := os.Getenv("SOURCE_DATE_EPOCH"); env != "" {
		var seconds int64
		if _, err := fmt.Sscan(env, &seconds); err != nil {
			return s, fmt.Errorf("SOURCE_DATE_EPOCH %q is not a number of seconds", env)
		}

		s.Epoch = time.Unix(seconds, 0).UTC()
	}

	return s, nil
}

// nodePrograms are this repository's programs that get into images.
var nodePrograms = []string{"machined", "init", "installer"}

// BuildOwn compiles the node's programs of the repository at root into dir. The
// paths of the build machine and the order of its directories leave no trace.
func BuildOwn(ctx context.Context, root, arch, dir string, s Stamp) error {
	flags := []string{
		"-s", "-w", "-buildid=",
		"-X", versionPackage + ".Tag=" + s.Tag,
		"-X", versionPackage + ".SHA=" + s.SHA,
		"-X", versionPackage + ".Built=" + s.Epoch.Format(time.RFC3339),
	}

	args := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "grpcnotrace", "-ldflags", strings.Join(flags, " "), "-o", dir + string(filepath.Separator)}
	for _, name := range nodePrograms {
		args = append(args, "./cmd/"+name)
	}

	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}

	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	cmd.Stderr = os.Stderr

	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go build of the node's programs: %w", err)
	}

	return nil
}
