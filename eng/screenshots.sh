#!/usr/bin/env bash
# Takes a picture of each view of the page, with sample data, in both themes: eng/screenshots.sh [FOLDER]. Default: docs/images/page.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/dotnet.sh"
need_dotnet
cd "$root"
bash eng/setup-tests.sh
folder=${1:-docs/images/page}
mkdir -p "$folder" artifacts
dotnet build tests/Plumb.Web.Tests -c Release -v quiet >artifacts/screenshots-build.log 2>&1 || { cat artifacts/screenshots-build.log >&2; exit 1; }
PLUMB_SCREENSHOTS=$(cd "$folder" && pwd) dotnet tests/Plumb.Web.Tests/bin/Release/net10.0/Plumb.Web.Tests.dll \
  --no-progress --no-ansi --explicit only --filter-class '*Screenshots*'
