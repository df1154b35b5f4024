package object

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/rlimit"
	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail/internal/testenv"
	"github.com/exectrail/exectrail/object/layout"
)

// TestMapsOfFile has a program fill maps, and finds and reads them by their file, id and pin.
func TestMapsOfFile(t *testing.T) {
	testenv.NeedsRoot(t)
	const file = "testdata/maps.elf"
	loaded := loadMaps(t)
	if err := loaded.Maps["jumps"].Put(uint32(1), loaded.Programs["fill"]); err != nil {
		t.Fatal(err)
	}
	runOnce(t, loaded.Programs["fill"])
	info, err := loaded.Programs["fill"].Info()
	if err != nil {
		t.Fatal(err)
	}
	program, _ := info.ID()

	want := map[string]string{
		"flows":   "from=7 port=443 zone=1 => packets=3 bytes=180 comm=curl\n",
		"subnets": "prefix_len=24 address=0a010200 => 5\n",
		"waiting": "? => 5\n",
		"jumps":   fmt.Sprintf("1 => program=%d\n", program),
		"stream":  "",
		".rodata": "limit => 5\n",
		".data":   "last => from=0 port=1 zone=9\ntotal => 42\n",
		".bss":    "seen => 1\n",
	}
	for name, want := range want {
		m := findMap(t, file, name, loaded.Maps[name])
		c := readMap(t, m)
		if got := dumpText(c); got != want {
			t.Errorf("%s (id %d) has\n%s, not\n%s", name, m.ID, got, want)
		}
		if noted := c.Note != ""; noted != (name == "stream" || name == "waiting") {
			t.Errorf("%s: note %q", name, c.Note)
		}
	}

	// Which CPU has run the program is not known; that it ran once is.
	runs := findMap(t, file, "runs", loaded.Maps["runs"])
	cpus := ebpf.MustPossibleCPU()
	if c := readMap(t, runs); !c.PerCPU || len(c.Entries) != 2 || len(c.Entries[0].Values) != cpus {
		t.Errorf("of %d CPUs: %+v", cpus, c)
	}
	c, err := runs.ReadSum()
	if err != nil {
		t.Fatal(err)
	}
	if got := dumpText(c); got != "0 => 1\n1 => 0\n" || c.PerCPU {
		t.Errorf("in sum %s", got)
	}

	// Reading a queue takes nothing out of it.
	if got := dumpText(readMap(t, findMap(t, file, "waiting", loaded.Maps["waiting"]))); got != "? => 5\n" {
		t.Errorf("the queue has %q when it is read again", got)
	}

	byID, err := FindMaps(strconv.Itoa(int(runs.ID)), "")
	if err != nil || len(byID) != 1 || byID[0].Name != "runs" || byID[0].Type != "percpu_array" {
		t.Fatal(byID, err)
	}
	byID[0].Close()
	pin := filepath.Join(mountBPFFS(t), "flows")
	if err := loaded.Maps["flows"].Pin(pin); err != nil {
		t.Fatal(err)
	}
	if got := dumpText(readMap(t, findMap(t, pin, "flows", loaded.Maps["flows"]))); got != want["flows"] {
		t.Errorf("by its pin it has %s", got)
	}
}

// TestMapsNotLoaded wants an error that tells what to do.
func TestMapsNotLoaded(t *testing.T) {
	testenv.NeedsRoot(t)
	content, err := os.ReadFile("testdata/maps.elf")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "maps.elf")
	if err := os.WriteFile(file, bytes.ReplaceAll(content, []byte("flows"), []byte("nobdy")), 0o600); err != nil {
		t.Fatal(err)
	}
	pin := filepath.Join(mountBPFFS(t), "none")
	for _, what := range []string{"4294967295", pin, file} {
		name := ""
		if what == file {
			name = "nobdy"
		}
		_, err := FindMaps(what, name)
		var hint interface{ Hint() string }
		if !errors.Is(err, ErrNotLoaded) || !errors.As(err, &hint) || hint.Hint() == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := FindMaps(file, "flows"); err == nil || errors.Is(err, ErrNotLoaded) {
		t.Errorf("a map that the file does not have: %v", err)
	}
}

