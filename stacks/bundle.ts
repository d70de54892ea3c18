/** The handlers as SST names them: the source file without its extension, a dot, the export. */
export const HANDLERS = {
  fetcher: "packages/functions/src/fetcher.handler",
  consumer: "packages/functions/src/consumer.handler",
  profiler: "packages/functions/src/profiler.handler",
  prices: "packages/functions/src/prices.handler",
  reporter: "packages/functions/src/reporter.handler",
  archiver: "packages/functions/src/archiver.handler",
};

/**
 * Objects made by a poll are short-lived. By default V8 lets the space for young objects grow to 48 MB, and the garbage in
 * the old space to several times the live data. A third of that keeps a shard of 100,000 devices within 256 MB
 * (docs/performance.md).
 */
export const FETCHER_NODE_OPTIONS = "--max-semi-space-size=8";

/**
 * How the handlers are bundled, for `sst deploy`, `npm run build` and the tests: the `nodejs` arguments of SST's
 * `Function`.
 */
export const BUNDLE = {
  /**
   * An ES module that imports `node:http` makes Node load everything in it, including its WebSocket: a fifth of the time a
   * cold start takes to import the bundle (docs/performance.md). CommonJS loads only what is used.
   */
  format: "cjs" as const,
  minify: true,
  /**
   * The source map is deployed but not read: reading it costs every cold start 100 ms of a whole core and 30 MB (measured).
   * To get readable stack traces, set NODE_OPTIONS=--enable-source-maps for a while: docs/operations.md.
   */
  sourcemap: true,
  esbuild: {
    /** SST prefers "main", which is CommonJS that cannot be tree-shaken. */
    mainFields: ["module", "main"],
    /** Nothing reads the names of our functions; keeping them costs a call per function. */
    keepNames: false,
    /**
     * Credential providers of the SDK that a Lambda function never uses. The SDK imports each only if the previous ones
     * found nothing, and the first one, the environment, always finds Lambda's credentials. A quarter of each bundle.
     */
    external: [
      "@aws-sdk/credential-provider-http",
      "@aws-sdk/credential-provider-ini",
      "@aws-sdk/credential-provider-login",
      "@aws-sdk/credential-provider-process",
      "@aws-sdk/credential-provider-sso",
      "@aws-sdk/credential-provider-web-identity",
    ],
  },
};
