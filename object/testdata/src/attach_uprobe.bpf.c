// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Probes on functions of programs. The test gives the file and its function.
#include "attach.h"

COUNTS("uprobe", uprobe_entry)
COUNTS("uretprobe", uprobe_return)
COUNTS("uprobe.s", uprobe_sleep)
COUNTS("uprobe.multi", uprobe_multi)
COUNTS("uretprobe.multi", uret_multi)
COUNTS("uprobe/libc.so.6:malloc", uprobe_library)
