// SPDX-License-Identifier: Apache-2.0
// The 32-bit system call gate, used from 64-bit code: another system call
// table, and pointers of four bytes.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define NR_EXECVE_32 11

// All that the gate can point to must lie below 4 GiB.
struct low {
	uint32_t argv[4], envp[2];
	char path[4096], words[3][32], variable[32];
};

static uint32_t address(const void *p)
{
	return (uint32_t)(uintptr_t)p;
}

int main(int argc, char **argv)
{
	struct low *low;
	long result;

	if (argc != 2)
		errx(2, "usage: int80_amd64 TARGET");
	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		err(1, "mmap");
	strncpy(low->path, argv[1], sizeof(low->path) - 1);
	strcpy(low->words[0], "through-the-old-gate");
	strcpy(low->words[1], "int");
	strcpy(low->words[2], "0x80");
	strcpy(low->variable, "GATE=int80");
	for (int i = 0; i < 3; i++)
		low->argv[i] = address(low->words[i]);
	low->envp[0] = address(low->variable);

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(NR_EXECVE_32), "b"(address(low->path)), "c"(address(low->argv)), "d"(address(low->envp))
			 : "memory", "r8", "r9", "r10", "r11");
	errno = -result;
	err(1, "int80 execve");
}
