import { describe, expect, it } from "vitest";

import { failureOf } from "./failure.ts";

const named = (name: string, message = "AWS says no") => Object.assign(new Error(message), { name });

describe("a failure", () => {
  it.each([
    ["CredentialsProviderError", "aws_credentials"],
    ["ExpiredToken", "aws_session_expired"],
    ["RequestExpired", "clock_skew"],
    ["AccessDenied", "access_denied"],
    ["ResourceNotFoundException", "not_deployed"],
    ["ThrottlingException", "busy"],
    ["TimeoutError", "timeout"],
    ["KeyUnavailableError", "key_unavailable"],
    ["FolderInUseError", "folder_in_use"],
    ["TypeError", "unexpected"],
  ])("keeps what %s said, under the code %s", (name, code) => {
    expect(failureOf(named(name))).toStrictEqual({ code, said: "AWS says no" });
  });

  it("names the address that could not be reached", () => {
    const refused = { code: "ECONNREFUSED", address: "::1", port: 1 };
    expect(failureOf(Object.assign(new Error("refused"), refused))).toStrictEqual({
      code: "connection_failed",
      error: "ECONNREFUSED",
      address: "::1:1",
    });
    const cause = Object.assign(new Error("gone"), { code: "ECONNRESET" });
    expect(failureOf(new Error("fetch failed", { cause }))).toStrictEqual({
      code: "connection_failed",
      error: "ECONNRESET",
    });
    expect(failureOf(Object.assign(new Error("no file"), { code: "ENOENT" }))).toMatchObject({
      code: "unexpected",
    });
  });

  it("recognises a missing region by its message, because the SDK gives it no name", () => {
    expect(failureOf(new Error("Region is missing"))).toStrictEqual({ code: "no_region" });
  });

  it("says something even when the error does not", () => {
    expect(failureOf("thrown text")).toStrictEqual({ code: "unexpected", said: "thrown text" });
    expect(failureOf(named("SomeError", " "))).toStrictEqual({ code: "unexpected", said: "SomeError" });
  });

  it("removes terminal colours from what was said", () => {
    expect(failureOf(new Error("\u001b[31mred\u001b[0m"))).toStrictEqual({ code: "unexpected", said: "red" });
  });
});
