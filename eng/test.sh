#!/usr/bin/env bash
# The tests, for ./test: installs what they need, builds once, runs every test project, sums up.
#   --kube       also against a real cluster: KUBECONFIG when set, else ../shared/kube-env
#   --filter X   only test methods that match X (wildcards allowed)
#   --project X  only test projects whose name contains X
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
. "$root/eng/dotnet.sh"

kube='' filter='' only=''
while [ $# -gt 0 ]; do
  case $1 in
    --kube) kube=1 ;;
    --filter) filter=${2:?--filter needs a pattern}; shift ;;
    --project) only=${2:?--project needs a name}; shift ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "test: unknown argument $1; see ./test --help" >&2; exit 2 ;;
  esac
  shift
done

bash eng/setup-tests.sh

started=''
stop_cluster() { [ -z "$started" ] || KUBE_ENV_RUN=$started ../shared/kube-env down >/dev/null 2>&1 || true; }
trap stop_cluster EXIT

if [ -n "$kube" ]; then
  export PLUMB_REQUIRE_KUBE=1
  if [ -n "${KUBECONFIG:-}" ]; then
    export PLUMB_TEST_KUBECONFIG=$KUBECONFIG
  elif [ -x ../shared/kube-env ]; then
    started=$(mktemp -d /tmp/plumb-kube.XXXXXX)
    echo "test: starting a Kubernetes control plane (some minutes the first time) ..." >&2
    PLUMB_TEST_KUBECONFIG=$(KUBE_ENV_RUN=$started KUBE_ENV_NODES=3 ../shared/kube-env up)
    export PLUMB_TEST_KUBECONFIG
  else
    echo "test: --kube needs a cluster: set KUBECONFIG" >&2
    exit 2
  fi
fi

echo "test: building ..." >&2
mkdir -p artifacts
if ! dotnet build Plumb.slnx -c Release -v quiet >artifacts/test-build.log 2>&1; then
  cat artifacts/test-build.log
  echo "0 passed, 1 failed"
  exit 1
fi

# The end-to-end tests run the command as people do: published.
if [[ Plumb.EndToEnd.Tests == *"$only"* ]]; then
  plumb_build
  export PLUMB_TEST_COMMAND=$root/artifacts/plumb/plumb.dll
fi

passed=0 failed=0 broken=''
for project in tests/*.Tests/; do
  name=$(basename "$project")
  [[ $name == *"$only"* ]] || continue
  dll=tests/$name/bin/Release/net10.0/$name.dll
  [ -f "$dll" ] || { echo "test: $dll was not built" >&2; failed=$((failed + 1)); continue; }
  # A test that hangs is named, and the others are still heard of.
  args=(--no-progress --no-ansi --output Normal --show-slowest-tests 5 --timeout 35m)
  [ -z "$filter" ] || args+=(--filter-method "$filter")
  log=artifacts/$name.log
  echo "== $name"
  set +e
  dotnet "$dll" "${args[@]}" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  set -e
  ok=$(sed -n 's/^ *succeeded: *\([0-9][0-9]*\).*/\1/p' "$log" | tail -1)
  bad=$(sed -n 's/^ *failed: *\([0-9][0-9]*\).*/\1/p' "$log" | tail -1)
  passed=$((passed + ${ok:-0}))
  failed=$((failed + ${bad:-0}))
  # Exit code 8: the filter matched nothing here.
  if [ "$code" -ne 0 ] && [ "${bad:-0}" -eq 0 ] && ! { [ "$code" -eq 8 ] && [ -n "$filter" ]; }; then
    failed=$((failed + 1))
    broken="$broken $name (exit code $code)"
  fi
done

# Once more at the end, for who sees the end only.
for project in tests/*.Tests/; do
  log=artifacts/$(basename "$project").log
  [ ! -f "$log" ] || [ "$log" -ot artifacts/test-build.log ] || grep '^failed ' "$log" || true
done
[ -z "$broken" ] || echo "test: ended without a result:$broken" >&2
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
