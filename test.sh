#!/usr/bin/env bash
# Builds Millrace and runs every test.
#
#   ./test.sh                                 everything
#   ./test.sh --filter Data=golden            only tests with this trait
#   ./test.sh --filter Name~varint            only tests whose name contains this
#   ./test.sh -c Release                      in the Release build (the default is Debug)
#   ./test.sh --no-publish                    without the native binary, which takes minutes to make
#
# Before everything, the native binary is published where a source is newer than it, and is tested as well; with a
# --filter it is not published, and its tests are skipped unless it is there already.
# All other arguments go to `dotnet test`. On a fresh Debian 12 or Ubuntu 24.04 machine it first installs what is
# missing: the .NET 10 SDK, the shared libraries of lz4, zstd and snappy, and what ./publish.sh needs. It uses apt only
# as root or through sudo.
# Tests that compare with Apache Kafka's own bytes need reference material, in MILLRACE_SHARED or ../shared, and are
# skipped without it. The last line is the sum over all test projects; the exit code is 0 only if all that ran passed.
set -euo pipefail
cd "$(dirname "$0")"
source build/setup.sh

configuration=Debug
publishes=yes
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) print_help; exit 0 ;;
    -c | --configuration) configuration=${2:?"$1 needs a value"}; shift 2 ;;
    --no-publish) publishes=; shift ;;
    --filter*) publishes=; arguments+=("$1"); shift ;;
    *) arguments+=("$1"); shift ;;
  esac
done

ensure_ready_to_test
shared=${MILLRACE_SHARED:-../shared}
[ -d "$shared" ] || say "there is no reference material in $shared: tests that need it are skipped"

is_published() {
  [ -x artifacts/millrace ] && [ -x artifacts/loadgen ] \
    && [ -z "$(find engine server loadgen build -newer artifacts/millrace -type f -print -quit)" ]
}
if [ -n "$publishes" ] && ! is_published; then ./publish.sh; fi

say "building ($configuration)"
dotnet build Engine.sln -c "$configuration" -v quiet --nologo --tl:off -clp:NoSummary

assemblies=()
for project in tests/*.Tests; do
  name=$(basename "$project")
  assemblies+=("artifacts/build/net10.0/bin/$name/${configuration,,}/Millrace.$name.dll")
done

# All assemblies in one run: one result file, from which the total is read.
results=artifacts/test-results
rm -rf "$results"
say "testing ${#assemblies[@]} assemblies"
outcome=0
dotnet test "${assemblies[@]}" --nologo --results-directory "$results" --logger "trx;LogFileName=all.trx" \
  ${arguments[@]+"${arguments[@]}"} || outcome=$?

# <Counters total="7" executed="6" passed="6" failed="0" ...: a skipped test is one that was not executed.
counters=$(grep -o '<Counters [^>]*' "$results/all.trx") || fail "the test run left no result"
# shellcheck disable=SC2001 # a pattern, not a fixed text
count() { sed "s/.* $1=\"\([0-9]*\)\".*/\1/" <<< "$counters"; }
passed=$(count passed)
failed=$(($(count executed) - passed))
skipped=$(($(count total) - $(count executed)))
if [ "$outcome" = 0 ] && [ "$failed" != 0 ]; then outcome=1; fi
if [ "$outcome" = 0 ] && [ $((passed + skipped)) = 0 ]; then say "no test matches"; outcome=1; fi
if [ "$outcome" != 0 ] && [ "$failed" = 0 ]; then say "the test run itself failed, see above"; fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$outcome"
