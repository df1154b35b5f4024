// Package exectrail records every program that is executed on a Linux machine,
// and the whole life around it: fork, exec, exit, ancestry.
//
// [Open] loads a few eBPF programs into the kernel and begins a session;
// [Tracer.Events] yields what happens:
//
//	tracer, err := exectrail.Open(ctx, exectrail.WithExits())
//	if err != nil {
//		return err
//	}
//	defer tracer.Close()
//	for e, err := range tracer.Events(ctx) {
//		if err != nil {
//			return err
//		}
//		switch e := e.(type) {
//		case *event.Exec:
//			fmt.Println(e.Process.Key.PID, e.Args.Slice())
//		case *event.Exit:
//			fmt.Println(e.Process.Key.PID, "exit", e.Status)
//		}
//	}
//
// # What is recorded
//
// Every exec, whatever way it was asked for: execve and execveat, 64-bit and
// 32-bit, of a script, a memfd or an unlinked file, by any thread, in any
// container. The arguments are those that the new program received: they are
// read from its own memory before its first instruction, where nobody can have
// changed them since the kernel copied them.
//
// Events come in the order in which their hooks ran. Times are by
// CLOCK_BOOTTIME, and wall-clock times follow from it.
//
// # Who owns an event
//
// An event belongs to the caller until the next one is asked for: then its
// memory is used again. [event.Event] has a method Clone for those that are to
// be kept. Strings (as against byte slices) never change.
//
// # What is lost
//
// The kernel writes to rings of fixed size ([WithBufferSize]). When the
// events are read too slowly and they are full, events are lost, but not
// silently: each was counted before room for it was asked for. An
// [event.Lost] stands in the stream at the place, with the number and the
// window of time, and [Tracer.Stats] keeps the accounts:
//
//	executed = recorded + lost + filtered
//
// where filtered is what the terms of [WithTerms] do not hold for; it is not lost.
//
// # Goroutines
//
// A tracer has no goroutine of its own: events are read by the caller's loop.
// Several tracers can be open at once, and do not know of each other.
//
// # Recordings
//
// With [WithRawCopy] a session also writes the kernel's records, as they are,
// to a file. [OpenRecording] yields the same events from it on any machine.
package exectrail
