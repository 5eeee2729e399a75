#!/usr/bin/env bash
# From a fresh checkout to the main job in one command: installs what is missing, publishes the native binaries, runs.
#
#   ./quickstart.sh                       everything
#   ./quickstart.sh --filter '*Crc*'      only these benchmarks
#
# There is no broker to start yet, so that the main job is the short run of the codec benchmarks. It ends with one
# table of all of them, and with each goal beside what was measured. Arguments go to it. ./publish.sh --help and ./test.sh --help say what gets installed, and how.
set -euo pipefail
cd "$(dirname "$0")"
source build/setup.sh

case ${1:-} in -h | --help) print_help; exit 0 ;; esac

./publish.sh
ensure_ready_to_test
say "building the benchmarks"
dotnet build bench -c Release -v quiet --nologo --tl:off -clp:NoSummary
say "measuring, in short runs of some minutes; for figures to rely on: dotnet run -c Release --project bench"
[ $# -gt 0 ] || set -- --filter '*'
dotnet artifacts/build/net10.0/bin/Bench/release/Millrace.Bench.dll --short "$@"
say "done: artifacts/millrace --help tells what the program can do, ./test.sh runs the tests"
