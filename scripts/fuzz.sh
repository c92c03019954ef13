#!/usr/bin/env bash
# Runs every fuzz target of the module for the given time each. go test fuzzes one target of one package at once.
set -euo pipefail

fuzztime=${1:-30s}
found=0
for package in $(go list ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    found=$((found + 1))
    echo "== $package $target"
    # By default each new input is made smaller for up to a minute, in which nothing
    # else is tried: with captures for seeds that was all of the time.
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" -fuzzminimizetime 10x "$package"
  done
done
echo "$found fuzz targets, $fuzztime each"
