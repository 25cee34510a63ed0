# Tamis. `make help` lists the targets; README.md says more.

PREFIX ?= /usr/local
DESTDIR ?=
# Where the settings live: /etc for a system-wide PREFIX, as everybody expects.
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d

SWIFT ?= swift
# How many `make soak` sends.
MESSAGES ?= 200000
# Swift exports every symbol of a static executable; nobody looks them up, and without them a process starts faster.
RELEASE = -c release --static-swift-stdlib -Xlinker --no-export-dynamic
FORMATTED = Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources
FORMAT = $(SWIFT) format

.DEFAULT_GOAL := all
.PHONY: all help install demo test packages format lint sample bench clean
.PHONY: conformance faults fuzz sanitize soak nightly

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-11s %s\n", $$1, $$2 }'

all: ## release executables, static and stripped, in .build/release
	$(SWIFT) build $(RELEASE) --product tamisd
	$(SWIFT) build $(RELEASE) --product tamis
	strip .build/release/tamisd .build/release/tamis

install: ## copies what `make` built; DESTDIR, PREFIX
	scripts/install-files "$(DESTDIR)" "$(PREFIX)" "$(SYSCONFDIR)" "$(UNITDIR)" "$(SYSUSERSDIR)" "$(TMPFILESDIR)"

packages: ## installs what test and demo lack
	scripts/install-packages

demo: packages ## mail through Postfix, Tamis, spamd and pyzord on this machine's loopback
	$(SWIFT) build --product tamisd
	scripts/demo

test: packages lint ## what CI runs: lint, build, all tests
	$(SWIFT) build --build-tests
	scripts/run-tests

conformance: packages ## every promise, on Postfix, Sendmail and a scripted peer, as a table
	$(SWIFT) build --build-tests
	scripts/conformance

sample: ## writes config/tamis.yaml anew, after a change of the settings
	$(SWIFT) run tamisd sample-config >config/tamis.yaml.new
	mv config/tamis.yaml.new config/tamis.yaml

format: ## lays the Swift files out
	$(FORMAT) --in-place --recursive $(FORMATTED)

lint: ## layout of the Swift files, exposure of the systemd unit
	$(FORMAT) lint --strict --recursive $(FORMATTED)
	scripts/check-unit

faults: packages ## what can go wrong around the daemon, done to it: a table of what was seen
	$(SWIFT) build --build-tests
	scripts/faults

bench: packages ## messages a second, waits and processor time, with release executables
	scripts/bench
	scripts/bench-clients

# How long each target is fed.
SECONDS ?= 60

fuzz: packages ## hostile bytes for every parser and every header, SECONDS=60 for each target; see Fuzz/README.md
	scripts/fuzz $(SECONDS)

sanitize: packages ## the tests under ThreadSanitizer and AddressSanitizer
	scripts/sanitize

soak: packages ## MESSAGES=200000 through the release executable: memory, descriptors, threads must not grow
	scripts/soak $(MESSAGES)

# The parts tell in tables of their own what they saw; the first that fails ends the night.
nightly: export TAMIS_NIGHTLY = 1
nightly: export TAMIS_TLS_ROUNDS = 200
nightly: export TAMIS_FRESH_MESSAGES = 5000
nightly: test ## tests with larger numbers, conformance, faults, soak, fuzz, sanitizers, the unit under a real systemd
	scripts/conformance
	scripts/faults
	scripts/try-unit
	scripts/soak $(MESSAGES)
	scripts/fuzz $(SECONDS)
	scripts/sanitize

clean: ## removes what was built; the unpacked mail servers stay in /var/cache/tamis
	rm -rf .build
