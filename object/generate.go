package object

//go:generate ../scripts/compile-objects.sh testdata
