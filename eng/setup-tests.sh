#!/usr/bin/env bash
# Installs what the tests need and is missing: git, an ssh server, kubectl, an OCI registry, GnuPG, Chromium. Debian and its kin; elsewhere it says what to install.
set -euo pipefail

missing=()
command -v git >/dev/null || missing+=(git)
[ -x /usr/sbin/sshd ] || command -v sshd >/dev/null || missing+=(openssh-server)
command -v ssh >/dev/null || missing+=(openssh-client)
command -v kubectl >/dev/null || missing+=(kubernetes-client)
command -v docker-registry >/dev/null || missing+=(docker-registry)
command -v gpg >/dev/null || missing+=(gnupg)
[ -x /usr/bin/chromium ] || missing+=(chromium)
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
  echo "test: please install: ${missing[*]}" >&2
  exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "test: please install as root: apt-get install ${missing[*]}" >&2; exit 1; }
  sudo=sudo
fi
echo "test: installing ${missing[*]} ..." >&2
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
