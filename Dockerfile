# The collector on one machine, with the page for the home network: docs/home.md.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
COPY packages packages
# The page is built here: what builds it is left behind.
RUN npm ci --no-audit --no-fund && npm run page && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
# Where a running stack is announced to the command; the only place that can be written to.
ENV XDG_STATE_HOME=/data
WORKDIR /app
COPY --from=build /app /app
RUN ln -s /app/packages/cli/bin/energylive.js /usr/local/bin/energylive && install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=1m --timeout=20s --start-period=2m \
  CMD ["energylive", "doctor", "--collecting", "--data", "/data"]
CMD ["node", "--heap-growing-percent=40", "--max-semi-space-size=8", "packages/cli/bin/energylive.js", "start", "--data", "/data", "--host", "0.0.0.0", "--port", "8321", "--password-file", "/run/secrets/dashboard_password"]
