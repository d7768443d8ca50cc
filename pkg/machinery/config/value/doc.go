// Package value has the scalar forms that config documents are made of.
//
// Each form reads and writes the text a person puts in YAML, keeps an unset
// value apart from a set one by IsZero, and rejects bad text with a message that
// says what was expected. Documents of every kind share them; nothing here knows
// a document.
package value
