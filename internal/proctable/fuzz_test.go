package proctable

import (
	"testing"

	"github.com/exectrail/exectrail/event"
)

// FuzzTable feeds what a damaged recording may hold: any record in any order,
// about few processes, so that they get in each other's way.
func FuzzTable(f *testing.F) {
	f.Add([]byte{0, 1, 0x11, 0x01, 0, 2, 0x12, 0x11, 1, 3, 0x22, 0x11, 2, 4, 0x22, 0})
	f.Add([]byte{1, 9, 0x55, 0x44, 0, 8, 0x55, 0x44, 2, 9, 0x44, 0, 3, 1, 0, 0, 2, 200, 0x55, 0})
	const maxProcesses, maxText = 4, 6
	f.Fuzz(func(t *testing.T, data []byte) {
		tab := New("boot", Options{Grace: 3, MaxProcesses: maxProcesses, MaxText: maxText})
		for len(data) >= 4 && !t.Failed() {
			verb, time := data[0], uint64(data[1])
			id, parent := fuzzID(data[2], verb>>4), fuzzID(data[3], verb>>6)
			data = data[4:]
			name := []byte{'a' + byte(id.PID)}
			var p, previous *event.Process
			switch verb % 8 {
			case 0, 1:
				p = tab.Fork(&Fork{Time: time, ID: id, Parent: parent, Name: name, KernelThread: verb&8 != 0})
			case 2, 3:
				p, previous = tab.Exec(&Exec{Time: time, ID: id, Parent: parent, Name: name, Executable: name})
			case 4, 5:
				p = tab.Exit(time, id)
			case 6:
				tab.Snapshot(&Snapshot{Time: time, ID: id, Parent: parent, Name: name, Executable: name, Exited: verb&8 != 0})
			case 7:
				tab.Reconcile(func(k event.Key) bool { return k.PID%2 == 0 })
			}
			if p != nil && (p.Key != id.key() || p.ExecID != id.ExecID && verb%8 < 4) {
				t.Errorf("%s: asked for %v", lineage(p), id)
			}
			if previous != nil && (previous.Key != id.key() || previous.ExecID+1 != id.ExecID) {
				t.Errorf("%s: came before %v", lineage(previous), id)
			}
			checkInvariants(t, tab)
		}
		tab.trim()
		checkInvariants(t, tab)
		if n := unneeded(tab); n > 0 && (tab.Len() > maxProcesses || tab.texts.bytes > maxText) {
			t.Errorf("%d exited processes are kept for nothing", n)
		}
		if n := tab.Stats().Live; n > fuzzPIDs+maxProcesses {
			t.Errorf("%d processes live with %d pids", n, fuzzPIDs)
		}
	})
}

const fuzzPIDs = 4

// fuzzID makes an ID with few pids, 16 starts and four images.
func fuzzID(b, execID byte) ID {
	return ID{PID: uint32(b % fuzzPIDs), Start: uint64(b >> 4), ExecID: uint64(execID & 3)}
}
