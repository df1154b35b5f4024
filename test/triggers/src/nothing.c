// SPDX-License-Identifier: Apache-2.0
// Exits at once with status 0. Built without a C library, so that an exec of it
// is about as cheap as an exec can be.
void _start(void)
{
#if defined(__x86_64__)
	__asm__ volatile("mov $60, %eax; xor %edi, %edi; syscall");
#elif defined(__aarch64__)
	__asm__ volatile("mov x8, #93; mov x0, #0; svc #0");
#else
#error "no exit system call is known for this processor"
#endif
	__builtin_unreachable();
}
