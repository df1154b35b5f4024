# exectrail. `make` alone lists what can be made; CONTRIBUTING.md tells more.

GO      := scripts/go.sh
BIN     := bin/exectrail
PREFIX  ?= /usr/local
DESTDIR ?=
ARGS    ?=
KERNEL  ?=
ARCH    ?=
MINUTES ?= 1
SEED    ?=

# By their names in Debian. scripts/setup.sh installs those that are missing.
GENERATE_PACKAGES := clang-19 llvm-19 libbpf-dev
# Of the two architectures, the other one needs a compiler that does not come with gcc.
FOREIGN           := $(if $(filter aarch64,$(shell uname -m)),x86-64 amd64,aarch64 arm64)
KERNEL_PACKAGES   := $(GENERATE_PACKAGES) gcc libc6-dev gcc-$(word 1,$(FOREIGN))-linux-gnu libc6-dev-$(word 2,$(FOREIGN))-cross \
	qemu-system-x86 qemu-system-arm e2fsprogs kmod xz-utils
WEB_PACKAGES      := nodejs npm
TEST_PACKAGES     := $(KERNEL_PACKAGES) $(WEB_PACKAGES) chromium shellcheck runc crun podman strace make sudo
SOAK_PACKAGES     := gcc libc6-dev
BENCH_PACKAGES    := bpftrace libbpf-tools strace gcc libc6-dev make

# Go keeps its caches at home, which a service or a CI run may not have set.
ifeq ($(HOME),)
export HOME := $(shell getent passwd $$(id -u) | cut -d: -f6)
endif

# A clone that belongs to another user (in a container, say) gets its version from git all the same.
export GIT_CONFIG_COUNT   := 1
export GIT_CONFIG_KEY_0   := safe.directory
export GIT_CONFIG_VALUE_0 := $(CURDIR)

# Under sudo, what is made is given to the user who asked for it.
give_back = @if [ -n "$$SUDO_UID" ]; then chown -R "$$SUDO_UID:$$SUDO_GID" $(1); fi

.DEFAULT_GOAL := help
.PHONY: help build run demo examples generate fmt lint test test-kernels soak bench web test-web install clean setup

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: setup ## build bin/exectrail, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=$$(git log -1 >/dev/null 2>&1 && echo auto || echo false) -o $(BIN) ./cmd/exectrail
	$(call give_back,bin)

run: build ## trace this machine (as root; ARGS='--tree --exits' adds flags)
	@$(BIN) trace $(ARGS)

demo: build ## show a recording that comes with the source (needs no root)
	@$(BIN) trace --replay testdata/demo.raw $(ARGS)

examples: PACKAGES := $(GENERATE_PACKAGES)
examples: setup ## compile the examples, into their folders and bin/
	scripts/compile-objects.sh examples/execve-kprobe
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/execve-go ./examples/execve-go
	$(call give_back,bin examples)

generate: PACKAGES := $(GENERATE_PACKAGES)
generate: setup ## compile the kernel programs and generate what is generated
	$(GO) generate ./...
	$(call give_back,internal/bpfobj docs)

fmt: setup ## format the Go source
	$(GO) fmt ./...

lint: PACKAGES := shellcheck
lint: setup ## check style and the import rules
	scripts/lint.sh

test: PACKAGES := $(TEST_PACKAGES)
test: setup ## run every check and test (as root for all of them)
	@MINUTES='$(MINUTES)' scripts/test.sh

test-kernels: PACKAGES := $(KERNEL_PACKAGES)
test-kernels: setup ## run the kernel tests on each of a matrix of kernels (KERNEL=6.12 ARCH=arm64 picks)
	$(GO) run ./test/kernel -kernel '$(KERNEL)' -arch '$(ARCH)' $(ARGS)
	$(call give_back,docs)

soak: PACKAGES := $(SOAK_PACKAGES)
soak: setup ## look for lost events in random trouble (as root; MINUTES=30, SEED=123 repeats)
	$(GO) run ./test/soak -minutes '$(MINUTES)' -seed '$(SEED)' $(ARGS)

bench: PACKAGES := $(BENCH_PACKAGES)
bench: setup ## measure, beside other tools, into docs/benchmarks.md (as root)
	$(GO) run ./test/bench -o docs/benchmarks.md $(ARGS)
	$(call give_back,docs)

web: PACKAGES := $(WEB_PACKAGES)
web: setup ## build the page of the timeline from web/
	scripts/web.sh
	$(call give_back,internal/timeline web)

test-web: PACKAGES := $(WEB_PACKAGES) chromium
test-web: setup ## test the page of the timeline in a browser
	scripts/web.sh --test
	$(call give_back,web)

install: build ## install to PREFIX (/usr/local), with man pages and shell completions
	DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' scripts/install.sh

clean: ## remove what was built
	rm -rf bin examples/*/*.elf

setup:
	@scripts/setup.sh $(PACKAGES)
