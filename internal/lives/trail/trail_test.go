package trail

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/exectrail/exectrail/internal/lives"
	"github.com/exectrail/exectrail/internal/lives/livestest"
)

func sample(t testing.TB) *lives.Run {
	run := livestest.Run(t, []string{"make", "\xff"}, `
		unseen exec 0 9 /bin/sh sh
		fork 1 10 9
		exec 1.5 10 /usr/bin/make make <a>&b
		fork 2 11 10
		failed 2.1 11 /usr/local/bin/cc ENOENT cc -c \x1b[31m;\xff
		script 2.2 11 /bin/sh ./configure /bin/sh ./configure \u202e
		exit 3 11 SIGSEGV+core 0.5 10
		exec 4 9 /bin/last
		exit 5 10 2 1 300
		lost 6 exec 3`)
	run.Filtered, run.Omitted, run.FailedUnknown = 7, 8, true
	p := &run.Processes[1]
	p.ReadBytes, p.WrittenBytes, p.Container = 1, 2, "web"
	p.Programs[0].ArgsMissing = 12
	return run
}

func write(t testing.TB, run *lives.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, run); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	for _, run := range []*lives.Run{sample(t), {}} {
		got, err := Read(bytes.NewReader(write(t, run)))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Processes) == 0 {
			got.Processes = run.Processes
		}
		if !reflect.DeepEqual(got, run) {
			t.Errorf("got  %+v\nwant %+v", got, run)
		}
	}
}

// All fields must be kept, those that will be added, too.
func TestSampleHasAllFields(t *testing.T) {
	run := sample(t)
	seen := make(map[string]bool)
	var walk func(name string, v reflect.Value)
	walk = func(name string, v reflect.Value) {
		if v.Type() == reflect.TypeFor[time.Time]() || v.Kind() != reflect.Struct && v.Kind() != reflect.Slice {
			seen[name] = seen[name] || !v.IsZero()
			return
		}
		if v.Kind() == reflect.Slice {
			seen[name] = seen[name] || v.Len() > 0
			for i := range v.Len() {
				walk(name+"[]", v.Index(i))
			}
			return
		}
		for i := range v.NumField() {
			walk(name+"."+v.Type().Field(i).Name, v.Field(i))
		}
	}
	walk("", reflect.ValueOf(*run))
	for name, ok := range seen {
		if !ok {
			t.Errorf("the sample has no %s", name)
		}
	}
}

// compressed returns lines as a file.
func compressed(lines ...string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, l := range lines {
		io.WriteString(z, l+"\n")
	}
	z.Close()
	return b.Bytes()
}

const (
	goodHeader  = `{"format":"exectrail trail","version":1,"begin":"2025-03-04T05:06:07Z","end":10,"processes":1,"recorded":1}`
	goodProcess = `{"process":{"pid":1,"boot":1,"parent":-1,"start":0,"uid":0}}`
)

func TestBadFiles(t *testing.T) {
	good := write(t, sample(t))
	damaged := bytes.Clone(good)
	damaged[len(damaged)-6] ^= 0xff // in the checksum
	header := func(old, replaced string) string { return strings.Replace(goodHeader, old, replaced, 1) }
	process := func(old, replaced string) string { return strings.Replace(goodProcess, old, replaced, 1) }
	for name, tt := range map[string]struct {
		file []byte
		want string
	}{
		"empty":                 {nil, "this is not a trail, as 'exectrail run --save' writes them"},
		"text":                  {[]byte("make: *** [all] Error 2\n"), "this is not a trail"},
		"other gzip":            {compressed("hello"), "this is not a trail"},
		"empty gzip":            {compressed(), "this is not a trail"},
		"other JSON":            {compressed(`{"a":1}`), "this is not a trail"},
		"of the future":         {compressed(header(`"version":1`, `"version":2`)), "version 2, and this exectrail reads up to version 1: use a newer one"},
		"of a strange future":   {compressed(header(`"version":1,"begin":"2025-03-04T05:06:07Z"`, `"version":3,"begin":{}`)), "version 3"},
		"of no version":         {compressed(header(`"version":1`, `"version":0`)), "no version 0"},
		"cut off":               {good[:len(good)/2], "the file is cut off in line"},
		"cut off behind a line": {compressed(goodHeader), "the file is cut off: 0 of 1 processes are there"},
		"damaged":               {damaged, "the file is damaged: gzip: invalid checksum"},
		"garbage behind":        {append(bytes.Clone(good), "garbage of some length"...), "damaged"},
		"too many processes":    {compressed(header(`"processes":1`, `"processes":9999999`)), "9999999 processes: there may be 1048576"},
		"more than it tells":    {compressed(goodHeader, goodProcess, goodProcess), "line 3: more than 1 processes"},
		"an exec of nobody":     {compressed(goodHeader, `{"exec":{}}`), "line 2: an exec without a process"},
		"no JSON":               {compressed(goodHeader, "{"), "line 2: unexpected end of JSON input"},
		"wrong type":            {compressed(goodHeader, process(`"pid":1`, `"pid":-1`)), "line 2: json: cannot unmarshal"},
		"its own parent":        {compressed(goodHeader, process(`"parent":-1`, `"parent":0`)), "process 0 (pid 1): its parent is process 0, which does not stand before it"},
		"a parent below":        {compressed(goodHeader, process(`"parent":-1`, `"parent":-2`)), "its parent is process -2"},
		"end before start":      {compressed(goodHeader, process(`"start":0`, `"start":5,"end":4`)), "its times are out of order"},
		"far away":              {compressed(goodHeader, process(`"start":0`, `"start":9223372036854775807`)), "its times are out of order"},
		"a run backwards":       {compressed(header(`"end":10`, `"end":-1`), goodProcess), "the run ends -1ns after its beginning"},
		"a strange exit":        {compressed(goodHeader, process(`"uid":0`, `"uid":0,"exit":256`)), "no exit with status 256"},
		"negative CPU":          {compressed(goodHeader, process(`"uid":0`, `"uid":0,"user_cpu":-1`)), "it used -1ns"},
		"a failure far away":    {compressed(goodHeader, goodProcess, `{"failed":{"time":-9223372036854775808,"file":"a","errno":2}}`), "a failed exec is out of time"},
		"starts out of order":   {compressed(header(`"processes":1`, `"processes":2`), process(`"start":0`, `"start":2`), goodProcess), "process 1 (pid 1): it starts before the one before it"},
	} {
		t.Run(name, func(t *testing.T) {
			run, err := Read(bytes.NewReader(tt.file))
			if err == nil || run != nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "read trail: ") {
				t.Errorf("the error is %v, want one with %q", err, tt.want)
			}
		})
	}
}

