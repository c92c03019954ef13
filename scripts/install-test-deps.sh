#!/usr/bin/env bash
# Installs what the tests drive besides Go. The one list of it; `make test` runs this first.
# Nothing is an error here: a test whose program is missing skips itself, and fails where CI=true.
set -euo pipefail

packages=(
  tshark                     # decode: an independent dissector to compare fields with
  curl                       # fetch, serve, proxy: the client whose tokens and exit codes ours are held against
  apache2-bin                # fetch, diagnose: the origin for mod_auth_gssapi (the server without Debian's service)
  libapache2-mod-auth-gssapi # fetch, diagnose: Negotiate and NTLM in Apache
  gss-ntlmssp                # fetch, diagnose: NTLM for mod_auth_gssapi
  jq                         # docs: the examples for scripts are run as they stand
  nginx-light                # fetch, diagnose: a front that keeps or breaks NTLM
  libnginx-mod-stream        # fetch, diagnose: the same as a relay of TCP
  python3-gssapi             # negotiate/ntlm: gss-ntlmssp as a peer, with channel bindings
  winbind                    # negotiate/ntlm: Samba's ntlm_auth as a peer
  tmux                       # render, cmd: what a real terminal shows
)

note() { echo "install-test-deps: $*; tests that need it skip themselves" >&2; }

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  note "not a Debian system, nothing is installed"
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    note "neither root nor passwordless sudo, missing: ${missing[*]}"
    exit 0
  fi
  as_root=(sudo -n)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1
}

echo "install-test-deps: installing ${missing[*]}" >&2
# The tests start the servers themselves, on ports of their own: while the packages install, none is to be started.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy" "$log"' EXIT
fi
# An update that fails (one mirror of several is down) may still leave lists that serve.
apt update || true
if ! apt install --no-install-recommends "${missing[@]}"; then
  tail -n 5 "$log" >&2
  note "apt-get could not install: ${missing[*]}"
  exit 0
fi

# Go does not see that a program was installed: without this, a skipped test stays cached as passed.
go clean -testcache
