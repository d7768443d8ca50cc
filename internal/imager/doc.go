// Package imager turns built programs and third-party parts into bootable assets:
// root file system, kernel, initramfs, unified kernel image, ISO, disk image, PXE
// set and installer image.
//
// Fetching and building the parts belongs to package parts; putting a system on a
// disk to package install, which the disk image and the installer share.
package imager
