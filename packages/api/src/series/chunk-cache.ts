import { bytesOf, type Chunk } from "./columns.ts";

export interface KeptChunk {
  chunk: Chunk;
  /** Epoch milliseconds: when all of it was read. */
  readAt: number;
}

/** Keeps the chunks that were used last, up to so many bytes. */
export class ChunkCache {
  readonly #maxBytes: number;
  /** Those used longest ago first. */
  readonly #chunks = new Map<string, KeptChunk & { bytes: number }>();
  #bytes = 0;

  constructor(options: { maxBytes: number }) {
    this.#maxBytes = options.maxBytes;
  }

  get(key: string): KeptChunk | undefined {
    const found = this.#chunks.get(key);
    if (found === undefined) return undefined;
    this.#chunks.delete(key);
    this.#chunks.set(key, found);
    return found;
  }

  put(key: string, kept: KeptChunk): void {
    this.#drop(key);
    const bytes = bytesOf(kept.chunk);
    this.#chunks.set(key, { ...kept, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#chunks.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
  }

  clear(): void {
    this.#chunks.clear();
    this.#bytes = 0;
  }

  #drop(key: string): void {
    this.#bytes -= this.#chunks.get(key)?.bytes ?? 0;
    this.#chunks.delete(key);
  }
}
