package event

const flagList = "raised (the exec gained privileges), deleted (the file was unlinked), memfd (the file has no name), " +
	"cwd-deleted (the working directory was removed), exe-cut and cwd-cut (the path is longer than was recorded), " +
	"text-cut (another text was left out), args-cut and env-cut (bytes are missing), compat (a 32-bit system call), " +
	"file-unreadable (the file name could not be read), args-unreadable (nor some of the arguments), args-more (there are " +
	"more than were counted), kernel (a thread of the kernel), core (a core was dumped)"

func appendFlags(dst []byte, e Event) []byte {
	list := flags{dst, len(dst)}
	switch e := e.(type) {
	case *Exec:
		list.add(e.PrivilegesRaised, "raised")
		list.add(e.File.Deleted, "deleted")
		list.add(e.File.Memfd, "memfd")
		list.add(e.ExecutableCut, "exe-cut")
		list.addAttempt(&e.Attempt)
		list.add(e.Env.Missing() > 0, "env-cut")
	case *ExecFailed:
		list.add(e.Compat, "compat")
		list.add(e.FilenameUnreadable, "file-unreadable")
		list.addAttempt(&e.Attempt)
		list.add(e.ArgsUnreadable, "args-unreadable")
		list.add(e.ArgsUnmeasured, "args-more")
	case *Fork:
		list.add(e.KernelThread, "kernel")
	case *Exit:
		list.add(e.CoreDumped, "core")
	}
	return list.text
}

// flags is a list of words with commas between them, from start on in text.
type flags struct {
	text  []byte
	start int
}

func (f *flags) add(set bool, name string) {
	if !set {
		return
	}
	if len(f.text) > f.start {
		f.text = append(f.text, ',')
	}
	f.text = append(f.text, name...)
}

func (f *flags) addAttempt(a *Attempt) {
	f.add(a.DirectoryDeleted, "cwd-deleted")
	f.add(a.DirectoryCut, "cwd-cut")
	f.add(a.TextCut, "text-cut")
	f.add(a.Args.Missing() > 0, "args-cut")
}
