package main

import "testing"

func TestByteSize(t *testing.T) {
	for text, want := range map[string]byteSize{
		"262144": 256 << 10, "256K": 256 << 10, "512KiB": 512 << 10, "32M": 32 << 20, "100MiB": 100 << 20, "1G": 1 << 30, "1GiB": 1 << 30,
	} {
		var s byteSize
		if err := s.Set(text); err != nil || s != want {
			t.Errorf("%s: got %d, %v, want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "M", "64MB", "64m", "1.5G", "-64M", "255K", "3G", "4096G", "18446744073709551616", "0x100000"} {
		s := byteSize(7)
		if err := s.Set(text); err == nil || s != 7 {
			t.Errorf("%q: got %d, %v", text, s, err)
		}
	}
}

func TestByteSizeString(t *testing.T) {
	for size, want := range map[byteSize]string{
		0: "0", 1000: "1000", 64 << 10: "64 KiB", 1536 << 10: "1536 KiB", 32 << 20: "32 MiB", 2 << 30: "2 GiB",
	} {
		if got := size.String(); got != want {
			t.Errorf("%d: got %s, want %s", int(size), got, want)
		}
	}
}
