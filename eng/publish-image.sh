#!/usr/bin/env bash
# Publishes the plumb command with its runtime into artifacts/image, for deploy/Containerfile. Prints the program's path.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/dotnet.sh"
need_dotnet
cd "$root"
rm -rf artifacts/image
mkdir -p artifacts
dotnet publish src/Plumb -c Release --self-contained true -p:SelfContained=true -o artifacts/image -v quiet >artifacts/image-build.log 2>&1 || { cat artifacts/image-build.log >&2; exit 1; }
echo "$root/artifacts/image/plumb"
