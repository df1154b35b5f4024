// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
// Functions in sections of no program: what becomes of programs without SEC.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int on_exec(void *ctx)
{
	return 0;
}

int on_exit(void *ctx)
{
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
