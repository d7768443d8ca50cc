package tree

import "reflect"

// Copy is a deep copy of a declared value.
func Copy[T any](v T) T {
	var out T

	copyInto(reflect.ValueOf(&out).Elem(), reflect.ValueOf(&v).Elem())

	return out
}

func copyInto(dst, src reflect.Value) {
	switch src.Kind() {
	case reflect.Pointer:
		if !src.IsNil() {
			dst.Set(reflect.New(src.Type().Elem()))
			copyInto(dst.Elem(), src.Elem())
		}
	case reflect.Interface:
		if !src.IsNil() {
			e := reflect.New(src.Elem().Type()).Elem()
			copyInto(e, src.Elem())
			dst.Set(e)
		}
	case reflect.Slice:
		if src.IsNil() {
			return
		}

		dst.Set(reflect.MakeSlice(src.Type(), src.Len(), src.Len()))

		if k := src.Type().Elem().Kind(); k == reflect.String || k == reflect.Uint8 {
			reflect.Copy(dst, src)

			return
		}

		for i := range src.Len() {
			copyInto(dst.Index(i), src.Index(i))
		}
	case reflect.Map:
		if src.IsNil() {
			return
		}

		dst.Set(reflect.MakeMapWithSize(src.Type(), src.Len()))

		for it := src.MapRange(); it.Next(); {
			e := reflect.New(src.Type().Elem()).Elem()
			copyInto(e, it.Value())
			dst.SetMapIndex(it.Key(), e)
		}
	case reflect.Struct:
		dst.Set(src) // unexported fields of scalar forms hold plain values

		for i := range src.NumField() {
			if src.Type().Field(i).IsExported() {
				switch src.Field(i).Kind() {
				case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.Struct:
					copyInto(dst.Field(i), src.Field(i))
				}
			}
		}
	default:
		dst.Set(src)
	}
}
