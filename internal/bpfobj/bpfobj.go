// Package bpfobj holds the compiled kernel programs and the Go types of the
// records they write. Both are generated from the sources in bpf/ and
// committed, so that a build needs no compiler for them.
package bpfobj

//go:generate go tool bpf2go -cc clang-19 -strip llvm-strip-19 -target amd64,arm64 -type wire_kind -type wire_lane -type wire_head -type wire_id -type wire_cred -type wire_namespaces -type wire_file -type wire_attempt_flag -type wire_task_flag -type wire_attempt -type wire_exec -type wire_exec_failed -type wire_skeleton -type wire_chunk -type wire_fork -type wire_usage -type wire_exit -type wire_snapshot -type wire_clock -type wire_name -type wire_tally -type wire_tally_when -type wire_cause -type wire_filled -type wire_seen -type wire_file_type -type wire_skipped -type wire_owner -type wire_owner_what -type wire_container -type wire_counter -type filter_terms -type term_range -no-global-types -go-package bpfobj Tracer ../../bpf/tracer.bpf.c -- -O2 -g -Wall -Werror -mcpu=v3
