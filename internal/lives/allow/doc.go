// Package allow decides by a list which programs may run.
//
// A list is a text with a rule on each line: a glob of the paths of programs, and behind it, if only one file may have that path, the
// SHA-256 of its content. Several rules may be for the same path; one that allows it is enough.
//
//	# The compiler and its parts.
//	/usr/bin/gcc-13   sha256:3f4a…
//	/usr/libexec/gcc/**
//	/tmp/*/b001/exe/*
//	"/opt/odd name # really\n"
//
// In a glob, * stands for any characters but a slash, ** as a whole part of a path for any number of parts, ? for one
// character, [a-z] for one of several, {a,b} for one of several texts, and a backslash takes the next character as it is. It must begin
// with a slash. Empty lines, and those that begin with #, mean nothing. A line that begins with a quote has the glob as a
// string of Go, for paths with spaces at an end, control characters or bytes that are not UTF-8.
//
// A script is allowed if its own path and that of its interpreter are.
package allow
