# Wardround in a container. Build: docker build -t wardround .
# Run:
#   docker run -d --name wardround --restart always --read-only --cap-drop ALL --security-opt no-new-privileges \
#     -p 127.0.0.1:9715:9715 -v ./probes.yaml:/etc/wardround/probes.yaml:ro -v wardround:/var/lib/wardround wardround

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --profile dist --features pdf \
    && install -d -m 0700 -o 65532 -g 65532 /out/var/lib/wardround \
    && install -D target/dist/wardround /out/usr/bin/wardround

# Nothing but a C library, root certificates and a user without rights.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/ /
# Inside a container loopback is the container's own. What can reach the published port is said with `-p`.
ENV WARDROUND_CONFIG=/etc/wardround/probes.yaml \
    WARDROUND_DATA=/var/lib/wardround \
    WARDROUND_LISTEN=0.0.0.0:9715
VOLUME /var/lib/wardround
EXPOSE 9715
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/wardround"]
CMD ["run"]
