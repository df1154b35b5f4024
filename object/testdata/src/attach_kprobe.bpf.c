// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Probes on functions of the kernel. The test causes getpgid(2), which few others call.
#include "attach.h"

COUNTS("kprobe/guess_getpgid", kprobe_guess)
COUNTS("kprobe/sys_getpgid", kprobe_sys)
COUNTS("kretprobe/getpgid", kretprobe_bare)
COUNTS("ksyscall/getpgid", ksyscall_entry)
COUNTS("kretsyscall/getpgid", ksyscall_return)
COUNTS("kprobe/do_exit", kprobe_plain)

COUNTS("kprobe.multi/do_exi?", multi_entry)
COUNTS("kretprobe.multi/getpgid", multi_return)
COUNTS("kprobe.session/getpgid", session_both)
COUNTS("kprobe", without_target)
