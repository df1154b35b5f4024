package lives

// Violation is a program that ran and was not allowed to.
type Violation struct {
	Process int      // index in Run.Processes
	Program *Program // in that process; its Time says when
	Path    string   // that is not allowed: of the executable or the script
	Why     string   // a sentence that is not escaped
}
