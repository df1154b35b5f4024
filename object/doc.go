// Package object loads, shows, runs and cleans up any compiled eBPF object:
// a file that clang has made of a kernel program, whatever is in it.
//
// [Open] reads a file and tells what is in it, without the kernel. [Object.Run]
// loads it, attaches each program where its section says, and yields what the
// programs send through their perf and ring buffers:
//
//	o, err := object.Open("execve.elf")
//	if err != nil {
//		return err
//	}
//	session, err := o.Run(object.Options{})
//	if err != nil {
//		return err
//	}
//	defer session.Close()
//	for record, err := range session.Records(ctx) {
//		if err != nil {
//			return err
//		}
//		fmt.Printf("%s %x\n", record.Buffer, record.Raw)
//	}
//
// Package layout decodes what a record holds.
//
// Files are not trusted: one that is damaged or hostile gives an error. What
// the kernel refuses, its verifier explains: see [ebpf.VerifierError].
package object