// TestMapsOtherSize does not take a map for that of a file when it only has its name.
func TestMapsOtherSize(t *testing.T) {
	testenv.NeedsRoot(t)
	m := plainMap(t, &ebpf.MapSpec{Name: "flows", Type: ebpf.Hash, KeySize: 8, ValueSize: 32, MaxEntries: 63})
	maps, err := FindMaps("testdata/maps.elf", "flows")
	for _, found := range maps {
		if found.ID == mapID(t, m) {
			t.Errorf("found %+v", found)
		}
		found.Close()
	}
	if err != nil && !errors.Is(err, ErrNotLoaded) {
		t.Error(err)
	}
}

// TestMapsWithoutTypes reads maps of which nothing but sizes is known.
func TestMapsWithoutTypes(t *testing.T) {
	testenv.NeedsRoot(t)
	tests := []struct {
		spec ebpf.MapSpec
		want string // as amd64 and arm64 have it
	}{
		{ebpf.MapSpec{Type: ebpf.Hash, KeySize: 4, ValueSize: 4}, "01000000 => 02000000\n00010000 => 03000000\n"},
		{ebpf.MapSpec{Type: ebpf.LRUHash, KeySize: 4, ValueSize: 4}, "01000000 => 02000000\n00010000 => 03000000\n"},
		{ebpf.MapSpec{Type: ebpf.LPMTrie, KeySize: 8, ValueSize: 4, Flags: unix.BPF_F_NO_PREALLOC},
			"prefix_len=1 data=00000000 => 02000000\nprefix_len=32 data=00000000 => 03000000\n"},
	}
	for _, tt := range tests {
		tt.spec.MaxEntries = 512
		m := plainMap(t, &tt.spec)
		keys := [][]byte{{0, 1, 0, 0}, {1, 0, 0, 0}}
		if tt.spec.Type == ebpf.LPMTrie {
			keys = [][]byte{{32, 0, 0, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0, 0, 0}}
		}
		for i, key := range keys {
			if err := m.Put(key, uint32(3-i)); err != nil {
				t.Fatal(err)
			}
		}
		if got := dumpText(readMap(t, openMap(t, m))); got != tt.want {
			t.Errorf("%s has\n%s, not\n%s", tt.spec.Type, got, tt.want)
		}
	}

	perCPU := plainMap(t, &ebpf.MapSpec{Type: ebpf.PerCPUHash, KeySize: 2, ValueSize: 8, MaxEntries: 4})
	values := make([]uint64, ebpf.MustPossibleCPU())
	total := uint64(0)
	for i := range values {
		values[i] = uint64(i + 1)
		total += values[i]
	}
	if err := perCPU.Put(uint16(9), values); err != nil {
		t.Fatal(err)
	}
	m := openMap(t, perCPU)
	if c := readMap(t, m); len(c.Entries) != 1 || len(c.Entries[0].Values) != len(values) {
		t.Errorf("%+v", c)
	}
	c, err := m.ReadSum()
	if want := fmt.Sprintf("0900 => %d\n", total); err != nil || dumpText(c) != want {
		t.Errorf("in sum %s (%v), not %s", dumpText(c), err, want)
	}
}

// TestMapsChanging reads a map in both ways while entries come and go.
func TestMapsChanging(t *testing.T) {
	testenv.NeedsRoot(t)
	const stay, entries = 1000, 4096
	kernel := plainMap(t, &ebpf.MapSpec{Type: ebpf.Hash, KeySize: 4, ValueSize: 4, MaxEntries: entries})
	for i := range uint32(stay) {
		if err := kernel.Put(i, i); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var writers sync.WaitGroup
	writers.Go(func() {
		for i := uint32(0); ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			key := stay + i%(entries-stay)
			kernel.Put(key, i)
			kernel.Delete(stay + (i+7)%(entries-stay))
		}
	})
	defer writers.Wait()
	defer close(stop)
	m := openMap(t, kernel)
	for range testenv.Times(20, 5) {
		batch, err := m.readBatches()
		if err != nil {
			t.Fatal(err)
		}
		wantEachOnce(t, batch, stay)
		single, note, err := m.readOneByOne()
		if err != nil {
			t.Fatal(err)
		}
		if note == "" { // else it says that entries may be missing
			wantEachOnce(t, single, 0)
		}
	}
}

// wantEachOnce wants no key twice, and those below stay to be there.
func wantEachOnce(t *testing.T, entries []rawEntry, stay uint32) {
	t.Helper()
	seen := map[uint32]bool{}
	for _, e := range entries {
		key := binary.NativeEndian.Uint32(e.key)
		if seen[key] {
			t.Errorf("key %d is there twice", key)
		}
		seen[key] = true
	}
	for key := range stay {
		if !seen[key] {
			t.Errorf("key %d is missing", key)
		}
	}
}

