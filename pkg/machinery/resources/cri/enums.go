package cri

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
)

// ImageCacheCopyStatus is how far the image cache on the installation medium was copied to disk.
type ImageCacheCopyStatus uint32

// States of the copy.
const (
	ImageCacheCopyStatusUnknown ImageCacheCopyStatus = 0
	ImageCacheCopyStatusSkipped ImageCacheCopyStatus = 1
	ImageCacheCopyStatusCopying ImageCacheCopyStatus = 2
	ImageCacheCopyStatusReady   ImageCacheCopyStatus = 3
)

var imageCacheCopyStatusNames = []netenum.Name[ImageCacheCopyStatus]{
	{Value: ImageCacheCopyStatusUnknown, Text: "unknown"},
	{Value: ImageCacheCopyStatusSkipped, Text: "skipped"},
	{Value: ImageCacheCopyStatusCopying, Text: "copying"},
	{Value: ImageCacheCopyStatusReady, Text: "ready"},
}

func (v ImageCacheCopyStatus) String() string {
	return netenum.EnumString(imageCacheCopyStatusNames, v)
}

// MarshalText implements encoding.TextMarshaler.
func (v ImageCacheCopyStatus) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ImageCacheCopyStatus) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(imageCacheCopyStatusNames, "ImageCacheCopyStatus", string(text), v)
}

// ImageCacheStatus is whether images can be taken from the cache.
type ImageCacheStatus uint32

// States of the image cache.
const (
	ImageCacheStatusUnknown   ImageCacheStatus = 0
	ImageCacheStatusDisabled  ImageCacheStatus = 1
	ImageCacheStatusPreparing ImageCacheStatus = 2
	ImageCacheStatusReady     ImageCacheStatus = 3
)

var imageCacheStatusNames = []netenum.Name[ImageCacheStatus]{
	{Value: ImageCacheStatusUnknown, Text: "unknown"},
	{Value: ImageCacheStatusDisabled, Text: "disabled"},
	{Value: ImageCacheStatusPreparing, Text: "preparing"},
	{Value: ImageCacheStatusReady, Text: "ready"},
}

func (v ImageCacheStatus) String() string { return netenum.EnumString(imageCacheStatusNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ImageCacheStatus) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ImageCacheStatus) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(imageCacheStatusNames, "ImageCacheStatus", string(text), v)
}
