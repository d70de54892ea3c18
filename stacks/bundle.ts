/** The handlers as SST names them: the source without its ending, a dot, the export. */
export const HANDLERS = {
  fetcher: "packages/functions/src/fetcher.handler",
  consumer: "packages/functions/src/consumer.handler",
};

/**
 * What a poll makes dies young. V8 lets the space for young objects grow to 48 MB, and what is left of them in the old
 * space to several times what lives there; a third of it keeps a shard of 100,000 devices within 256 MB
 * (docs/performance.md).
 */
export const FETCHER_NODE_OPTIONS = "--max-semi-space-size=8";

/**
 * How the handlers are bundled, for `sst deploy`, for `npm run build` and for the tests alike: these are the `nodejs`
 * arguments of SST's `Function`.
 */
export const BUNDLE = {
  /**
   * An ES module that imports `node:http` makes Node load all that `node:http` could give, its WebSocket included: a fifth
   * of the time that a cold start takes to import the bundle (docs/performance.md). CommonJS loads what is used.
   */
  format: "cjs" as const,
  minify: true,
  /**
   * The map is deployed beside the code, but not read: that costs every cold start 100 ms of a whole core and 30 MB
   * (measured). Whoever needs a stack trace sets NODE_OPTIONS=--enable-source-maps for as long: docs/operations.md.
   */
  sourcemap: true,
  esbuild: {
    /** SST takes "main" for CommonJS, which is made of packages that cannot be shaken. */
    mainFields: ["module", "main"],
    /** Nothing reads the names of our functions; keeping them costs a call per function. */
    keepNames: false,
    /**
     * The SDK's ways to credentials that a Lambda function never takes. It imports each only when those before it found
     * nothing, and the first, the environment, always finds what Lambda puts there. A quarter of each bundle.
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
