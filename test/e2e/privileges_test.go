package e2e

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/exectrail/exectrail"
	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/testenv"
)

// Ids that differ from each other and from all others in the tests, so that
// one recorded in the place of another shows.
const (
	nobodyUID  = 65534
	nobodyGID  = 65533
	privateUID = 41001
	privateGID = 41002
)

// TestPrivileges has programs run that gain privileges by what their file says.
func TestPrivileges(t *testing.T) {
	r := record(t, exectrail.WithForks(), exectrail.WithExits())
	t.Run("none", func(t *testing.T) {
		e := r.runAsNobody(t, privateTarget(t))
		if e.PrivilegesRaised || e.EUID != nobodyUID || e.CapEffective != 0 {
			t.Errorf("raised: %v, effective uid %d, capabilities %x, want none", e.PrivilegesRaised, e.EUID, e.CapEffective)
		}
	})
	t.Run("set-user-id", func(t *testing.T) {
		target := privateTarget(t)
		if err := os.Chmod(target, 0o755|os.ModeSetuid); err != nil {
			t.Fatal(err)
		}
		e := r.runAsNobody(t, target)
		if !e.PrivilegesRaised {
			t.Error("the exec is not marked as one that gained privileges")
		}
		if e.UID != nobodyUID || e.EUID != privateUID || e.SUID != privateUID || e.GID != nobodyGID || e.EGID != nobodyGID {
			t.Errorf("the ids are %+v", e.Credentials)
		}
	})
	t.Run("set-group-id", func(t *testing.T) {
		target := privateTarget(t)
		if err := os.Chmod(target, 0o755|os.ModeSetgid); err != nil {
			t.Fatal(err)
		}
		e := r.runAsNobody(t, target)
		if !e.PrivilegesRaised {
			t.Error("the exec is not marked as one that gained privileges")
		}
		if e.GID != nobodyGID || e.EGID != privateGID || e.SGID != privateGID || e.UID != nobodyUID || e.EUID != nobodyUID {
			t.Errorf("the ids are %+v", e.Credentials)
		}
	})
	t.Run("set-user-id root", func(t *testing.T) {
		target := privateTarget(t)
		if err := os.Chown(target, 0, 0); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(target, 0o755|os.ModeSetuid); err != nil {
			t.Fatal(err)
		}
		e := r.runAsNobody(t, target)
		if !e.PrivilegesRaised || e.EUID != 0 || e.CapEffective == 0 {
			t.Errorf("raised: %v, effective uid %d, capabilities %x", e.PrivilegesRaised, e.EUID, e.CapEffective)
		}
	})
	t.Run("file capabilities", func(t *testing.T) {
		target := privateTarget(t)
		setFileCapability(t, target, unix.CAP_NET_RAW)
		e := r.runAsNobody(t, target)
		if !e.PrivilegesRaised || e.EUID != nobodyUID {
			t.Errorf("raised: %v, effective uid %d", e.PrivilegesRaised, e.EUID)
		}
		if want := uint64(1) << unix.CAP_NET_RAW; e.CapEffective != want || e.CapPermitted != want {
			t.Errorf("the capabilities are %x of %x, want %x", e.CapEffective, e.CapPermitted, want)
		}
	})
	t.Run("audit login", func(t *testing.T) {
		cmd := command(t, "login", trigger(t, "target"), strconv.Itoa(privateUID))
		ran := r.run(t, cmd)
		if cmd.ProcessState.ExitCode() == 77 {
			testenv.Skip(t, "the audit login uid cannot be set")
		}
		e := ran.target(t)
		compare(t, e, ran.single(t))
		if e.LoginUID != privateUID || e.UID != 0 || e.AuditSession == event.NoID {
			t.Errorf("user %d, login user %d, audit session %d, want 0, %d and any", e.UID, e.LoginUID, e.AuditSession, privateUID)
		}
	})
	r.stop(t)
}

// privateTarget returns a target that belongs to a user of its own.
func privateTarget(t *testing.T) string {
	t.Helper()
	target := filepath.Join(publicDir(t), "target")
	copyFile(t, trigger(t, "target"), target)
	var fs unix.Statfs_t
	if err := unix.Statfs(target, &fs); err != nil {
		t.Fatal(err)
	}
	if fs.Flags&unix.ST_NOSUID != 0 {
		testenv.Skip(t, "%s is on a file system that is mounted with nosuid: set TMPDIR", target)
	}
	if err := os.Chown(target, privateUID, privateGID); err != nil {
		t.Fatal(err)
	}
	return target
}

func (r *recorder) runAsNobody(t *testing.T, target string) *event.Exec {
	t.Helper()
	ran := r.run(t, command(t, "nobody", target))
	e := ran.target(t)
	compare(t, e, ran.single(t))
	if secure := ran.single(t).number(t, "secure", 10) == 1; e.PrivilegesRaised != secure {
		t.Errorf("privileges raised is %v, the kernel told the program %v (AT_SECURE)", e.PrivilegesRaised, secure)
	}
	return e
}

// setFileCapability does what setcap(8) does: see struct vfs_cap_data in linux/capability.h.
func setFileCapability(t *testing.T, path string, capabilities ...uint) {
	t.Helper()
	const revision2, effective = 0x02000000, 0x1
	var permitted uint64
	for _, c := range capabilities {
		permitted |= 1 << c
	}
	value := binary.LittleEndian.AppendUint32(nil, revision2|effective)
	value = binary.LittleEndian.AppendUint32(value, uint32(permitted))
	value = binary.LittleEndian.AppendUint32(value, 0) // inheritable
	value = binary.LittleEndian.AppendUint32(value, uint32(permitted>>32))
	value = binary.LittleEndian.AppendUint32(value, 0)
	if err := unix.Setxattr(path, "security.capability", value, 0); err != nil {
		testenv.Skip(t, "file capabilities cannot be set in %s: %v", filepath.Dir(path), err)
	}
}
