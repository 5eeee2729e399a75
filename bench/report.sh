#!/usr/bin/env bash
# Measures Millrace beside Apache Kafka on this machine, and writes artifacts/report: table, pictures, summary.json.
#
#   ./bench/report.sh                        full: five rounds of every shape, within an hour
#   ./bench/report.sh --quick                two short rounds, within 8 minutes: what CI runs
#   ./bench/report.sh --other NAME=HOST:PORT another broker too, that runs already; ,PID behind it to watch its process
#   ./bench/report.sh --no-publish           with the binaries that are there
#
# Apache Kafka is taken from KAFKA_HOME or ../shared/kafka; where there is neither, the report goes without it. It needs
# Java 17. All other options go to `artifacts/loadgen suite`, which does the work: see its --help. The exit code is 0
# unless a ratio of --baseline FILE has become worse than its noise band allows; the row is named.
set -euo pipefail
cd "$(dirname "$0")/.."
source build/setup.sh

publishes=yes
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) print_help; exit 0 ;;
    --no-publish) publishes=; shift ;;
    *) arguments+=("$1"); shift ;;
  esac
done

is_published() {
  [ -x artifacts/millrace ] && [ -x artifacts/loadgen ] \
    && [ -z "$(find engine server loadgen build -newer artifacts/loadgen -type f -print -quit)" ]
}
if [ -n "$publishes" ] && ! is_published; then ./publish.sh; fi
[ -x artifacts/loadgen ] || fail "there is no artifacts/loadgen: run ./publish.sh"

kafka=${KAFKA_HOME:-${MILLRACE_SHARED:-../shared}/kafka}
if [ -d "$kafka/bin" ]; then
  has_command java || fail "Apache Kafka in $kafka needs Java 17: apt-get install openjdk-17-jre-headless"
  arguments+=(--kafka "$kafka")
fi
exec artifacts/loadgen suite ${arguments[@]+"${arguments[@]}"}
