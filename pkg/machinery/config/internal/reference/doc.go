// Package reference makes what tells people and editors about the config language
// from its declarations: the JSON schema, the reference pages, and the descriptions
// that talosctl writes into generated configs.
//
// Keys, types, enums and required fields come from the declared structs, words and
// defaults from the comments at their fields, effects of a change from package
// impact, examples from package explain. Only tests import this package: one per
// output compares it with the file in the repository, and writes it with -update.
package reference
