package resource

import (
	"fmt"
	"reflect"
	"sync"
	"time"
)

// copyInto deep-copies *src to *dst. Tests check the types: Kind.Check.
func copyInto[T any](dst, src *T) {
	*dst = *src
	copierOf(reflect.TypeFor[T]())(reflect.ValueOf(dst).Elem())
}

// A copier unshares what a shallow copy left shared. Nil means nothing is.
type copier func(v reflect.Value)

var copiers sync.Map // reflect.Type -> copier

func copierOf(t reflect.Type) copier {
	c, ok := copiers.Load(t)
	if !ok {
		c = makeCopier(t)
		if c.(copier) == nil {
			c = copier(func(reflect.Value) {})
		}

		copiers.Store(t, c)
	}

	return c.(copier)
}

// Shareable structs have unexported fields and are immutable by contract.
func shareable(t reflect.Type) bool {
	if t == reflect.TypeFor[time.Time]() {
		return true
	}

	if t.Kind() != reflect.Struct {
		return false
	}

	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}

	return false
}

func makeCopier(t reflect.Type) copier {
	if shareable(t) {
		return nil
	}

	switch t.Kind() {
	case reflect.Struct:
		return structCopier(t)
	case reflect.Pointer:
		if shareable(t.Elem()) {
			return nil
		}

		elem := makeCopier(t.Elem())

		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}

			cp := reflect.New(t.Elem())
			cp.Elem().Set(v.Elem())

			if elem != nil {
				elem(cp.Elem())
			}

			v.Set(cp)
		}
	case reflect.Slice:
		elem := makeCopier(t.Elem())

		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}

			cp := reflect.MakeSlice(t, v.Len(), v.Len())
			reflect.Copy(cp, v)

			if elem != nil {
				for i := range cp.Len() {
					elem(cp.Index(i))
				}
			}

			v.Set(cp)
		}
	case reflect.Map:
		return mapCopier(t)
	case reflect.Interface:
		return func(v reflect.Value) {
			if v.IsNil() {
				return
			}

			cp := reflect.New(v.Elem().Type()).Elem()
			cp.Set(v.Elem())
			copierOf(cp.Type())(cp)
			v.Set(cp)
		}
	default:
		return nil
	}
}

func structCopier(t reflect.Type) copier {
	fields := map[int]copier{}

	for i := range t.NumField() {
		if c := makeCopier(t.Field(i).Type); c != nil {
			fields[i] = c
		}
	}

	if len(fields) == 0 {
		return nil
	}

	return func(v reflect.Value) {
		for i, c := range fields {
			c(v.Field(i))
		}
	}
}

func mapCopier(t reflect.Type) copier {
	elem := makeCopier(t.Elem())

	return func(v reflect.Value) {
		if v.IsNil() {
			return
		}

		cp := reflect.MakeMapWithSize(t, v.Len())

		for it := v.MapRange(); it.Next(); {
			item := reflect.New(t.Elem()).Elem()
			item.Set(it.Value())

			if elem != nil {
				elem(item)
			}

			cp.SetMapIndex(it.Key(), item)
		}

		v.Set(cp)
	}
}

// checkSpec refuses a T that is not a struct of data that copies, compares and
// travels: no channels, functions or unsafe pointers anywhere.
func checkSpec[T any]() error {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("spec %s is not a struct", t)
	}

	return checkPlain(t, t.String(), map[reflect.Type]bool{})
}

func checkPlain(t reflect.Type, path string, seen map[reflect.Type]bool) error {
	if seen[t] {
		return nil
	}

	seen[t] = true

	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Uintptr, reflect.Complex64, reflect.Complex128:
		return fmt.Errorf("%s is a %s, which is not plain data", path, t.Kind())
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return checkPlain(t.Elem(), path, seen)
	case reflect.Struct:
		if shareable(t) {
			return nil
		}

		for i := range t.NumField() {
			if err := checkPlain(t.Field(i).Type, path+"."+t.Field(i).Name, seen); err != nil {
				return err
			}
		}
	}

	return nil
}
