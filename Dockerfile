# Builds the same files as `make bundle assets` on a machine:
#
#   docker build --output _out .
#
# The result does not depend on the machine: third-party parts are pinned, and
# everything with C in it is linked against pinned packages.
FROM golang:1.26-trixie AS build

WORKDIR /src
ENV TALOS_CACHE=/cache
COPY hack/setup hack/setup
RUN hack/setup build

COPY . .
ARG ARCH=amd64
ARG SOURCE_DATE_EPOCH
RUN --mount=type=cache,target=/cache \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    make talosctl bundle assets ARCH=${ARCH} && rm -rf _out/parts-*

FROM scratch
COPY --from=build /src/_out /
