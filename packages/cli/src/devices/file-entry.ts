import type { WrittenConfig } from "@energylive/core/device/registry";

/** One device of a file, with the place that an error names. */
export interface FileEntry {
  place: string;
  config: WrittenConfig;
  /** What could not be read of it, in words. */
  problems: string[];
}

/** What a file of devices holds, CSV or JSON. */
export interface DevicesFile {
  entries: FileEntry[];
  /** Of the file as a whole. */
  problems: string[];
}
