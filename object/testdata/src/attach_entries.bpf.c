// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// An object for many kernels: a program for each name that the entry of one system call has had.
#include "attach.h"

COUNTS("kprobe/__x64_sys_getpgid", entry_amd64)
COUNTS("kprobe/__arm64_sys_getpgid", entry_arm64)
COUNTS("kprobe/sys_getpgid", entry_before_417)
COUNTS("kprobe/SyS_getpgid", entry_alias)
