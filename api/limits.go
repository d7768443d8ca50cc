package api

// What every endpoint and every client of the protocol agree on.
const (
	// Port is where a node answers its API.
	Port = 50000
	// TrustPort is where control plane nodes sign certificates for joining nodes.
	TrustPort = 50001

	// MaxMessageSize is the largest message either side takes. The default of gRPC
	// is too small for a list of a large cluster's resources.
	MaxMessageSize = 32 << 20
	// StreamWindow and ConnectionWindow are what a sender may have in flight.
	StreamWindow     = 65535 * 32
	ConnectionWindow = 65535 * 16
)
