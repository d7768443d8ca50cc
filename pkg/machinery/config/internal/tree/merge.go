package tree

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// PatchKey is the directive key of a strategic patch; its only value is delete.
const PatchKey = "$patch"

// Merge lays a strategic patch over a document, both mappings without aliases,
// and reports whether anything changed. The type is that of the document: it says
// how each field merges.
//
// A key that the patch leaves out stays as it is, booleans included: taking an
// absent boolean for false, as clients that merge decoded structs do, would make
// an empty patch change things.
func Merge(dst, src *yaml.Node, t reflect.Type) bool { return mergeStruct(dst, src, t) }

// Deletes reports whether a node of a patch says that what it names goes away.
func Deletes(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}

	v := Get(n, PatchKey)

	return v != nil && v.Value == "delete"
}

func mergeStruct(dst, src *yaml.Node, t reflect.Type) (changed bool) {
	if isPEM(t) {
		return mergeMap(dst, src, nil, nil)
	}

	plan := PlanOf(t)

	for i := 0; i+1 < len(src.Content); i += 2 {
		k, v := src.Content[i], src.Content[i+1]

		f := plan.Field(k.Value)
		if f == nil {
			continue // the header; anything else was refused before
		}

		changed = mergeKey(dst, k, v, f.Type, f) || changed
	}

	return changed
}

func isPEM(t reflect.Type) bool { return t == pairType || t == certType || t == keyType }

// mergeMap merges per key; a nil element type is free-form.
func mergeMap(dst, src *yaml.Node, elem reflect.Type, f *Field) (changed bool) {
	for i := 0; i+1 < len(src.Content); i += 2 {
		k, v := src.Content[i], src.Content[i+1]
		if k.Value != PatchKey {
			changed = mergeKey(dst, k, v, elem, f) || changed
		}
	}

	return changed
}

func mergeKey(dst, k, v *yaml.Node, t reflect.Type, f *Field) bool {
	if Deletes(v) {
		return Remove(dst, k.Value)
	}

	old := Get(dst, k.Value)
	if old == nil {
		if isNull(v) {
			return false
		}

		if v = cleaned(v); v == nil || saysNothing(v, t) {
			return false
		}

		dst.Content = append(dst.Content, Clone(k), block(v))
		dst.Style &^= yaml.FlowStyle

		return true
	}

	return mergeValue(old, v, t, f)
}

// saysNothing reports whether a new section would set nothing at all. What is
// declared as a pointer means something by being there.
func saysNothing(v *yaml.Node, t reflect.Type) bool {
	if t == nil || v.Kind == yaml.ScalarNode || t.Kind() == reflect.Pointer {
		return false
	}

	if len(v.Content) == 0 {
		return true
	}

	if t.Kind() != reflect.Struct || isPEM(t) || v.Kind != yaml.MappingNode {
		return false
	}

	for i := 0; i+1 < len(v.Content); i += 2 {
		f := PlanOf(t).Field(v.Content[i].Value)
		if f == nil || !saysNothing(v.Content[i+1], f.Type) {
			return false
		}
	}

	return true
}

// cleaned is a copy without items that only delete something.
func cleaned(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = nil

	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if Deletes(n.Content[i+1]) {
				continue
			}

			if c := cleaned(n.Content[i+1]); c != nil {
				out.Content = append(out.Content, Clone(n.Content[i]), c)
			}
		}

		if len(out.Content) == 0 && len(n.Content) > 0 {
			return nil
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			if Deletes(c) {
				continue
			}

			if c = cleaned(c); c != nil {
				out.Content = append(out.Content, c)
			}
		}

		if len(out.Content) == 0 && len(n.Content) > 0 {
			return nil
		}
	}

	return &out
}

func mergeValue(old, v *yaml.Node, t reflect.Type, f *Field) bool {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	switch {
	case isNull(v):
		return false
	case f != nil && f.Merge == "replace", old.Kind != v.Kind, t == argType:
		return substitute(old, v)
	}

	switch v.Kind {
	case yaml.MappingNode:
		switch {
		case t == nil || t == objectType:
			return mergeMap(old, v, nil, nil)
		case t.Kind() == reflect.Map:
			return mergeMap(old, v, t.Elem(), nil)
		}

		return mergeStruct(old, v, t)
	case yaml.SequenceNode:
		var elem reflect.Type
		if t != nil && t.Kind() == reflect.Slice {
			elem = t.Elem()
		}

		return mergeList(old, v, elem, f)
	}

	// An empty text or a zero does not overwrite a declared setting: there is no
	// telling it from one left out in the patches other tools write.
	if f != nil && t != nil && t.Kind() != reflect.Bool && (v.Value == "" || v.Value == "0") {
		return false
	}

	return replace(old, v)
}

