#!/usr/bin/env bash
# Measures ntlmctl probe: against what a server of 20 ms latency allows at 64 URLs at a time, and against nmap's http-ntlm-info on the same
# list of addresses with the same parallelism. Exits 1 if a target is missed. The loopback network 127.0.0.0/8 has an address for each target.
#
#   RUNS=3        runs of each; the least counts
#   PREFIX=127.8.0.0/22   the list: 1,024 addresses
#   PORT=8180     where the server listens on all of them; one that nmap takes for HTTP
set -euo pipefail
cd "$(dirname "$0")/.."

RUNS=${RUNS:-3}
PREFIX=${PREFIX:-127.8.0.0/22}
PORT=${PORT:-8180}
PARALLEL=64
URLS=6400

tmp=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server"; fi; rm -rf "$tmp"' EXIT
missed=0
say() { echo "bench-probe: $*"; }

# least RUNS COMMAND... is the least wall time of the runs, in seconds.
least() {
  local runs=$1 best='' t
  shift
  for ((i = 0; i < runs; i++)); do
    t=$({ TIMEFORMAT='%3R'; time "$@" >"$tmp/out" 2>"$tmp/err"; } 2>&1)
    best=$(awk -v a="$best" -v b="$t" 'BEGIN { print (a == "" || b < a) ? b : a }')
  done
  echo "$best"
}

say "the rate at 64 at a time, of the theoretical one"
go test -c -o "$tmp/probe.test" ./probe
for name in ntlm negotiate+ntlm; do
  cpu=$({ TIMEFORMAT='%3U %3S'; time "$tmp/probe.test" -test.run '^$' -test.bench "^BenchmarkRun\$/^${name/+/\\+}\$" -test.benchtime "${URLS}x" -test.count "$RUNS" >"$tmp/go"; } 2>&1)
  grep Benchmark "$tmp/go"
  awk -v n="$name" -v urls="$((URLS * RUNS))" '{ us = ($1 + $2) / urls * 1e6; printf "bench-probe: %s: %d us of CPU a URL, the server included, so %d URLs a second for each core\n", n, us, 1e6 / us }' <<<"$cpu"
  best=$(awk -v n="BenchmarkRun/$name-" 'index($1, n) == 1 { for (i = 2; i < NF; i++) if ($(i+1) == "of-theory" && $i > b) b = $i } END { print b }' "$tmp/go")
  if awk -v b="$best" 'BEGIN { exit !(b >= 0.9) }'; then say "$name: $best of theory (>= 0.9): ok"; else say "$name: $best of theory (>= 0.9): MISSED"; missed=1; fi
done

if ! command -v nmap >/dev/null; then
  say "nmap: skipped, it is not installed"
  exit "$missed"
fi
CGO_ENABLED=0 go build -o "$tmp/ntlmctl" ./cmd/ntlmctl
"$tmp/ntlmctl" serve --listen "0.0.0.0:$PORT" --schemes NTLM >"$tmp/serve.log" 2>&1 &
server=$!
until grep -q listening "$tmp/serve.log"; do
  kill -0 "$server" || { cat "$tmp/serve.log"; exit 2; }
  sleep 0.05
done
ours=$(least "$RUNS" "$tmp/ntlmctl" probe "$PREFIX" --ports "$PORT" -c "$PARALLEL" --only ntlm --format jsonl)
found=$(grep -c '"nb_computer"' "$tmp/out" || true)
theirs=$(least "$RUNS" nmap -n -Pn -sT -p "$PORT" --script +http-ntlm-info --min-parallelism "$PARALLEL" --max-parallelism "$PARALLEL" --min-hostgroup "$PARALLEL" "$PREFIX")
told=$(grep -c NetBIOS_Computer_Name "$tmp/out" || true)
say "ntlmctl: $ours s, names from $found addresses; nmap $(nmap --version | awk 'NR == 1 { print $3 }'): $theirs s, names from $told"
ratio=$(awk -v a="$theirs" -v b="$ours" 'BEGIN { printf "%.1f", a / b }')
if awk -v r="$ratio" 'BEGIN { exit !(r > 1) }'; then say "$ratio times as fast as nmap (> 1): ok"; else say "$ratio times as fast as nmap (> 1): MISSED"; missed=1; fi
exit "$missed"
