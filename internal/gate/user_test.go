package gate

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/exectrail/exectrail/internal/testenv"
)

func TestLookupUser(t *testing.T) {
	for _, name := range []string{"root", "0"} {
		u, err := LookupUser(name)
		if err != nil || u.UID != 0 || u.GID != 0 || u.Name != "root" || !slices.Contains(u.Groups, 0) {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
	}
	for _, name := range []string{"nobody-of-that-name", "4123456789"} {
		if u, err := LookupUser(name); !errors.Is(err, ErrNoUser) {
			t.Errorf("%s: %+v, %v", name, u, err)
		}
	}
}

func TestSudoUser(t *testing.T) {
	for _, test := range []struct {
		env    map[string]string
		uid    uint32
		none   bool
		failed bool
	}{
		{env: nil, none: true},
		{env: map[string]string{"SUDO_UID": "0", "SUDO_GID": "0"}, none: true},
		{env: map[string]string{"SUDO_UID": "4123456789", "SUDO_GID": "7", "SUDO_USER": "ldap"}, uid: 4123456789},
		{env: map[string]string{"SUDO_UID": "x"}, failed: true},
		{env: map[string]string{"SUDO_UID": "4123456789"}, failed: true},
	} {
		u, err := SudoUser(func(name string) string { return test.env[name] })
		switch {
		case (err != nil) != test.failed, (u == nil) != (test.none || test.failed):
			t.Errorf("%v: %+v, %v", test.env, u, err)
		case u != nil && (u.UID != test.uid || !slices.Equal(u.Groups, []uint32{7})):
			t.Errorf("%v: %+v", test.env, u)
		}
	}
}

func TestEnviron(t *testing.T) {
	ann := &User{UID: 1000, Name: "ann", Home: "/home/ann"}
	own := []string{"PATH=/usr/sbin", "HOME=/root", "USER=root", "LOGNAME=root", "MAIL=/var/mail/root", "TERM=xterm", "SUDO_UID=1000", "SUDO_COMMAND=x", "GIVEN=1", "CHANGED=2"}
	for _, test := range []struct {
		name         string
		before, want []string
	}{
		{"not by sudo itself", nil, []string{"PATH=/usr/sbin", "TERM=xterm", "GIVEN=1", "CHANGED=2", "LOGNAME=ann", "USER=ann", "HOME=/home/ann"}},
		{"by sudo", []string{"PATH=/home/ann/bin", "HOME=/home/ann", "USER=ann", "TERM=xterm", "CC=clang", "CHANGED=1"},
			[]string{"TERM=xterm", "GIVEN=1", "CHANGED=2", "PATH=/home/ann/bin", "HOME=/home/ann", "USER=ann", "CC=clang"}},
	} {
		if got := ann.Environ(own, test.before); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestOtherUser finds that a command runs as another user, in the groups of that user.
func TestOtherUser(t *testing.T) {
	testenv.NeedsRoot(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	g, err := Start([]string{"sh", "-c", "echo $(id -u) $(id -g) $(id -G)"}, Options{
		User: &User{UID: 1234, GID: 2345, Groups: []uint32{2345, 3456}}, Env: os.Environ(), Streams: [3]*os.File{os.Stdin, w, os.Stderr},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Open(); err != nil {
		t.Fatal(err)
	}
	if s, err := g.Wait(nil); err != nil || Status(s) != 0 {
		t.Errorf("ended with %d, %v", Status(s), err)
	}
	got := make([]byte, 100)
	n, err := r.Read(got)
	if want := "1234 2345 2345 3456\n"; err != nil || string(got[:n]) != want {
		t.Errorf("it is %q, %v, want %q", got[:n], err, want)
	}
}
