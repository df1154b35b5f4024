package event

import "strings"

// AppendCauseReference appends the causes of failure as a table in Markdown.
func AppendCauseReference(dst []byte) []byte {
	dst = append(dst, "| Cause | Sentence | When the detail is known |\n|---|---|---|\n"...)
	names := strings.NewReplacer("%f", "FILE", "%d", "DETAIL", "%n", "N", "%a", " (N bytes of arguments)")
	for _, w := range wordings {
		if w.sentence == "" {
			w.sentence = "%f: the meaning of the error by execve(2), else: failed with CODE"
		}
		row := strings.Join([]string{"| `" + w.keyword + "`", w.sentence, w.detailed}, " | ")
		dst = append(append(dst, names.Replace(row)...), " |\n"...)
	}
	return dst
}
