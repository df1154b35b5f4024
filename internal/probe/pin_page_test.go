package probe

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/exectrail/exectrail/internal/bpfobj"
	"github.com/exectrail/exectrail/internal/filter/term"
	"github.com/exectrail/exectrail/internal/wire"
)

func TestPinNames(t *testing.T) {
	for _, name := range []string{"a", "A-b_9", "-", strings.Repeat("x", 64)} {
		if err := CheckPinName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", ".", "..", "a.b", "a/b", "/", "+a", "a b", "ä", "a\n", strings.Repeat("x", 65)} {
		if err := CheckPinName(name); !errors.Is(err, ErrPinName) {
			t.Errorf("%q: %v, want %v", name, err, ErrPinName)
		}
	}
}

func samplePage(t *testing.T) (page, []byte) {
	t.Helper()
	p := page{
		layout: 7, fingerprint: 8, began: 9, version: "v1.2.3", reader: 10,
		settings: settings{
			Env: true, BufferSize: 1 << 20, Plans: Plans(), Required: true, Plan: PlanKprobe, Obstacle: "none", ReadonlyCast: true,
			Hooks: []pinnedHook{
				{Name: "tp_btf/x", Program: "on_x", Kind: wire.Exit, Lane: 2, Standby: true},
				{Name: "kretprobe/y", Program: "kretprobe_y", Kind: wire.Failed, Failed: true, Unpinned: true},
			},
		},
	}
	mem := make([]byte, pageSize)
	if err := p.write(mem); err != nil {
		t.Fatal(err)
	}
	return p, mem
}

func TestPage(t *testing.T) {
	want, mem := samplePage(t)
	got, err := readPage(mem)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	setReader(mem, 99)
	if got, err := readPage(mem); err != nil || got.reader != 99 {
		t.Errorf("the reader is %d, %v", got.reader, err)
	}
	if err := want.write(make([]byte, pageSettings+10)); err == nil {
		t.Error("the settings fit in 10 bytes")
	}
}

// TestPageOfOthers has pages that this version did not write: what it tells of them is what they say.
func TestPageOfOthers(t *testing.T) {
	for name, tt := range map[string]struct {
		change  func([]byte) []byte
		want    error
		version string
	}{
		"empty":            {func([]byte) []byte { return nil }, errForeign, ""},
		"zero":             {func(b []byte) []byte { return make([]byte, len(b)) }, errForeign, ""},
		"another magic":    {func(b []byte) []byte { b[3]++; return b }, errForeign, ""},
		"a newer page":     {func(b []byte) []byte { b[16]++; return b }, errNewPage, "v1.2.3"},
		"long settings":    {func(b []byte) []byte { b[46] = 1; return b }, errDamaged, "v1.2.3"},
		"longest settings": {func(b []byte) []byte { copy(b[44:], "\xff\xff\xff\xff"); return b }, errDamaged, "v1.2.3"},
		"another checksum": {func(b []byte) []byte { b[48]++; return b }, errDamaged, "v1.2.3"},
		"other settings":   {func(b []byte) []byte { b[pageSettings+3]++; return b }, errDamaged, "v1.2.3"},
		"a long version": {func(b []byte) []byte {
			for i := pageProgram; i < pageSettings; i++ {
				b[i] = 'v'
			}
			return b
		}, nil, strings.Repeat("v", pageSettings-pageProgram)},
	} {
		_, mem := samplePage(t)
		got, err := readPage(tt.change(mem))
		if !errors.Is(err, tt.want) || got.version != tt.version {
			t.Errorf("%s: version %q, %v; want %q, %v", name, got.version, err, tt.version, tt.want)
		}
	}
	p, mem := samplePage(t)
	p.settings.Hooks[0].Lane = wire.Lanes
	clear(mem)
	if err := p.write(mem); err != nil {
		t.Fatal(err)
	}
	if _, err := readPage(mem); !errors.Is(err, errDamaged) {
		t.Errorf("a lane that there is not: %v", err)
	}
}

// TestPageOfNoise reads what nobody wrote.
func TestPageOfNoise(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	_, mem := samplePage(t)
	for range 3000 {
		b := bytes.Clone(mem[:pageSettings+random.IntN(len(mem)-pageSettings)])
		for range 1 + random.IntN(6) {
			b[random.IntN(len(b))] = byte(random.Uint32())
		}
		_, _ = readPage(b) // it does not panic
	}
}

func TestFingerprint(t *testing.T) {
	spec, err := bpfobj.LoadTracer()
	if err != nil {
		t.Fatal(err)
	}
	first, err := fingerprint(spec)
	if err != nil {
		t.Fatal(err)
	}
	spec.Maps[bpfobj.TracerMapRing].MaxEntries *= 2 // a size is no layout
	if again, err := fingerprint(spec); err != nil || again != first {
		t.Errorf("with larger rings %x, %v; want %x", again, err, first)
	}
	spec.Maps[bpfobj.TracerMapCounters].ValueSize += 8
	if other, err := fingerprint(spec); err != nil || other == first {
		t.Errorf("with another counter %x, %v", other, err)
	}
	delete(spec.Maps, bpfobj.TracerMapReader)
	if _, err := fingerprint(spec); err == nil {
		t.Error("programs without a map have a fingerprint")
	}
}

func TestSettingsDiffer(t *testing.T) {
	base := settings{BufferSize: 1 << 20, Plans: []Plan{PlanFexit}}
	for want, change := range map[string]func(*settings){
		"":              func(*settings) {},
		"--env":         func(s *settings) { s.Env = true },
		"--buffer-size": func(s *settings) { s.BufferSize *= 2 },
		"--failed":      func(s *settings) { s.Plans = nil },
		"--filter":      func(s *settings) { s.Terms.UID = term.Range{Set: true} },
		"--attach":      func(s *settings) { s.Required = true },
	} {
		asked := base
		change(&asked)
		if got := base.differs(asked); !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%q does not name %q", got, want)
		}
	}
}
