/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
#ifndef EXECTRAIL_CRED_H
#define EXECTRAIL_CRED_H

#define NO_ID ((__u32)-1)

static __always_inline void fill_caps(struct wire_cred *dst, const struct cred *cred, const bool typed)
{
	const struct cred___before_6_3 *old = (const void *)cred;

	if (bpf_core_field_exists(cred->cap_effective.val)) {
		dst->cap_effective = FOLLOW(typed, cred, cap_effective.val);
		dst->cap_permitted = FOLLOW(typed, cred, cap_permitted.val);
		return;
	}
	dst->cap_effective = (__u64)FOLLOW(typed, old, cap_effective.cap[1]) << 32 | FOLLOW(typed, old, cap_effective.cap[0]);
	dst->cap_permitted = (__u64)FOLLOW(typed, old, cap_permitted.cap[1]) << 32 | FOLLOW(typed, old, cap_permitted.cap[0]);
}

static __always_inline void fill_cred(struct wire_cred *dst, struct task_struct *task, const bool typed)
{
	const struct cred *cred = FOLLOW(typed, task, cred);

	dst->login_uid = dst->audit_session = NO_ID;
	if (bpf_core_field_exists(task->loginuid)) { /* CONFIG_AUDIT */
		dst->login_uid = FOLLOW(typed, task, loginuid.val);
		dst->audit_session = FOLLOW(typed, task, sessionid);
	}
	dst->uid = FOLLOW(typed, cred, uid.val);
	dst->euid = FOLLOW(typed, cred, euid.val);
	dst->suid = FOLLOW(typed, cred, suid.val);
	dst->gid = FOLLOW(typed, cred, gid.val);
	dst->egid = FOLLOW(typed, cred, egid.val);
	dst->sgid = FOLLOW(typed, cred, sgid.val);
	fill_caps(dst, cred, typed);
}

/*
 * Whether this exec gained privileges. The kernel sets per_clear when the file
 * was set-id or its capabilities added to what was permitted
 * (bprm_fill_uid(), cap_bprm_creds_from_file()), and secureexec when the
 * program has to distrust its environment: a set-id file that changes nothing
 * sets the first alone, a process that had such privileges before the second.
 */
static __always_inline bool privileges_raised(struct linux_binprm *bprm)
{
	return bprm->per_clear && BPF_CORE_READ_BITFIELD(bprm, secureexec);
}

#endif
