package main

import "testing"

func TestSeenFileOf(t *testing.T) {
	for directories, want := range map[string]string{
		"":                                      "/var/lib/exectrail/seen",
		"/var/lib/audit":                        "/var/lib/audit/seen",
		"/var/lib/private/a:/var/lib/private/b": "/var/lib/private/a/seen",
	} {
		if got := seenFileOf(directories); got != want {
			t.Errorf("%q: %s, want %s", directories, got, want)
		}
	}
}
