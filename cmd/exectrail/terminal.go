package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// isTerminal reports whether a person looks at what is written to w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	_, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS)
	return err == nil
}

// terminalWidth returns how many columns the terminal has, or 0 when w is no terminal or does not tell.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}

// textWidth is how many columns a report has where no terminal tells: some command lines have a hundred thousand characters.
const textWidth = 160

// widthOf returns how many columns a report has on w.
func widthOf(w io.Writer) int {
	if width := terminalWidth(w); width > 0 {
		return width
	}
	return textWidth
}

// wantsColor reports whether output to w may be coloured (see no-color.org).
func wantsColor(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}
