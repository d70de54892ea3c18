import type { WrittenConfig } from "@energylive/core/device/registry";

/** One device of a file, with its place for error messages. */
export interface FileEntry {
  place: string;
  config: WrittenConfig;
  /** What could not be read, in words. */
  problems: string[];
}

/** The content of a file of devices, CSV or JSON. */
export interface DevicesFile {
  entries: FileEntry[];
  /** Problems of the file as a whole. */
  problems: string[];
}