// A small file must not become more than there is memory for.
func TestBombs(t *testing.T) {
	r, w := io.Pipe()
	go func() {
		z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
		io.WriteString(z, goodHeader+"\n"+goodProcess+"\n")
		io.Copy(z, io.LimitReader(endless{}, maxLine+1))
		w.CloseWithError(z.Close())
	}()
	_, err := Read(r)
	r.Close()
	if err == nil || !strings.Contains(err.Error(), "line 3 has more than 32 MiB") {
		t.Errorf("a long line: %v", err)
	}

	b := bounded{in: endless{}, left: 10}
	if got, err := io.ReadAll(&b); len(got) != 10 || err == nil || !strings.Contains(err.Error(), "more than 1024 MiB") {
		t.Errorf("%d bytes: %v", len(got), err)
	}

	d := decoder{limits: limits{processes: 1, execs: 2}}
	for i, line := range []string{goodHeader, goodProcess, `{"exec":{}}`, `{"failed":{}}`, `{"exec":{}}`} {
		d.line++
		err := d.decode([]byte(line))
		if last := i == 4; (err != nil) != last || last && err.Error() != "more than 2 execs" {
			t.Errorf("line %d: %v", d.line, err)
		}
	}
}

// endless is text without an end, which compresses well.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		limits
		want string
	}{
		{limits{2, 5}, ""},
		{limits{1, 5}, "2 processes: there may be 1"},
		{limits{2, 4}, "more than 4 execs"},
	} {
		run := sample(t)
		run.Processes = run.Processes[:2]
		run.Processes[1].Failed = make([]lives.Failure, 2)
		for i := range run.Processes[1].Failed {
			run.Processes[1].Failed[i].Time = run.Begin
		}
		if err := tt.check(run); fmt.Sprint(err) != tt.want && (err != nil || tt.want != "") {
			t.Errorf("%+v: %v", tt.limits, err)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for want, change := range map[string]func(*lives.Run){
		"its parent is process 1":          func(r *lives.Run) { r.Processes[1].Parent = 1 },
		"a command line takes 50331":       func(r *lives.Run) { r.Command = []string{strings.Repeat("\x00", 8<<20)} },
		"the run begins in the year 12025": func(r *lives.Run) { r.Begin = r.Begin.AddDate(10_000, 0, 0) },
	} {
		run := sample(t)
		change(run)
		if err := Write(io.Discard, run); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want one with %q", err, want)
		}
	}
	_, w := io.Pipe()
	w.Close()
	if err := Write(w, sample(t)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the error is %v", err)
	}
}

// What is read must be something that can be written, and comes back the same.
func FuzzRead(f *testing.F) {
	f.Add(compressed(goodHeader, goodProcess))
	f.Add(write(f, sample(f)))
	f.Fuzz(func(t *testing.T, file []byte) { again(t, file) })
}

// The same behind the compression, which a fuzzer does not get through.
func FuzzLines(f *testing.F) {
	f.Add(goodHeader, goodProcess, `{"exec":{"time":1,"executable":"a","args":["b",{"base64":"/w=="}]}}`)
	f.Fuzz(func(t *testing.T, header, process, exec string) { again(t, compressed(header, process, exec)) })
}

func again(t *testing.T, file []byte) {
	run, err := Read(bytes.NewReader(file))
	if err != nil {
		return
	}
	second, err := Read(bytes.NewReader(write(t, run)))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(run, second) {
		t.Errorf("got  %+v\nwant %+v", second, run)
	}
}
