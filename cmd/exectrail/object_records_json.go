package main

import (
	"encoding/hex"
	"strconv"

	"github.com/exectrail/exectrail/event"
	"github.com/exectrail/exectrail/internal/printable"
	"github.com/exectrail/exectrail/object"
	"github.com/exectrail/exectrail/object/layout"
)

// appendJSON appends a record as an object of JSON on a line:
//
//	{"@timestamp":"...","buffer":"events","cpu":0,"type":"struct event","data":{...}}
//
// In the place of type and data there is hex if nothing is known of the record, text if it is a line of
// an iterator, and lost where records are missing.
func (p *recordPrinter) appendJSON(r *object.Record, v *view) {
	var value layout.Value
	p.line = append(p.line, '{')
	known := v != nil && v.typ != nil && r.Lost == 0 && !r.Text
	if known {
		value = v.typ.Decode(withoutPadding(r, v.typ))
		if at, ok := p.wallTime(v, value); ok {
			p.line = append(event.AppendTime(append(p.line, `"@timestamp":"`...), at), `",`...)
		}
	}
	p.appendString(`"buffer":"`, r.Buffer)
	if r.CPU >= 0 {
		p.line = strconv.AppendInt(append(p.line, `,"cpu":`...), int64(r.CPU), 10)
	}
	switch {
	case r.Lost > 0:
		p.line = strconv.AppendUint(append(p.line, `,"lost":`...), r.Lost, 10)
	case r.Text:
		p.appendString(`,"text":"`, string(r.Raw))
	case known:
		if name := v.typ.Name(); name != "" {
			p.appendString(`,"type":"`, name)
		}
		p.line = layout.AppendMember(append(p.line, ','), "data", value)
	default:
		p.line = append(hex.AppendEncode(append(p.line, `,"hex":"`...), r.Raw), '"')
	}
	p.line = append(p.line, "}\n"...)
}

// appendString appends a member whose value is a string; key has all that stands before it.
func (p *recordPrinter) appendString(key, s string) {
	p.line, _ = printable.AppendJSON(append(p.line, key...), s)
	p.line = append(p.line, '"')
}
