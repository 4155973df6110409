#!/bin/bash
# Debian 13 as a phone has it, as a tar: what Raspberry Pi OS is made of, with the Node that it ships.
# usage: debian.sh FOLDER      needs mmdebstrap, root, and the network of Debian's packages
set -euo pipefail
mmdebstrap --quiet --variant=minbase --format=tar \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --include=systemd-sysv,udev,kmod,alsa-utils,iproute2,nodejs,gpiod,evtest trixie "$1/root.tar"
