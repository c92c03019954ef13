# Everything a change must pass is here; .ci/run calls lint and test and nothing else.

GO       ?= go
FUZZTIME ?= 30s

# Tokens and captures of others, read by tests where they lie beside the repository; never copied into it.
ifneq ($(wildcard $(CURDIR)/../shared/vectors/.),)
export NTLMCTL_VECTORS ?= $(CURDIR)/../shared/vectors
endif
ifneq ($(wildcard $(CURDIR)/../shared/captures/.),)
export NTLMCTL_CAPTURES ?= $(CURDIR)/../shared/captures
endif

.DEFAULT_GOAL := help
.PHONY: help build test race lint bench bench-peers bench-fetch bench-serve bench-probe fuzz docs release-check vuln clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build ./bin/ntlmctl
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ ./cmd/ntlmctl

test: ## install what the tests need (Debian), then run them all
	@scripts/install-test-deps.sh
	$(GO) test -timeout 20m ./...

race: ## run the tests under the race detector (needs gcc)
	@scripts/install-test-deps.sh
	$(GO) test -race -timeout 40m ./...

# `go tool -n` builds a tool once, keeps it in Go's build cache and prints where: a fresh clone is warm too.
# tools is not tidied here: that fetches three gigabytes of its dependencies' own test dependencies, and not all are to be had everywhere.
lint: ## gofmt, go mod tidy and golangci-lint
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "gofmt -w is due on:" >&2; echo "$$unformatted" >&2; exit 1; }
	$(GO) mod tidy -diff
	golangci_lint=$$($(GO) -C tools tool -n golangci-lint) && $$golangci_lint run

bench: ## run the benchmarks; compare two runs with: go -C tools tool benchstat OLD NEW
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-peers: ## measure decode against tshark, ntlm-parser, grep and curl, probe against nmap (six minutes; docs/benchmarks.md)
	@status=0; for what in peers probe; do scripts/bench-$$what.sh || status=1; done; exit $$status

bench-fetch: ## measure fetch against curl: handshakes, transfers, memory (two minutes)
	@scripts/bench-fetch.sh

bench-serve: ## measure serve against a server that does not think: legs, connections, memory (two minutes)
	@scripts/bench-serve.sh

bench-probe: ## measure probe against what latency allows, and against nmap
	@scripts/bench-probe.sh

fuzz: ## run every fuzz target for FUZZTIME each (default 30s)
	@scripts/fuzz.sh $(FUZZTIME)

docs: ## regenerate docs/cli, docs/man, docs/schema, docs/exit-codes.md, docs/findings.md and the transcripts
	$(GO) test ./cmd/ntlmctl -run 'TestGeneratedDocs|TestTranscripts' -update

release-check: ## build every release artefact into dist/, publishing nothing
	goreleaser=$$($(GO) -C tools tool -n goreleaser) && $$goreleaser check && $$goreleaser release --snapshot --clean

vuln: ## look the dependencies up in Go's vulnerability database (needs the internet)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

clean: ## remove what the other targets made
	rm -rf bin dist completions
