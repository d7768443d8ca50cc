// Small programs of our own that run in cluster images. They have no
// dependencies, so that they stay small.
module thirdparty/own

go 1.26.6
