#!/usr/bin/env bash
# Compiles the rendering part of the command to a native program, artifacts/native/plumb-render. Needs a C compiler for linking.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/dotnet.sh"
need_dotnet
command -v clang >/dev/null || command -v gcc >/dev/null || { echo "plumb: linking needs clang or gcc; install one (apt-get install gcc)" >&2; exit 1; }
linker=()
command -v clang >/dev/null || linker=(-p:CppCompilerAndLinker=gcc)
mkdir -p "$root/artifacts"
log=$root/artifacts/native.log
if ! (cd "$root" && dotnet publish src/Plumb.Native/Plumb.Native.csproj -c Release -r "$(dotnet --info | sed -n 's/^ *RID: *//p')" -p:PublishAot=true \
    "${linker[@]}" -o artifacts/native -v quiet) >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
echo "$root/artifacts/native/plumb-render"
