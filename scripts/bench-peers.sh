#!/usr/bin/env bash
# Measures ntlmctl against its peers on this machine, as ratios, and says which targets are met; docs/benchmarks.md records a run.
# A peer that is missing is skipped, with a line that says so. Exits 1 if a target is missed.
#
#   RUNS=5        runs of ntlmctl and of each fast peer; the minimum counts
#   SLOW_RUNS=2   runs of tshark, which takes half a minute
#   TOKENS=100000 LOG_BYTES=1073741824   sizes of the inputs: smaller ones to try the script out
set -euo pipefail
cd "$(dirname "$0")/.."

RUNS=${RUNS:-5}
SLOW_RUNS=${SLOW_RUNS:-2}
TOKENS=${TOKENS:-100000}
LOG_BYTES=${LOG_BYTES:-$((1 << 30))}
NTLM_PARSER=1.0.9

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
rows=()
missed=0

say() { echo "bench-peers: $*" >&2; }
skip() {
  rows+=("$1|skipped: $2|||||")
  say "skipped: $1: $2"
}
have() { command -v "$1" >/dev/null; }

# measure RUNS COMMAND... runs the command with its output into $out; sets wall and cpu (user and system) to the least of the runs, in seconds.
measure() {
  local runs=$1 times i
  shift
  wall='' cpu=''
  for ((i = 0; i < runs; i++)); do
    if ! times=$( { TIMEFORMAT='%3R %3U %3S'; time "$@" >"$out" 2>"$tmp/err"; } 2>&1); then
      say "failed: $*"
      cat "$tmp/err" >&2
      exit 2
    fi
    read -r wall cpu < <(awk -v w="$wall" -v c="$cpu" '{ u = $2 + $3; print (w == "" || $1 < w ? $1 : w), (c == "" || u < c ? u : c) }' <<<"$times")
  done
}

# row WHAT OURS PEER RATIO CPU_RATIO OP TARGET; without OP and TARGET it is for information.
row() {
  local verdict=''
  if [ -n "${6:-}" ]; then
    verdict=$(awk -v r="$4" -v op="$6" -v t="$7" 'BEGIN { print ((op == ">=" && r >= t) || (op == "<=" && r <= t) || (op == ">" && r > t) || (op == "<" && r < t)) ? "ok" : "MISSED" }')
    [ "$verdict" = ok ] || missed=1
  fi
  rows+=("$1|$2|$3|$4|$5|${6:-}${6:+ }${7:-}|$verdict")
}
over() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", (b > 0) ? a / b : 0 }'; }

# go_benchmarks adds some short runs to those already made. It is called three times: a virtual machine's processor itself can be slower for
# seconds or minutes.
go_benchmarks() {
  say "Go benchmarks"
  go test -run '^$' -bench '^(BenchmarkDecodeType3|BenchmarkLine)$' -benchmem -benchtime 0.2s -cpu 1 -count "$RUNS" ./decode ./render >>"$tmp/go"
}

export LC_ALL=C.UTF-8
out=/dev/null
version() { "$@" 2>/dev/null | sed -n 1p || true; }

echo "machine:     $(nproc) cores, $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | sed -n 1p), $(uname -sr)"
echo "load:        $(cut -d' ' -f1-3 /proc/loadavg) before"
echo "ntlmctl:     $(git describe --always --dirty 2>/dev/null || echo unknown), $(go env GOVERSION)"
awk '$1 > 0.5 { exit 1 }' /proc/loadavg || say "the machine is busy: believe the CPU times rather than the wall times, or run this again"

say "building, and writing $TOKENS tokens and a log of $LOG_BYTES bytes"
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$tmp/ntlmctl" ./cmd/ntlmctl
go build -o "$tmp/write" ./internal/benchdata/write
"$tmp/write" tokens "$TOKENS" "$tmp/tokens.txt"
"$tmp/write" packets "$TOKENS" "$tmp/tokens.pcap"
"$tmp/write" log "$LOG_BYTES" "$tmp/big.log"
cat "$tmp/big.log" >/dev/null # into the page cache

go_benchmarks
full=("$tmp/ntlmctl" decode --format jsonl "$tmp/tokens.txt")
brief=("$tmp/ntlmctl" decode --format jsonl --brief "$tmp/tokens.txt")
for check in full brief; do
  declare -n command=$check
  found=$("${command[@]}" | grep -c '"kind":"ntlm.authenticate"' || true)
  [ "$found" -eq "$TOKENS" ] || { say "failed: ${command[*]} shows $found tokens of $TOKENS"; exit 2; }
