package imager

import "testing"

func TestModuleListTakesWhatServersNeed(t *testing.T) {
	t.Parallel()

	rules, err := parseModuleList(moduleList)
	if err != nil {
		t.Fatal(err)
	}

	for _, path := range []string{
		"drivers/block/loop.ko", "drivers/block/rbd.ko", "drivers/block/nbd.ko", "drivers/block/virtio_blk.ko", "drivers/block/zram/zram.ko",
		"drivers/nvme/host/nvme.ko", "drivers/nvme/host/nvme-tcp.ko", "drivers/ata/ahci.ko", "drivers/ata/ata_piix.ko",
		"drivers/scsi/virtio_scsi.ko", "drivers/scsi/vmw_pvscsi.ko", "drivers/scsi/hv_storvsc.ko", "drivers/scsi/megaraid/megaraid_sas.ko",
		"drivers/scsi/mpt3sas/mpt3sas.ko", "drivers/scsi/iscsi_tcp.ko", "drivers/scsi/sd_mod.ko", "drivers/scsi/sr_mod.ko",
		"drivers/net/virtio_net.ko", "drivers/net/vmxnet3/vmxnet3.ko", "drivers/net/hyperv/hv_netvsc.ko", "drivers/net/xen-netfront.ko",
		"drivers/net/ethernet/intel/e1000/e1000.ko", "drivers/net/ethernet/realtek/r8169.ko", "drivers/net/ethernet/mellanox/mlx5/core/mlx5_core.ko",
		"drivers/net/ethernet/amazon/ena/ena.ko", "drivers/net/ethernet/google/gve/gve.ko", "drivers/net/ethernet/dec/tulip/tulip.ko",
		"drivers/net/bonding/bonding.ko", "drivers/net/wireguard/wireguard.ko", "drivers/net/vxlan/vxlan.ko", "drivers/net/geneve.ko",
		"drivers/net/veth.ko", "drivers/net/tun.ko", "drivers/net/macvlan.ko", "drivers/net/ipvlan/ipvlan.ko", "drivers/net/dummy.ko",
		"drivers/net/team/team.ko", "drivers/net/usb/ax88179_178a.ko", "drivers/net/phy/realtek.ko",
		"net/8021q/8021q.ko", "net/bridge/bridge.ko", "net/bridge/br_netfilter.ko", "net/netfilter/nf_tables.ko", "net/netfilter/ipvs/ip_vs.ko",
		"net/netfilter/xt_comment.ko", "net/ipv4/netfilter/ip_tables.ko", "net/sched/sch_fq.ko", "net/openvswitch/openvswitch.ko", "net/vmw_vsock/vsock.ko",
		"fs/xfs/xfs.ko", "fs/ext4/ext4.ko", "fs/fat/vfat.ko", "fs/isofs/isofs.ko", "fs/squashfs/squashfs.ko", "fs/overlayfs/overlay.ko",
		"fs/nfs/nfs.ko", "fs/nfsd/nfsd.ko", "fs/smb/client/cifs.ko", "fs/ceph/ceph.ko", "fs/erofs/erofs.ko", "fs/nls/nls_cp437.ko", "fs/udf/udf.ko",
		"drivers/md/dm-mod.ko", "drivers/md/dm-crypt.ko", "drivers/md/dm-verity.ko", "drivers/md/dm-thin-pool.ko", "drivers/md/raid1.ko",
		"drivers/virtio/virtio_balloon.ko", "drivers/hv/hv_vmbus.ko", "drivers/usb/storage/usb-storage.ko", "drivers/usb/host/xhci-pci.ko",
		"drivers/watchdog/iTCO_wdt.ko", "drivers/char/tpm/tpm_tis.ko", "drivers/char/ipmi/ipmi_si.ko", "drivers/hid/usbhid/usbhid.ko",
		"arch/x86/kvm/kvm.ko", "drivers/vfio/pci/vfio-pci.ko", "drivers/vhost/vhost_net.ko", "crypto/xts.ko", "drivers/mmc/host/sdhci-pci.ko",
		"drivers/message/fusion/mptspi.ko", "drivers/platform/x86/intel/pmc/intel_pmc_core.ko",
	} {
		if !wanted(rules, path) {
			t.Errorf("%s is left out", path)
		}
	}

	for _, path := range []string{
		"sound/core/snd.ko", "drivers/media/mc/mc.ko", "drivers/gpu/drm/i915/i915.ko", "drivers/net/wireless/ath/ath.ko", "net/bluetooth/bluetooth.ko",
		"drivers/isdn/mISDN/mISDN_core.ko", "drivers/ata/pata_via.ko", "arch/x86/crypto/twofish-x86_64.ko", "fs/reiserfs/reiserfs.ko", "arch/x86/crypto/sha256-ssse3.ko",
	} {
		if wanted(rules, path) {
			t.Errorf("%s is taken", path)
		}
	}
}

func TestModuleListIsStrict(t *testing.T) {
	t.Parallel()

	if _, err := parseModuleList("drivers/net"); err == nil {
		t.Error("a line without a sign was accepted")
	}
}
