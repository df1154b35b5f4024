// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
#include "kernel.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "wire.h"
#include "config.h"
#include "maps.h"
#include "backup.h"
#include "task.h"
#include "cred.h"
#include "cgroup.h"
#include "tree.h"
#include "filter.h"
#include "path.h"
#include "text.h"
#include "path_text.h"
#include "attempt.h"
#include "args.h"
#include "signals.h"
#include "syscall.h"
#include "returns.h"
#include "exec.h"
#include "draft.h"
#include "exec_failed.h"
#include "fork.h"
#include "exit.h"
#include "snapshot.h"

char __license[] SEC("license") = "Dual BSD/GPL";