// TestMapsSameEitherWay reads maps of different types in batches and one by one.
func TestMapsSameEitherWay(t *testing.T) {
	testenv.NeedsRoot(t)
	for _, typ := range []ebpf.MapType{ebpf.Hash, ebpf.Array, ebpf.PerCPUHash, ebpf.LRUHash} {
		kernel := plainMap(t, &ebpf.MapSpec{Type: typ, KeySize: 4, ValueSize: 12, MaxEntries: 5000})
		m := openMap(t, kernel)
		for i := range uint32(5000) {
			value := []byte(fmt.Sprintf("value %06d", i))
			var put any = value
			if typ == ebpf.PerCPUHash {
				put = slices.Repeat([][]byte{value}, ebpf.MustPossibleCPU())
			}
			if err := kernel.Put(i, put); err != nil {
				t.Fatal(typ, err)
			}
		}
		batch, err := m.readBatches()
		if err != nil {
			t.Fatal(typ, err)
		}
		single, note, err := m.readOneByOne()
		if err != nil || note != "" {
			t.Fatal(typ, note, err)
		}
		for _, entries := range [][]rawEntry{batch, single} {
			slices.SortFunc(entries, func(a, b rawEntry) int { return compareKeys(a.key, b.key) })
		}
		if len(single) == 0 || !slices.EqualFunc(batch, single, func(a, b rawEntry) bool {
			return slices.Equal(a.key, b.key) && slices.EqualFunc(a.values, b.values, slices.Equal)
		}) {
			t.Errorf("%s: %d entries in batches, %d one by one, or their content differs", typ, len(batch), len(single))
		}
	}
}

func TestMapsHolders(t *testing.T) {
	testenv.NeedsRoot(t)
	m := plainMap(t, &ebpf.MapSpec{Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: 1})
	if got := openMaps("/proc/self/fd"); !slices.Contains(got, mapID(t, m)) {
		t.Errorf("this process holds %v, not %d", got, mapID(t, m))
	}
	holders, err := MapHolders()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range holders[mapID(t, m)] {
		if h.PID == os.Getpid() {
			t.Error("the one who asks is among the holders")
		}
	}
}

func loadMaps(t *testing.T) *ebpf.Collection {
	t.Helper()
	o, err := Open("testdata/maps.elf")
	if err != nil {
		t.Fatal(err)
	}
	_ = rlimit.RemoveMemlock() // before 5.11; where it fails the limit may suffice
	loaded, err := ebpf.NewCollection(o.Spec())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(loaded.Close)
	return loaded
}

func runOnce(t *testing.T, p *ebpf.Program) {
	t.Helper()
	if _, _, err := p.Test(make([]byte, 64)); err != nil {
		t.Fatal(err)
	}
}

func plainMap(t *testing.T, spec *ebpf.MapSpec) *ebpf.Map {
	t.Helper()
	_ = rlimit.RemoveMemlock() // before 5.11; where it fails the limit may suffice
	m, err := ebpf.NewMap(spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func mapID(t *testing.T, m *ebpf.Map) uint32 {
	t.Helper()
	info, err := kernelMapInfo(m)
	if err != nil {
		t.Fatal(err)
	}
	return info.ID
}

// findMap returns the one of the maps found that is this one.
func findMap(t *testing.T, what, name string, is *ebpf.Map) *LoadedMap {
	t.Helper()
	maps, err := FindMaps(what, name)
	if err != nil {
		t.Fatalf("%s of %s: %v", name, what, err)
	}
	var found *LoadedMap
	for _, m := range maps {
		t.Cleanup(func() { m.Close() })
		if m.ID == mapID(t, is) {
			found = m
		}
	}
	if found == nil {
		t.Fatalf("%s of %s is not found", name, what)
	}
	return found
}

func openMap(t *testing.T, m *ebpf.Map) *LoadedMap {
	t.Helper()
	return findMap(t, strconv.Itoa(int(mapID(t, m))), "", m)
}

func readMap(t *testing.T, m *LoadedMap) *MapContent {
	t.Helper()
	c, err := m.Read()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func dumpText(c *MapContent) string {
	var lines strings.Builder
	for _, e := range c.Entries {
		key := e.Name
		if key == "" {
			key = string(layout.AppendText(nil, e.Key))
		}
		for _, v := range e.Values {
			fmt.Fprintf(&lines, "%s => %s\n", key, layout.AppendText(nil, v))
		}
	}
	return lines.String()
}
