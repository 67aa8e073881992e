# The node as an image: docker build -t rustorium .
# Tags, not digests, name the base images; who needs the same bytes for ever pins digests here.

FROM denoland/deno:debian-2.9.6 AS build
WORKDIR /source
# What changes seldom comes first: with the same lock the packages are in their layer already.
COPY deno.json deno.lock ./
RUN deno install --frozen
COPY main.ts LICENSE THIRD-PARTY-NOTICES.md ./
COPY core-wasm/pkg core-wasm/pkg
COPY tools tools
COPY web web
COPY src src
RUN deno task dist --out /out --folder-only

FROM debian:13-slim
LABEL org.opencontainers.image.title="Rustorium" \
  org.opencontainers.image.description="A node for BFT chains" \
  org.opencontainers.image.licenses="MIT"
# The user has a number and no name: nothing has to be written to the base image.
RUN install -d -o 10001 -g 10001 -m 700 /var/lib/rustorium
COPY --from=build /out/app/deno /opt/rustorium/
COPY --from=build /out/app/node_modules /opt/rustorium/node_modules
COPY --from=build /out/app/core-wasm /opt/rustorium/core-wasm
COPY --from=build /out/app/LICENSE /out/app/THIRD-PARTY-NOTICES.md /out/app/deno.json /out/app/main.ts /out/app/rustorium /opt/rustorium/
COPY --from=build /out/app/web /opt/rustorium/web
COPY --from=build /out/app/src /opt/rustorium/src
# RUSTORIUM_CONFINED: in the place of deno run -A, only what a node needs.
ENV PATH=/opt/rustorium:$PATH \
  HOME=/var/lib/rustorium \
  RUSTORIUM_HOME=/var/lib/rustorium \
  RUSTORIUM_CONFINED=1
USER 10001:10001
WORKDIR /var/lib/rustorium
VOLUME /var/lib/rustorium
# Peers find each other, votes and blocks, and the API.
EXPOSE 26656/udp 26658/udp 26657/tcp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
  CMD rustorium status --json || exit 1
ENTRYPOINT ["rustorium"]
CMD ["start"]
