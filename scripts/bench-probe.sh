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
LATENCY=20 # ms

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

go build -o "$tmp/legload" ./internal/legload
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$tmp/ntlmctl" ./cmd/ntlmctl

# start COMMAND... is $server, which says in $tmp/server where it listens.
start() {
  "$@" >"$tmp/server" 2>&1 &
  server=$!
  until grep -qE '[0-9.]+:[0-9]+' "$tmp/server"; do
    kill -0 "$server" || { cat "$tmp/server"; exit 2; }
    sleep 0.05
  done
}
stop() { kill "$server"; wait "$server" 2>/dev/null || true; server=; }

say "the rate at $PARALLEL at a time, of the theoretical one"
for schemes in NTLM Negotiate,NTLM; do
  start "$tmp/legload" slow -schemes "$schemes" -latency "${LATENCY}ms"
  address=$(cat "$tmp/server")
  seq -f "http://$address/%.0f" "$URLS" >"$tmp/urls"
  best=
  for ((i = 0; i < RUNS; i++)); do
    t=$({ TIMEFORMAT='%3R %3U %3S'; time "$tmp/ntlmctl" probe -q -i "$tmp/urls" -c "$PARALLEL" --format jsonl >"$tmp/out"; } 2>&1)
    best=$(awk -v a="$best" -v b="$t" 'BEGIN { split(a, x); split(b, y); print (a == "" || y[1] < x[1]) ? b : a }')
  done
  legs=$(jq -s 'map(.requests) | add / length' "$tmp/out")
  late=$(curl -sS "http://$address/late")
  stop
  # The rate of a client whose own work takes no time: each of $PARALLEL has an answer every $LATENCY ms.
  of=$(awk -v t="$best" -v n="$URLS" -v p="$PARALLEL" -v l="$legs" -v ms="$LATENCY" 'BEGIN { split(t, x); printf "%.3f", int((n + p - 1) / p) * l * ms / 1000 / x[1] }')
  awk -v t="$best" -v n="$URLS" -v l="$legs" -v late="$late" -v s="$schemes" 'BEGIN { split(t, x)
    printf "bench-probe: %s: %d URLs a second, %.0f legs each, %d us of processor time a URL; answers were %d us late, in the mean\n", s, n / x[1], l, (x[2] + x[3]) / n * 1e6, late }'
  if awk -v b="$of" 'BEGIN { exit !(b >= 0.9) }'; then say "$schemes: $of of theory (>= 0.9): ok"; else say "$schemes: $of of theory (>= 0.9): MISSED"; missed=1; fi
done

if ! command -v nmap >/dev/null; then
  say "nmap: skipped, it is not installed"
  exit "$missed"
fi
start "$tmp/ntlmctl" serve --listen "0.0.0.0:$PORT" --schemes NTLM
ours=$(least "$RUNS" "$tmp/ntlmctl" probe "$PREFIX" --ports "$PORT" -c "$PARALLEL" --only ntlm --format jsonl)
found=$(grep -c '"nb_computer"' "$tmp/out" || true)
theirs=$(least "$RUNS" nmap -n -Pn -sT -p "$PORT" --script +http-ntlm-info --min-parallelism "$PARALLEL" --max-parallelism "$PARALLEL" --min-hostgroup "$PARALLEL" "$PREFIX")
told=$(grep -c NetBIOS_Computer_Name "$tmp/out" || true)
say "ntlmctl: $ours s, names from $found addresses; nmap $(nmap --version | awk 'NR == 1 { print $3 }'): $theirs s, names from $told"
ratio=$(awk -v a="$theirs" -v b="$ours" 'BEGIN { printf "%.1f", a / b }')
if awk -v r="$ratio" 'BEGIN { exit !(r > 1) }'; then say "$ratio times as fast as nmap (> 1): ok"; else say "$ratio times as fast as nmap (> 1): MISSED"; missed=1; fi
exit "$missed"
