package role_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/role"
)

type contract struct {
	Roles                []string
	MethodRoles          map[string][]string `json:"method_roles"`
	Fallback             []string            `json:"fallback_roles_for_unlisted_methods"`
	AdminUnlessMaintence []string            `json:"admin_only_unless_maintenance"`
	SocketClients        []struct {
		Service string
		Roles   []string
	} `json:"machined_socket_clients"`
}

func load(t *testing.T) contract {
	t.Helper()

	data, err := os.ReadFile("testdata/roles.json")
	if err != nil {
		t.Fatal(err)
	}

	var c contract
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatal(err)
	}

	return c
}

func TestRolesAreThoseOfTheContract(t *testing.T) {
	if want, got := load(t).Roles, role.All.Strings(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMethodsAskForTheRolesOfTheContract(t *testing.T) {
	c := load(t)

	for method, want := range c.MethodRoles {
		if got := role.ForMethod(method).Strings(); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", method, got, want)
		}

		if got, want := role.AdminUnlessMaintenance(method), slices.Contains(c.AdminUnlessMaintence, method); got != want {
			t.Errorf("%s: admin unless maintenance: got %v, want %v", method, got, want)
		}
	}

	for _, method := range []string{"/machine.MachineService/NotYet", "", "Version", "/cosi.resource.State/get"} {
		if got := role.ForMethod(method).Strings(); !slices.Equal(got, c.Fallback) {
			t.Errorf("unlisted %q: got %v, want %v", method, got, c.Fallback)
		}
	}
}

func TestServicesMayDoWhatTheContractSays(t *testing.T) {
	for _, client := range load(t).SocketClients {
		id := client.Service

		switch {
		case id == "ext-*":
			id = "ext-hello"
		case len(id) > 20:
			id = ""
		}

		if got := role.ForService(id).Strings(); !slices.Equal(got, client.Roles) {
			t.Errorf("%s: got %v, want %v", client.Service, got, client.Roles)
		}
	}

	if got := role.ForService("kubelet"); !got.Empty() {
		t.Errorf("kubelet: got %v, want nothing", got)
	}
}

func TestSet(t *testing.T) {
	some := role.Parse([]string{"os:reader", "", "os:someday", "os:admin", "os:reader"})

	for _, tt := range []struct{ name, got, want string }{
		{"sorted, without repetition, unknown kept", some.String(), "os:admin,os:reader,os:someday"},
		{"intersect", some.Intersect(role.NewSet(role.Operator, role.Reader)).String(), "os:reader"},
		{"intersect with nothing", some.Intersect(role.Set{}).String(), ""},
		{"unknown", string(some.Unknown()[0]), "os:someday"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}

	if !some.Meets(role.NewSet(role.Reader, role.Operator)) || some.Meets(role.NewSet(role.Operator)) || some.Meets(role.Set{}) {
		t.Error("meets is wrong")
	}

	if !(role.Set{}).Empty() || some.Empty() || some.Has(role.Operator) {
		t.Error("empty or has is wrong")
	}
}
