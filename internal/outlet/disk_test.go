package outlet

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
)

// disk is a file on a disk with room for some bytes, that may grow.
type disk struct {
	mu      sync.Mutex
	content []byte
	room    int
	tries   int
	full    error
}

func (d *disk) give(room int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room = room
}

func (d *disk) holds() (content string, tries int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return string(d.content), d.tries
}

func (d *disk) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tries++
	n := min(len(p), d.room)
	d.content = append(d.content, p[:n]...)
	d.room -= n
	if n < len(p) {
		return n, &os.PathError{Op: "write", Path: "disk", Err: d.full}
	}
	return n, nil
}

func TestFullDiskIsWaitedOut(t *testing.T) {
	for _, full := range []error{unix.ENOSPC, unix.EDQUOT, unix.EAGAIN} {
		synctest.Test(t, func(t *testing.T) {
			d := &disk{room: 5, full: full}
			var told []error
			o := New(d, Options{Interval: interval, DiskFull: func(err error) { told = append(told, err) }})
			offer(t, o, "12345678\n")
			offer(t, o, "87654321\n")
			time.Sleep(time.Minute)
			synctest.Wait()
			content, tries := d.holds()
			if content != "12345" || o.Err() != nil {
				t.Fatalf("%q was written, the error is %v", content, o.Err())
			}
			if tries > 100 && full != unix.EAGAIN {
				t.Errorf("%d tries in a minute", tries)
			}
			d.give(3)
			time.Sleep(2 * longestPause)
			d.give(100)
			if err := o.Flush(); err != nil {
				t.Error(err)
			}
			if content, _ := d.holds(); content != "12345678\n87654321\n" {
				t.Errorf("%q was written", content)
			}
			if full == unix.EAGAIN {
				if len(told) != 0 {
					t.Errorf("it was told of %v", told)
				}
			} else if len(told) != 2 || !errors.Is(told[0], full) || told[1] != nil {
				t.Errorf("it was told of %v", told)
			}
			closed(t, o)
		})
	}
}

func TestCloseGivesUpAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{room: 5, full: unix.ENOSPC}
		o := New(d, Options{})
		offer(t, o, "12345678\n")
		time.Sleep(time.Hour)
		began := time.Now()
		if err := o.Close(); !errors.Is(err, unix.ENOSPC) {
			t.Errorf("close: %v", err)
		}
		if took := time.Since(began); took < closePatience || took > closePatience+longestPause {
			t.Errorf("it gave up after %s", took)
		}
		if offered, written := o.Positions(); offered != 9 || written != 5 {
			t.Errorf("%d bytes offered, %d written", offered, written)
		}
	})
}

// TestRoomAtTheEnd has a disk that is full when Close is called, and not for long.
func TestRoomAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{full: unix.ENOSPC}
		o := New(d, Options{})
		offer(t, o, "12345678\n")
		time.AfterFunc(closePatience/2, func() { d.give(9) })
		closed(t, o)
	})
}

// TestTinyFileSystem fills a real one.
func TestTinyFileSystem(t *testing.T) {
	testenv.NeedsRoot(t)
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=64k"); err != nil {
		testenv.Skip(t, "cannot mount a file system: %v", err)
	}
	defer unix.Unmount(dir, unix.MNT_DETACH)
	ballast, path := filepath.Join(dir, "ballast"), filepath.Join(dir, "out")
	if err := os.WriteFile(ballast, make([]byte, 40<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	full := make(chan error, 10)
	o := New(f, Options{DiskFull: func(err error) { full <- err }})
	content := strings.Repeat("12345678\n", 5000)
	offer(t, o, content)
	if err := <-full; !errors.Is(err, unix.ENOSPC) {
		t.Errorf("got %v", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	closed(t, o)
	if got, err := os.ReadFile(path); err != nil || string(got) != content {
		t.Errorf("%d bytes came, %v; want %d", len(got), err, len(content))
	}
}

// TestNonblockingPipe has a descriptor that says EAGAIN, as one that another process has set so.
func TestNonblockingPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	conn, err := w.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	out := &bare{}
	conn.Control(func(fd uintptr) { out.fd = int(fd) })
	if err := unix.SetNonblock(out.fd, true); err != nil {
		t.Fatal(err)
	}
	o := New(out, Options{})
	o.file.conn = conn
	content := strings.Repeat("12345678\n", 50_000)
	offer(t, o, content)
	read := make(chan string)
	go func() {
		time.Sleep(20 * time.Millisecond)
		var got strings.Builder
		for buf := make([]byte, 10_000); got.Len() < len(content); {
			n, err := r.Read(buf)
			if err != nil {
				break
			}
			got.Write(buf[:n])
		}
		read <- got.String()
	}()
	closed(t, o)
	if got := <-read; got != content {
		t.Errorf("%d bytes came, want %d", len(got), len(content))
	}
}

// bare writes without the help of package os.
type bare struct{ fd int }

func (b *bare) Write(p []byte) (int, error) {
	for written := 0; ; {
		n, err := unix.Write(b.fd, p[written:])
		if err != nil {
			return written, err
		}
		if written += n; written == len(p) {
			return written, nil
		}
	}
}
