#!/usr/bin/env bash
# From a fresh checkout to the main job in one command: installs what is missing, publishes the native binaries, runs.
#
#   ./quickstart.sh                       everything
#   ./quickstart.sh --filter '*Crc*'      only these benchmarks
#
# There is no broker to start yet, so that the main job is the short run of the codec benchmarks, where they exist.
# Arguments go to it. ./publish.sh --help and ./test.sh --help say what gets installed, and how.
set -euo pipefail
cd "$(dirname "$0")"
source build/setup.sh

case ${1:-} in -h | --help) print_help; exit 0 ;; esac

./publish.sh
ensure_ready_to_test
benchmarks=$(find bench -maxdepth 1 -name '*.csproj' 2> /dev/null | head -n 1)
if [ -n "$benchmarks" ]; then
  say "running the codec benchmarks, short; for figures to rely on, leave out --job short"
  [ $# -gt 0 ] || set -- --filter '*'
  dotnet run -c Release --project "$benchmarks" -- --job short "$@"
else
  say "published; there is nothing to run yet but: artifacts/millrace --help"
fi
