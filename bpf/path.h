/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Paths, walked dentry by dentry from the file up to the root directory of the
 * task, across mounts: bpf_d_path() is not allowed at exec.
 */
#ifndef EXECTRAIL_PATH_H
#define EXECTRAIL_PATH_H

/* Components and mount crossings that are followed: all that a path may have. */
#define WALK_STEPS 4096

/*
 * Kernels from 6.2 on have bpf_loop() (5.17) and bpf_rdonly_cast() (6.2). The
 * second gives the mount a type, so that fields are plain loads; without it
 * each field that is reached through a mount is a helper call. The two ways
 * are two programs, for old verifiers reject the newer instructions unseen.
 */
#define FIELD(modern, ptr, field)                                            \
	({                                                                   \
		typeof((ptr)->field) __value;                                \
		if (modern)                                                  \
			__value = (ptr)->field;                              \
		else                                                         \
			bpf_core_read(&__value, sizeof(__value), &(ptr)->field); \
		__value;                                                     \
	})

struct walk {
	struct dentry *dentry;
	struct mount *mount;
	struct dentry *root_dentry;
	struct mount *root_mount;
};

enum walk_step {
	WALK_DONE,
	WALK_NAME,   /* *name is the next component */
	WALK_MOUNT,  /* crossed a mount: nothing to show */
	WALK_PSEUDO, /* *name is all: the file is outside of any tree */
};

static __always_inline struct mount *mount_of(struct vfsmount *mnt, const bool modern)
{
	void *address = (void *)mnt - bpf_core_field_offset(struct mount, mnt);

	if (modern)
		return bpf_rdonly_cast(address, bpf_core_type_id_kernel(struct mount));
	return address;
}

static __always_inline struct walk walk_from(struct path *path, struct path *root, const bool modern)
{
	return (struct walk){
		.dentry = path->dentry,
		.mount = mount_of(path->mnt, modern),
		.root_dentry = root->dentry,
		.root_mount = mount_of(root->mnt, modern),
	};
}

static __always_inline enum walk_step walk_up(struct walk *walk, const unsigned char **name, __u32 *len,
					      const bool modern)
{
	struct dentry *dentry = walk->dentry, *parent;
	struct mount *mount = walk->mount, *up;

	if (dentry == walk->root_dentry && mount == walk->root_mount)
		return WALK_DONE;
	if (dentry == FIELD(modern, mount, mnt.mnt_root)) {
		up = FIELD(modern, mount, mnt_parent);
		/* The root of the mount tree, or a mount that was detached. */
		if (up == mount)
			return WALK_DONE;
		walk->dentry = FIELD(modern, mount, mnt_mountpoint);
		walk->mount = up;
		return WALK_MOUNT;
	}
	parent = FIELD(modern, dentry, d_parent);
	*len = FIELD(modern, dentry, d_name.len);
	*name = FIELD(modern, dentry, d_name.name);
	walk->dentry = parent;
	return parent == dentry ? WALK_PSEUDO : WALK_NAME;
}

/* Where a dentry keeps its name if that is short: at least 32 bytes. */
static __always_inline const void *short_name(struct dentry *dentry)
{
	struct dentry___before_6_14 *old = (void *)dentry;

	if (bpf_core_field_exists(dentry->d_shortname))
		return &dentry->d_shortname;
	return &old->d_iname;
}

/* Whether the name was removed (d_unlinked()): the root of a file system never had one. */
static __always_inline bool dentry_unlinked(struct dentry *dentry, const bool typed)
{
	return FOLLOW(typed, dentry, d_hash.pprev) == NULL && FOLLOW(typed, dentry, d_parent) != dentry;
}

#endif
