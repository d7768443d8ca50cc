package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	_ "github.com/cosi-project/runtime/api/v1alpha1"

	_ "github.com/talos-os/talos/api/cluster"
	"github.com/talos-os/talos/api/common"
	_ "github.com/talos-os/talos/api/inspect"
	_ "github.com/talos-os/talos/api/machine"
	_ "github.com/talos-os/talos/api/resource/config"
	_ "github.com/talos-os/talos/api/resource/definitions/block"
	_ "github.com/talos-os/talos/api/resource/definitions/cluster"
	_ "github.com/talos-os/talos/api/resource/definitions/containers"
	_ "github.com/talos-os/talos/api/resource/definitions/cri"
	_ "github.com/talos-os/talos/api/resource/definitions/enums"
	_ "github.com/talos-os/talos/api/resource/definitions/etcd"
	_ "github.com/talos-os/talos/api/resource/definitions/extensions"
	_ "github.com/talos-os/talos/api/resource/definitions/files"
	_ "github.com/talos-os/talos/api/resource/definitions/hardware"
	_ "github.com/talos-os/talos/api/resource/definitions/k8s"
	_ "github.com/talos-os/talos/api/resource/definitions/kubeaccess"
	_ "github.com/talos-os/talos/api/resource/definitions/kubespan"
	_ "github.com/talos-os/talos/api/resource/definitions/network"
	_ "github.com/talos-os/talos/api/resource/definitions/perf"
	_ "github.com/talos-os/talos/api/resource/definitions/proto"
	_ "github.com/talos-os/talos/api/resource/definitions/runtime"
	_ "github.com/talos-os/talos/api/resource/definitions/secrets"
	_ "github.com/talos-os/talos/api/resource/definitions/security"
	_ "github.com/talos-os/talos/api/resource/definitions/siderolink"
	_ "github.com/talos-os/talos/api/resource/definitions/storage"
	_ "github.com/talos-os/talos/api/resource/definitions/time"
	_ "github.com/talos-os/talos/api/resource/definitions/v1alpha1"
	_ "github.com/talos-os/talos/api/resource/network"
	_ "github.com/talos-os/talos/api/security"
	_ "github.com/talos-os/talos/api/signer"
	_ "github.com/talos-os/talos/api/storage"
	_ "github.com/talos-os/talos/api/time"
)

type pkg struct {
	Files    []string
	Services []struct {
		Name    string
		Methods []struct {
			Name            string
			Grpc            string
			Request         string
			Response        string
			ClientStreaming bool `json:"client_streaming"`
			ServerStreaming bool `json:"server_streaming"`
			Deprecated      bool
			RemovalVersion  string `json:"removal_version"`
		}
	}
	Messages []struct {
		Name       string
		Deprecated bool
		Fields     []struct {
			Number     int
			Name       string
			Type       string
			Label      string
			Oneof      string
			Deprecated bool
		}
	}
	Enums []struct {
		Name   string
		Values []struct {
			Name       string
			Number     int
			Deprecated bool
		}
	}
	Extensions []struct {
		Name    string
		Number  int
		Extends string
		Type    string
	}
}

// notOurs are packages other modules own. Our descriptors refer to them, and
// their owners are free to add to them.
var notOurs = []string{"cosi.resource", "cosi.resource.meta", "google.api.expr.v1alpha1", "google.rpc"}

// TestDescriptorsAreThoseOfTheContract prints both sides as sorted lines, one per
// fact, and compares: nothing may be missing, renumbered or extra.
func TestDescriptorsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()

	data, err := os.ReadFile("testdata/api.json")
	if err != nil {
		t.Fatal(err)
	}

	var contract struct{ Packages map[string]pkg }
	if err := json.Unmarshal(data, &contract); err != nil {
		t.Fatal(err)
	}

	for name, p := range contract.Packages {
		if slices.Contains(notOurs, name) {
			continue
		}

		t.Run(name, func(t *testing.T) {
			t.Parallel()

			want, got := wanted(p), found(protoreflect.FullName(name))

			for _, line := range slices.Sorted(maps.Keys(want)) {
				if !got[line] {
					t.Errorf("missing: %s", line)
				}
			}

			for _, line := range slices.Sorted(maps.Keys(got)) {
				if !want[line] {
					t.Errorf("not in the contract: %s", line)
				}
			}
		})
	}
}

