#!/bin/sh
# Measures `ntlmctl serve` against a net/http server that answers the same legs with canned bytes: the same load, from a
# process of its own, in turns. Then ten thousand connections at a time, and memory over a million requests.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM

go build -o "$work/ntlmctl" ./cmd/ntlmctl
go build -o "$work/legload" ./internal/legload
NTLMCTL_PASSWORD=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')
export NTLMCTL_PASSWORD
ulimit -n "$(ulimit -Hn)"

"$work/legload" bare >"$work/bare.out" & echo $! >"$work/bare.pid"
"$work/ntlmctl" serve --quiet --listen 127.0.0.1:0 --user 'LAB\alice' >"$work/serve.out" 2>"$work/serve.err" & echo $! >"$work/serve.pid"
listening() { # waits until a server has said where it listens
	for _ in $(seq 100); do
		address=$(grep -oE '127\.0\.0\.1:[0-9]+' "$1" | head -1)
		[ -n "$address" ] && return
		sleep 0.05
	done
	cat "$1" "$work/serve.err" >&2
	exit 1
}
listening "$work/bare.out"; bare=$address
listening "$work/serve.out"; serve=$address
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$(cat "$work/serve.pid")/status"; }
put() { # flags and address
	"$work/legload" run -user 'LAB\alice' "$@"
}
rate() { awk '{ print $NF }'; }

for requests in 0 8 64; do
	logons=$((60000 / (requests + 2)))
	: >"$work/ratios"
	for _ in 1 2 3 4 5; do
		b=$(put -logons $logons -requests "$requests" "$bare" | rate)
		s=$(put -logons $logons -requests "$requests" "$serve" | rate)
		echo "$s $b" | awk '{ printf "%.3f %d %d\n", $1 / $2, $1, $2 }' >>"$work/ratios"
	done
	sort -n "$work/ratios" | awk -v n="$requests" '{ line[NR] = $0 } END {
		split(line[3], m, " "); split(line[1], low, " "); split(line[NR], high, " ")
		printf "%2d requests after each logon: serve %d legs/s, bare %d, ratio %.2f (%.2f to %.2f)\n", n, m[2], m[3], m[1], low[1], high[1] }'
done

echo "descriptors: $(ulimit -n)"
printf '10000 connections at a time: '
put -connections 10000 -hold -requests 4 "$serve"
after_many=$(resident)
for part in 1 2 3 4 5; do
	put -connections 64 -logons 200 -requests 998 "$serve" >/dev/null
	echo "resident after $((part * 200))k requests: $(resident) KiB (after the ten thousand connections: $after_many)"
done
