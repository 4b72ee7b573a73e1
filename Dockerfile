# One image for the service, the sandbox and every command. docs/operations.md says how to run it.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json bundle.js ./
COPY src ./src
RUN npm run build

# Production dependencies are plain JavaScript, so none of them may run a script when it is installed.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
# In a container loopback reaches nobody. The service refuses to start like this without API_KEYS.
# The memory of large bodies goes back to the system at once; glibc would keep it.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data MALLOC_MMAP_THRESHOLD_=49152
WORKDIR /app
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json deploy/healthcheck.mjs ./
RUN install --directory --owner=node --group=node --mode=0700 /data
# The only place that is written to: the root file system may be read-only.
VOLUME /data
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000
# Alive, not ready: whoever restarts what is unhealthy must not do so because a store is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "healthcheck.mjs", "/health/live"]
# Node itself is process 1, so that this signal reaches it; npm would swallow it.
STOPSIGNAL SIGTERM
# A smaller young generation: large bodies would otherwise make it grow. A limit of the heap, MiB: without one, garbage of
# several times what lives is kept.
CMD ["node", "--max-semi-space-size=16", "--max-old-space-size=1024", "dist/main.js"]
