package sinktest

import "github.com/exectrail/exectrail/event"

// headAndTail returns an exec with a hole in its arguments and variables: two strings are
// cut in the former, and none in the latter.
func (s *session) headAndTail() *event.Exec {
	e := s.exec(4321, "tar")
	const head, tail = "tar\x00-cf\x00-\x00fir", "s last.c\x00end\x00"
	e.Args = event.Strings{Raw: []byte(head + tail), Size: 70_000, Tail: len(tail)}
	e.ArgCount = 9000
	e.Env = event.Strings{Raw: []byte("A=b\x00Z=\xff\x00"), Size: 30, Tail: len("Z=\xff\x00")}
	return e
}

// failedHeadAndTail returns a failed exec with a hole in its arguments, and of which nobody knows how many there were.
func (s *session) failedHeadAndTail() *event.ExecFailed {
	e := s.execFailed(4324, 7, "E2BIG", event.CauseArgumentsTooLong, "grep", "-l", "exec", "a.c", "b.c")
	e.Args.Size, e.Args.Tail = 2_412_332, len("b.c\x00")
	e.ArgCount, e.ArgsUnmeasured = 9216, true
	return e
}