// block gives what a patch has in braces the style of the rest of a config.
func block(n *yaml.Node) *yaml.Node {
	if len(n.Content) > 0 {
		n.Style &^= yaml.FlowStyle
	}

	for _, c := range n.Content {
		block(c)
	}

	return n
}

func replace(old, v *yaml.Node) bool {
	if Same(old, v) {
		return false
	}

	n := block(Clone(v))
	n.HeadComment, n.LineComment, n.FootComment = old.HeadComment, old.LineComment, old.FootComment

	if v.LineComment != "" {
		n.LineComment = v.LineComment
	}

	*old = *n

	return true
}

// Same compares values, not how they are written.
func Same(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Content) != len(b.Content) || a.ShortTag() != b.ShortTag() {
		return false
	}

	for i := range a.Content {
		if !Same(a.Content[i], b.Content[i]) {
			return false
		}
	}

	return true
}

// substitute is for what is replaced and not merged. A patch that does nothing but
// delete in it deletes that; what else it says takes the place of all.
func substitute(old, v *yaml.Node) bool {
	if rest := cleaned(v); rest != nil {
		return replace(old, rest)
	}

	return withdraw(old, v)
}

// withdraw deletes what a patch of deletions alone names.
func withdraw(old, v *yaml.Node) (changed bool) {
	switch {
	case old.Kind != v.Kind:
	case v.Kind == yaml.SequenceNode:
		for _, item := range v.Content {
			changed = Deletes(item) && removeItems(old, item) || changed
		}
	default:
		for i := 0; i+1 < len(v.Content); i += 2 {
			key, below := v.Content[i].Value, v.Content[i+1]

			if Deletes(below) {
				changed = Remove(old, key) || changed
			} else if was := Get(old, key); was != nil {
				changed = withdraw(was, below) || changed
			}
		}
	}

	return changed
}

func mergeList(old, v *yaml.Node, elem reflect.Type, f *Field) (changed bool) {
	keys, whole := mergeKeys(f)

	for _, item := range v.Content {
		if Deletes(item) {
			changed = removeItems(old, item) || changed

			continue
		}

		if i := matching(old, item, keys); i >= 0 {
			if whole {
				changed = substitute(old.Content[i], item) || changed
			} else {
				changed = mergeValue(old.Content[i], item, elem, nil) || changed
			}

			continue
		}

		if item = cleaned(item); item != nil {
			old.Content = append(old.Content, block(item))
			old.Style &^= yaml.FlowStyle
			changed = true
		}
	}

	return changed
}

func mergeKeys(f *Field) (keys []string, whole bool) {
	if f == nil || f.Merge == "" {
		return nil, false
	}

	list, rest, _ := strings.Cut(f.Merge, ",")

	return strings.Split(list, "|"), rest == "replace"
}

// matching finds the item that has the same value under the first key that the
// patch's item has.
func matching(list, item *yaml.Node, keys []string) int {
	if item.Kind != yaml.MappingNode {
		return -1
	}

	for _, key := range keys {
		want := Get(item, key)
		if want == nil || isNull(want) {
			continue
		}

		for i, c := range list.Content {
			if have := Get(c, key); have != nil && sameLoose(have, want) {
				return i
			}
		}

		return -1
	}

	return -1
}

// sameLoose compares without regard to the order of keys.
func sameLoose(a, b *yaml.Node) bool {
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}

	if a.Kind != yaml.MappingNode {
		return Same(a, b)
	}

	for i := 0; i+1 < len(a.Content); i += 2 {
		o := Get(b, a.Content[i].Value)
		if o == nil || !sameLoose(a.Content[i+1], o) {
			return false
		}
	}

	return true
}

// removeItems takes out the items that have everything the deleting item names.
func removeItems(list, item *yaml.Node) bool {
	kept := list.Content[:0:0]

	for _, c := range list.Content {
		if !Covers(c, item) {
			kept = append(kept, c)
		}
	}

	changed := len(kept) != len(list.Content)
	list.Content = kept

	return changed
}

// Covers reports whether a mapping has everything that a deleting item names.
func Covers(have, want *yaml.Node) bool {
	named := false

	for i := 0; i+1 < len(want.Content); i += 2 {
		k := want.Content[i].Value
		if k == PatchKey {
			continue
		}

		named = true

		if h := Get(have, k); h == nil || !sameLoose(h, want.Content[i+1]) {
			return false
		}
	}

	return named
}
