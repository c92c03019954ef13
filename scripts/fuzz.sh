#!/usr/bin/env bash
# Runs every fuzz target of the module for the given time each. go test fuzzes one target of one package at once.
set -euo pipefail

fuzztime=${1:-30s}
found=0
for package in $(go list ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    found=$((found + 1))
    echo "== $package $target"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" "$package"
  done
done
echo "$found fuzz targets, $fuzztime each"
