import { showsKey } from "./planted.ts";

/** Longer than a key in its longest encoding, so that none is missed that two pieces of output share. */
const OVERLAP_CHARACTERS = 1_000;

/**
 * Invariant 8, for the whole test run: reads all that the run prints, which is what its tests write and every error they
 * end with, and searches it for planted keys. A run that shows one fails, whatever its tests say.
 */
export default class KeyReporter {
  #isShown = false;

  onInit(): void {
    for (const stream of [process.stdout, process.stderr]) this.#read(stream);
  }

  onTestRunEnd(): void {
    if (!this.#isShown) return;
    process.exitCode = 1;
    process.stderr.write("\ninvariant 8: a key is in what this test run has printed\n");
  }

  #read(stream: NodeJS.WriteStream): void {
    const write = stream.write.bind(stream);
    let tail = "";
    stream.write = (chunk: string | Uint8Array, ...rest: never[]) => {
      const text = tail + (typeof chunk === "string" ? chunk : Buffer.from(chunk).toString());
      this.#isShown ||= showsKey(text);
      tail = text.slice(-OVERLAP_CHARACTERS);
      return write(chunk, ...rest);
    };
  }
}
