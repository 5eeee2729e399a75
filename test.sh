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

# Each assembly runs in a process of its own, two at a time, as most wait for others more than they compute; those
# that take minutes come first. A test that waits for what never comes is named and ends its assembly: none is that
# slow.
results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

test_assembly() {
  local outcome=0 started=$SECONDS
  dotnet test "artifacts/build/net10.0/bin/$1/${configuration,,}/Millrace.$1.dll" --nologo \
    --results-directory "$results" --logger "trx;LogFileName=$1.trx" \
    --blame-hang-timeout 10min --blame-hang-dump-type none ${arguments[@]+"${arguments[@]}"} \
    < /dev/null > "$results/$1.log" 2>&1 || outcome=$?
  say "$1, $((SECONDS - started)) s:
$(grep -vE '^(A total of|Starting test execution|Results File|Test Run|Total tests|Data collector|VSTest version)' \
    "$results/$1.log" | cat -s)"
  [ "$outcome" = 0 ] || echo "$1" >> "$results/failed"
}

longest=(Clients.Tests Server.Tests Loadgen.Tests)
others=$(basename -a tests/*.Tests | grep -vxF "$(printf '%s\n' "${longest[@]}")")
say "testing"
for name in "${longest[@]}" $others; do
  while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
  test_assembly "$name" &
done
wait

# <Counters total="7" executed="6" passed="6" failed="0" ...: a skipped test is one that was not executed.
counters=$(grep -ho '<Counters [^>]*' "$results"/*.trx || true)
sum() { awk -F"$1=\"" '{ sum += $2 } END { print sum + 0 }' <<< "$counters"; }
passed=$(sum ' passed')
failed=$(($(sum ' executed') - passed))
skipped=$(($(sum ' total') - $(sum ' executed')))
outcome=0
if [ "$failed" != 0 ]; then outcome=1; fi
if [ "$outcome" = 0 ] && [ $((passed + skipped)) = 0 ]; then say "no test matches"; outcome=1; fi
if [ "$outcome" = 0 ] && [ -e "$results/failed" ]; then
  say "the run itself failed, see above, of: $(paste -sd' ' "$results/failed")"
  outcome=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$outcome"