func wanted(p pkg) map[string]bool {
	lines := map[string]bool{}
	add := func(format string, args ...any) { lines[fmt.Sprintf(format, args...)] = true }

	for _, file := range p.Files {
		add("file %s", file)
	}

	for _, s := range p.Services {
		for _, m := range s.Methods {
			add("rpc /%s/%s %s %s client=%v server=%v deprecated=%v until=%q", s.Name, m.Name, m.Request, m.Response,
				m.ClientStreaming, m.ServerStreaming, m.Deprecated, m.RemovalVersion)
		}
	}

	for _, m := range p.Messages {
		add("message %s deprecated=%v", m.Name, m.Deprecated)

		for _, f := range m.Fields {
			add("field %s.%s = %d %s %s oneof=%s deprecated=%v", m.Name, f.Name, f.Number, f.Label,
				strings.ReplaceAll(f.Type, " ", ""), f.Oneof, f.Deprecated)
		}
	}

	for _, e := range p.Enums {
		for _, v := range e.Values {
			add("enum %s %s = %d deprecated=%v", e.Name, v.Name, v.Number, v.Deprecated)
		}
	}

	for _, x := range p.Extensions {
		add("extension %s = %d %s %s", x.Name, x.Number, x.Extends, x.Type)
	}

	return lines
}

func found(name protoreflect.FullName) map[string]bool {
	lines := map[string]bool{}
	add := func(format string, args ...any) { lines[fmt.Sprintf(format, args...)] = true }

	var messages func(protoreflect.MessageDescriptors)

	enums := func(all protoreflect.EnumDescriptors) {
		for i := range all.Len() {
			values := all.Get(i).Values()

			for j := range values.Len() {
				v := values.Get(j)
				add("enum %s %s = %d deprecated=%v", all.Get(i).FullName(), v.Name(), v.Number(),
					v.Options().(*descriptorpb.EnumValueOptions).GetDeprecated())
			}
		}
	}

	messages = func(all protoreflect.MessageDescriptors) {
		for i := range all.Len() {
			m := all.Get(i)
			if m.IsMapEntry() {
				continue
			}

			add("message %s deprecated=%v", m.FullName(), m.Options().(*descriptorpb.MessageOptions).GetDeprecated())

			for j := range m.Fields().Len() {
				f := m.Fields().Get(j)
				add("field %s = %d %s %s oneof=%s deprecated=%v", f.FullName(), f.Number(), label(f), typeName(f), oneof(f),
					f.Options().(*descriptorpb.FieldOptions).GetDeprecated())
			}

			messages(m.Messages())
			enums(m.Enums())
		}
	}

	protoregistry.GlobalFiles.RangeFilesByPackage(name, func(file protoreflect.FileDescriptor) bool {
		add("file %s", file.Path())
		messages(file.Messages())
		enums(file.Enums())

		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()

			for j := range methods.Len() {
				m := methods.Get(j)
				options := m.Options().(*descriptorpb.MethodOptions)
				until, _ := proto.GetExtension(options, common.E_RemoveDeprecatedMethod).(string)
				add("rpc /%s/%s %s %s client=%v server=%v deprecated=%v until=%q", file.Services().Get(i).FullName(), m.Name(),
					m.Input().FullName(), m.Output().FullName(), m.IsStreamingClient(), m.IsStreamingServer(),
					options.GetDeprecated(), until)
			}
		}

		for i := range file.Extensions().Len() {
			x := file.Extensions().Get(i)
			add("extension %s = %d %s %s", x.FullName(), x.Number(), x.ContainingMessage().FullName(), typeName(x))
		}

		return true
	})

	return lines
}

func label(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return "map"
	case f.IsList():
		return "repeated"
	case f.HasOptionalKeyword():
		return "optional"
	default:
		return ""
	}
}

func oneof(f protoreflect.FieldDescriptor) string {
	if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() {
		return string(o.Name())
	}

	return ""
}

func typeName(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return fmt.Sprintf("map<%s,%s>", typeName(f.MapKey()), typeName(f.MapValue()))
	case f.Message() != nil:
		return string(f.Message().FullName())
	case f.Enum() != nil:
		return string(f.Enum().FullName())
	default:
		return f.Kind().String()
	}
}

// TestMergedAnswersHaveOneShape: an endpoint that asks several nodes appends the
// bytes of their answers and adds metadata to each without knowing the types,
// which works only if every answer of these services has its messages in field 1
// and every message its metadata in field 1.
func TestMergedAnswersHaveOneShape(t *testing.T) {
	t.Parallel()

	for _, service := range []protoreflect.FullName{
		"machine.MachineService", "cluster.ClusterService", "inspect.InspectService", "storage.StorageService", "time.TimeService",
	} {
		desc, err := protoregistry.GlobalFiles.FindDescriptorByName(service)
		if err != nil {
			t.Fatal(err)
		}

		methods := desc.(protoreflect.ServiceDescriptor).Methods()

		for i := range methods.Len() {
			m := methods.Get(i)
			message := m.Output()

			if !m.IsStreamingServer() {
				messages := message.Fields().ByNumber(1)
				if messages == nil || !messages.IsList() || messages.Name() != "messages" || message.Fields().Len() != 1 {
					t.Errorf("%s: %s is not one list of messages", m.FullName(), message.FullName())

					continue
				}

				message = messages.Message()
			}

			if md := message.Fields().ByNumber(1); md == nil || md.Message() == nil || md.Message().FullName() != "common.Metadata" {
				t.Errorf("%s: %s has no metadata in field 1", m.FullName(), message.FullName())
			}
		}
	}
}
