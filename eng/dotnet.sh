# Sourced by ./plumb and ./test. Needs bash, git and the .NET 10 SDK.
root=${root:?}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need_dotnet() {
  command -v dotnet >/dev/null || { echo "plumb: the .NET 10 SDK is not on PATH; install it (package dotnet-sdk-10.0) and try again" >&2; exit 127; }
  command -v git >/dev/null || { echo "plumb: git is not on PATH; install it (package git) and try again" >&2; exit 127; }
}

# Builds the command into artifacts/plumb unless it is newer than all sources.
plumb_build() {
  need_dotnet
  local out=$root/artifacts/plumb stamp=$root/artifacts/plumb/.built log
  if [ -f "$stamp" ] && [ -z "$(find "$root/src" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/global.json" \
      -newer "$stamp" -type f -not -path '*/obj/*' -not -path '*/bin/*' -print -quit)" ]; then
    return
  fi
  echo "plumb: building (two or three minutes the first time) ..." >&2
  mkdir -p "$root/artifacts"
  log=$root/artifacts/build.log
  if ! (cd "$root" && dotnet publish src/Plumb/Plumb.csproj -c Release -o "$out" -v quiet) >"$log" 2>&1; then
    cat "$log" >&2
    echo "plumb: the build failed; the log above is in artifacts/build.log" >&2
    exit 1
  fi
  touch "$stamp"
}
