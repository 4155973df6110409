#!/bin/bash
# Makes the disk of a phone: Debian, the terminal's package as a technician installs it, and what is laid over it.
# usage: make-image.sh DEBIAN KERNEL IMAGE PACKAGE.deb OVERLAY...      the first two are folders of debian.sh and kernel.sh; needs root
set -euo pipefail
# Mounts of its own, gone with it.
[ "${TIERPHONE_MOUNTS:-}" = own ] || TIERPHONE_MOUNTS=own exec unshare --mount "$0" "$@"

debian=$1 kernel=$2 image=$3 package=$4
shift 4
root=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$root"' EXIT

tar xf "$debian/root.tar" -C "$root"
tar xf "$kernel/modules.tar" -C "$root" --keep-directory-symlink
mount -t proc proc "$root/proc"
cp "$package" "$root/tmp/package.deb"
chroot "$root" dpkg --install /tmp/package.deb >&2
rm "$root/tmp/package.deb"
for overlay in "$@"; do cp -a --no-preserve=ownership "$overlay/." "$root/"; done
chroot "$root" chown -R tierphone: /etc/tierphone

# Neither a name service nor a first boot's work is what a phone is tried for.
chroot "$root" systemctl --quiet enable systemd-networkd.service shell.socket
chroot "$root" systemctl --quiet mask ldconfig.service systemd-update-done.service systemd-hwdb-update.service \
  systemd-journal-catalog-update.service systemd-machine-id-commit.service systemd-random-seed.service getty.target \
  modprobe@{configfs,drm,efi_pstore,fuse}.service dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount \
  proc-sys-fs-binfmt_misc.automount apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
touch "$root/etc/.updated" "$root/var/.updated"
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
umount "$root/proc"
rm -f "$image"
mke2fs -q -t ext4 -d "$root" "$image" 640M
