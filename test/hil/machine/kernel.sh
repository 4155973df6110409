#!/bin/bash
# The kernel of the emulated machine: Debian's own, its initramfs, and modules, among them gpio-mockup, which Debian's kernel lacks,
# with a keypad wired to its lines.
# usage: kernel.sh FOLDER      needs the Debian packages that test/hil/README.md names
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
release=$(basename "$(ls -d /usr/src/linux-headers-*-amd64 | sort -V | tail -1)" | sed 's/linux-headers-//')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The kernel is Debian 12's: the last one of Debian whose source still builds gpio-mockup out of its tree.
build_gpio_mockup() {
  mkdir "$work/gpio" && cd "$work/gpio"
  tar xf /usr/src/linux-source-6.1.tar.xz --strip-components=1 \
    linux-source-6.1/drivers/gpio/{gpio-mockup.c,gpiolib.h} linux-source-6.1/kernel/irq/irq_sim.c
  cp drivers/gpio/gpio-mockup.c mockup.c
  patch --quiet mockup.c "$here/../guest/gpio-mockup-keypad.patch"
  cp drivers/gpio/gpiolib.h .
  # irq_to_desc() is not exported to modules; this does the same and is.
  sed 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq_safe(irqnum)/' kernel/irq/irq_sim.c >irqsim.c
  printf 'obj-m := gpio-mockup.o\ngpio-mockup-y := mockup.o irqsim.o\n' >Kbuild
  make -s -C "/usr/src/linux-headers-$release" M="$PWD" modules >&2
}

# Files of a kernel module and of all that it needs, in the order in which they are loaded.
with_dependencies() {
  for name in "$@"; do modprobe -S "$release" --show-depends "$name"; done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

build_initramfs() {
  local root=$work/initramfs
  mkdir -p "$root"/{bin,modules,proc,sys,dev,root}
  cp /bin/busybox "$root/bin/"
  install -m 755 "$here/initramfs-init" "$root/init"
  with_dependencies virtio_pci virtio_blk crc32c_generic ext4 | while read -r file; do
    cp "$file" "$root/modules/"
    basename "$file"
  done >"$root/modules/order"
  (cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$out/initrd.gz"
}

build_modules() {
  local root=$work/modules
  local to=$root/usr/lib/modules/$release
  mkdir -p "$to/extra"
  cp "$work/gpio/gpio-mockup.ko" "$to/extra/"
  strip --strip-debug "$to/extra/gpio-mockup.ko"
  with_dependencies virtio_net virtio_console snd-aloop softdog uhci_hcd ehci_pci usbhid hid_generic evdev | xargs -I{} cp {} "$to/"
  cp /lib/modules/"$release"/modules.{builtin,order,builtin.modinfo} "$to/" 2>/dev/null || true
  depmod -b "$root/usr" "$release" 2>/dev/null || depmod -b "$root" "$release"
  tar cf "$out/modules.tar" -C "$root" .
}

build_gpio_mockup
build_initramfs
build_modules
cp "/boot/vmlinuz-$release" "$out/vmlinuz"