done

measure "$RUNS" "${full[@]}"
full_wall=$wall full_cpu=$cpu
measure "$RUNS" "${brief[@]}"
brief_wall=$wall brief_cpu=$cpu
measure "$RUNS" "$tmp/ntlmctl" decode --format jsonl "$tmp/tokens.pcap"
pcap_wall=$wall pcap_cpu=$cpu

if have tshark; then
  echo "tshark:      $(version tshark --version)"
  say "tshark, three ways"
  measure "$SLOW_RUNS" tshark -n -r "$tmp/tokens.pcap" -T json
  row "jsonl / tshark -T json" "$full_wall s" "$wall s" "$(over "$wall" "$full_wall")" "$(over "$cpu" "$full_cpu")" '>=' 20
  row "jsonl --brief / tshark -T json" "$brief_wall s" "$wall s" "$(over "$wall" "$brief_wall")" "$(over "$cpu" "$brief_cpu")" '>=' 60
  row "jsonl from the pcap / tshark -T json" "$pcap_wall s" "$wall s" "$(over "$wall" "$pcap_wall")" "$(over "$cpu" "$pcap_cpu")"
  measure "$SLOW_RUNS" tshark -n -r "$tmp/tokens.pcap" -V
  row "jsonl / tshark -V" "$full_wall s" "$wall s" "$(over "$wall" "$full_wall")" "$(over "$cpu" "$full_cpu")"
  out=$tmp/fields
  measure "$SLOW_RUNS" tshark -n -r "$tmp/tokens.pcap" -T fields -e ntlmssp.auth.username
  out=/dev/null
  found=$(grep -c . "$tmp/fields" || true)
  [ "$found" -eq "$TOKENS" ] || { say "failed: tshark reads $found tokens of $TOKENS"; exit 2; }
  row "jsonl --brief / tshark -T fields (one)" "$brief_wall s" "$wall s" "$(over "$wall" "$brief_wall")" "$(over "$cpu" "$brief_cpu")"
else
  skip "tshark" "tshark is missing (apt-get install tshark)"
fi

go_benchmarks
if ! have node || ! have npm; then
  skip "ntlm-parser" "node or npm is missing (apt-get install nodejs npm)"
elif ! timeout 120 npm install --prefix "$tmp/node" --no-audit --no-fund --ignore-scripts "ntlm-parser@$NTLM_PARSER" >"$tmp/npm" 2>&1; then
  tail -n 3 "$tmp/npm" >&2
  skip "ntlm-parser" "npm could not install ntlm-parser@$NTLM_PARSER"
else
  echo "ntlm-parser: $NTLM_PARSER on node $(version node --version)"
  cat >"$tmp/node/parse.js" <<'JS'
// Each line through the library, and its answer out as JSON, a thousand lines a write.
const { readFileSync, openSync, writeSync } = require('fs');
const { ntlmParse } = require('ntlm-parser');
const out = openSync('/dev/null', 'w');
let parsed = 0, thrown = 0, lines = [];
const flush = () => { writeSync(out, lines.join('\n') + '\n'); lines = []; };
for (const line of readFileSync(process.argv[2], 'latin1').split('\n')) {
  if (line === '') continue;
  try { lines.push(JSON.stringify(ntlmParse(line))); parsed++; } catch (e) { thrown++; }
  if (lines.length === 1000) flush();
}
flush();
console.log(`${parsed} parsed, ${thrown} thrown`);
JS
  out=$tmp/parsed
  measure "$RUNS" node "$tmp/node/parse.js" "$tmp/tokens.txt"
  out=/dev/null
  say "ntlm-parser: $(cat "$tmp/parsed")"
  row "jsonl --brief / ntlm-parser's library" "$brief_wall s" "$wall s" "$(over "$wall" "$brief_wall")" "$(over "$cpu" "$brief_cpu")" '>' 1
fi

