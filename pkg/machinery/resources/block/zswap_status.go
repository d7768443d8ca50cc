package block

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ZswapStatusSpec has the kernel's counters of the compressed swap cache.
type ZswapStatusSpec struct {
	TotalSizeBytes      uint64 `yaml:"totalSize" protobuf:"1"`
	TotalSizeHuman      string `yaml:"totalSizeHuman" protobuf:"2"`
	StoredPages         uint64 `yaml:"storedPages" protobuf:"3"`
	PoolLimitHit        uint64 `yaml:"poolLimitHit" protobuf:"4"`
	RejectReclaimFail   uint64 `yaml:"rejectReclaimFail" protobuf:"5"`
	RejectAllocFail     uint64 `yaml:"rejectAllocFail" protobuf:"6"`
	RejectKmemcacheFail uint64 `yaml:"rejectKmemcacheFail" protobuf:"7"`
	RejectCompressFail  uint64 `yaml:"rejectCompressFail" protobuf:"8"`
	RejectCompressPoor  uint64 `yaml:"rejectCompressPoor" protobuf:"9"`
	WrittenBackPages    uint64 `yaml:"writtenBackPages" protobuf:"10"`
}

// ZswapStatuses has one resource, ZswapStatusID.
var ZswapStatuses = resource.Define[ZswapStatusSpec](Kinds, resource.Definition{
	Type: "ZswapStatuses.block.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "Total Size", JSONPath: "{.totalSizeHuman}"}, {Name: "Stored Pages", JSONPath: "{.storedPages}"}, {Name: "Written Back", JSONPath: "{.writtenBackPages}"}, {Name: "Pool Limit Hit", JSONPath: "{.poolLimitHit}"}},
})
