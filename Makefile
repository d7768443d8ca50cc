# A page of names. Each is one or two commands that could be typed as well; what
# takes decisions is Go (cmd/imager, cmd/talosctl), not this file.

ARCH    ?= $(subst x86_64,amd64,$(subst aarch64,arm64,$(shell uname -m)))
OUT     ?= _out
NAME    ?= talos-default
WORKERS ?= 1
RUN     ?= Test

export CGO_ENABLED = 0
export GOFLAGS     = -trimpath -buildvcs=false
export GOTOOLCHAIN ?= auto
export PATH       := /usr/local/go/bin:/usr/lib/go/bin:$(PATH)

PHASE    = hack/phase $(OUT)
IMAGER   = $(OUT)/imager
TALOSCTL = $(OUT)/talosctl

VERSION  = github.com/talos-os/talos/pkg/machinery/version
SHA      = $(or $(shell git log -1 --abbrev=12 --format=%h 2>/dev/null),unknown)

.DEFAULT_GOAL := help
.PHONY: help setup imager talosctl parts bundle assets image iso up down verify \
	test test-system test-vm bench fuzz lint vet generate check-generated update-parts clean clean-cache

help:            ## list these names
	@sed -n 's/^\([a-z-]*\):.*## */  \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup:           ## install system packages and a Go toolchain where they are missing
	@hack/setup

imager:          ## build the tool that builds images
	@go build -o $(IMAGER) ./cmd/imager

talosctl:        ## build the client
	@go build -tags grpcnotrace -ldflags '-s -w -buildid= -X $(VERSION).SHA=$(SHA)' -o $(TALOSCTL) ./cmd/talosctl

parts: imager    ## build third-party programs, fetch Debian packages
	@$(IMAGER) parts --arch $(ARCH) -o $(OUT)

bundle: imager   ## make the images a cluster runs
	@$(IMAGER) bundle --arch $(ARCH) -o $(OUT)

assets: imager   ## make everything machines boot and install from
	@$(IMAGER) assets --arch $(ARCH) -o $(OUT)

image: imager    ## make the disk image only
	@$(IMAGER) assets --arch $(ARCH) -o $(OUT) disk

iso: imager      ## make the ISO only
	@$(IMAGER) assets --arch $(ARCH) -o $(OUT) iso

up:              ## build all, boot a local cluster, prove that it works
	@$(PHASE) begin workers=$(WORKERS)
	@$(PHASE) run setup    hack/setup
	@$(PHASE) run tools    $(MAKE) --no-print-directory imager talosctl
	@$(PHASE) run bundle   $(IMAGER) bundle --arch $(ARCH) -o $(OUT)
	@$(PHASE) run assets   $(IMAGER) assets --arch $(ARCH) -o $(OUT)
	@$(PHASE) run cluster  $(TALOSCTL) cluster create qemu --name $(NAME) --assets $(OUT) --workers $(WORKERS)
	@$(PHASE) run verify   $(TALOSCTL) cluster verify --name $(NAME)
	@$(PHASE) end
	@$(TALOSCTL) cluster show --name $(NAME)

down:            ## stop and remove the local cluster
	@test -x $(TALOSCTL) || $(MAKE) --no-print-directory talosctl
	@$(TALOSCTL) cluster destroy --name $(NAME)

verify: talosctl ## ask a pod in the local cluster over a Service once more
	@$(TALOSCTL) cluster verify --name $(NAME)

test:            ## unit and contract tests: no root, no network
	@hack/setup build
	go vet ./...
	go test ./...
	cd hack/thirdparty/cni && go test ./flannel

test-system:     ## tests of the kernel's interfaces: root
	go test -p 1 -tags netns,loop ./internal/...

test-vm: talosctl bundle assets ## tests of the built image in QEMU; RUN=TestInstallFromISO for one
	go test -p 1 -count 1 -timeout 60m -tags qemu -run '$(RUN)' -v ./internal/integration/

bench: talosctl bundle assets ## measure against the budget into docs/benchmarks.md; AREAS="sizes client" for some
	go run ./hack/bench -assets $(OUT) $(AREAS)

fuzz:            ## fuzz every parser for FUZZTIME (default 30s)
	@hack/fuzz

lint:            ## what reviewers should not have to say
	@test -z "$$(gofmt -l api cmd hack internal pkg | tee /dev/stderr)"
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

generate:        ## write generated code anew
	go run ./hack/protogen

check-generated: ## say which generated code is stale
	go run ./hack/protogen -check

update-parts: imager ## take the current Debian packages and rewrite the lock
	@$(IMAGER) parts --arch $(ARCH) -o $(OUT) --update debian

clean:           ## remove what was built, keep the cache
	rm -rf $(OUT)

clean-cache:     ## remove the cache of parts too; the next build is a cold one
	chmod -R u+w $${TALOS_CACHE:-$$HOME/.cache/talos-os} 2>/dev/null; rm -rf $${TALOS_CACHE:-$$HOME/.cache/talos-os}
