// Command protogen writes the Go code of every .proto file below api/.
//
// It is protoc in one Go program: no system tool is needed, and the versions of
// the compiler and of both plugins are the ones in go.mod.
//
//	go run ./hack/protogen              # regenerate
//	go run ./hack/protogen -check       # say which files are stale, change nothing
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/cmd/protoc-gen-go/internal_gengo"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	// What our files import and other modules own. Their compiled descriptors are
	// used, so no copy of their .proto files is kept here.
	_ "google.golang.org/genproto/googleapis/api/expr/v1alpha1"
	_ "google.golang.org/genproto/googleapis/rpc/status"
	_ "google.golang.org/protobuf/types/known/anypb"
	_ "google.golang.org/protobuf/types/known/durationpb"
	_ "google.golang.org/protobuf/types/known/emptypb"
	_ "google.golang.org/protobuf/types/known/structpb"
	_ "google.golang.org/protobuf/types/known/timestamppb"
)

const module = "github.com/talos-os/talos/api"

func main() {
	root := flag.String("root", "api", "folder with the .proto files")
	check := flag.Bool("check", false, "report stale files instead of writing them")
	flag.Parse()

	if err := run(context.Background(), *root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "protogen:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, root string, check bool) error {
	generated, err := generate(ctx, root)
	if err != nil {
		return err
	}

	present, err := find(root, ".pb.go")
	if err != nil {
		return err
	}

	var stale []string

	for _, name := range present {
		if _, ok := generated[name]; ok {
			continue
		}

		stale = append(stale, name)

		if !check {
			if err := os.Remove(filepath.Join(root, name)); err != nil {
				return err
			}
		}
	}

	for name, want := range generated {
		path := filepath.Join(root, name)

		have, err := os.ReadFile(path)
		if err == nil && bytes.Equal(have, want) {
			continue
		}

		stale = append(stale, name)

		if !check {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				return err
			}
		}
	}

	if check && len(stale) > 0 {
		slices.Sort(stale)

		return fmt.Errorf("out of date, run `make generate`:\n  %s", strings.Join(stale, "\n  "))
	}

	return nil
}

// generate compiles every .proto below root and returns the Go files by path relative to root.
func generate(ctx context.Context, root string) (map[string][]byte, error) {
	names, err := find(root, ".proto")
	if err != nil {
		return nil, err
	}

	files, err := compile(ctx, root, names)
	if err != nil {
		return nil, err
	}

	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: names,
		Parameter:      proto.String("module=" + module),
		ProtoFile:      closure(files),
	}

	out := map[string][]byte{}

	for _, plugin := range []func(*pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error){messages, services} {
		response, err := plugin(request)
		if err != nil {
			return nil, err
		}

		if response.Error != nil {
			return nil, errors.New(*response.Error)
		}

		for _, file := range response.GetFile() {
			out[file.GetName()] = []byte(file.GetContent())
		}
	}

	return out, nil
}

func compile(ctx context.Context, root string, names []string) (linker.Files, error) {
	compiler := protocompile.Compiler{
		Resolver: protocompile.CompositeResolver{
			&protocompile.SourceResolver{ImportPaths: []string{root}},
			protocompile.ResolverFunc(func(name string) (protocompile.SearchResult, error) {
				file, err := protoregistry.GlobalFiles.FindFileByPath(name)

				return protocompile.SearchResult{Desc: file}, err
			}),
		},
		SourceInfoMode: protocompile.SourceInfoStandard,
	}

	return compiler.Compile(ctx, names...)
}

// closure lists the files with everything they import, imports first, as the plugin protocol demands.
func closure(files linker.Files) []*descriptorpb.FileDescriptorProto {
	var out []*descriptorpb.FileDescriptorProto

	seen := map[string]bool{}

	var add func(protoreflect.FileDescriptor)

	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}

		seen[file.Path()] = true

		for i := range file.Imports().Len() {
			add(file.Imports().Get(i))
		}

		out = append(out, protoutil.ProtoFromFileDescriptor(file))
	}

	for _, file := range files {
		add(file)
	}

	return out
}

// messages is protoc-gen-go, in process.
func messages(request *pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error) {
	plugin, err := protogen.Options{}.New(request)
	if err != nil {
		return nil, err
	}

	for _, file := range plugin.Files {
		if file.Generate {
			internal_gengo.GenerateFile(plugin, file)
		}
	}

	plugin.SupportedFeatures = internal_gengo.SupportedFeatures

	return plugin.Response(), nil
}

// services is protoc-gen-go-grpc, which can only be had as a program.
func services(request *pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error) {
	in, err := proto.Marshal(request)
	if err != nil {
		return nil, err
	}

	cmd := exec.Command("go", "tool", "protoc-gen-go-grpc")
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr

	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run protoc-gen-go-grpc: %w", err)
	}

	var response pluginpb.CodeGeneratorResponse

	return &response, proto.Unmarshal(out, &response)
}

// find returns the files below root with this suffix, sorted, relative to it.
func find(root, suffix string) ([]string, error) {
	var names []string

	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, suffix) {
			return err
		}

		name, err := filepath.Rel(root, path)
		names = append(names, filepath.ToSlash(name))

		return err
	})

	return names, err
}
