// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Programs that cannot be attached by themselves, beside one that can.
#include "attach.h"

COUNTS("raw_tp/sched_process_exec", attached)
COUNTS("kprobe", no_target)
COUNTS("fentry", no_function)
COUNTS("freplace/other", replacement)

#define RETURNS(section, name, value)                                          \
	SEC(section) int name(void *ctx) { return value; }

RETURNS("sk_msg", message, SK_PASS)
RETURNS("lwt_in", route, BPF_OK)
RETURNS("xdp/devmap", redirected, XDP_PASS)
COUNTS("usdt", notes)
COUNTS("nonsense", unknown)

int tail(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__array(values, int(void *));
} calls SEC(".maps") = {.values = {(void *)&tail}};

COUNTS("raw_tp/sched_process_exit", tail)
