package store

import "golang.org/x/sys/unix"

// networks are the file systems of several machines, by the type that statfs reports. Those of FUSE and 9P are left out: many are local.
var networks = map[uint32]string{
	unix.NFS_SUPER_MAGIC:  "NFS",
	unix.SMB_SUPER_MAGIC:  "SMB",
	unix.CIFS_SUPER_MAGIC: "SMB",
	unix.SMB2_SUPER_MAGIC: "SMB",
	unix.CEPH_SUPER_MAGIC: "Ceph",
	unix.AFS_SUPER_MAGIC:  "AFS",
	0x6B414653:            "AFS",    // of the kernel
	0x0BD00BD0:            "Lustre", //nolint:misspell // a name
	0x47504653:            "GPFS",
	0x19830326:            "BeeGFS",
}

// statfs is replaced by tests.
var statfs = unix.Statfs

// networkFileSystem names the network file system that a folder is on, "" for none.
func networkFileSystem(folder string) string {
	var st unix.Statfs_t
	if err := statfs(folder, &st); err != nil {
		return ""
	}
	return networks[uint32(st.Type)] //nolint:gosec // the types have 32 bits; some architectures extend their sign
}
