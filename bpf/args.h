/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * Strings of the new program, from its own memory: the kernel has just copied
 * them there, and the program has not run.
 */
#ifndef EXECTRAIL_ARGS_H
#define EXECTRAIL_ARGS_H

#define CHUNK_SMALL (4 << 10)
#define CHUNK_LARGE (32 << 10)

/* 6 MiB is the most that execve takes (bprm_stack_limits()), for argv and environment together. */
#define MAX_CHUNKS ((6 << 20) / CHUNK_LARGE + 1)

/*
 * Sends one chunk: as much as goes in, of len bytes. A global function, so that the verifier looks at its
 * reserve sites once and not for each turn of the loop that calls it.
 */
__noinline int send_chunk(__u64 address, __u32 len, __u32 offset, __u64 seq, __u32 of_env)
{
	const __u32 head = sizeof(struct wire_chunk);
	__u32 exec = WIRE_EXEC;
	struct wire_counter *counter = bpf_map_lookup_elem(&counters, &exec);
	struct wire_chunk *chunk;

	if (!counter)
		return 0;
	if (len > CHUNK_LARGE)
		len = CHUNK_LARGE;
	if (len <= CHUNK_SMALL)
		chunk = bpf_ringbuf_reserve(&ring, head + CHUNK_SMALL, 0);
	else
		chunk = bpf_ringbuf_reserve(&ring, head + CHUNK_LARGE, 0);
	if (!chunk) {
		counter->chunks_lost++;
		return 0;
	}
	fill_head(&chunk->head, WIRE_CHUNK, head + len, counter);
	chunk->head.seq = seq;
	chunk->of_env = of_env;
	chunk->offset = offset;
	if (len <= CHUNK_SMALL ? bpf_probe_read_user(chunk + 1, len, (void *)address)
			       : bpf_probe_read_user(chunk + 1, len, (void *)address)) {
		counter->short_reads++;
		bpf_ringbuf_discard(chunk, BPF_RB_NO_WAKEUP);
		return 0;
	}
	submit(chunk);
	return 0;
}

/* Global for the same reason: the loop is verified once, and not for each caller. */
__noinline int send_chunks(__u64 address, __u32 len, __u64 seq, __u32 of_env)
{
	__u32 offset = 0;

	for (int i = 0; i < MAX_CHUNKS && offset < len; i++) {
		send_chunk(address + offset, len - offset, offset, seq, of_env);
		offset += CHUNK_LARGE;
	}
	return 0;
}

#endif
