# Everything a developer needs: `make help`.
GO            ?= go
VERSION       ?= $(shell git describe --tags --always --dirty --abbrev=12 2>/dev/null || echo devel)
LDFLAGS       := -s -w -X main.version=$(VERSION)
# The platforms of `make release`. Others that compile: darwin/amd64, darwin/arm64, windows/amd64.
PLATFORMS     ?= linux/amd64 linux/arm64
# What a builder's own settings could change in the bytes.
PINNED        := GOFLAGS=-mod=readonly GOAMD64=v1 GOARM64=v8.0 GOEXPERIMENT=
FUZZTIME      ?= 20s
FUZZJOBS      ?= 1
FUZZ          ?= ^Fuzz
BENCHTIME     ?= 3x
GOLANGCI      := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK   := golang.org/x/vuln/cmd/govulncheck@v1.8.0
VULNDB        ?=
DEMO          := $(wildcard testdata/demo/sosreport-*.tar.xz)

export CGO_ENABLED := 0

.PHONY: help build release reproducible demo test docs-check golden fuzz bench lint vuln clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

build: ## build bin/sosbond
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/sosbond ./cmd/sosbond

release: ## build static binaries of PLATFORMS and SHA256SUMS into bin; the same commit and Go version give the same bytes
	@mkdir -p bin && rm -f bin/sosbond-* bin/SHA256SUMS
	@set -e; for p in $(PLATFORMS); do \
	  os=$${p%/*}; arch=$${p#*/}; out=bin/sosbond-$$os-$$arch; case $$os in windows) out=$$out.exe;; esac; \
	  $(PINNED) GOOS=$$os GOARCH=$$arch $(GO) build -trimpath -buildvcs=auto -ldflags '$(LDFLAGS) -buildid=' -o $$out ./cmd/sosbond; \
	done
	@cd bin && sha256sum sosbond-* | tee SHA256SUMS

reproducible: ## build the release of HEAD in two clones and compare the bytes
	@GO='$(GO)' PLATFORMS='$(firstword $(PLATFORMS))' .ci/reproducible

demo: build ## analyze the sosreport in testdata/demo
	./bin/sosbond analyze --fail-on never $(DEMO)

test: ## run every test
	$(GO) test ./...

docs-check: ## check the pages of the rules: sections, references, includes, commands, cases, and what `sosbond rules` lists
	$(GO) test ./analyzer/rules -run '^Test(Docs|Pages|Explain|Blocks|NFTBlocks|EveryRuleHasCases|RulesAreWellFormed)'
	$(GO) test ./cmd/sosbond -run '^TestRulesListed$$'

golden: ## rewrite the golden files; read the diff before you commit it
	GOLDIE_UPDATE=1 $(GO) test ./report/... ./cmd/...

fuzz: ## run each fuzz target for FUZZTIME (20s), FUZZJOBS at a time (1), those that match FUZZ
	@GO='$(GO)' FUZZTIME='$(FUZZTIME)' FUZZJOBS='$(FUZZJOBS)' FUZZ='$(FUZZ)' .ci/fuzz

bench: ## measure speed and memory on an archive made the way sos makes them
	$(GO) test -run '^$$' -bench . -benchtime $(BENCHTIME) -timeout 60m ./cmd/sosbond ./parsers/kernlog

lint: ## gofmt, go vet, golangci-lint
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt on these files"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(GOLANGCI) run ./...

vuln: ## look for known vulnerabilities; VULNDB=folder reads a local copy of the database
	$(GO) run $(GOVULNCHECK) $(if $(VULNDB),-db file://$(VULNDB)) ./...

clean: ## remove what was built
	rm -rf bin
