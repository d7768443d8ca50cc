package expression

import (
	"fmt"
	"slices"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// maxCost bounds the work of one evaluation, in the engine's units. An honest
// expression over a disk costs some tens.
const maxCost = 100_000

// Language is what expressions in one kind of place may be about.
type Language struct {
	variables []string
	options   func() []cel.EnvOption

	once sync.Once
	env  *cel.Env
	err  error

	mu       sync.Mutex
	programs map[value.Expression]cel.Program
}

// Volumes is about disks and volumes. The variables are disk, volume, and system_disk,
// which is true for the disk that the system is on.
var Volumes = &Language{variables: []string{"disk", "volume"}, options: sizes}

// Links is about network links. The variable is link.
var Links = &Language{variables: []string{"link"}, options: addresses}

var volumeKinds = []string{
	"ExistingVolumeConfig", "LVMVolumeGroupConfig", "RAIDArrayConfig", "RawVolumeConfig", "SwapVolumeConfig",
	"UnattendedInstallConfig", "UserVolumeConfig", "VolumeConfig",
}

// in is the language of a kind of document, nil where expressions are not evaluated.
func in(kind string) *Language {
	switch {
	case kind == "LinkAliasConfig":
		return Links
	case slices.Contains(volumeKinds, kind):
		return Volumes
	}

	return nil
}

// Check compiles an expression of a kind of document. Where nothing evaluates it, only
// its form is checked. The error says at which character.
func Check(kind string, e value.Expression) error {
	if l := in(kind); l != nil {
		_, err := l.program(e)

		return err
	}

	env, err := cel.NewEnv()
	if err != nil {
		return err
	}

	_, issues := env.Parse(string(e))

	return (&Language{}).explain(string(e), issues)
}

// Match evaluates an expression. The keys of vars are the variables of the language;
// disk, volume and link are maps of their fields by name.
func (l *Language) Match(e value.Expression, vars map[string]any) (bool, error) {
	p, err := l.program(e)
	if err != nil {
		return false, fmt.Errorf("expression %q: %w", e, err)
	}

	out, _, err := p.Eval(vars)
	if err != nil {
		return false, fmt.Errorf("expression %q: %w", e, err)
	}

	result, ok := out.Value().(bool)
	if !ok {
		return false, fmt.Errorf("expression %q is %s, not true or false", e, out.Type().TypeName())
	}

	return result, nil
}

func (l *Language) program(e value.Expression) (cel.Program, error) {
	l.once.Do(func() { l.env, l.err = l.environment() })

	if l.err != nil {
		return nil, l.err
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	if p, ok := l.programs[e]; ok {
		return p, nil
	}

	ast, issues := l.env.Compile(string(e))
	if err := l.explain(string(e), issues); err != nil {
		return nil, err
	}

	if t := ast.OutputType(); !t.IsExactType(types.BoolType) && !t.IsExactType(types.DynType) {
		return nil, fmt.Errorf("it is of type %s, not true or false", t)
	}

	p, err := l.env.Program(ast, cel.CostLimit(maxCost))
	if err != nil {
		return nil, err
	}

	if l.programs == nil {
		l.programs = map[value.Expression]cel.Program{}
	}

	l.programs[e] = p

	return p, nil
}

func (l *Language) environment() (*cel.Env, error) {
	registry, err := types.NewRegistry()
	if err != nil {
		return nil, err
	}

	options := append(l.options(), cel.CustomTypeProvider(provider{registry}))
	for _, name := range l.variables {
		options = append(options, cel.Variable(name, object(name)))
	}

	return cel.NewEnv(options...)
}
