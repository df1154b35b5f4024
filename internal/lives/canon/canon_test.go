package canon_test

import (
	"slices"
	"testing"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/canon"
	"github.com/exectrail/exectrail/internal/lives/livestest"
)

func TestPath(t *testing.T) {
	c := canon.New(livestest.Run(t, nil, "cd /home/ann/src\nfork 0 10 1\nexec 1 10 /usr/bin/make make"))
	for in, want := range map[string]string{
		"":                                      "",
		"/usr/bin/make":                         "/usr/bin/make",
		"/home/ann/src":                         "%dir",
		"-I/home/ann/src/x":                     "-I%dir/x",
		"-fprefix=/home/ann/src=/home/ann/src2": "-fprefix=%dir=/home/ann/src2",
		"/home/ann/src.orig/a":                  "/home/ann/src.orig/a",
		"/tmp/ccA1b2C3.s":                       "/tmp/%tmp.s",
		"/tmp/go-build1234567/b001/exe/a.out":   "/tmp/go-build%tmp/b001/exe/a.out",
		"--map=/var/tmp/x:/dev/shm/y.9,z":       "--map=/var/tmp/%tmp:/dev/shm/%tmp,z",
		"/run/user/1000/bus":                    "/run/user/1000/%tmp",
		"out/tmp.Ab12Cd34Ef/file":               "out/tmp.%tmp/file",
		"/tmp":                                  "/tmp",
		"/tmp/tmp.Ab12Cd34Ef/x":                 "/tmp/tmp.%tmp/x",
		"/tmp/pip-1234567.whl":                  "/tmp/pip-%tmp.whl",
		"/tmp/cc123456.s":                       "/tmp/%tmp.s",
		"-buildid=aB3dEfGhIjKlMnOpQrSt/9876543210fedcba":  "-buildid=%hash/%hash",
		"commit 0123456789abcdef0123456789abcdef01234567": "commit %hash",
		"id-9f8e7d6c5b4a.txt":                             "id-%hash.txt",
		"9f8e7d6c5b4a.txt":                                "%hash.txt",
		"123e4567-e89b-12d3-a456-426614174000":            "%hash",
		"decade-facade":                                   "decade-facade",
		"deadbeefcafe":                                    "deadbeefcafe", // a word, as far as one can tell
		"-Wno-unused-but-set-variable":                    "-Wno-unused-but-set-variable",
		"-DHAVE_STDINT_H=1":                               "-DHAVE_STDINT_H=1",
		"\xff/tmp/\xfe x":                                 "\xff/tmp/%tmp x",
	} {
		if got := c.Path(in); got != want {
			t.Errorf("Path(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestArgs(t *testing.T) {
	c := canon.New(livestest.Run(t, nil, `
		cd /
		fork 0 4321 1
		exec 1 4321 /bin/sh sh
		fork 2 87 4321
		fork 3 9999 4321`))
	args := []string{"conf4321.c", "x43210", "87", "/proc/4321/fd", "9999", "/a"}
	if got, want := c.Args(1, args), []string{"conf%pid.c", "x43210", "87", "/proc/%pid/fd", "9999", "/a"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if args[0] != "conf4321.c" {
		t.Error("the arguments of the run were changed")
	}
}

// What is canonical already must not be taken for something else, as when a list of allowed programs is checked.
func FuzzPath(f *testing.F) {
	run := &lives.Run{Processes: []lives.Process{{Programs: []lives.Program{{Directory: "/home/ann/src"}}}}}
	c := canon.New(run)
	for _, s := range []string{"123456789012-ABCDEFGHIJKLMN1", "/home/ann/src/a", "/tmp/x.s", "0123456789ab", "/tmp/tmp.abcdef1", "tmp.abcdefgh"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := c.Path(s)
		if twice := c.Path(once); twice != once {
			t.Errorf("%q: %q, and then %q", s, once, twice)
		}
	})
}
