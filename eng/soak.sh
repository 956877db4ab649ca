#!/usr/bin/env bash
# Runs test projects again and again while the processors are kept busy, to find tests that wait for too little and code that misses what
# happens meanwhile: eng/soak.sh [--rounds N] [--busy N] [NAME ...]
#   --rounds N   how often each is run; 3
#   --busy N     loops that do nothing but use a processor; as many as there are processors
#   NAME         part of a test project's name; all of them
# The projects have to be built (./test does). Each failure's log is kept in artifacts/soak. Exit code 1 when something failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
. "$root/eng/dotnet.sh"
need_dotnet

rounds=3 busy=$(nproc) names=()
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=${2:?--rounds needs a number}; shift ;;
    --busy) busy=${2:?--busy needs a number}; shift ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    -*) echo "soak: unknown argument $1; see eng/soak.sh --help" >&2; exit 2 ;;
    *) names+=("$1") ;;
  esac
  shift
done

loops=()
stop() { [ ${#loops[@]} -eq 0 ] || kill "${loops[@]}" 2>/dev/null || true; }
trap stop EXIT
for ((i = 0; i < busy; i++)); do
  (while :; do :; done) &
  loops+=($!)
done

mkdir -p artifacts/soak
failed=0
for ((round = 1; round <= rounds; round++)); do
  for project in tests/*.Tests/; do
    name=$(basename "$project")
    wanted=''
    for part in "${names[@]:-}"; do [[ $name == *"$part"* ]] && wanted=1; done
    [ -n "$wanted" ] || continue
    log=artifacts/soak/$name.$round.log
    if dotnet "tests/$name/bin/Release/net10.0/$name.dll" --no-progress --no-ansi --output Normal --timeout 35m >"$log" 2>&1; then
      echo "$name, round $round: passed"
      rm "$log"
    else
      failed=1
      echo "$name, round $round: failed, see $log"
      grep '^failed ' "$log" || true
    fi
  done
done
exit $failed
