#!/usr/bin/env bash
# Installs what the tests drive besides Go. The one list of it; `make test` runs this first.
# Nothing is an error here: a test whose program is missing skips itself, and fails where CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  tshark                     # decode: an independent dissector to compare fields with
  curl                       # fetch, serve, proxy: the client whose tokens and exit codes ours are held against
  apache2-bin                # fetch, diagnose: the origin for mod_auth_gssapi (the server without Debian's service)
  libapache2-mod-auth-gssapi # fetch, diagnose: Negotiate and NTLM in Apache
  gss-ntlmssp                # fetch, diagnose: NTLM for mod_auth_gssapi
  jq                         # docs: the examples for scripts are run as they stand
  nginx-light                # fetch, diagnose: a front that keeps or breaks NTLM
  libnginx-mod-stream        # fetch, diagnose: the same as a relay of TCP
  python3-requests-ntlm      # serve: a client that binds itself to the channel
  python3-gssapi             # negotiate/ntlm: gss-ntlmssp as a peer, with channel bindings
  winbind                    # negotiate/ntlm, fetch, diagnose: Samba's ntlm_auth as a peer, and behind Squid
  samba-common-bin           # the same: smbpasswd makes its users
  libnss-wrapper             # the same: those users exist for Samba alone
  libuid-wrapper             # the same: Samba runs without being root
  squid                      # fetch, diagnose, proxy: an origin and a proxy that ask for NTLM, and a front that keeps or breaks it
  haproxy                    # fetch, diagnose: a front
  varnish                    # fetch, diagnose: a front that shares connections and caches
  microsocks                 # fetch: a SOCKS5 proxy
  socat                      # fetch, diagnose: the relay that the others are compared with
  cntlm                      # proxy: an older tool that does the same
  krb5-kdc                   # fetch, diagnose, probe: a Kerberos realm for an origin that takes nothing else
  krb5-admin-server          # the same: kadmin.local makes its principals
  krb5-user                  # the same: kinit
  openssl                    # fetch, serve: certificates of every kind, and their channel bindings computed by somebody else
  tmux                       # render, cmd: what a real terminal shows
)
# serve: a client that runs on Node.js; whichever there is will do
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

note() { echo "install-test-deps: $*; tests that need it skip themselves" >&2; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
as_root=()
options=(-o DPkg::Lock::Timeout=300)
# A machine of CI's that fails meanwhile is thrown away: nothing need be on its disk file by file.
[ "${CI:-}" != true ] || options+=(-o DPkg::Options::=--force-unsafe-io)
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "${options[@]}" "$@" </dev/null >"$log" 2>&1
}

installed() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u; }

changed= # whether anything was installed
policy=/usr/sbin/policy-rc.d

debian_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    note "not a Debian system, nothing is installed"
    return 0
  fi

  local package status missing=()
  for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      note "neither root nor passwordless sudo, missing: ${missing[*]}"
      return 0
    fi
    as_root=(sudo -n)
  fi

  echo "install-test-deps: installing ${missing[*]}" >&2
  local before
  before=$(installed)
  # The tests start the servers themselves, on ports of their own: while the packages install, none is to be started.
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy" "$log"' EXIT
  fi
  # An update that fails (one mirror of several is down) may still leave lists that serve.
  apt update || true
  if ! apt install --no-install-recommends "${missing[@]}"; then
    # One that this release does not have keeps out none but itself.
    for package in "${missing[@]}"; do
      if ! apt install --no-install-recommends "$package"; then
        tail -n 5 "$log" >&2
        note "apt-get could not install $package"
      fi
    done
  fi

  # Nor are they to start with the machine.
  if command -v systemctl >/dev/null; then
    mapfile -t added < <(comm -13 <(echo "$before") <(installed))
    services=$(dpkg -L "${added[@]}" 2>/dev/null | sed -nE 's,^(/usr)?/lib/systemd/system/([^/@]+)\.service$,\2,p; s,^/etc/init\.d/([^/]+)$,\1,p' | sort -u || true)
    for service in $services; do
      "${as_root[@]}" systemctl disable "$service" >"$log" 2>&1 || true
    done
  fi
  changed=yes
}

# What Node.js runs is kept outside the repository, where the tests look for it. What its lock file names is installed, and nothing else.
npm_packages() {
  command -v npm >/dev/null || return 0
  local pinned=cmd/ntlmctl/testdata/httpntlm to=${XDG_CACHE_HOME:-$HOME/.cache}/ntlmctl-test/httpntlm new
  ! cmp -s "$pinned/package-lock.json" "$to/package-lock.json" || return 0
  echo "install-test-deps: installing httpntlm" >&2
  mkdir -p "${to%/*}"
  new=$(mktemp -d "${to%/*}/new.XXXXXX")
  cp "$pinned"/package*.json "$new"
  if ! npm ci --prefix "$new" --ignore-scripts --no-audit --no-fund </dev/null >"$log" 2>&1; then
    rm -rf "$new"
    tail -n 5 "$log" >&2
    note "npm could not install httpntlm"
    return 0
  fi
  rm -rf "$to"
  mv "$new" "$to"
  changed=yes
}

debian_packages
npm_packages
# Go does not see that a program was installed: without this, a skipped test stays cached as passed.
[ -z "$changed" ] || go clean -testcache
