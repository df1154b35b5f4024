package sinktest

import (
	"reflect"

	"github.com/exectrail/exectrail/event"
)

// scribble overwrites an event and all that it points to, as its owner may do
// when the next one comes. The machine and containers are spared: they never change.
func scribble(e event.Event) { scribbleValue(reflect.ValueOf(e).Elem()) }

func scribbleValue(v reflect.Value) {
	if !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*event.Host]() && v.Type() != reflect.TypeFor[*event.Container]() {
			scribbleValue(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			scribbleValue(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribbleValue(v.Index(i))
		}
	case reflect.String:
		v.SetString("scribbled")
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(0x51)
	case reflect.Int32, reflect.Int64:
		v.SetInt(0x51)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	}
}
