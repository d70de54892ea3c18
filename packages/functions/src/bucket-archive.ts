import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ArchiveFiles } from "@energylive/core/archive/files";

/** An archive in a bucket. Errors of S3 pass through. */
export function bucketArchive({ s3, bucket }: { s3: S3Client; bucket: string }): ArchiveFiles {
  return {
    async list() {
      const paths: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket }))
        for (const { Key } of Contents) if (Key !== undefined) paths.push(Key);
      return paths;
    },

    async download(path, to) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: path }));
        if (!(Body instanceof Readable)) throw new TypeError(`S3 sent no content of ${path}`);
        await pipeline(Body, createWriteStream(to));
        return true;
      } catch (error) {
        if (error instanceof NoSuchKey) return false;
        throw error;
      }
    },

    // S3 replaces an object whole. Source: docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
    async upload(path, from) {
      const { size } = await stat(from);
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: path,
          Body: createReadStream(from),
          ContentLength: size,
          ContentType: "application/vnd.apache.parquet",
        }),
      );
    },
  };
}
