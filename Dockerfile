# Builds what `make talosctl bundle assets` builds on Debian 13, for the
# architecture of the machine:
#
#   docker build --output _out .
#
# Needs BuildKit (Docker before 23: DOCKER_BUILDKIT=1). --progress plain shows
# every step of a long build; --build-arg SOURCE_DATE_EPOCH=... sets its time.
FROM golang:1.26-trixie AS build

WORKDIR /src
ENV TALOS_CACHE=/cache
COPY hack/setup hack/setup
RUN hack/setup build

COPY . .
ARG SOURCE_DATE_EPOCH
# The links in parts-* point into the cache, which is not there outside.
RUN --mount=type=cache,target=/cache \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    make talosctl bundle assets && rm -rf _out/parts-*

FROM scratch
COPY --from=build /src/_out /
