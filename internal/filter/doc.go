// Package filter decides which events a user asked for, by an expression over the fields of [event.Fields].
//
// The language is that of github.com/expr-lang/expr: its grammar is parsed by that library. What can be said in it is
// bounded here to what is useful in a filter and cheap: comparisons, arithmetic, text operators, the quantifiers over lists and
// a few functions, all checked for their types at once and turned into closures, which look at no more of an event than they need,
// and allocate nothing. Added to the language are names with points (process.parent.pid), durations and sizes (10s, 10MiB) and
// the order "ancestors any {...}".
//
// A field that an event does not have makes the comparison it stands in false, whatever the operator; so a != b is not
// quite the same as !(a == b), which is true then. Nothing else is special: !, && and || have two values.
//
// The package does no I/O and reads no clock.
package filter
