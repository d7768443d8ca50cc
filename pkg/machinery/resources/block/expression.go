package block

// Expression is a CEL expression over disks or volumes, as text. It is
// compiled by whoever evaluates it.
type Expression string
