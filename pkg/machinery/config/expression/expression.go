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

// others is for expressions that nothing evaluates yet: they may be about anything.
var others = &Language{options: func() []cel.EnvOption { return nil }}

// in is the language of a kind of document.
func in(kind string) *Language {
	switch {
	case kind == "LinkAliasConfig":
		return Links
	case slices.Contains(volumeKinds, kind):
		return Volumes
	}

	return others
}

// Check compiles an expression of a kind of document. Where nothing evaluates it, only
// its form is checked. The error says at which character.
//
// What is checked is not kept: it may be of a config that nobody applies.
func Check(kind string, e value.Expression) error {
	l := in(kind)

	if l != others {
		_, err := l.compile(e)

		return err
	}

	env, err := l.start()
	if err != nil {
		return err
	}

	_, issues := env.Parse(string(e))

	return l.explain(string(e), issues)
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

// program is a compiled expression, which is kept.
func (l *Language) program(e value.Expression) (cel.Program, error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if p, ok := l.programs[e]; ok {
		return p, nil
	}

	p, err := l.compile(e)
	if err != nil {
		return nil, err
	}

	if l.programs == nil {
		l.programs = map[value.Expression]cel.Program{}
	}

	l.programs[e] = p

	return p, nil
}

func (l *Language) compile(e value.Expression) (cel.Program, error) {
	env, err := l.start()
	if err != nil {
		return nil, err
	}

	ast, issues := env.Compile(string(e))
	if err := l.explain(string(e), issues); err != nil {
		return nil, err
	}

	if t := ast.OutputType(); !t.IsExactType(types.BoolType) && !t.IsExactType(types.DynType) {
		return nil, fmt.Errorf("it is of type %s, not true or false", t)
	}

	return env.Program(ast, cel.CostLimit(maxCost))
}

// start makes the environment, with the first expression.
func (l *Language) start() (*cel.Env, error) {
	l.once.Do(func() { l.env, l.err = l.environment() })

	return l.env, l.err
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
