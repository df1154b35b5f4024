package event

import "bytes"

// containerFields tell in which container a process runs.
func containerFields() []*Field {
	return []*Field{{
		Name: "container.id", Type: TypeText, Actions: ofAttempt(), Example: `"3f2a"`, Prefix: true, part: PartPaths,
		Meaning: "Id of the container, as the control group is named; a constant may be its beginning, of at least four digits.",
		text:    appendContainerID,
	}}
}

// containerDigits is the length of the ids that container runtimes give: SHA-256 in hexadecimal.
const containerDigits = 64

func appendContainerID(dst []byte, e Event) []byte {
	a := attemptOf(e)
	if a == nil {
		return dst
	}
	for _, name := range [][]byte{a.CgroupName, a.CgroupParent} {
		for digits := range bytes.FieldsFuncSeq(name, func(r rune) bool { return !isHex(r) }) {
			if len(digits) == containerDigits {
				return append(dst, digits...)
			}
		}
	}
	return dst
}

func isHex(r rune) bool { return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' }