# grep's output goes to a file: on /dev/null it stops at the first match. The first expression has the anchors as they usually stand in a
# log; the second also folds case and wants the header's name before NTLM, as ntlmctl does, and still has fewer than ntlmctl.
usual='TlRMTVNTUA|5UTE1TU1AA|OVExNU1NQA|4[eE]544[cC]4[dD]53535000|(NTLM|Negotiate) '
folded='TlRMTVNTUA|5UTE1TU1AA|OVExNU1NQA|4[eE]544[cC]4[dD]53535000|[Nn][Ee][Gg][Oo][Tt][Ii][Aa][Tt][Ee]|([Oo][Nn]|[Tt][Ee]): [Nn]([Tt][Ll][Mm]|[Ee][Gg][Oo]2)'
echo "grep:        $(version grep --version)"
say "grep, four ways"
out=$tmp/out
measure "$RUNS" "$tmp/ntlmctl" decode --format jsonl --brief "$tmp/big.log"
log_wall=$wall log_cpu=$cpu
found=$(grep -c '"kind":"ntlm.authenticate"' "$tmp/out" || true)
tokens=$(($(wc -l <"$tmp/big.log") / 100000))
[ "$found" -eq "$tokens" ] || { say "failed: $found tokens in the log, want $tokens"; exit 2; }
best='' best_cpu=''
for locale in C C.UTF-8; do
  for which in usual folded; do
    measure "$RUNS" env LC_ALL=$locale grep -cE "${!which}" "$tmp/big.log"
    if [ "$which" = usual ]; then
      read -r best best_cpu < <(awk -v b="$best" -v bc="$best_cpu" -v w="$wall" -v c="$cpu" 'BEGIN { print (b == "" || w < b ? w : b), (bc == "" || c < bc ? c : bc) }')
    fi
    row "log / grep -cE, $which anchors, LC_ALL=$locale" "$log_wall s" "$wall s" "$(over "$log_wall" "$wall")" "$(over "$log_cpu" "$cpu")"
  done
done
out=/dev/null
row "log / the faster grep -cE, usual anchors" "$log_wall s" "$best s" "$(over "$log_wall" "$best")" "$(over "$log_cpu" "$best_cpu")" '<=' 1.5
if [ -x /usr/bin/time ]; then
  /usr/bin/time -o "$tmp/rss" -f %M "$tmp/ntlmctl" decode --format jsonl --brief "$tmp/big.log" >"$tmp/out"
  row "log: peak resident memory, MiB" "" "" "$(over "$(cat "$tmp/rss")" 1024)" "" '<' 64
else
  skip "log: peak resident memory" "GNU time is missing (apt-get install time)"
fi

if ! have hyperfine; then
  skip "one token, cold" "hyperfine is missing (apt-get install hyperfine)"
elif ! have jq; then
  skip "one token, cold" "jq is missing (apt-get install jq)"
elif ! have curl; then
  skip "one token, cold" "curl is missing (apt-get install curl)"
else
  echo "curl:        $(version curl --version | cut -d' ' -f1-3), $(version hyperfine --version)"
  hyperfine -N --warmup 30 --runs 300 --style none --export-json "$tmp/cold.json" \
    "$tmp/ntlmctl decode $(sed -n 1p "$tmp/tokens.txt")" 'curl --version' >/dev/null 2>&1
  read -r a b ca cb < <(jq -r '[.results[0].min, .results[1].min, (.results[] | .user + .system)] | map(. * 1000) | @tsv' "$tmp/cold.json")
  row "one token, cold / curl --version" "$(printf '%.1f' "$a") ms" "$(printf '%.1f' "$b") ms" "$(over "$a" "$b")" "$(over "$ca" "$cb")" '<=' 0.7
fi

go_benchmarks
# least BENCHMARK UNIT: the least figure with that unit.
least() { awk -v name="$1" -v unit="$2" '$1 == name { for (i = 3; i <= NF; i++) if ($i == unit && (m == "" || $(i-1) < m)) m = $(i-1) } END { print m }' "$tmp/go"; }
microseconds() { awk -v n="$(least "$1" ns/op)" 'BEGIN { printf "%.2f", n / 1000 }'; }
row "typed parse of a Type 3, µs" "" "" "$(microseconds BenchmarkDecodeType3/typed)" "" '<=' 1
row "typed parse of a Type 3, allocations" "" "" "$(least BenchmarkDecodeType3/typed allocs/op)" "" '<=' 5
row "annotated JSON line, µs a core" "" "" "$(microseconds BenchmarkLine/full)" "" '<=' 20
row "--brief JSON line, µs a core" "" "" "$(microseconds BenchmarkLine/brief)" "" '<=' 6

echo "load:        $(cut -d' ' -f1-3 /proc/loadavg) after"
echo
{
  echo "what|ntlmctl|peer|ratio|by CPU time|target|"
  printf '%s\n' "${rows[@]}"
} | awk -F '|' '{ if ($2 ~ /^skipped/) printf "%-50s %s\n", $1, $2; else printf "%-50s %10s %10s %9s %12s %9s  %s\n", $1, $2, $3, $4, $5, $6, $7 }'
exit $missed
