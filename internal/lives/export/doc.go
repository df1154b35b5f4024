// Package export writes runs in the formats of other tools: traces for Chrome and Perfetto, and stacks for flame graphs.
package export
