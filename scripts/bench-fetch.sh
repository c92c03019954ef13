#!/usr/bin/env bash
# Measures `ntlmctl fetch` against curl, whole processes in turns, as ratios: a handshake and a GET against `ntlmctl serve`, and a GiB down
# and up, plain and over TLS. docs/benchmarks.md records a run. Exits 1 if a target is missed.
#
#   RUNS=9     pairs of transfers; the median of the pairs' ratios counts
#   LOGONS=60  pairs of handshakes
#   SIZE=1073741824   bytes of a transfer
set -euo pipefail
cd "$(dirname "$0")/.."

RUNS=${RUNS:-9}
LOGONS=${LOGONS:-60}
SIZE=${SIZE:-$((1 << 30))}

work=$(mktemp -d)
trap 'kill $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true; rm -rf "$work"' EXIT
missed=0

go build -trimpath -o "$work/ntlmctl" ./cmd/ntlmctl
go build -o "$work/fileload" ./internal/fileload
PASSWORD=$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')
export NTLMCTL_PASSWORD=$PASSWORD
export LC_ALL=C

"$work/ntlmctl" serve --quiet --listen 127.0.0.1:0 --user 'LAB\alice' >"$work/serve.out" 2>"$work/serve.err" &
echo $! >"$work/serve.pid"
"$work/fileload" >"$work/files.out" &
echo $! >"$work/files.pid"

# listening FILE waits until a server has said where it listens, and prints it.
listening() {
	for _ in $(seq 100); do
		if grep -oE 'https?://127\.0\.0\.1:[0-9]+' "$1"; then return; fi
		sleep 0.05
	done
	cat "$1" "$work/serve.err" >&2
	exit 1
}
serve=$(listening "$work/serve.out" | head -1)
listening "$work/files.out" >"$work/addresses"
plain=$(grep '^http:' "$work/addresses")
tls=$(grep '^https:' "$work/addresses")

# seconds COMMAND... prints how long a command took.
seconds() {
	local from=${EPOCHREALTIME/./}
	"$@" >/dev/null 2>"$work/err" || { cat "$work/err" >&2; kill $$; }
	echo $((${EPOCHREALTIME/./} - from)) | awk '{ printf "%.6f\n", $1 / 1e6 }'
}

# pairs WHAT TARGET RUNS -- CURL-ARGUMENTS... runs both programs in turns; what counts is the median of curl's time over ours (throughput), or
# with a target that begins with < that of ours over curl's (latency).
pairs() {
	local what=$1 target=$2 runs=$3
	shift 4
	: >"$work/pairs"
	for ((i = 0; i <= runs; i++)); do
		a=$(seconds curl -q -s -o /dev/null "$@")
		b=$(seconds "$work/ntlmctl" fetch -s -o /dev/null "$@")
		[ "$i" = 0 ] || echo "$a $b" >>"$work/pairs" # the first is for warming up
	done
	awk -v target="$target" -v what="$what" '
		function median(list, n,   i, j, t) {
			for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
			return list[int((n + 1) / 2)]
		}
		{ c[NR] = $1; o[NR] = $2; r[NR] = (target ~ /^</) ? $2 / $1 : $1 / $2 }
		END {
			m = median(r, NR); limit = substr(target, 3)
			ok = (target ~ /^</) ? m <= limit : m >= limit
			printf "%-28s curl %.4f s, fetch %.4f s, ratio %.2f (target %s) %s\n", what, median(c, NR), median(o, NR), m, target, ok ? "ok" : "MISSED"
			exit !ok
		}' "$work/pairs" || missed=1
}

echo "machine: $(nproc) cores, $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | sed -n 1p), load $(cut -d' ' -f1-3 /proc/loadavg)"
echo "$(curl --version | sed -n 1p | cut -d' ' -f1-3); $(go env GOVERSION)"

pairs "handshake and GET, --ntlm" "<=1.0" "$LOGONS" -- --ntlm -u "LAB\\alice:$PASSWORD" "$serve/"
pairs "handshake and GET, asked" "<=1.0" "$LOGONS" -- --anyauth -u "LAB\\alice:$PASSWORD" "$serve/"
requests=5000
"$work/ntlmctl" fetch -s -o /dev/null -w '%{num_connects}\n' --ntlm -u 'LAB\alice' "$serve/?[1-3]" | tr -d '\n' | grep -qx 100 || missed=1 # one connection
pairs "$requests requests, logged on once" "<=1.0" "$RUNS" -- --ntlm -u "LAB\\alice:$PASSWORD" "$serve/?[1-$requests]"
head -c "$SIZE" /dev/zero >"$work/big"
for url in "$plain" "$tls"; do
	name=plain
	[ "$url" = "$plain" ] || name=TLS
	pairs "download, $name" ">=0.9" "$RUNS" -- -k "$url/down?size=$SIZE"
	pairs "upload, $name" ">=0.9" "$RUNS" -- -k -T "$work/big" "$url/up"
done
for way in down up; do
	if [ $way = down ]; then
		"$work/ntlmctl" fetch -s -o /dev/null "$plain/down?size=$((SIZE * 10))" &
	else
		head -c $((SIZE * 10)) /dev/zero | "$work/ntlmctl" fetch -s -o /dev/null -T - "$plain/up" &
	fi
	pid=$!
	peak=0
	while rss=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$rss" ]; do
		peak=$rss
		sleep 0.05
	done
	wait "$pid"
	echo "10 times $SIZE bytes $way: resident at most $peak KiB (target < 65536)"
	[ "$peak" -gt 0 ] && [ "$peak" -lt 65536 ] || missed=1
done
exit $missed
