#!/usr/bin/env bash
# From a fresh checkout to a running broker in one command: installs what is missing, publishes the native binaries,
# starts the broker, creates a topic, produces and consumes with kcat, which Millrace's authors did not write, and ends
# with a short load and its report.
#
#   ./quickstart.sh                 the broker goes on until ctrl-C, where there is a terminal
#   ./quickstart.sh --once          the broker stops when it has been shown
#   PORT=19092 ./quickstart.sh      another port than 9092
#
# Its data goes to ./millrace-data. ./publish.sh --help and ./test.sh --help say what gets installed, and how.
set -euo pipefail
cd "$(dirname "$0")"
source build/setup.sh

once=$([ -t 0 ] || echo yes)
case ${1:-} in
  -h | --help) print_help; exit 0 ;;
  --once) once=yes ;;
  '') ;;
  *) fail "unknown option $1, see ./quickstart.sh --help" ;;
esac

./publish.sh
has_command kcat || install_packages kcat

address=127.0.0.1:${PORT:-9092}
topic=quickstart
records=10000
log=$(mktemp)
artifacts/millrace server --set "listeners=PLAINTEXT://$address" 2> "$log" &
broker=$!
trap 'kill $broker 2> /dev/null || true; wait $broker 2> /dev/null || true; rm -f "$log"' EXIT

until grep ' ready after ' "$log" > /dev/null; do
  kill -0 $broker 2> /dev/null || { cat "$log" >&2; fail "the broker did not start; its log is above"; }
  sleep 0.05
done
cat "$log"

say "producing $records records to the topic $topic, which the broker creates, with kcat"
seq $records | kcat -P -b "$address" -t $topic -z zstd
say "consuming the last $records of them"
consumed=$(kcat -C -b "$address" -t $topic -o -$records -e -q | wc -l)
[ "$consumed" = $records ] || fail "consumed $consumed records, not the $records that were produced"

say "$consumed records came back. The topic:"
kcat -L -b "$address" -t $topic
say "a load: 20,000 records a second for 5 s, each looked at by a consumer, on a page in artifacts/quickstart"
# 5: loadgen says that it was itself what was slow, as it may be on a busy machine.
artifacts/loadgen e2e --brokers "$address" --topic $topic-load --partitions 3 --rate 20k --duration 5s --verify \
  --server-pid $broker --broker-name Millrace --name quickstart --data-folder . --report artifacts/quickstart \
  || [ $? = 5 ] || fail "the load failed, see above"
echo
cat artifacts/quickstart/summary.md
say "the broker has $(awk '/VmRSS/ { print int($2 / 1024) }' /proc/$broker/status) MiB resident"
echo
echo "To go on: point any Kafka client or tool at $address, for instance"
echo "  kcat -C -b $address -t $topic -o -5 -e"
echo "  artifacts/millrace dump --print-data-log millrace-data/$topic-0/00000000000000000000.log"
echo "  artifacts/loadgen produce --brokers $address --rate 50k --duration 30s --report artifacts/load"
echo "  artifacts/millrace server --help"

if [ -z "$once" ]; then
  say "the broker runs until ctrl-C"
  wait $broker || true
fi
