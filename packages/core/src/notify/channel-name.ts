import * as z from "zod";

/** It is the last part of the name of an SSM parameter. */
export const ChannelName = z
  .string()
  .regex(/^[a-zA-Z0-9_.-]{1,64}$/, "is not up to 64 letters, digits, dots, hyphens and underscores");
