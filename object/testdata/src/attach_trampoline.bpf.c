// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Programs that the kernel calls through trampolines: at functions, and at security hooks.
#include "attach.h"

COUNTS("fentry/getpgid", fentry_entry)
COUNTS("fexit/sys_getpgid", fexit_return)
COUNTS("fmod_ret/security_task_getpgid", fmod_ret_hook)
COUNTS("lsm/task_getpgid", lsm_hook)
COUNTS("lsm.s/file_open", lsm_sleepable)
COUNTS("fentry.s/execve", fentry_sleepable)
COUNTS("fexit.s/execve", fexit_sleepable)
