// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
#pragma once

// A map as in gobpf's elf package, since its definition has flags.
struct gobpf_map {
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
	__u32 pinning;
	char namespace[256];
};
