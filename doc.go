// Package exectrail records every program that is executed on a Linux machine.
package exectrail
