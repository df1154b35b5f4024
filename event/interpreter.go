package event

import (
	"bytes"
	"strings"
)

const interpreterList = "the shells sh, ash, bash, dash, zsh, ksh, mksh, fish, csh and tcsh; python, perl, ruby, node, php and lua"

// interpreter tells how the command line of an interpreter is to be read. Options are letters, of which several
// can share a dash.
type interpreter struct {
	inline  string // what follows is the script
	take    string // takes a value: what stands behind it, else the next argument
	rest    string // what stands behind it belongs to it
	file    string // runs a file or module that it names
	stdin   string // reads the script from standard input
	nothing string // runs no script

	longInline string // likewise, long options with a space on each side
	longTake   string
}

// interpreterOf returns how to read the command line of a program, by its file name. It reports false for what is no interpreter.
func interpreterOf(name []byte) (i interpreter, ok bool) {
	switch string(bytes.TrimRight(name, "0123456789.-")) { // python3.13, perl5.40-
	case "sh", "ash", "bash", "dash", "rbash", "zsh", "ksh", "mksh", "pdksh":
		return interpreter{inline: "c", take: "oO", stdin: "s", longTake: " --rcfile --init-file --emulate "}, true
	case "fish":
		return interpreter{inline: "c", take: "CdDfo", nothing: "vh", longInline: " --command ", longTake: " --init-command --features "}, true
	case "csh", "tcsh":
		return interpreter{inline: "c", stdin: "s"}, true
	case "python", "pypy":
		return interpreter{inline: "c", take: "WX", file: "m", nothing: "Vh?", longTake: " --check-hash-based-pycs "}, true
	case "perl":
		return interpreter{inline: "eE", take: "I", rest: "MmiFxdDC", nothing: "vVh?"}, true
	case "ruby":
		return interpreter{inline: "e", take: "IrCE", rest: "FKTWix", nothing: "vh"}, true
	case "node", "nodejs":
		return interpreter{
			inline: "ep", take: "rC", nothing: "vh",
			longInline: " --eval --print ",
			longTake:   " --require --import --loader --experimental-loader --conditions ",
		}, true
	case "php", "php-cgi", "php-cli":
		return interpreter{inline: "rBRE", take: "dczSt", file: "fF", nothing: "vimh?", longInline: " --run "}, true
	case "lua", "luajit":
		return interpreter{inline: "e", take: "l", nothing: "v"}, true
	}
	return interpreter{}, false
}

// script is where an interpreter has its script from.
type script int

const (
	scriptNone script = iota // it is no interpreter, or that is not known
	scriptFile
	scriptInline
	scriptFromStdin
)

// scriptOf returns where the script of an interpreter comes from, by its arguments.
func scriptOf(e *Exec) script {
	args := arguments{rest: e.Args.Head(), whole: e.Args.Missing() == 0}
	argv0, _ := args.next()
	i, ok := interpreterOf(baseName(e.Executable))
	switch {
	case isMultiCall(baseName(e.Executable)):
		name := programName(argv0)
		if isMultiCall(name) {
			name, _ = args.next()
		}
		i, ok = interpreterOf(name)
	case ok:
	case len(e.Interpreter) > 0:
		i, ok = interpreterOf(baseName(e.Interpreter))
	default:
		i, ok = interpreterOf(baseName(e.Filename))
	}
	if !ok {
		return scriptNone
	}
	return i.read(&args)
}

// read reads the arguments behind the first.
func (i *interpreter) read(args *arguments) script {
	for {
		arg, ok := args.next()
		switch {
		case !ok && args.whole && args.count > 0:
			return scriptFromStdin
		case !ok:
			return scriptNone
		case len(arg) == 1 && arg[0] == '-':
			return scriptFromStdin
		case string(arg) == "--":
			if _, ok = args.next(); ok {
				return scriptFile
			}
			continue
		case len(arg) > 2 && string(arg[:2]) == "--":
			if s := i.long(arg, args); s != scriptNone {
				return s
			}
			if string(arg) == "--version" || string(arg) == "--help" {
				return scriptNone
			}
			continue
		case len(arg) < 2 || arg[0] != '-' && arg[0] != '+':
			return scriptFile
		}
		if s, done := i.letters(arg[1:], args); done {
			return s
		}
	}
}

// long reads a long option.
func (i *interpreter) long(arg []byte, args *arguments) script {
	name, _, attached := bytes.Cut(arg, []byte("="))
	switch {
	case hasWord(i.longInline, name):
		return scriptInline
	case hasWord(i.longTake, name) && !attached:
		args.next()
	}
	return scriptNone
}

// letters reads options that share a dash. done tells that what follows says nothing more.
func (i *interpreter) letters(options []byte, args *arguments) (s script, done bool) {
	for at, option := range options {
		has := func(set string) bool { return strings.IndexByte(set, option) >= 0 }
		switch {
		case has(i.inline):
			return scriptInline, true
		case has(i.file):
			return scriptFile, true
		case has(i.stdin):
			return scriptFromStdin, true
		case has(i.nothing):
			return scriptNone, true
		case has(i.rest):
			return scriptNone, false
		case has(i.take):
			if at == len(options)-1 || i.stdin != "" { // a shell's letters go on behind it
				args.next()
			}
			if i.stdin == "" {
				return scriptNone, false
			}
		}
	}
	return scriptNone, false
}

// hasWord reports whether a word is in a list with a space on each side of each.
func hasWord(list string, word []byte) bool {
	if len(word) > 30 { // a longer string would be allocated, and there is none in the lists
		return false
	}
	at := strings.Index(list, string(word))
	return at > 0 && list[at-1] == ' ' && list[at+len(word)] == ' '
}

// arguments are what was recorded of argv, from its beginning.
type arguments struct {
	rest  []byte
	whole bool // nothing is missing behind rest
	count int  // of those that were taken
}

// next takes the next argument. It reports false at the end, and for one that was cut.
func (a *arguments) next() ([]byte, bool) {
	arg, rest, ok := bytes.Cut(a.rest, nul)
	if !ok {
		return nil, false
	}
	a.rest = rest
	a.count++
	return arg, true
}
