package configctl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/klauspost/compress/zstd"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

type cosiResource = resource.Resource

// withoutText leaves out the lines of the config that its errors quote: logs
// and events are read by many, and the line may be a secret.
func withoutText(err error) error {
	problems := config.Problems(err)
	if len(problems) == 0 {
		return err
	}

	var errs []error
	for _, p := range problems {
		errs = append(errs, p)
	}

	return errors.Join(errs...)
}

// report tells everybody why there is no config: log, event and diagnostic.
func (a *acquisition) report(ctx context.Context, what string, err error) {
	spec := runtime.DiagnosticSpec{Message: what}

	if err != nil {
		err = withoutText(err)
		spec.Details = strings.Split(err.Error(), "\n")
		err = fmt.Errorf("%s: %w", what, err)
	} else {
		err = errors.New(what)
	}

	// The same answer of a server that is asked again and again is no news.
	if a.reported == err.Error() {
		return
	}

	a.reported = err.Error()
	a.log.Error("no usable machine config", "error", err)
	a.LoadError(err)

	res := runtime.Diagnostics.New(diagnosticID, spec)

	cerr := a.State.Create(ctx, res)
	if state.IsConflictError(cerr) {
		_, cerr = a.State.UpdateWithConflicts(ctx, res.Metadata(), func(r resource.Resource) error {
			typed, err := runtime.Diagnostics.Cast(r)
			if err == nil {
				*typed.TypedSpec() = spec
			}

			return err
		})
	}

	if cerr != nil {
		a.log.Warn("diagnostic not published", "error", cerr)
	}
}

func (a *acquisition) clearReport(ctx context.Context) {
	a.reported = ""

	err := a.State.TeardownAndDestroy(ctx, runtime.Diagnostics.Ref(diagnosticID))
	if err != nil && !state.IsNotFoundError(err) {
		a.log.Warn("diagnostic not removed", "error", err)
	}
}

var zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// maxInline bounds what a compressed inline config may grow to.
const maxInline = 4 << 20

func decompress(raw []byte) ([]byte, error) {
	if !bytes.HasPrefix(raw, zstdMagic) {
		return raw, nil
	}

	r, err := zstd.NewReader(bytes.NewReader(raw), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return nil, err
	}

	defer r.Close()

	out, err := io.ReadAll(io.LimitReader(r, maxInline+1))
	if err == nil && len(out) > maxInline {
		err = fmt.Errorf("more than %d bytes", maxInline)
	}

	return out, err
}
