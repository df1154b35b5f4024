package timeline

// The types of this file are the JSON that web/src/data.ts reads. Tables are kept by column, text as an index of
// data.Text: that takes far less room than an object for each process, and a browser reads it faster.

type data struct {
	Command []int    `json:"command"` // words
	Host    string   `json:"host"`
	Begin   float64  `json:"begin"`  // milliseconds since 1970
	Length  int64    `json:"length"` // microseconds; all other times are too, from Begin on
	Lost    uint64   `json:"lost"`
	Hidden  uint64   `json:"filtered"`
	Text    []string `json:"text"`
	// Words has the arguments of all programs, each as one word of the shell.
	Words     []int     `json:"words"`
	Processes processes `json:"processes"`
	Programs  programs  `json:"programs"`
	Failures  failures  `json:"failures"`
}

type processes struct {
	PID       []uint32 `json:"pid"`
	Parent    []int    `json:"parent"` // -1 for none
	Start     []int64  `json:"start"`
	End       []int64  `json:"end"`  // 0 where Runs is 1
	Runs      []int    `json:"runs"` // 1: had not ended
	Exit      []int    `json:"exit"`
	Signal    []int    `json:"signal"`
	Core      []int    `json:"core"` // 1: dumped core
	User      []int64  `json:"userCPU"`
	System    []int64  `json:"systemCPU"`
	RSS       []uint64 `json:"rss"` // bytes
	Read      []uint64 `json:"read"`
	Written   []uint64 `json:"written"`
	UID       []uint32 `json:"uid"`
	Name      []int    `json:"user"`
	Container []int    `json:"container"`
}

// programs are by process, and for each process by time.
type programs struct {
	Process    []int   `json:"process"`
	Time       []int64 `json:"time"`
	Executable []int   `json:"executable"`
	Directory  []int   `json:"directory"`
	Script     []int   `json:"script"`
	argvs
}

type failures struct {
	Process  []int   `json:"process"`
	Time     []int64 `json:"time"`
	Filename []int   `json:"filename"`
	Errno    []int   `json:"errno"`
	Reason   []int   `json:"reason"`
	argvs
}

// argvs tells where in data.Words the arguments stand, how many are there, and how many were left out after them.
type argvs struct {
	At      []int `json:"at"`
	Count   []int `json:"count"`
	Missing []int `json:"missing"`
}

func (a *argvs) add(v argv) {
	a.At = append(a.At, v.at)
	a.Count = append(a.Count, v.count)
	a.Missing = append(a.Missing, v.missing)
}
