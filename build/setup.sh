# What test.sh, publish.sh and quickstart.sh share: finding or installing what they need. Sourced, at the root.
# shellcheck shell=bash

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# No build process outlives the script that started it.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

say() { printf '%s: %s\n' "$(basename "$0")" "$*"; }

fail() {
  say "$*" >&2
  exit 1
}

# Prints the comment at the head of the running script, without its marks.
print_help() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

has_command() { command -v "$1" > /dev/null 2>&1; }
# Not grep -q, here and below: it leaves early, and with pipefail the writer's broken pipe would be the answer.
has_library() { { /sbin/ldconfig -p || ldconfig -p; } 2> /dev/null | grep "^[[:space:]]*$1 " > /dev/null; }
has_header() { [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ]; }

# Under the JIT the engine loads the shared codec libraries.
packages_missing_to_test() {
  has_library liblz4.so.1 || echo liblz4-1
  has_library libzstd.so.1 || echo libzstd1
  has_library libsnappy.so.1 || echo libsnappy1v5
}

# A native binary links them statically, C++ runtime included.
packages_missing_to_publish() {
  has_command g++ || has_command clang++ || echo g++
  has_header zlib.h || echo zlib1g-dev
  has_header lz4frame.h || echo liblz4-dev
  has_header zstd.h || echo libzstd-dev
  has_header snappy-c.h || echo libsnappy-dev
}

# sudo counts when it asks for nothing, or when there is somebody to answer.
may_be_root() { [ "$(id -u)" = 0 ] || { has_command sudo && { sudo -n true 2> /dev/null || [ -t 0 ]; }; }; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_packages() {
  [ $# -gt 0 ] || return 0
  has_command apt-get || fail "please install what Debian calls: $* (there is no apt-get here to do it with)"
  may_be_root || fail "only root can install what is missing. Please run, then start again: apt-get install $*"
  say "installing with apt: $*"
  as_root apt-get update -qq || say "the package lists could not be refreshed, trying with what is there"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null \
    || fail "apt could not install: $*"
}

# An SDK of .NET 10 on the path or where its installers put it; fails when there is none.
find_dotnet() {
  local candidate
  for candidate in "$(command -v dotnet)" "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" \
    /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    if [ -x "$candidate" ] && (cd / && "$candidate" --list-sdks 2> /dev/null) | grep '^10\.' > /dev/null; then
      candidate=$(readlink -f "$candidate")
      export DOTNET_ROOT="${candidate%/dotnet}"
      export PATH="$DOTNET_ROOT:$PATH"
      return 0
    fi
  done
  return 1
}

# Ubuntu packages the SDK itself. Elsewhere Microsoft's install script puts it into the home folder, without root.
install_dotnet() {
  if has_command apt-get && may_be_root && as_root apt-get update -qq \
    && apt-cache policy dotnet-sdk-10.0 | grep 'Candidate: [0-9]' > /dev/null; then
    install_packages dotnet-sdk-10.0
    return
  fi

  { has_command curl && [ -e /etc/ssl/certs/ca-certificates.crt ]; } || install_packages curl ca-certificates
  say "installing the .NET 10 SDK into $HOME/.dotnet with Microsoft's install script"
  local script
  script=$(mktemp)
  curl -fsSL https://dot.net/v1/dotnet-install.sh -o "$script" \
    || fail "cannot download the .NET install script from dot.net: install the .NET 10 SDK yourself, and start again"
  bash "$script" --channel 10.0 --install-dir "$HOME/.dotnet" > /dev/null || fail "the .NET install script failed"
  rm -f "$script"
}

# What .NET itself needs is in its Debian package's dependencies, but not with the install script.
packages_missing_for_dotnet() {
  has_library libssl.so.3 || echo openssl
  has_library libstdc++.so.6 || echo libstdc++6
  has_library libz.so.1 || echo zlib1g
}

ensure_dotnet() {
  find_dotnet || { install_dotnet && find_dotnet; } || fail "no .NET 10 SDK found, and installing one did not give any"
  # shellcheck disable=SC2046 # one word per package
  install_packages $(packages_missing_for_dotnet)
  # The product formats nothing by culture, and the SDK needs not.
  has_library 'libicuuc\.so\.[0-9]*' || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
}

ensure_ready_to_test() {
  # shellcheck disable=SC2046
  install_packages $(packages_missing_to_test)
  ensure_dotnet
}

ensure_ready_to_publish() {
  # shellcheck disable=SC2046
  install_packages $(packages_missing_to_publish)
  ensure_dotnet
}
