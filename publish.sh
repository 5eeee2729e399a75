#!/usr/bin/env bash
# Publishes Millrace's programs as native binaries: artifacts/millrace, and artifacts/loadgen once that exists.
#
#   ./publish.sh                      for this machine's kind of processor
#   ./publish.sh --cpu baseline       for x86 processors without AVX2 too (the default is x86-64-v3)
#   ./publish.sh --arch arm64         for the other architecture: x64 or arm64
#   ./publish.sh --framework net9.0   with this framework, without looking which one can be had
#
# It targets .NET 10, or .NET 9 where the native compiler packages of .NET 10 cannot be restored. On a fresh Debian 12
# or Ubuntu 24.04 machine it first installs what is missing: the .NET 10 SDK, a C++ compiler (it links, and brings the
# C++ runtime), zlib, lz4, zstd and snappy to link statically. It uses apt only as root or through sudo.
set -euo pipefail
cd "$(dirname "$0")"
source build/setup.sh

host=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
arch=$host
cpu=x86-64-v3
framework=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) print_help; exit 0 ;;
    --arch) arch=${2:-}; shift 2 || fail "--arch needs x64 or arm64" ;;
    --cpu) cpu=${2:-}; shift 2 || fail "--cpu needs x86-64-v3 or baseline" ;;
    --framework) framework=${2:-}; shift 2 || fail "--framework needs net10.0 or net9.0" ;;
    *) fail "unknown argument $1, see ./publish.sh --help" ;;
  esac
done
case $arch in x64 | arm64) ;; *) fail "--arch is x64 or arm64, not '$arch'" ;; esac
case $cpu in x86-64-v3 | baseline) ;; *) fail "--cpu is x86-64-v3 or baseline, not '$cpu'" ;; esac
case $framework in '' | net10.0 | net9.0) ;; *) fail "--framework is net10.0 or net9.0, not '$framework'" ;; esac

# clang links for another architecture, given that one's C++ compiler package (for its libraries) and codec libraries.
require_cross_linker() {
  [ "$arch" = "$host" ] && return
  local triple=aarch64-linux-gnu debian=arm64
  [ "$arch" = arm64 ] || { triple=x86_64-linux-gnu; debian=amd64; }
  if ! has_command clang || ! has_command "$triple-g++" || [ ! -e "/usr/lib/$triple/libsnappy.a" ]; then
    fail "no cross linker for $arch here: publish on such a machine, or, on Debian:" \
      "dpkg --add-architecture $debian && apt-get update && apt-get install clang llvm lld g++-${triple//_/-}" \
      "zlib1g-dev:$debian liblz4-dev:$debian libzstd-dev:$debian libsnappy-dev:$debian"
  fi
}

native() { # native VERB PROJECT FRAMEWORK ARGUMENTS...
  local verb=$1 project=$2 chosen=$3
  shift 3
  dotnet "$verb" "$project" -p:MillraceNative=true "-p:MillraceArchitecture=$arch" "-p:MillraceCpu=$cpu" \
    "-p:MillraceFramework=$chosen" --nologo --tl:off -v quiet "$@"
}

# Sets framework to the newest one whose native packages can be restored. The answer is kept per version of the SDK.
choose_framework() {
  [ -z "$framework" ] || return 0
  local answer="artifacts/native-framework-$arch" sdk output candidate
  sdk=$(dotnet --version)
  if [ -f "$answer" ] && [ "$(cut -d' ' -f1 "$answer")" = "$sdk" ]; then
    framework=$(cut -d' ' -f2 "$answer")
  else
    for candidate in net10.0 net9.0; do
      if output=$(native restore server/Server.csproj "$candidate" 2>&1); then
        framework=$candidate
        break
      fi
      # NU1101, NU1102 and NU1103: no such package, or not in this version. Anything else is a fault to be seen.
      grep -q 'NU110[123]' <<< "$output" || fail "cannot restore for $candidate: $output"
    done
    [ -n "$framework" ] || fail "no native compiler for $arch on the package feed, neither .NET 10 nor .NET 9: $output"
    mkdir -p artifacts
    echo "$sdk $framework" > "$answer"
  fi
  [ "$framework" = net10.0 ] \
    || say "the .NET 10 native packages cannot be restored here, publishing for $framework (kept in $answer)"
}

publish() { # publish PROJECT PROGRAM
  local project=$1 program=$2 out="artifacts/publish/$2-$arch" target="artifacts/$2"
  [ "$arch" = "$host" ] || target="artifacts/$2-$arch"
  rm -rf "$out"
  say "publishing $target ($framework, linux-$arch$([ "$arch" != x64 ] || echo ", $cpu"))"
  native publish "$project" "$framework" -c Release -o "$out"
  # Moved into place: a running program keeps the file that it was started from.
  mv -f "$out/$program" "$target"
  mv -f "$out/$program.dbg" "$target.dbg"
  say "$target: $(($(stat -c %s "$target") / 1024)) KiB, symbols in $target.dbg"
}

ensure_ready_to_publish
require_cross_linker
choose_framework
publish server/Server.csproj millrace
if [ -f loadgen/Loadgen.csproj ]; then publish loadgen/Loadgen.csproj loadgen; fi
if [ "$arch" = "$host" ]; then artifacts/millrace version; fi
