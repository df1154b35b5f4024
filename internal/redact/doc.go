// Package redact finds secrets in the arguments and the environment of programs: what follows flags and stands under
// names that are known for it, tokens of a known shape, and what the user's own patterns match.
//
// It does no I/O. What it finds are places, so that a secret can be replaced by [Mark] in what is shown, and be
// overwritten in its place where lengths must stay ([Fill]).
//
// What it cannot know stays: a secret that neither its name nor its shape tells. And a word that only looks like a secret is
// replaced as well.
package redact
