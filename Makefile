# Everything a developer needs: `make help`.
GO            ?= go
VERSION       ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
LDFLAGS       := -s -w -X main.version=$(VERSION)
FUZZTIME      ?= 20s
BENCHTIME     ?= 3x
GOLANGCI      := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK   := golang.org/x/vuln/cmd/govulncheck@v1.8.0
VULNDB        ?=
DEMO          := $(wildcard testdata/demo/sosreport-*.tar.xz)

export CGO_ENABLED := 0

.PHONY: help build demo test docs-check golden fuzz bench lint vuln clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

build: ## build bin/sosbond
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/sosbond ./cmd/sosbond

demo: build ## analyze the sosreport in testdata/demo
	./bin/sosbond analyze --fail-on never $(DEMO)

test: ## run every test
	$(GO) test ./...

docs-check: ## check the pages of the rules: sections, references, includes, commands, cases, and what `sosbond rules` lists
	$(GO) test ./analyzer/rules -run '^Test(Docs|Pages|Explain|Blocks|NFTBlocks|EveryRuleHasCases|RulesAreWellFormed)'
	$(GO) test ./cmd/sosbond -run '^TestRulesListed$$'

golden: ## rewrite the golden files; read the diff before you commit it
	GOLDIE_UPDATE=1 $(GO) test ./report/... ./cmd/...

fuzz: ## run each fuzz target for FUZZTIME (20s)
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x $$pkg; \
	  done; done

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
