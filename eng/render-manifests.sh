#!/usr/bin/env bash
# Writes deploy/manifests/plumb.yaml: what deploy/chart makes with its defaults.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
./plumb helm template plumb deploy/chart --namespace plumb --set root=https://git.example.com/platform.git//clusters/prod@main > deploy/manifests/plumb.yaml.new
mv deploy/manifests/plumb.yaml.new deploy/manifests/plumb.yaml
